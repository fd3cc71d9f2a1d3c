// Persons: whose records are held, what is held of one, what an operator states about them.
#pragma once

#include <vector>

#include "ledger/decide.hpp"
#include "service/rules.hpp"

namespace litura::service {

/// Where somebody's records stand in the recipe.
struct Placed {
    std::uint32_t stage = 0;  ///< the first is 1
    std::string shard;
};

struct PersonLine {
    std::string handle;
    std::optional<Placed> place;  ///< nothing while no record is admitted
    std::uint64_t tokens = 0, records = 0, admitted = 0;
};
Result<std::vector<PersonLine>> persons(Session& session);
Json to_json(const std::vector<PersonLine>& persons);

/// Why what some accounts wrote may be used, and what forbids it now.
struct Standing {
    std::vector<ledger::Ground> grounds;
    std::vector<ledger::Bar> bars;  ///< of all accounts, each once, in the order of their events
};
Standing standing_of(const ledger::Snapshot& ledger, std::span<const ledger::Account> accounts);
Json grounds_json(const Standing& standing);
Json bars_json(const Standing& standing);

struct PersonShown {
    struct Record {
        std::string handle, source;
        Instant created_at;
        ledger::Decision decision;
        std::optional<Placed> place;
        std::uint64_t tokens = 0;
    };
    std::string handle;
    std::vector<ledger::Account> accounts;
    Standing standing;
    std::vector<Record> records;
    std::vector<Explained> rules;  ///< those that decided about a record
    std::vector<Digest> models;    ///< in use, with records of theirs
};
Result<PersonShown> show_person(Session& session, const PersonName& name);
Json to_json(const PersonShown& person);

struct Described {
    std::string handle;
    ledger::Description said;
    std::optional<Replacement> replacement;
};
/// What is not given stays as it was said before.
Result<Described> describe_person(Session& session, const PersonName& name,
                                  const std::optional<std::string>& country,
                                  const std::optional<std::int64_t>& age);
Json to_json(const Described& described);

struct Linked {
    std::string handle, other;
};
/// From now on the accounts of `other` (a handle) are this person's. The evidence is kept sealed.
Result<Linked> link_persons(Session& session, const PersonName& name, const std::string& other,
                            ByteView evidence);
Json to_json(const Linked& linked);

}  // namespace litura::service
