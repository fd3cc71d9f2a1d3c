// Where the keys of a project lie besides the project, and how far its journal must reach. Two
// things stand outside of `.litura`, so that an old copy of that folder is recognised: the anchored
// head (`litura.head`, beside litura.toml) and, if [policy] names a `key_mirror`, a second home of
// everything that must never be old: secrets, root, key tables, events. "Ciphertext is archived,
// keys are mirrored": a mirror is written over, it has no history. docs/keys.md has the formats.
#pragma once

#include "derive/project.hpp"

namespace litura::derive {

/// What a project, or a copy of it, reaches to.
struct Anchor {
    keys::Generation generation = 0;
    ledger::Head head;
};
Bytes encode_anchor(const Anchor& anchor);
/// The project's present one, in the same form as the anchored head.
Result<std::string> head_text(Project& project);
/// Of any bytes. Code::broken unless they name a generation and an event.
Result<Anchor> parse_anchor(ByteView bytes);
/// Code::forbidden if the file is missing: without it an old copy cannot be told from the project.
Result<Anchor> read_anchor(Env& env, const Path& path);

/// The mirror's folder, if the policy names one.
std::optional<Path> mirror_folder(const Project& project);
struct MirrorPaths {
    explicit MirrorPaths(Path folder) : root(std::move(folder)) {}
    Path root;
    Path secrets() const { return root / "secrets"; }
    Path tables() const { return root / "keys.db"; }
    Path anchor() const { return root / "litura.head"; }
};

/// Brings mirror and anchored head up to the project. Idempotent. Code::environment if the mirror
/// cannot be reached: then nothing that rests on it may be called destroyed.
Result<void> anchor(Project& project);
/// Code::forbidden if the anchored head, here or in the mirror, is beyond what the project holds.
Result<void> check_anchor(Project& project);

}  // namespace litura::derive
