#include "proof/release_list.hpp"

#include <algorithm>
#include <array>

#include "proof/dsse.hpp"
#include "proof/json_fields.hpp"

namespace litura::proof {
namespace {

constexpr std::array<std::string_view, 4> kHow = {"nothing", "file digest", "tensor digests",
                                                  "name in the file"};

Error malformed(const std::string& what) {
    return {Code::bad_input, "not a release's description: " + what, "channel",
            "fetch the channel again"};
}

Result<std::string> text(const Json& json, const char* name) {
    if (const std::string* found = text_in(json, name)) return *found;
    return malformed(name);
}

Result<std::set<Digest>> digests(const Json& json, const char* name) {
    const Json* list = field_in(json, name);
    if (list == nullptr || !list->is_array()) return malformed(name);
    std::set<Digest> out;
    for (const Json& one : *list) {
        if (!one.is_string()) return malformed(name);
        out.insert(TRY(parse_digest(one.get_ref<const std::string&>())));
    }
    return out;
}

Json texts(const std::set<Digest>& digests) {
    Json out = Json::array();
    for (const Digest& digest : digests) out.push_back("sha256:" + digest.hex());
    return out;
}

/// The statement in a recall's envelope. Its role signed the file; who else signed does not matter
/// here.
Result<Json> recall_predicate(const std::string& content) {
    const Envelope envelope = TRY(parse_envelope(content));
    const Json statement = TRY(parse_json(text_of(envelope.payload), "recall"));
    const Json* predicate = field_in(statement, "predicate");
    if (predicate == nullptr) return malformed("predicate");
    return *predicate;
}

using Holders = std::vector<const Release*>;

template <typename Holds>
Holders holders(std::span<const Release> releases, Holds holds) {
    Holders out;
    for (const Release& release : releases) {
        if (holds(release)) out.push_back(&release);
    }
    return out;
}

bool recalled(const Release* release) { return release->state >= State::soft_recall; }

/// Of those that hold one thing: the recalled ones, else those of the mildest state.
Holders decisive(Holders holders) {
    if (std::ranges::any_of(holders, recalled)) {
        std::erase_if(holders, [](const Release* release) { return !recalled(release); });
        return holders;
    }
    const State mildest = (*std::ranges::min_element(holders, {}, &Release::state))->state;
    std::erase_if(holders, [&](const Release* release) { return release->state != mildest; });
    return holders;
}

void add(Recognised& verdict, Recognised::How how, const Holders& holders) {
    verdict.how = how;
    for (const Release* release : decisive(holders)) {
        verdict.state = std::max(verdict.state, release->state);
        if (std::ranges::find(verdict.releases, release) == verdict.releases.end())
            verdict.releases.push_back(release);
    }
    std::ranges::stable_sort(verdict.releases, std::greater(), &Release::state);
}

}  // namespace

Json to_json(const Release& release) {
    return {{"release", release.name},
            {"model", "sha256:" + release.model.hex()},
            {"lease_until", to_text(release.lease_until)},
            {"weights", texts(release.weights)},
            {"tensors", texts(release.tensors)}};
}

Result<Release> parse_release(std::string_view document) {
    const Json json = TRY(parse_json(document, "release"));
    Release out;
    out.name = TRY(text(json, "release"));
    out.model = TRY(parse_digest(TRY(text(json, "model"))));
    out.lease_until = TRY(parse_instant(TRY(text(json, "lease_until"))));
    out.weights = TRY(digests(json, "weights"));
    out.tensors = TRY(digests(json, "tensors"));
    return out;
}

Result<std::vector<Release>> releases_of(const ChannelView& view) {
    std::vector<Release> out;
    for (const auto& [name, file] : view.recalls) {
        Json predicate = TRY(recall_predicate(file.content));
        const Json* described = field_in(predicate, "release");
        if (described == nullptr) return malformed("recall");
        Release release = TRY(parse_release(compact(*described)));
        release.state = std::max(TRY(state_in(file.custom)), State::soft_recall);
        release.recall = std::move(predicate);
        out.push_back(std::move(release));
    }
    for (const auto& [name, file] : view.releases) {
        if (view.recalls.contains(name)) continue;
        // The key of releases must not be able to silence a recall by writing nonsense.
        auto parsed = parse_release(file.content);
        const auto state = state_in(file.custom);
        if (!parsed || !state) continue;
        Release release = std::move(parsed).value();
        release.state = std::min(state.value(), State::superseded);
        release.successor = text_or_empty(file.custom, "successor");
        out.push_back(std::move(release));
    }
    return out;
}

std::string_view to_text(Recognised::How how) { return kHow[static_cast<std::size_t>(how)]; }

Recognised judge(std::span<const Release> releases, const Evidence& evidence) {
    const Holders of_file =
        holders(releases, [&](const Release& r) { return r.weights.contains(evidence.file); });
    Recognised by_tensors;
    for (const Digest& tensor : evidence.tensors) {
        const Holders found =
            holders(releases, [&](const Release& r) { return r.tensors.contains(tensor); });
        if (found.empty()) continue;
        add(by_tensors, Recognised::How::tensors, found);
        ++by_tensors.tensors;
    }
    Recognised out;
    if (!of_file.empty()) add(out, Recognised::How::file, of_file);
    if (by_tensors.state >= State::soft_recall && out.state < State::soft_recall) return by_tensors;
    if (!of_file.empty()) return out;
    if (by_tensors.tensors > 0) return by_tensors;
    const auto named = parse_digest(evidence.model);
    if (!named) return out;
    const Holders by_name =
        holders(releases, [&](const Release& r) { return r.model == named.value(); });
    if (!by_name.empty()) add(out, Recognised::How::name, by_name);
    return out;
}

int exit_status(const Recognised& verdict, const ChannelView& view, Instant now) {
    constexpr int kActive = 0, kSuperseded = 3, kRecalled = 4, kUnknown = 5;
    if (verdict.how == Recognised::How::nothing) return kUnknown;
    if (verdict.state >= State::soft_recall) return kRecalled;
    const bool leased = std::ranges::all_of(verdict.releases, [&](const Release* release) {
        return release->state != State::active || now < release->lease_until;
    });
    if (now >= view.expires || !leased) return kUnknown;
    return verdict.state == State::superseded ? kSuperseded : kActive;
}

}  // namespace litura::proof
