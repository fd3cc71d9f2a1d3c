#include "release/recall.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "proof/dsse.hpp"

namespace litura::release {
namespace {

using proof::State;

constexpr std::array<std::string_view, 5> kReasons = {"rights", "order", "minor",
                                                      "special_category", "security"};

Error refused(std::string message, std::string next) {
    return {Code::forbidden, std::move(message), "recall", std::move(next)};
}

std::string month(Instant at) { return to_text(at).substr(0, 7); }

/// The release without what releases in use hold too: that would recall them.
proof::Release described_alone(const Registry& registry, const proof::Release& release) {
    proof::Release alone = release;
    for (const Published& one : registry.releases) {
        if (one.described.name == release.name || one.described.state >= State::soft_recall)
            continue;
        std::erase_if(alone.tensors,
                      [&](const Digest& d) { return one.described.tensors.contains(d); });
        std::erase_if(alone.weights,
                      [&](const Digest& d) { return one.described.weights.contains(d); });
    }
    return alone;
}

Result<void> check(const proof::Release& release, const RecallWish& wish) {
    if (wish.strength <= release.state)
        return refused(fmt::format("{} is {} already: a state never goes back", release.name,
                                   to_text(release.state)),
                       "a soft recall can become a hard one; if the channel does not say so yet: "
                       "litura channel tend");
    const bool urgent = wish.reason == Reason::order || wish.reason == Reason::minor ||
                        wish.reason == Reason::special_category;
    if (wish.strength == State::hard_recall && !urgent && release.successor.empty())
        return refused(
            "a hard recall without a successor is for an order, a minor or special categories",
            "recall it softly now, and hard when its successor is out");
    return done();
}

Json statement_of(const Registry& registry, const proof::Release& release, const std::string& id,
                  Instant now, const RecallWish& wish) {
    const proof::Release alone = described_alone(registry, release);
    Json subjects = Json::array();
    for (const Digest& digest : alone.weights)
        subjects.push_back({{"digest", {{"sha256", digest.hex()}}}});
    const Published* successor = registry.find(release.successor);
    const Json predicate = {
        {"recall", id},
        {"state", to_text(wish.strength)},
        {"reason", to_text(wish.reason)},
        {"decided", month(now)},
        {"deadline", to_text(now.plus_days(wish.deadline_days))},
        {"release", to_json(alone)},
        {"successor", successor == nullptr ? Json() : to_json(successor->described)},
        {"duties",
         {"stop_use", "stop_distribution", "delete_or_replace_copies", "notify_downstream",
          "answer"}},
        {"contact", wish.contact}};
    return {{"_type", "https://in-toto.io/Statement/v1"},
            {"subject", subjects},
            {"predicateType", "urn:litura:recall:1"},
            {"predicate", predicate}};
}

}  // namespace

std::string_view to_text(Reason reason) { return kReasons[static_cast<std::size_t>(reason)]; }

Result<Reason> parse_reason(std::string_view text) {
    const auto found = std::ranges::find(kReasons, text);
    if (found != kReasons.end()) return static_cast<Reason>(found - kReasons.begin());
    return Error{Code::bad_input, "unknown reason of a recall", "--reason",
                 "choose one of: rights, order, minor, special_category, security"};
}

Result<Recall> recall(derive::Project& project, const RecallWish& wish) {
    auto writer = TRY(ChannelWriter::open(project.env, channel_folder(project), wish.keys));
    TRY(writer.check_keys({"recall", "snapshot", "timestamp"}));
    const proof::SigningKey key =
        TRY(proof::load_signing_key(project.env, wish.keys / "recall.key"));
    auto transaction = TRY(project.db.begin());
    const Registry registry = TRY(load_registry(project));
    const Published* published = registry.find(wish.release);
    if (published == nullptr)
        return Error{Code::bad_input, "there is no release of this name", wish.release,
                     "see 'litura release list'"};
    TRY(check(published->described, wish));
    Recall out;
    out.id = fmt::format("recall-{}", registry.recalls.size() + 1);
    out.release = wish.release;
    out.strength = wish.strength;
    const Instant now = TRY(project.ledger().now());
    out.at = now;
    out.deadline = now.plus_days(wish.deadline_days);
    const std::string payload =
        compact(statement_of(registry, published->described, out.id, now, wish));
    out.envelope =
        compact(to_json(proof::sign_envelope(std::string(proof::kStatementType), payload, key)));
    TRY(project.ledger().note("release.recalled", {{"recall", out.id},
                                                   {"release", out.release},
                                                   {"state", to_text(out.strength)},
                                                   {"reason", to_text(wish.reason)},
                                                   {"deadline", out.deadline.ms},
                                                   {"envelope", out.envelope}}));
    TRY(transaction.commit());
    TRY(sign_channel(project, writer));
    return out;
}

std::string osv_of(const Registry& registry, const Recall& recall) {
    const Published* release = registry.find(recall.release);
    CHECK(release != nullptr);
    const std::string name = "litura-" + release->described.model.hex().substr(0, 12);
    const std::string modified = month(recall.at) + "-01T00:00:00Z";
    const std::string deadline = to_text(Instant{recall.deadline.ms / 1000 * 1000});
    const Json package = {{"ecosystem", "Litura"},
                          {"name", name},
                          {"purl", "pkg:generic/" + name + "@" + recall.release}};
    const Json osv = {
        {"schema_version", "1.6.0"},
        {"id", "LITURA-" + name.substr(7) + "-" + recall.id},
        {"modified", modified},
        {"summary", "This release must not be used any more"},
        {"affected",
         Json::array({{{"package", package}, {"versions", Json::array({recall.release})}}})},
        {"database_specific",
         {{"state", to_text(recall.strength)},
          {"deadline", deadline},
          {"signed", "recall/" + recall.release + ".json in the channel"}}}};
    return osv.dump(1) + "\n";
}

}  // namespace litura::release
