// Which model is visible. Promotion is a compare-and-set on the ledger: a model whose view holds
// someone who is not admitted any more never becomes visible, and a visible one is checked again at
// every use.
#pragma once

#include <optional>

#include "store/database.hpp"
#include "derive/manifest.hpp"
#include "derive/project.hpp"
#include "derive/visible_rows.hpp"

namespace litura::derive {

/// What a suppressed model leaves out for now.
struct Deferred {
    std::uint64_t persons = 0, records = 0;
    double share = 0;  ///< of all admitted tokens
};

struct VisibleModel {
    Digest model, manifest;
    ledger::Sequence sequence = 0;  ///< the ledger's, at which its view was last found admissible
    std::optional<Instant> valid_until;  ///< when its first ground ends by itself
    bool suppressed = false;
    Deferred deferred;
};

/// The visible model, whether or not it may still be used; nothing before the first derivation.
Result<std::optional<VisibleModel>> visible_model(Database& db);
/// The manifest of the last complete derivation: the other view that suppression looks at.
Result<std::optional<Digest>> last_derived(Database& db);

/// For each sample of the view: is its record admitted at `moment`, with the same wording?
Result<std::vector<bool>> admitted(Project& project, const View& view, Instant moment);
/// Are they all, now?
Result<bool> still_admitted(Project& project, const View& used);
/// Are all records of the visible model admitted now? At once, unless something happened since the
/// last look that may forbid; then by still_admitted(), and that look is remembered.
Result<bool> usable_as_it_is(Project& project, const VisibleModel& visible);

/// Makes a written model visible. False, and nothing changed, if a record of it is not admitted any
/// more, or another promotion removed its folder before its own.
Result<bool> promote(Project& project, const Manifest& manifest, bool suppressed);

/// Removes the folders of models that are not visible: they can be merged again from nodes that
/// still may be used.
Result<void> remove_invisible_models(Project& project);

/// The newest sealed manifest of a model, visible or not, also if only its weights are named.
/// Code::bad_input if there is none.
Result<Manifest> manifest_of_model(Project& project, const Digest& model);

/// Path of a model's folder.
Path model_folder(const Project& project, const Digest& model);

}  // namespace litura::derive
