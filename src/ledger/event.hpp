// Events and the hash chain they stand in. A payload is one line of JSON, then an attachment (a
// notice, a document) if there is one. The chain covers a commitment to the payload; the nonce that
// opens the commitment is sealed with the payload, so after the key's death nobody can open or even
// guess it. Knows no meaning of an event: that is fold.hpp.
#pragma once

#include <optional>
#include <string>

#include "store/database.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"
#include "keys/key_table.hpp"
#include "ledger/types.hpp"

namespace litura::ledger {

struct Event {
    Sequence seq = 0;
    Instant at;
    std::string type;
    std::int64_t version = 1;
    std::optional<Digest> person;  ///< the account under whose key the payload is sealed
    Json payload;
    Bytes attachment;
};

/// An event as it stands in the table. Blobs are kept as found: a damaged one must be
/// reported, not trip a CHECK.
struct StoredEvent {
    Sequence seq = 0;
    Instant at;
    std::string type;
    std::int64_t version = 0;
    std::optional<Bytes> person;
    Bytes commitment, sealed, prev, hash;

    /// Is the payload's seal bound to the whole row? To number and type only before version 2.
    bool is_bound() const { return version >= 2; }
    /// What `hash` has to be: everything but the sealed payload, which the commitment stands for.
    Digest expected_hash() const;
};

/// Code::broken, naming the event.
Error damaged_event(Sequence seq, const char* what);

class EventChain {
public:
    /// Both outlive the EventChain.
    EventChain(Database& db, keys::KeyTable& keys, const SecretKey& project);

    Result<Head> head();
    /// Seals and inserts `event` behind the head; sets its seq. Within the caller's transaction.
    Result<void> append(Event& event);
    /// Calls `each` with every event from the first on; an error of `each` ends the walk.
    template <typename Each>
    Result<void> walk(Each each) {
        auto rows = TRY(select("ORDER BY seq"));
        while (TRY(rows.step())) TRY(each(stored(rows)));
        return done();
    }
    Result<StoredEvent> read(Sequence seq);
    Result<std::vector<std::string>> types_since(Sequence seq);
    /// Events of one type that are the project's own; those sealed under an account's key, of one
    /// type or all. In their order.
    Result<std::vector<Sequence>> of_project(std::string_view type);
    Result<std::vector<Sequence>> of_account(const Digest& account, std::string_view type = "");

    /// The payload's key, or nothing if it is a person's and there is none (any more).
    Result<std::optional<SecretKey>> key_of(const std::optional<Digest>& person);
    /// Code::broken if the payload does not open under `key` or is not what the chain is
    /// committed to.
    static Result<Event> open(const StoredEvent& stored, const SecretKey& key);
    /// The random number that opens the commitment, and what it was made of.
    static Result<std::pair<Bytes, Bytes>> opening(const StoredEvent& stored, const SecretKey& key);
    /// read() and open(). Code::forbidden if its key was destroyed.
    Result<Event> event(Sequence seq);

private:
    Result<Query> select(std::string_view tail);
    static StoredEvent stored(const Query& row);
    Result<void> insert(const StoredEvent& row);
    Database* db_;
    keys::KeyTable* keys_;
    SecretKey project_;
};

}  // namespace litura::ledger
