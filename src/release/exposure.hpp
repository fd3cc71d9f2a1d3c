// What left the house with a person in it, and how far it was taken back: the part of a certificate
// that is about copies.
#pragma once

#include "base/json.hpp"
#include "release/registry.hpp"

namespace litura::release {

struct RecallReach {
    std::string recall;
    Instant deadline;
    Reach reach;
    std::size_t told = 0, applied = 0, refused = 0, unreachable = 0;  ///< recipients
};
struct Exposure {
    std::string release;
    Instant published;
    proof::State state = proof::State::active;
    std::uint64_t records = 0;  ///< of the person, in the list behind the release
    std::vector<RecallReach> recalls;
};

/// All releases, also those that held nothing of the person.
Result<std::vector<Exposure>> exposures_of(derive::Project& project, const Digest& person);
Json to_json(const Exposure& exposure);
/// Lines for people, each ended.
std::string words_of(const Exposure& exposure);

/// A model that was in use here, and how many of the person's records the list behind it holds.
struct InModel {
    Digest model, manifest;
    std::string purpose;
    Instant visible;
    /// Nothing if the list of that model was lost: the project was restored from a backup before
    /// it.
    std::optional<std::uint64_t> records;
};
/// All of them, also those that held nothing of the person.
Result<std::vector<InModel>> models_of(derive::Project& project, const Digest& person);
Json to_json(const InModel& model);

/// Events by which copies of a model, or word of a recall, left the house.
inline constexpr ledger::EventName kLeftTheHouse[] = {
    "model.exported",   "release.published",  "release.superseded", "release.counted",
    "release.recalled", "recipient.supplied", "recall.notified",    "recall.answered"};
/// One of these in plain words.
std::string words_of(const ledger::ProjectEvent& event);

}  // namespace litura::release
