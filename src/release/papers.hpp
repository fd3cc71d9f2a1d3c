// The papers that go with a release beside its card (documents.hpp), as text; pure. What they say
// is true of the model and little: where it comes from by digest, and what it was made of. Neither
// holds a date, a number of departures or anything of a person.
#pragma once

#include <string>

#include "proof/release_list.hpp"
#include "release/facts.hpp"
#include "release/model_signature.hpp"

namespace litura::release {

/// What the papers speak of. The facts' model is the one that is released.
struct Subject {
    proof::Release release;
    FileDigests weights;  ///< of the folder's weight files
    Facts facts;
};

/// An in-toto statement with SLSA provenance 1.0 of the derivation.
std::string provenance(const Subject& subject);
/// CycloneDX 1.6: one machine-learning model, what it was made from.
std::string bill_of_materials(const Subject& subject);

}  // namespace litura::release
