// derive(ledger, corpus, recipe): brings the model up to date, and its three companions: what it
// would cost (plan), the best model that can be had without computing (suppress), and recomputing
// everything to compare (verify).
#pragma once

#include <optional>
#include <string>

#include "derive/plan.hpp"
#include "derive/project.hpp"
#include "derive/store.hpp"
#include "derive/visible.hpp"

namespace litura::derive {

struct Derived {
    Digest model, manifest;
    std::optional<Digest> memory;  ///< beside the weights, if the recipe has one with people in it
    Path folder;
    bool suppressed = false;
    std::uint64_t persons = 0, records = 0, tokens = 0, deferred = 0;  ///< of the manifest
    std::size_t nodes_total = 0, nodes_reused = 0, nodes_computed = 0;
    std::uint64_t tokens_now = 0, tokens_fresh = 0;
    double seconds = 0;
};

enum class Reuse { yes, no };

/// Computes what is missing (with Reuse::no everything, comparing with what is stored) and makes
/// the model visible. Requests may arrive meanwhile: chains that touch barred people stop within
/// one optimizer step, the plan is made again, and the result never holds anyone barred.
/// Code::forbidden under a stop order or beside another derivation.
Result<Derived> derive(Project& project, Reuse reuse, int threads);

/// Suppression: derive with nothing computed, over the better (more tokens) of the present view and
/// the last derived one filtered by today's bars. The records left out are the manifest's
/// `deferred`. The model is visible on return.
Result<Derived> suppress(Project& project);

/// The visible model, checked: if the ledger or the clock moved so that it may not be used, the
/// suppressed one takes its place first. Code::forbidden if there is none yet.
Result<VisibleModel> usable_model(Project& project);

/// A model as it lies in the project.
struct Unchanged {
    Path folder;     ///< of the weights
    Digest weights;  ///< the model's own digest where it has no memory
    std::shared_ptr<const memory::Memory> memory;  ///< null: none
};
/// Code::check_failed if its files are not that model any more.
Result<Unchanged> unchanged_folder(Project& project, const Digest& model);

}  // namespace litura::derive
