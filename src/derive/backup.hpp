// Backups: the project's ciphertext, any number of times, for any time. A backup holds no key, not
// even a wrapped one: what was erased since opens from none of them. Restoring takes keys and
// journal from the mirror (custody.hpp), which is never old, and the ciphertext from the backup.
#pragma once

#include "derive/custody.hpp"

namespace litura::derive {

struct BackedUp {
    ledger::Head head;  ///< the journal as far as the backup saw it
    std::uint64_t records = 0;
    std::uint64_t nodes = 0;
};
/// Into a new folder. Brings the mirror up to date first, so that its keys cover the backup;
/// Code::forbidden without a mirror: nobody could restore it.
Result<BackedUp> backup(Project& project, const Path& folder);

struct Restored {
    ledger::Head head;          ///< the mirror's: no accepted request is lost
    std::uint64_t records = 0;  ///< restored and readable
    std::uint64_t dead = 0;     ///< in the backup, erased or reworded since: not restored
    std::uint64_t nodes = 0;
    std::uint64_t replayed = 0;  ///< events after the backup, taken from the mirror
};
/// Makes a project in `to` from the two. Code::forbidden if there is one, if the mirror does not
/// reach its anchored head or the one that is left in `to`, or if the backup's journal is not a
/// beginning of the mirror's.
Result<Restored> restore(Env& env, const Path& backup, const Path& mirror, const Path& to);

}  // namespace litura::derive
