// What the subjects of the ledger (intake, requests, orders, ...) share. Not public.
#pragma once

#include "keys/key_table.hpp"
#include "keys/sealing.hpp"
#include "ledger/decide.hpp"
#include "ledger/event.hpp"
#include "ledger/event_catalogue.hpp"
#include "ledger/fold.hpp"
#include "ledger/ledger.hpp"
#include "ledger/order.hpp"
#include "ledger/predicate.hpp"

namespace litura::ledger {

/// The handle of somebody without an account.
inline constexpr std::string_view kNobody = "-";

struct Core {
    Database* db;
    const keys::ProjectSecrets* secrets;
    Env* env;
    keys::KeyTable keys;
    EventChain chain;  ///< refers to `keys`, so a Core stays where it is
    Ledger::Clock clock = Ledger::Clock::real;
    bool believed = false;  ///< the machine's clock, whatever it says: an operator confirms it
    std::optional<Instant> given;                             ///< by --now
    std::map<Digest, std::shared_ptr<const RulePack>> packs;  ///< parsed already
    std::shared_ptr<Snapshot> kept;  ///< as of `kept_head`; see Snapshots::latest
    Head kept_head;
    Calendar calendar;  ///< of the controller's country

    Core(Database& database, const keys::ProjectSecrets& project, Env& world, keys::KeyTable table)
        : db(&database), secrets(&project), env(&world), keys(std::move(table)),
          chain(database, keys, project.project) {}
    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;

    /// The moment of the next event: never before the last one.
    Result<Instant> moment(const Head& last) const;
    Result<Instant> now() { return moment(TRY(chain.head())); }
    std::string handle(const Digest& person) const {
        return keys::person_handle(secrets->deal, person);
    }
    /// Appends an event and folds it, in one transaction (the caller's, if there is one).
    Result<Event> append(EventName type, const std::optional<Digest>& person, Json payload,
                         ByteView attachment = {});

    /// Folds every event up to `last` that can still be opened.
    Result<void> fold_into(Database& into, Sequence last);
    /// The rules whose adoption is folded in `folds`, in the order of force.
    Result<std::vector<AdoptedRules>> adopted(Database& folds);
    /// Those in force now. Code::forbidden if there are none.
    Result<AdoptedRules> rules_now();

    /// Records a repeated objection or withdrawal, so that it also overrides consents given in
    /// between.
    Result<void> repeat(const Request& request, std::string_view purpose);

    /// Events of one type that are sealed under an account's key, in their order.
    Result<std::vector<Event>> events_of(const Digest& account, EventName type);
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
Result<std::int64_t> parse_number(std::string_view id, std::string_view prefix);

}  // namespace litura::ledger
