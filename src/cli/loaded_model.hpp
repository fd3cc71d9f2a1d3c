// A model to ask: the project's, checked and bound by its Permit, or a folder outside of any.
#pragma once

#include <memory>

#include "cli/context.hpp"
#include "engine/model.hpp"

namespace litura::cli {

/// A folder outside of any project: nobody's order reaches it.
class Unbound final : public Permit {
public:
    Result<void> check(Act) const override { return done(); }
};

struct LoadedModel {
    std::unique_ptr<derive::Project> project;
    engine::Model model;
    Digest digest;
    bool suppressed = false;
    std::unique_ptr<Permit> bound;
    const Permit& permit() const { return *bound; }
};

/// `folder`: nothing for the project's model. Code::forbidden under an order against serving;
/// Code::check_failed if the visible model's files were changed.
Result<std::unique_ptr<LoadedModel>> load_model(Context& context, const std::string& folder);

}  // namespace litura::cli
