// What the methods of Ledger share. Not public.
#pragma once

#include "keys/sealing.hpp"
#include "ledger/event.hpp"
#include "ledger/fold.hpp"
#include "ledger/ledger.hpp"

namespace litura::ledger {

struct Ledger::Impl {
    Database* db;
    const keys::ProjectSecrets* secrets;
    Env* env;
    keys::KeyTable keys;
    Chain chain;  ///< refers to `keys`, so an Impl stays where it is
    Clock clock = Clock::real;
    std::optional<Instant> given;  ///< by --now
    std::map<Digest, std::shared_ptr<const RulePack>> packs;  ///< parsed already
    Calendar calendar;             ///< of the controller's country

    Impl(Database& database, const keys::ProjectSecrets& project, Env& world, keys::KeyTable table)
        : db(&database), secrets(&project), env(&world), keys(std::move(table)),
          chain(database, keys, project.project) {}
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    /// The moment of the next event: never before the last one.
    Result<Instant> moment(const Head& last) const;
    /// Appends an event and folds it, in one transaction (the caller's, if there is one).
    Result<Event> append(std::string_view type, const std::optional<Digest>& person, Json payload,
                         ByteView attachment = {});

    /// Folds every event up to `last` that can still be opened.
    Result<void> fold_into(Database& into, Sequence last);
    /// The rules whose adoption is folded in `folds`, in the order of force.
    Result<std::vector<AdoptedRules>> adopted(Database& folds);
    /// Those in force now. Code::forbidden if there are none.
    Result<AdoptedRules> rules_now();

    /// A no that stands already is said again.
    Result<void> repeat(const Request& request, std::string_view purpose);

    /// Events of one type that are sealed under an account's key, in their order.
    Result<std::vector<Event>> events_of(const Digest& account, std::string_view type);
    Result<std::optional<Account>> known(const Digest& tag);
    Result<std::vector<Account>> accounts_where(std::string_view condition,
                                                const std::optional<Digest>& value,
                                                std::string_view order = "tag");
    Result<bool> any(std::string_view sql, const Digest& value);
    /// A document or notice from outside: its size within limits, and its digest.
    static Result<Digest> checked(ByteView text);
    /// The end of a request's time.
    Instant due(Instant received) const;
    Result<SecretKey> key_of_request(std::int64_t number);
    /// The request that was filed under this mark. Code::bad_input if that said something else.
    Result<std::optional<std::int64_t>> filed(std::string_view mark, ByteView content);
    Result<void> add_filing(Json& payload, std::int64_t number, std::string_view mark,
                            ByteView content);
    /// Something on paper, sealed under the request's key.
    Result<void> add_paper(std::int64_t number, std::string_view what, ByteView text);
    /// What the person asked to be given, and has not got, before this kind destroys it.
    Result<std::optional<Request>> disclosure_first(const Digest& person, RequestKind kind);
    Result<Order> order(OrderKind kind, const Instruction& from, Json what);
    /// Code::bad_input if it names a handle of nobody.
    Result<void> check_scope(const Predicate& scope);
};

/// Names of sources, purposes, channels, methods: 1 to 200 bytes of UTF-8 without control
/// characters.
Result<void> check_name(std::string_view value, std::string_view what);

/// The event by which rules are adopted. Code::bad_input if they are none.
Result<Event> rules_event(ByteView text, Instant at);
/// Code::forbidden if so weak a method cannot carry so much: suppression needs control of the
/// account, destroying and disclosing need to know who asks.
Result<void> check_verification(RequestKind kind, std::string_view method);
/// Nobody (any more) for an unknown handle.
Result<std::optional<Digest>> person_of(Database& db, std::string_view handle);

Result<std::int64_t> parse_number(std::string_view id, std::string_view prefix);

}  // namespace litura::ledger
