#include "proof/release_list.hpp"

#include <algorithm>
#include <array>

#include "proof/dsse.hpp"
#include "proof/json_fields.hpp"

namespace litura::proof {
namespace {

constexpr std::array<std::string_view, 4> kHow = {"nothing", "file digest", "tensor digests",
                                                  "name in the file"};

Error malformed_list(const std::string& what) {
    return {Code::bad_input, "not a release's description: " + what, "channel",
            "fetch the channel again"};
}

Result<std::string> text(const Json& json, const char* name) {
    if (const std::string* found = text_in(json, name)) return *found;
    return malformed_list(name);
}

Result<std::set<Digest>> digests(const Json& json, const char* name) {
    const Json* list = field_in(json, name);
    if (list == nullptr || !list->is_array()) return malformed_list(name);
    std::set<Digest> out;
    for (const Json& one : *list) {
        if (!one.is_string()) return malformed_list(name);
        out.insert(TRY(parse_digest(one.get_ref<const std::string&>())));
    }
    return out;
}

Json texts(const std::set<Digest>& digests) {
    Json out = Json::array();
    for (const Digest& digest : digests) out.push_back(to_text(digest));
    return out;
}

/// The statement in a recall's envelope. Its role signed the file; who else signed does not matter
/// here.
Result<Json> recall_predicate(std::string_view content) {
    const Envelope envelope = TRY(parse_envelope(content));
    const Json statement = TRY(parse_json(text_of(envelope.payload), "recall"));
    const Json* predicate = field_in(statement, "predicate");
    if (predicate == nullptr) return malformed_list("predicate");
    return *predicate;
}

bool recalled(const Release* release) { return release->state >= State::soft_recall; }

/// Of those that hold one thing: the recalled ones, else those of the mildest state.
void keep_decisive(std::vector<const Release*>& holders) {
    if (std::ranges::any_of(holders, recalled)) {
        std::erase_if(holders, [](const Release* release) { return !recalled(release); });
        return;
    }
    const State mildest = (*std::ranges::min_element(holders, {}, &Release::state))->state;
    std::erase_if(holders, [&](const Release* release) { return release->state != mildest; });
}

const std::vector<const Release*>* holders_of(const auto& index, const Digest& digest) {
    const auto found = index.find(digest);
    return found == index.end() ? nullptr : &found->second;
}

void add(Recognised& verdict, Recognised::How how, std::span<const Release* const> holders) {
    verdict.how = how;
    verdict.releases.insert(verdict.releases.end(), holders.begin(), holders.end());
}

/// Each release once, worst first and otherwise in the channel's order.
Recognised settled(Recognised verdict) {
    auto& list = verdict.releases;
    std::ranges::sort(list);
    list.erase(std::unique(list.begin(), list.end()), list.end());
    std::ranges::stable_sort(list, std::greater(), &Release::state);
    if (!list.empty()) verdict.state = list.front()->state;
    return verdict;
}

}  // namespace

Json to_json(const Release& release) {
    Json json = {{"release", release.name},
                 {"model", to_text(release.model)},
                 {"lease_until", to_text(release.lease_until)},
                 {"weights", texts(release.weights)},
                 {"tensors", texts(release.tensors)}};
    if (!release.known.empty()) json["known"] = texts(release.known);
    return json;
}

Result<Release> parse_release(std::string_view document) {
    const Json json = TRY(parse_json(document, "release"));
    Release out;
    out.name = TRY(text(json, "release"));
    out.model = TRY(parse_digest(TRY(text(json, "model"))));
    out.lease_until = TRY(parse_instant(TRY(text(json, "lease_until"))));
    out.weights = TRY(digests(json, "weights"));
    out.tensors = TRY(digests(json, "tensors"));
    if (field_in(json, "known") != nullptr) out.known = TRY(digests(json, "known"));
    return out;
}

Result<Release> recalled_release(std::string_view envelope) {
    const Json predicate = TRY(recall_predicate(envelope));
    const Json* described = field_in(predicate, "release");
    if (described == nullptr) return malformed_list("recall");
    return parse_release(compact(*described));
}

Result<std::vector<Release>> releases_of(const ChannelView& view) {
    std::vector<Release> out;
    for (const auto& [name, file] : view.recalls) {
        Release release = TRY(recalled_release(file.content));
        release.state = std::max(TRY(state_in(file.custom)), State::soft_recall);
        release.recall = TRY(recall_predicate(file.content));
        // Two say how grave it is, the role and the statement: the graver word counts.
        if (const auto said = state_in(release.recall); said)
            release.state = std::max(release.state, said.value());
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

std::size_t ReleaseIndex::Hash::operator()(const Digest& digest) const {
    std::size_t hash = 0;
    std::copy_n(digest.bytes.begin(), sizeof hash, reinterpret_cast<std::uint8_t*>(&hash));
    return hash;
}

ReleaseIndex::ReleaseIndex(std::span<const Release> releases) {
    for (const Release& release : releases) {
        for (const Digest& digest : release.weights) weights_[digest].push_back(&release);
        for (const Digest& digest : release.tensors) tensors_[digest].push_back(&release);
        models_[release.model].push_back(&release);
        if (!recalled(&release)) known_.insert(release.known.begin(), release.known.end());
    }
    for (ByDigest* index : {&weights_, &tensors_, &models_})
        for (auto& [digest, holders] : *index) keep_decisive(holders);
}

Recognised ReleaseIndex::by_tensors(const Evidence& evidence) const {
    Recognised out;
    std::set<const Holders*> seen;
    for (const Digest& tensor : evidence.tensors) {
        const Holders* found = holders_of(tensors_, tensor);
        if (found == nullptr) {
            out.known += known_.contains(tensor);
            continue;
        }
        ++out.tensors;
        if (seen.insert(found).second) add(out, Recognised::How::tensors, *found);
    }
    out.whole = out.tensors > 0 && evidence.unreadable == 0 &&
                out.tensors + out.known == evidence.tensors.size();
    return settled(std::move(out));
}

Recognised ReleaseIndex::judge(const Evidence& evidence) const {
    Recognised tensors = by_tensors(evidence), out;
    if (const Holders* found = holders_of(weights_, evidence.file)) {
        add(out, Recognised::How::file, *found);
        out.whole = true;
        out = settled(std::move(out));
        const bool worse = tensors.state >= State::soft_recall && out.state < State::soft_recall;
        return worse ? tensors : out;
    }
    if (tensors.tensors > 0) return tensors;
    const auto named = parse_digest(evidence.model);
    const Holders* found = named ? holders_of(models_, named.value()) : nullptr;
    if (found != nullptr) add(out, Recognised::How::name, *found);
    return settled(std::move(out));
}

int exit_status(const Recognised& verdict, const ChannelView& view, Instant now) {
    constexpr int kActive = 0, kSuperseded = 3, kRecalled = 4, kUnknown = 5;
    if (verdict.how == Recognised::How::nothing) return kUnknown;
    if (verdict.state >= State::soft_recall) return kRecalled;
    const bool leased = std::ranges::all_of(verdict.releases, [&](const Release* release) {
        return release->state != State::active || now < release->lease_until;
    });
    if (!verdict.whole || now >= view.expires || !leased) return kUnknown;
    return verdict.state == State::superseded ? kSuperseded : kActive;
}

}  // namespace litura::proof
