// Class actions and their members as rows. A member is an account, named by the event that first
// saw it. Not public.
#pragma once

#include "store/database.hpp"
#include "ledger/class.hpp"

namespace litura::ledger {

struct EntityRow {
    std::int64_t number = 0;
    Sequence event = 0;
};
Result<std::vector<EntityRow>> read_entities(Database& db);
Result<std::int64_t> next_class(Database& db);

struct ClassRow {
    std::int64_t number = 0, entity = 0;
    RequestKind kind = RequestKind::objection;
    std::string purpose;
    Mode mode = Mode::opt_in;
    std::string residence, scope;
    std::optional<Digest> list;
    std::optional<Instant> until;
    Instant at;
    std::uint64_t looked_up = 0, matched = 0, elsewhere = 0, represented = 0, left = 0;
    Sequence event = 0, settled = 0;
};
Result<std::vector<ClassRow>> read_classes(Database& db);
/// How many accounts were first seen after this event?
Result<std::uint64_t> count_accounts_after(Database& db, Sequence event);

/// Persons for whom a class speaks by name, in order.
Result<std::vector<Digest>> members_of(Database& db, std::int64_t number);
/// What was found, or said, about one account.
Result<std::optional<Standing>> standing_of(Database& db, std::int64_t number, Sequence account);
/// Another class that speaks for the person in this matter; of several the first.
Result<std::optional<std::int64_t>> speaks_already(Database& db, const Digest& person,
                                                   std::int64_t besides, RequestKind kind,
                                                   std::string_view purpose);

}  // namespace litura::ledger
