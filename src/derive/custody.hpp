// Where the keys of a project lie besides the project, and how far its journal must reach. Two
// things stand outside of `.litura`, so that an old copy of that folder is recognised: the anchored
// head (`litura.head`, beside litura.toml) and, if [policy] names a `key_mirror`, a second home of
// everything that must never be old: secrets, root, key tables, events. "Ciphertext is archived,
// keys are mirrored": a mirror is written over, it has no history. docs/keys.md has the formats.
#pragma once

#include "derive/mirror.hpp"
#include "derive/turn.hpp"

namespace litura::derive {

/// The project's present head, in the same form as the anchored one.
Result<std::string> head_text(Project& project);
/// The mirror's folder, if the policy names one.
std::optional<Path> mirror_folder(const Project& project);

/// Brings mirror and anchored head up to the project, keys and journal. Idempotent.
/// Code::environment if the mirror cannot be reached, Code::forbidden if it is another project's or
/// this is a copy: then nothing that rests on it may be called destroyed.
Result<void> anchor(Turn& turn);
/// Code::forbidden in a copy: there nothing is destroyed, and no key is moved.
Result<void> check_not_a_copy(Project& project);
/// After every commit that refused somebody or something: the journal outside of the database is
/// brought up to it, so that no older database can take the refusal back. Cheap if nothing was
/// refused. A mirror that is away takes nothing from a refusal: it is said, and the next command
/// writes it. `looked_at`, which the caller keeps, is the event up to which nothing waits.
Result<void> anchor_refusals(Project& project, ledger::Sequence& looked_at);
/// The event up to which the journal is anchored beside the project.
Result<ledger::Sequence> anchored_sequence(Project& project);
/// Does the mirror lack keys or a refusal that the project has?
Result<bool> mirror_is_behind(Project& project);

/// Code::forbidden if the anchored head, or the mirror, is beyond what the project holds. Says so
/// if the project is a copy of the one whose mirror it is.
Result<void> check_anchor(Project& project);
/// A copy becomes the project whose mirror it is; the one before is a copy from now on.
/// Code::forbidden unless it holds all that the mirror holds.
Result<void> take_mirror(Turn& turn);

}  // namespace litura::derive
