// The papers that go with a release, as text; pure. What they say is true of the model and little:
// where it comes from by digest, what may be said of it, and where to ask whether it may still be
// used. None of them holds a date, a number of departures or anything of a person.
#pragma once

#include <string>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "proof/release_list.hpp"
#include "release/model_signature.hpp"

namespace litura::release {

/// What the papers speak of.
struct Subject {
    proof::Release release;
    FileDigests weights;  ///< of the folder's weight files
    Digest manifest, base, settings;
    std::string purpose, channel;  ///< channel: where it can be fetched; may be empty
    std::uint64_t persons = 0;     ///< rounded down to tens
    bool test_clock = false;
};

/// The model's card, README.md, with the front matter that hubs read.
std::string model_card(const Subject& subject);
/// An in-toto statement with SLSA provenance 1.0 of the derivation.
std::string provenance(const Subject& subject);
/// CycloneDX 1.6: one machine-learning model, what it was made from.
std::string bill_of_materials(const Subject& subject);

}  // namespace litura::release
