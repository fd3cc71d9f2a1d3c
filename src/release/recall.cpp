#include "release/recall.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "proof/dsse.hpp"
#include "release/page.hpp"

namespace litura::release {
namespace {

using proof::State;

constexpr std::array<std::string_view, 5> kReasons = {"rights", "order", "minor",
                                                      "special_category", "security"};

Error no_recall(std::string message, std::string next) {
    return {Code::forbidden, std::move(message), "recall", std::move(next)};
}

/// The release without what releases in use hold too: that would recall them. What an earlier
/// recall of it described stays described: clients refuse a recall that shrinks.
Result<proof::Release> described_alone(const Registry& registry, const proof::Release& release) {
    proof::Release alone = release;
    for (const Published& one : registry.releases) {
        if (one.described.name == release.name || one.described.state >= State::soft_recall)
            continue;
        std::erase_if(alone.tensors,
                      [&](const Digest& d) { return one.described.tensors.contains(d); });
        std::erase_if(alone.weights,
                      [&](const Digest& d) { return one.described.weights.contains(d); });
    }
    for (const Recall& earlier : registry.recalls) {
        if (earlier.release != release.name) continue;
        proof::Release before = TRY(proof::recalled_release(earlier.envelope));
        alone.tensors.merge(before.tensors);
        alone.weights.merge(before.weights);
    }
    alone.known.clear();  // speaks for nobody
    if (alone.tensors.empty() && alone.weights.empty())
        return no_recall("a release in use holds all weights of " + release.name,
                         "recall that one as well, and first");
    return alone;
}

Result<void> check(const proof::Release& release, const RecallWish& wish) {
    if (wish.strength <= release.state)
        return no_recall(fmt::format("{} is {} already: a state never goes back", release.name,
                                     to_text(release.state)),
                         "a soft recall can become a hard one; if the channel does not say so yet: "
                         "litura channel tend");
    const bool urgent = wish.reason == Reason::order || wish.reason == Reason::minor ||
                        wish.reason == Reason::special_category;
    if (wish.strength == State::hard_recall && !urgent && release.successor.empty())
        return no_recall(
            "a hard recall without a successor is for an order, a minor or special categories",
            "recall it softly now, and hard when its successor is out");
    return done();
}

Result<Json> statement_of(const Registry& registry, const proof::Release& release,
                          const Recall& recall, const RecallWish& wish) {
    const proof::Release alone = TRY(described_alone(registry, release));
    Json subjects = Json::array();
    for (const Digest& digest : alone.weights)
        subjects.push_back({{"digest", {{"sha256", digest.hex()}}}});
    const Published* successor = registry.find(release.successor);
    const Json predicate = {
        {"recall", recall.id},
        {"state", to_text(wish.strength)},
        {"reason", to_text(wish.reason)},
        {"decided", month(recall.at)},
        {"deadline", to_text(recall.deadline)},
        {"release", to_json(alone)},
        {"successor", successor == nullptr ? Json() : to_json(successor->described)},
        {"duties",
         {"stop_use", "stop_distribution", "delete_or_replace_copies", "notify_downstream",
          "answer"}},
        {"contact", wish.contact}};
    return Json{{"_type", proof::kStatementForm},
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
    // The end of a day: its hour would tell when the recall was decided.
    out.deadline = now.day().plus_days(wish.deadline_days + 1);
    const std::string payload =
        compact(TRY(statement_of(registry, published->described, out, wish)));
    out.envelope =
        compact(to_json(proof::sign_envelope(std::string(proof::kStatementType), payload, key)));
    TRY(project.ledger().append("release.recalled", {{"recall", out.id},
                                                     {"release", out.release},
                                                     {"state", to_text(out.strength)},
                                                     {"reason", to_text(wish.reason)},
                                                     {"deadline", out.deadline.ms},
                                                     {"envelope", out.envelope}}));
    TRY(transaction.commit());
    TRY(sign_channel(project, writer));
    return out;
}

}  // namespace litura::release
