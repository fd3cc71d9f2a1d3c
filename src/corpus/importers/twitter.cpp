// The format twitter: X's archive (data/*.js, each the assignment of a JSON array to a script's
// variable) and the monthly files of the archives of 2010-2017 (data/js/tweets/). Likes are other
// people's posts and are not read; what its author deleted is never imported, only barred; what was
// written for a circle or a community is not public, wherever else it stands.
#include <algorithm>
#include <charconv>
#include <set>

#include "corpus/importers/format_list.hpp"
#include "corpus/importers/html_text.hpp"
#include "corpus/importers/json_fields.hpp"
#include "corpus/importers/json_pieces.hpp"
#include "corpus/importers/mentions.hpp"
#include "corpus/importers/moments.hpp"
#include "corpus/importers/owner.hpp"

namespace litura::corpus {
namespace {

enum class Part { none, tweets, closed, notes, messages, deleted, account, protection };

struct Variable {
    std::string_view name;
    Part part;
};
constexpr Variable kVariables[] = {{"tweet", Part::tweets},
                                   {"tweets", Part::tweets},
                                   {"twitter_circle_tweet", Part::closed},
                                   {"community_tweet", Part::closed},
                                   {"note_tweet", Part::notes},
                                   {"direct_messages", Part::messages},
                                   {"direct_messages_group", Part::messages},
                                   {"deleted_tweets", Part::deleted},
                                   {"deleted_note_tweet", Part::deleted},
                                   {"deleted_tweet_headers", Part::deleted},
                                   {"deleted_community_tweet", Part::deleted},
                                   {"account", Part::account},
                                   {"protected_history", Part::protection}};

constexpr std::size_t kVariableMax = 256;
constexpr std::string_view kModern = "window.YTD.", kMonthly = "Grailbird.data.tweets_";

/// What a file holds is said by the variable that its script assigns to: "window.YTD.tweets.part0",
/// "Grailbird.data.tweets_2017_01", "var user_details".
Part part_of(std::string_view variable) {
    if (variable.starts_with(kMonthly)) return Part::tweets;
    if (variable.starts_with("var user_details")) return Part::account;
    if (!variable.starts_with(kModern)) return Part::none;
    variable.remove_prefix(kModern.size());
    const auto* known =
        std::ranges::find(kVariables, variable.substr(0, variable.find('.')), &Variable::name);
    return known == std::end(kVariables) ? Part::none : known->part;
}

/// Reads up to the "=" behind the variable. A file called that its author deleted what is in it, or
/// wrote it for a circle or a community, holds nothing else, whatever its script says.
Result<Part> take_part(const Member& member) {
    if (!member.alone && !member.named("", ".js")) return Part::none;
    std::string variable;
    for (std::uint8_t byte = 0; byte != '='; variable.push_back(static_cast<char>(byte))) {
        if (variable.size() >= kVariableMax || TRY(member.bytes({&byte, 1})) == 0)
            return Part::none;
    }
    const std::string_view name = member.file_name();
    if (name.starts_with("deleted-")) return Part::deleted;
    const Part part = part_of(variable);
    const bool closed = name.find("circle") != name.npos || name.find("community") != name.npos;
    return closed && part == Part::tweets ? Part::closed : part;
}

/// The moment in an id (X's "snowflake", ids since November 2010).
std::optional<Instant> moment_of_id(std::string_view id) {
    constexpr std::int64_t kEpoch = 1'288'834'974'657;
    std::int64_t number = 0;
    const auto read = std::from_chars(id.data(), id.data() + id.size(), number);
    if (read.ec != std::errc() || number < (std::int64_t{1} << 40)) return {};
    return Instant{(number >> 22) + kEpoch};
}

class Twitter final : public Reader {
public:
    explicit Twitter(const ImportOptions& options) : owner_(options) {}

    Result<void> learn(const Member& member) override {
        const Part part = TRY(take_part(member));
        if (part == Part::closed) return learn_closed(member);
        if (part != Part::account && part != Part::protection) return done();
        JsonPieces pieces(member.bytes, {"", "/id"});
        while (const auto piece = TRY(pieces.next())) {
            const auto parsed = parse_piece(*piece);
            if (!parsed.reason.empty()) continue;
            const Json& value = parsed.json;
            if (part == Part::protection) {
                learn_protection(value);
            } else if (piece->path == "/id") {
                if (value.is_string()) TRY(owner_.learn(value.get_ref<const std::string&>()));
            } else {
                TRY(owner_.learn(text_field(value, {"account", "accountId"})));
            }
        }
        return done();
    }

    Result<bool> read(const Member& member, Intake& intake) override {
        const Part part = TRY(take_part(member));
        if (part == Part::none || part == Part::account || part == Part::protection) return false;
        std::vector<std::string_view> entered = {""};
        if (part == Part::messages) {
            entered = {"", "/*", "/*/dmConversation", "/*/dmConversation/messages"};
        }
        JsonPieces pieces(member.bytes, std::move(entered));
        while (const auto piece = TRY(pieces.next())) {
            const bool message = piece->path == "/*/dmConversation/messages/*";
            if (part == Part::messages && !message) continue;
            auto parsed = parse_piece(*piece);
            if (!parsed.reason.empty()) {
                intake.reject(parsed.reason);
            } else {
                TRY(take(part, parsed.json, intake));
            }
        }
        return true;
    }

private:
    /// Posts for a circle or a community stand among all others as well, and nothing there says so.
    Result<void> learn_closed(const Member& member) {
        JsonPieces pieces(member.bytes, {""});
        while (const auto piece = TRY(pieces.next())) {
            const auto parsed = parse_piece(*piece);
            const Json& entry = parsed.json;
            const std::string id = id_of(entry.contains("tweet") ? field(entry, {"tweet"}) : entry);
            if (!id.empty() && closed_.size() < kClosedMax) closed_.insert(id);
            if (closed_.size() == kClosedMax) all_closed_ = true;
        }
        return done();
    }

    static std::string id_of(const Json& tweet) {
        for (const char* key : {"id_str", "id", "tweet_id"}) {
            const Json& id = field(tweet, {key});
            if (id.is_string()) return id.get<std::string>();
            if (id.is_number_unsigned()) return compact(id);
        }
        return "";
    }

    /// What the archive says of the post itself: a circle, a community, subscribers only.
    static bool is_closed(const Json& tweet) {
        constexpr std::string_view kAudienceSigns[] = {"community",  "circle",     "trusted",
                                                       "exclusive",  "protected",  "audience",
                                                       "visibility", "subscriber", "super_follow"};
        if (!tweet.is_object()) return false;
        return std::ranges::any_of(tweet.items(), [&](const auto& entry) {
            const Json& value = entry.value();
            const bool nothing = value.is_null() || value == Json(false) || value == Json("") ||
                                 value == Json("public") ||
                                 (value.is_structured() && value.empty());
            return !nothing && std::ranges::any_of(kAudienceSigns, [&](std::string_view sign) {
                return entry.key().find(sign) != std::string::npos;
            });
        });
    }

    /// The list covers the last six months and may be empty, so only an entry proves anything: the
    /// latest one tells whether the posts are protected now.
    void learn_protection(const Json& entry) {
        const auto at = parse_moment(text_field(entry, {"protectedHistory", "protectedAt"}));
        if (!at.ok() || at.value() < protection_at_) return;
        protection_at_ = at.value();
        std::string action(text_field(entry, {"protectedHistory", "action"}));
        std::ranges::transform(action, action.begin(),
                               [](unsigned char c) { return std::tolower(c); });
        audience_ = action.starts_with("unprotect") ? ledger::Audience::everyone
                                                    : ledger::Audience::followers;
    }

    Result<void> take(Part part, const Json& value, Intake& intake) {
        if (part == Part::notes) return take_note(field(value, {"noteTweet"}), intake);
        if (part == Part::messages) return take_message(value, intake);
        if (part == Part::deleted) return take_deleted(value, intake);
        return take_tweet(value, part == Part::closed, intake);
    }

    Result<void> take_tweet(const Json& entry, bool closed, Intake& intake) {
        const Json& tweet = entry.contains("tweet") ? field(entry, {"tweet"}) : entry;
        std::string_view text = text_field(tweet, {"full_text"});
        if (text.empty()) text = text_field(tweet, {"text"});
        const std::string id = id_of(tweet);
        if (text.empty() || id.empty()) {
            intake.reject("missing_field");
            return done();
        }
        if (text.starts_with("RT @") || field(tweet, {"retweeted_status"}).is_object()) {
            intake.reject("repost");
            return done();
        }
        const auto written = parse_moment(text_field(tweet, {"created_at"}));
        if (!written.ok()) {
            intake.reject("bad_time");
            return done();
        }
        IncomingRecord record;
        record.created_at = written.value();
        const std::string_view first = first_version(tweet);
        record.id = PersonalText(first.empty() ? id : std::string(first));
        if (!first.empty()) {
            record.edited_at = record.created_at;
            record.created_at = Instant{moment_of_id(first)->ms / 1000 * 1000};
        }
        const std::string author = id_of(field(tweet, {"user"}));
        owner_.sign(record);
        if (!author.empty()) record.author = PersonalText(author);
        record.text = PersonalText(unescaped_html(text));
        const Json& guarded = field(tweet, {"user", "protected"});
        record.audience = audience_;
        if (guarded.is_boolean()) {
            record.audience =
                guarded.get<bool>() ? ledger::Audience::followers : ledger::Audience::everyone;
        }
        const bool narrower = closed || all_closed_ || is_closed(tweet) || closed_.contains(id) ||
                              closed_.contains(record.id.reveal());
        if (narrower) record.audience = ledger::Audience::followers;
        record.rest = rest_of(tweet,
                              {"id", "id_str", "full_text", "text", "created_at", "user",
                               "entities", "quoted_status"},
                              mentions_of(tweet).list());
        return intake.record(std::move(record));
    }

    /// The id of the first version of a tweet that was edited; empty if this is the first. The
    /// versions are one record, which has the id and the time of the first.
    static std::string_view first_version(const Json& tweet) {
        for (const JsonPath path :
             {JsonPath{"edit_info", "initial", "editTweetIds"},
              JsonPath{"edit_info", "edit", "editControlInitial", "editTweetIds"}}) {
            const Json& versions = field(tweet, path);
            if (!versions.is_array() || versions.empty() || !versions[0].is_string()) continue;
            const std::string_view first = versions[0].get_ref<const std::string&>();
            if (first != text_field(tweet, {"id_str"}) && moment_of_id(first)) return first;
        }
        return "";
    }

    static Mentions mentions_of(const Json& tweet) {
        Mentions mentions;
        const Json& others = field(tweet, {"entities", "user_mentions"});
        if (!others.is_array()) return mentions;
        for (const Json& other : others) {
            mentions.add("@" + std::string(text_field(other, {"screen_name"})),
                         text_field(other, {"id_str"}));
        }
        return mentions;
    }

    Result<void> take_note(const Json& note, Intake& intake) {
        const std::string_view id = text_field(note, {"noteTweetId"});
        const auto created = parse_moment(text_field(note, {"createdAt"}));
        if (id.empty() || !created.ok()) {
            intake.reject(id.empty() ? "missing_field" : "bad_time");
            return done();
        }
        IncomingRecord record;
        record.created_at = created.value();
        record.id = PersonalText("note/" + std::string(id));
        owner_.sign(record);
        record.text = PersonalText(unescaped_html(text_field(note, {"core", "text"})));
        record.audience = audience_;
        return intake.record(std::move(record));
    }

    static Result<void> take_message(const Json& entry, Intake& intake) {
        const Json& message = field(entry, {"messageCreate"});
        const std::string_view id = text_field(message, {"id"});
        const auto created = parse_moment(text_field(message, {"createdAt"}));
        if (id.empty() || !created.ok()) {
            intake.reject("not_a_post");  // joining, leaving, naming a group
            return done();
        }
        IncomingRecord record;
        record.created_at = created.value();
        record.id = PersonalText("dm/" + std::string(id));
        record.author = PersonalText(std::string(text_field(message, {"senderId"})));
        record.text = PersonalText(unescaped_html(text_field(message, {"text"})));
        record.audience = ledger::Audience::restricted;
        Mentions mentions;
        mentions.add(text_field(message, {"recipientId"}));
        record.rest = rest_of(Json(), {}, mentions.list());
        return intake.record(std::move(record));
    }

    static Result<void> take_deleted(const Json& entry, Intake& intake) {
        const std::string_view note = text_field(entry, {"noteTweet", "noteTweetId"});
        if (!note.empty()) return intake.deleted(PersonalText("note/" + std::string(note)));
        const Json& tweet = field(entry, {"tweet"});
        const std::string_view first = first_version(tweet);
        return intake.deleted(PersonalText(first.empty() ? id_of(tweet) : std::string(first)));
    }

    static constexpr std::size_t kClosedMax = 1'000'000;
    Owner owner_;
    std::set<std::string> closed_;  ///< ids of posts for a circle or a community
    bool all_closed_ = false;       ///< too many to tell them apart
    ledger::Audience audience_ = ledger::Audience::unknown;
    Instant protection_at_;
};

Likeness twitter_likeness(const Glance& glance) {
    if (!glance.head.starts_with(kModern) && !glance.head.starts_with(kMonthly))
        return Likeness::none;
    const Part part = part_of(glance.head);
    const bool read = part != Part::none && part != Part::account && part != Part::protection;
    return read ? Likeness::strong : Likeness::weak;
}

}  // namespace

extern const Format kTwitter = {
    .name = "twitter",
    .reads = "X's archive (zip), also of 2010-2017",
    .likeness = twitter_likeness,
    .reader = [](const ImportOptions& options) -> std::unique_ptr<Reader> {
        return std::make_unique<Twitter>(options);
    }};

}  // namespace litura::corpus
