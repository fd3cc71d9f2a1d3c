// `audit diff`: what somebody who holds two releases learns about the people between them. No exact
// method escapes that comparison (an exact successor is the ideal reference model), so it is
// measured before a release, and the gate asks for the result.
//
// Measured are the departed (in the old model, not in the new one) whose words can still be read,
// and the joined (in the new one, not in the old one). The joined are the departed seen in a
// mirror: swap the models, and they are people whom one model saw and the other, exactly, did not.
// They are measured because the erased cannot be: their words are gone before a successor exists.
// Nobody's words are read who restricted their use or whose deletion an order or a platform asked
// for.
//
// Controls are people whom neither model ever saw. Nothing of anybody's text is in the result.
#pragma once

#include "audit/contrast.hpp"
#include "audit/rates.hpp"
#include "derive/project.hpp"
#include "release/gate.hpp"

namespace litura::audit {

constexpr std::size_t kFewestPeople = 10;     ///< of a group, to say anything about it
constexpr std::size_t kFewestControls = 100;  ///< so many for a rate of one in a hundred
constexpr std::size_t kMostPeople = 5000;     ///< of a group that are looked at
constexpr std::size_t kPeopleAsked = 100;  ///< of a group, whose texts are asked for word by word
constexpr std::size_t kTextsEach = 2;      ///< of each of these

/// The texts of people, one after the other.
using People = std::vector<std::vector<PersonalText>>;

struct Group {
    std::size_t people = 0;    ///< by the manifests
    std::size_t measured = 0;  ///< whose words could be read
    /// All below only if `measured` is at least kFewestPeople.
    Separation membership;  ///< by the mean difference of the losses on all a person's words
    Extraction extraction, of_controls;
    std::size_t sampled = 0, sampled_controls = 0;  ///< people with a run of words in a sample

    /// By how much more often than a control somebody of the group is recognised, or a text of
    /// theirs written out; the largest of the three ways.
    double excess(std::size_t controls) const;
};

struct Difference {
    Digest old_model, new_model;
    std::size_t controls = 0;
    Group departed, joined;
    /// The larger excess of the groups that could be measured.
    double measured() const;
};

/// Controls from a file in the format jsonl. Code::bad_input if one of them is in either model.
Result<People> read_controls(derive::Project& project, const Path& file,
                             const derive::Manifest& before, const derive::Manifest& after);

/// Code::forbidden if too few people can be measured, under a stop order, or for models whose
/// manifests are not here; Code::bad_input for models of two kinds.
Result<Difference> compare(derive::Project& project, const Path& old_folder, const Path& new_folder,
                           const Path& controls, int threads);

/// As the gate reads it (release::parse_diff_audit), with all figures.
Json to_json(const Difference& difference);

}  // namespace litura::audit
