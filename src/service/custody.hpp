// The keys that can die, copies of the project, and how far its ledger reaches.
#pragma once

#include <string>

#include "derive/backup.hpp"
#include "derive/soundness.hpp"
#include "keys/rotation.hpp"
#include "service/words.hpp"

namespace litura::service {

struct KeyStatus {
    struct Mirror {
        bool there = false;  ///< false: away, or empty
        keys::Generation generation = 0;
        ledger::Sequence sequence = 0;
    };
    keys::KeyCensus census;
    std::optional<Mirror> mirror;  ///< nothing: the settings name none
    std::int64_t pending() const;  ///< buckets that lost keys since the last rotation
};
Result<KeyStatus> key_status(Session& session);
/// Makes every older copy of the key tables unreadable.
Result<KeyStatus> rotate_keys(Session& session);
/// Makes this copy the project whose mirror it is.
Result<KeyStatus> take_mirror(Session& session);
Json to_json(const KeyStatus& status);

struct BackedUp {
    Path folder;
    derive::BackedUp made;
};
/// Copies what is sealed; no key goes with it.
Result<BackedUp> backup(Session& session, const Path& folder);
Json to_json(const BackedUp& backup);

/// A project in `to`, from a backup and the keys' mirror.
Result<derive::Restored> restore(Env& env, const Path& backup, const Path& mirror, const Path& to);
Json to_json(const derive::Restored& restored);

struct LedgerHead {
    std::string text;  ///< of the file that is kept elsewhere
    Json json;         ///< the same, parsed
};
Result<LedgerHead> ledger_head(Session& session);
Json to_json(const LedgerHead& head);

/// Checks chain, folds and records, and that the history of `earlier` (a file with an earlier head)
/// and all that others were told is part of it.
Result<derive::Soundness> verify_ledger(Session& session, const std::optional<Bytes>& earlier);
Json to_json(const derive::Soundness& check);

}  // namespace litura::service
