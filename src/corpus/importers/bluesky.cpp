// The format bluesky: a repository (CAR) and posts as the API gives them in JSON. Everything in a
// repository is public by protocol, unless its owner asks not to be shown to whoever is not signed
// in; preferences in it may forbid, never permit. Likes, reposts and follows are not posts; a
// quoted post is only linked to, and its text, where the API adds it, is not kept.
#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "corpus/importers/car.hpp"
#include "corpus/importers/format_list.hpp"
#include "corpus/importers/json_fields.hpp"
#include "corpus/importers/json_items.hpp"
#include "corpus/marks.hpp"
#include "corpus/importers/mentions.hpp"
#include "corpus/importers/moments.hpp"
#include "corpus/importers/preferences.hpp"
#include "corpus/importers/repository.hpp"

namespace litura::corpus {
namespace {

constexpr std::string_view kPost = "app.bsky.feed.post";
constexpr std::size_t kFacetsMax = 64;  // of a text of 300 characters
constexpr std::string_view kCollections[] = {kPost, Repository::kProfile, kUserIntents,
                                             kAiPreference};
constexpr std::string_view kLists[] = {"/feed", "/posts", "/records"};

/// The ranges of mentions become the mark; ranges that are none of the text's are left.
std::string with_facets_marked(std::string text, const Json& facets, Mentions& mentions) {
    struct Range {
        std::uint64_t begin, end;
    };
    std::vector<Range> ranges;
    for (const Json& facet : facets.is_array() ? facets : Json::array()) {
        const auto begin = epoch_field(facet, {"index", "byteStart"}, 1000);
        const auto end = epoch_field(facet, {"index", "byteEnd"}, 1000);
        const Json& features = field(facet, {"features"});
        for (const Json& feature : features.is_array() ? features : Json::array()) {
            const std::string_view did = text_field(feature, {"did"});
            if (did.empty()) continue;
            mentions.add("", did);
            if (ranges.size() < kFacetsMax && begin && end && begin->ms < end->ms &&
                static_cast<std::uint64_t>(end->ms) <= text.size()) {
                ranges.push_back(
                    {static_cast<std::uint64_t>(begin->ms), static_cast<std::uint64_t>(end->ms)});
            }
        }
    }
    std::ranges::sort(ranges, std::ranges::greater(), &Range::begin);
    std::uint64_t limit = text.size();
    for (const Range& range : ranges) {
        if (range.end > limit) continue;
        std::string cut = text;
        cut.replace(range.begin, range.end - range.begin, kMentionMark);
        if (!is_utf8(cut)) continue;
        text = std::move(cut);
        limit = range.begin;
    }
    return text;
}

/// "did:..." of "at://did:.../collection/rkey".
std::string_view did_of(std::string_view uri) {
    if (!uri.starts_with("at://")) return "";
    uri.remove_prefix(5);
    return uri.substr(0, uri.find('/'));
}

class Bluesky final : public Reader {
public:
    explicit Bluesky(const ImportOptions& options) : given_(options.author.clone()) {}

    Result<void> learn(const Member& member) override {
        if (!is_car(member)) return learn_profiles(member);
        CarReader car(member.bytes);
        repositories_.emplace(member.number, TRY(Repository::read(car, kCollections)));
        return done();
    }

    Result<bool> read(const Member& member, Intake& intake) override {
        if (is_car(member)) return read_car(member, intake);
        if (!member.alone && !member.named("", ".json")) return false;
        const TakeJson take = [&](const Json& item) { return take_item(item, intake); };
        TRY(take_items(member, {std::begin(kLists), std::end(kLists)}, intake, take, take));
        return true;
    }

private:
    static bool is_car(const Member& member) {
        return member.named("", ".car") || (member.alone && !member.named("", ".json"));
    }

    Result<bool> read_car(const Member& member, Intake& intake) {
        const Repository repository = std::move(repositories_.at(member.number));
        std::multimap<Digest, std::string> open = repository.keys();
        CarReader car(member.bytes);
        TRY(car.root());
        if (repository.asks_for_signing_in()) closed_.insert(repository.did());
        while (const auto block = TRY(car.next())) {
            const auto [begin, end] = open.equal_range(block->cid.digest);
            if (begin == end || !block->sound) continue;
            const auto json = parse_dag_cbor(block->bytes);
            for (auto key = begin; key != end; ++key) {
                const std::string uri = "at://" + repository.did() + "/" + key->second;
                TRY(take_entry(key->second, uri, json.value_or(Json()), intake));
            }
            open.erase(begin, end);
        }
        for (std::size_t missing = open.size(); missing > 0; --missing)
            intake.reject("missing_block");
        return true;
    }

    /// A profile may stand in another file than the posts.
    Result<void> learn_profiles(const Member& member) {
        if (!member.alone && !member.named("", ".json")) return done();
        ImportCounts counts;
        const Receiver none;
        Intake nobody(none, counts);
        const TakeJson look = [&](const Json& item) -> Result<void> {
            const Json& view = item.contains("post") ? field(item, {"post"}) : item;
            const Json& record = field(view, {"value"}).is_object() ? field(view, {"value"}) : view;
            if (Repository::has_closing_label(field(view, {"author"})))
                closed_.insert(std::string(text_field(view, {"author", "did"})));
            const bool profile = text_field(record, {"$type"}).starts_with(Repository::kProfile);
            const std::string_view uri = text_field(view, {"uri"}), did = text_field(view, {"did"});
            if (profile && Repository::has_closing_label(record))
                closed_.insert(uri.empty() ? std::string(did) : std::string(did_of(uri)));
            if (!profile && !did.empty() && Repository::has_closing_label(view))
                closed_.insert(std::string(did));
            return done();
        };
        return take_items(member, {std::begin(kLists), std::end(kLists)}, nobody, look, look);
    }

    Result<void> take_entry(std::string_view key, std::string_view uri, const Json& record,
                            Intake& intake) {
        const std::string_view collection = key.substr(0, key.find('/'));
        if (collection == kPost) return take_post(uri, record, intake);
        if (collection == Repository::kProfile) return done();
        return take_preference(did_of(uri), collection, record, intake);
    }

    /// A post of a feed, of a list of records, or by itself.
    Result<void> take_item(const Json& item, Intake& intake) {
        if (field(item, {"reason"}).is_object()) {
            intake.reject("repost");
            return done();
        }
        const Json& view = item.contains("post") ? field(item, {"post"}) : item;
        const Json& inside = field(view, {view.contains("record") ? "record" : "value"});
        const Json& record = inside.is_object() ? inside : view;
        const std::string_view uri = text_field(view, {"uri"});
        const std::string_view type = text_field(record, {"$type"});
        if (type == kPost) return take_post(uri, record, intake);
        const std::string_view did = uri.empty() ? given_.reveal() : did_of(uri);
        if (type == kUserIntents || type == kAiPreference) {
            return take_preference(did, type, record, intake);
        }
        intake.reject("not_a_post");
        return done();
    }

    Result<void> take_post(std::string_view uri, const Json& post, Intake& intake) {
        const Json& text = field(post, {"text"});
        if (!text.is_string()) {
            intake.reject("missing_field");
            return done();
        }
        const auto created = parse_moment(text_field(post, {"createdAt"}));
        if (!created.ok()) {
            intake.reject("bad_time");
            return done();
        }
        IncomingRecord record;
        record.created_at = created.value();
        const std::string_view did = did_of(uri);
        record.author = PersonalText(did.empty() ? given_.reveal() : std::string(did));
        record.id = uri.empty() ? made_id("post", record.author.reveal(), created.value(),
                                          text.get_ref<const std::string&>())
                                : PersonalText(std::string(uri));
        Mentions mentions;
        record.text = PersonalText(
            with_facets_marked(text.get<std::string>(), field(post, {"facets"}), mentions));
        record.audience = closed_.contains(record.author.reveal()) ? ledger::Audience::followers
                                                                   : ledger::Audience::everyone;
        record.rest = rest_of(post, {"$type", "text", "createdAt", "facets", "embed", "entities"},
                              mentions.list());
        return intake.record(std::move(record));
    }

    static Result<void> take_preference(std::string_view did, std::string_view collection,
                                        const Json& record, Intake& intake) {
        Result<void> taken = done();
        for_refusals(collection, record, [&](Instant at) {
            if (taken.ok()) taken = intake.objected(PersonalText(std::string(did)), at);
        });
        return taken;
    }

    PersonalText given_;
    std::set<std::string> closed_;  ///< who asks not to be shown to whoever is not signed in
    std::map<std::uint64_t, Repository> repositories_;  ///< by member
};

Likeness bluesky_likeness(const Glance& glance) {
    const auto has = [&](std::string_view word) { return glance.head.find(word) != word.npos; };
    if (glance.head.size() > 10 && glance.head[1] == '\xA2' &&
        glance.head.substr(2, 6) == "eroots") {
        return Likeness::strong;
    }
    const bool json = glance.head.starts_with('{') || glance.head.starts_with('[');
    return json && (has("\"app.bsky.") || has("\"org.user-intents.")) ? Likeness::strong
                                                                      : Likeness::none;
}

}  // namespace

extern const Format kBluesky = {
    .name = "bluesky",
    .reads = "a repository (CAR), or posts in the API's JSON",
    .likeness = bluesky_likeness,
    .reader = [](const ImportOptions& options) -> std::unique_ptr<Reader> {
        return std::make_unique<Bluesky>(options);
    }};

}  // namespace litura::corpus
