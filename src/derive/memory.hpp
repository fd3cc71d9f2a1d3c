// The memory of a model: counted from its people's texts, kept as a node, found again for the model
// beside whose weights it stands. A model with a memory is named by both; its folder holds the
// weights alone, and the memory's bytes lie sealed in the store.
#pragma once

#include <memory>
#include <optional>

#include "derive/executor.hpp"
#include "derive/store.hpp"
#include "memory/memory.hpp"

namespace litura::derive {

/// Names a model: by its weights alone where it has no memory.
Digest model_digest(const Digest& weights, const std::optional<Digest>& memory);

/// What a memory is counted from, and with.
struct MemoryTask {
    const Node& node;
    const View& view;
    memory::Rule rule;
    const Trainer& trainer;
    TextSource& texts;
    const Permit& permit;  ///< asked for every person
    int threads;
    Store* kept;  ///< takes over what the last memory was counted from; null: opens every text
};
/// Code::forbidden if a text was destroyed or reworded meanwhile.
Result<CountedMemory> count_memory(const MemoryTask& task);

/// How a text's passages are named (memory/passages.hpp): a record of an account, in a wording.
Digest passages_name(const Digest& account, const Digest& record, const Digest& wording);

/// The rule of the recipe's memory; nothing if it has none.
std::optional<memory::Rule> rule_of(const Recipe& recipe);

/// The memory that makes `model` of `weights`; null where the weights alone do.
/// Code::check_failed if neither does: the one or the other was changed or is gone.
Result<std::shared_ptr<const memory::Memory>> find_memory(const Project& project,
                                                          const Digest& weights,
                                                          const Digest& model);

}  // namespace litura::derive
