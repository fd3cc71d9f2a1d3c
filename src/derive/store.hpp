// The store of slices and memories: one folder a node, named by key. docs/store.md has the grammar.
// A node is written aside, synced and renamed, so a folder is there whole or not at all; a folder
// without valid digests counts as absent. Merges are never stored (they are recomputed from nodes),
// only their digests are recorded. Files are sealed under a key of the node's own, which dies when
// somebody in it leaves; equality is judged on digests of plain bytes.
//
// Thread-safe: it has a database connection and a mutex of its own. Several processes may use one
// store.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include "store/database.hpp"
#include "base/env.hpp"
#include "base/permit.hpp"
#include "derive/graph.hpp"
#include "derive/node_rows.hpp"
#include "derive/project.hpp"
#include "engine/trainer.hpp"
#include "keys/key_table.hpp"
#include "memory/memory.hpp"
#include "memory/passages.hpp"

namespace litura::derive {

/// Digest of a train node: weights, moments, steps and powers of the betas.
Digest state_digest(const engine::TrainState& state);
/// Digest of a merge: its weights.
Digest weights_digest(std::span<const float> weights);

/// A memory, and the passages that it was counted from.
struct CountedMemory {
    memory::Memory memory;
    memory::Passages passages;
};

class Store {
public:
    /// `.litura/store`; what other processes left unfinished is removed if none of them lives. The
    /// project outlives it.
    static Result<std::unique_ptr<Store>> open(const Project& project);

    /// Keys of nodes that are present in index and folder.
    Result<std::set<Key>> present();

    /// Reads and checks. Code::check_failed, naming the node, if a digest does not hold;
    /// Code::forbidden if the node was withdrawn meanwhile, so that its files are going or gone.
    Result<engine::TrainState> load(const Node& node);
    /// Only the weights, which is all a merge needs.
    Result<std::vector<float>> load_weights(const Node& node);
    /// The same of a memory.
    Result<memory::Memory> load_memory(const Node& node);
    /// What it was counted from, as it was kept beside it; nothing if it does not open.
    Result<std::optional<memory::Passages>> load_passages(const Node& node);
    /// The memory whose files came last, also while somebody's records keep it in quarantine.
    Result<std::optional<Node>> last_memory();
    /// A present memory whose digest is one that is looked for.
    Result<std::optional<Node>> memory_of(const std::function<bool(const Digest&)>& wanted);

    /// Stores the node and records its digest. The same key with the same bytes again is fine; with
    /// other bytes it is Code::broken and both are kept. Code::forbidden if the node was marked for
    /// purging meanwhile: it is dropped.
    Result<Digest> put(const Node& node, const engine::TrainState& state, const Permit& permit);
    /// The same of a memory and what it was counted from; its digest is that of its bytes.
    Result<Digest> put(const Node& node, const CountedMemory& counted, const Permit& permit);
    /// Records a merge's digest; Code::broken if another one is recorded.
    Result<void> record(const Node& node, const Digest& digest);

    /// Can the node's files be opened at all?
    bool readable(const Key& key) const;

    /// Recorded digest, if the node ever was present.
    Result<std::optional<Digest>> recorded(const Key& key);
    /// Drops a node found damaged, so that it is computed again.
    Result<void> discard(const Key& key);
    /// Destroys the keys of all nodes marked for purging and unlinks their files. Idempotent. Final
    /// for copies of the files with the next rotation of the keys.
    Result<void> purge();

private:
    Store(const Project& project, Database db, FileLock lock)
        : env_(&project.env), folder_(project.paths.store()), db_(std::move(db)),
          lock_(std::move(lock)) {}
    Path path_of(const Key& key) const;
    Result<void> sweep();
    Result<SecretKey> key_to_write(const Node& node);
    Result<SecretKey> key_to_read(const Node& node);
    Result<engine::TrainState> read_state(const Node& node);
    Result<std::vector<float>> read_weights(const Node& node);
    Result<memory::Memory> read_memory(const Node& node);
    Path new_folder();
    template <typename T>
    Result<T> explained(Result<T> loaded, const Node& node);
    /// Where a chain stands at a node's end.
    struct Reached {
        Digest digest;
        std::uint64_t steps = 0;
    };
    Result<void> install(const Node& node, const Path& written, const Reached& reached,
                         const Permit& permit);

    Env* env_;
    Path folder_;
    std::mutex mutex_;
    Database db_;
    std::optional<keys::KeyTable> keys_;  ///< over db_
    FileLock lock_;  ///< shared while this process may have unfinished files in tmp
    std::uint64_t written_ = 0;
};

}  // namespace litura::derive
