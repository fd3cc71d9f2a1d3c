// The real trainer behind derive/trainer.hpp: a Llama model on the canonical engine.
#pragma once

#include "derive/recipe.hpp"
#include "derive/trainer.hpp"

namespace litura::derive {

/// Loads the base from `folder`.
Result<std::unique_ptr<Trainer>> load_llama_trainer(Env& env, const Path& folder,
                                                    const Recipe& recipe);

}  // namespace litura::derive
