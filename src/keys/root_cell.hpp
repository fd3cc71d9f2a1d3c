// The root: one random key on one device, on which the life of every other key hangs. It stands in
// a file of two fixed slots that are written over in place and never renamed, so that the bytes of
// a dead root are replaced where they stood. During a rotation both slots are filled; the database
// says which one counts (rotation.hpp). What a disk, a snapshot or a backup keeps besides is out of
// reach of a program: docs/keys.md.
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "base/env.hpp"
#include "base/secret.hpp"

namespace litura::keys {

/// Counts the roots of a project. The first is 1.
using Generation = std::int64_t;

struct RootSlots {
    std::map<Generation, SecretKey> roots;  ///< those whose slots are sound
    bool sound = false;                     ///< every slot is sound or empty
};
/// Of any bytes.
RootSlots parse_roots(ByteView cell);

class RootCell {
public:
    /// In memory, with a root of generation 1: for tests.
    RootCell();
    /// A file that open() or create() made sure of. `env` outlives the cell.
    static Result<RootCell> create(Env& env, const Path& path);
    static Result<RootCell> open(Env& env, const Path& path);

    /// The living roots, by generation: one, or two during a rotation.
    Result<std::map<Generation, SecretKey>> read() const;
    /// Fills the slot that `generation` does not share with the one before it. Synced.
    Result<void> write(Generation generation, const SecretKey& root) const;
    /// Overwrites every root but this one with zeros. Synced.
    Result<void> keep_only(Generation generation) const;

private:
    RootCell(Env& env, Path path) : env_(&env), path_(std::move(path)) {}
    Result<Bytes> bytes() const;
    Result<void> overwrite(std::size_t slot, ByteView bytes) const;

    Env* env_ = nullptr;
    Path path_;
    std::unique_ptr<Bytes> memory_;  ///< instead of a file
};

}  // namespace litura::keys
