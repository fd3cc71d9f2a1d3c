// The format twitter: X's archive (data/*.js, each the assignment of a JSON array to a script's
// variable) and the monthly files of the archives of 2010-2017 (data/js/tweets/). Likes are other
// people's posts and are not read; what its author deleted is never imported, only barred.
#include <algorithm>
#include <charconv>

#include "corpus/importers/format_list.hpp"
#include "corpus/importers/html_text.hpp"
#include "corpus/importers/json_fields.hpp"
#include "corpus/importers/json_pieces.hpp"
#include "corpus/importers/mentions.hpp"
#include "corpus/importers/moments.hpp"

namespace litura::corpus {
namespace {

enum class Part { none, tweets, notes, messages, deleted };

bool is_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// "tweets.js", "tweets-part3.js" (and the older "tweet.js").
bool is_part(const Member& member, std::string_view stem) {
    std::string_view name = member.file_name();
    if (!name.ends_with(".js")) return false;
    name.remove_suffix(3);
    if (const std::size_t part = name.rfind("-part"); part != name.npos)
        name = name.substr(0, part);
    return name == stem || (name.ends_with('s') && name.substr(0, name.size() - 1) == stem);
}

/// "2017_01.js"
bool is_month(const Member& member) {
    const std::string_view name = member.file_name();
    return name.size() == 10 && is_digits(name.substr(0, 4)) && name[4] == '_' &&
           is_digits(name.substr(5, 2)) && name.ends_with(".js");
}

Part part_of(const Member& member) {
    if (is_part(member, "tweet") || is_month(member)) return Part::tweets;
    if (is_part(member, "note-tweet")) return Part::notes;
    if (is_part(member, "direct-message") || is_part(member, "direct-messages-group")) {
        return Part::messages;
    }
    if (is_part(member, "deleted-tweet") || is_part(member, "deleted-note-tweet")) {
        return Part::deleted;
    }
    return Part::none;
}

/// The script's value: what follows its first "=".
ReadBytes assigned(ReadBytes source) {
    return [source = std::move(source),
            found = false](std::span<std::uint8_t> out) mutable -> Result<std::size_t> {
        while (true) {
            const std::size_t count = TRY(source(out));
            if (found || count == 0) return count;
            const auto* end = out.data() + count;
            const auto* sign = std::find(out.data(), const_cast<std::uint8_t*>(end), '=');
            if (sign == end) continue;
            found = true;
            if (sign + 1 == end) continue;
            std::copy(sign + 1, end, out.data());
            return static_cast<std::size_t>(end - sign - 1);
        }
    };
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
    explicit Twitter(const ImportOptions& options) : given_(options.author.clone()) {}

    Result<void> learn(const Member& member) override {
        const std::string_view name = member.file_name();
        const bool history = name == "protected-history.js";
        if (!history && name != "account.js" && name != "user_details.js") return done();
        JsonPieces pieces(assigned(member.bytes), {"", "/id"});
        while (const auto piece = TRY(pieces.next())) {
            const auto parsed = parse_piece(*piece);
            if (!parsed.reason.empty()) continue;
            const Json& value = parsed.json;
            if (history) {
                learn_protection(value);
            } else if (piece->path == "/id") {
                if (value.is_string()) owner_ = PersonalText(value.get<std::string>());
            } else if (const auto id = text_field(value, {"account", "accountId"}); !id.empty()) {
                owner_ = PersonalText(std::string(id));
            }
        }
        return done();
    }

    Result<bool> read(const Member& member, Intake& intake) override {
        Part part = part_of(member);
        if (part == Part::none && member.alone && member.named("", ".js")) part = Part::tweets;
        if (part == Part::none) return false;
        std::vector<std::string_view> entered = {""};
        if (part == Part::messages) {
            entered = {"", "/*", "/*/dmConversation", "/*/dmConversation/messages"};
        }
        JsonPieces pieces(assigned(member.bytes), std::move(entered));
        while (const auto piece = TRY(pieces.next())) {
            const bool message = piece->path == "/*/dmConversation/messages/*";
            if (part == Part::messages && !message) continue;
            auto parsed = parse_piece(*piece);
            if (!parsed.reason.empty()) {
                intake.reject(parsed.reason);
                continue;
            }
            const Json& value = parsed.json;
            switch (part) {
                case Part::tweets: TRY(take_tweet(value, intake)); break;
                case Part::notes: TRY(take_note(field(value, {"noteTweet"}), intake)); break;
                case Part::messages: TRY(take_message(value, intake)); break;
                case Part::deleted: TRY(take_deleted(value, intake)); break;
                case Part::none: break;
            }
        }
        return true;
    }

private:
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

    const PersonalText& owner() const { return given_.empty() ? owner_ : given_; }

    Result<void> take_tweet(const Json& entry, Intake& intake) {
        const Json& tweet = entry.contains("tweet") ? field(entry, {"tweet"}) : entry;
        std::string_view text = text_field(tweet, {"full_text"});
        if (text.empty()) text = text_field(tweet, {"text"});
        const std::string_view id = text_field(tweet, {"id_str"});
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
        record.id = PersonalText(first_version(tweet, id, record));
        record.author = author_of(tweet).clone();
        record.text = PersonalText(unescaped_html(text));
        const Json& guarded = field(tweet, {"user", "protected"});
        record.audience = audience_;
        if (guarded.is_boolean()) {
            record.audience =
                guarded.get<bool>() ? ledger::Audience::followers : ledger::Audience::everyone;
        }
        record.rest = rest_of(tweet,
                              {"id", "id_str", "full_text", "text", "created_at", "user",
                               "entities", "quoted_status"},
                              mentions_of(tweet).list());
        return intake.record(std::move(record));
    }

    /// The versions of an edited post are one record, which has the id and the time of the first.
    static std::string first_version(const Json& tweet, std::string_view id,
                                     IncomingRecord& record) {
        for (const JsonPath path :
             {JsonPath{"edit_info", "initial", "editTweetIds"},
              JsonPath{"edit_info", "edit", "editControlInitial", "editTweetIds"}}) {
            const Json& versions = field(tweet, path);
            if (!versions.is_array() || versions.empty() || !versions[0].is_string()) continue;
            const std::string first = versions[0].get<std::string>();
            const auto begun = moment_of_id(first);
            if (first == id || !begun) continue;
            record.edited_at = record.created_at;
            record.created_at = Instant{begun->ms / 1000 * 1000};
            return first;
        }
        return std::string(id);
    }

    const PersonalText& author_of(const Json& tweet) {
        const std::string_view id = text_field(tweet, {"user", "id_str"});
        if (id.empty() || !given_.empty()) return owner();
        in_tweet_ = PersonalText(std::string(id));
        return in_tweet_;
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
        record.author = owner().clone();
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
        return intake.deleted(PersonalText(std::string(text_field(entry, {"tweet", "id_str"}))));
    }

    PersonalText given_, owner_, in_tweet_;
    ledger::Audience audience_ = ledger::Audience::unknown;
    Instant protection_at_;
};

Likeness likeness(const Glance& glance) {
    const bool script =
        glance.head.starts_with("window.YTD.") || glance.head.starts_with("Grailbird.data.tweets_");
    return script && part_of(glance.member) != Part::none ? Likeness::strong
           : script                                       ? Likeness::weak
                                                          : Likeness::none;
}

}  // namespace

extern const Format kTwitter = {
    .name = "twitter",
    .reads = "X's archive (zip), also of 2010-2017",
    .likeness = likeness,
    .reader = [](const ImportOptions& options) -> std::unique_ptr<Reader> {
        return std::make_unique<Twitter>(options);
    }};

}  // namespace litura::corpus
