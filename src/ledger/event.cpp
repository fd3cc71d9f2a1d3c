// The layouts behind commitment, seal and hash. Changing one is a new version of the chain.
#include "ledger/event.hpp"

#include <algorithm>

#include "keys/sealing.hpp"

namespace litura::ledger {
namespace {

constexpr std::size_t kNonce = 32;

Error damaged(Sequence seq, const char* what) {
    return {Code::broken, what, "event " + std::to_string(seq),
            "restore the project from a backup"};
}

Digest commitment_to(ByteView nonce, ByteView payload) {
    ByteWriter fields;
    fields.text("litura.event.payload.1");
    fields.blob(nonce);
    fields.blob(payload);
    return sha256(fields.bytes());
}

/// Binds a sealed payload to its place in the chain.
Bytes place(Sequence seq, std::string_view type) {
    ByteWriter fields;
    fields.text("litura.event.seal.1");
    fields.u64(seq);
    fields.text(type);
    return fields.take();
}

Bytes payload_of(const Event& event) {
    const std::string line = compact(event.payload) + "\n";
    Bytes payload(line.begin(), line.end());
    payload.insert(payload.end(), event.attachment.begin(), event.attachment.end());
    return payload;
}

SecretKey event_key(const SecretKey& of) { return keys::subkey(of, "litura.key.events.1"); }

}  // namespace

Digest StoredEvent::expected_hash() const {
    ByteWriter fields;
    fields.text("litura.event.1");
    fields.u64(seq);
    fields.i64(at.ms);
    fields.text(type);
    fields.i64(version);
    fields.u8(person.has_value() ? 1 : 0);
    fields.blob(person.has_value() ? ByteView(*person) : ByteView());
    fields.blob(commitment);
    fields.blob(prev);
    return sha256(fields.bytes());
}

Chain::Chain(Database& db, keys::KeyTable& keys, const SecretKey& project)
    : db_(&db), keys_(&keys), project_(event_key(project)) {}

Result<Statement> Chain::select(std::string_view tail) {
    return db_->prepare(
        "SELECT seq, at_ms, type, version, person, commitment, sealed, prev, hash FROM event " +
        std::string(tail));
}

StoredEvent Chain::stored(const Statement& row) {
    StoredEvent event;
    event.seq = static_cast<Sequence>(row.integer(0));
    event.at = {row.integer(1)};
    event.type = row.text(2);
    event.version = row.integer(3);
    if (!row.is_null(4)) event.person = row.blob(4);
    event.commitment = row.blob(5);
    event.sealed = row.blob(6);
    event.prev = row.blob(7);
    event.hash = row.blob(8);
    return event;
}

Result<Head> Chain::head() {
    auto rows = TRY(db_->prepare("SELECT seq, at_ms, hash FROM event ORDER BY seq DESC LIMIT 1"));
    if (!TRY(rows.step())) return Head{};
    const auto seq = static_cast<Sequence>(rows.integer(0));
    const auto hash = digest_from_bytes(rows.blob(2));
    if (!hash) return damaged(seq, "the last event has no hash");
    return Head{seq, {rows.integer(1)}, hash.value()};
}

Result<void> Chain::append(Event& event) {
    const Head last = TRY(head());
    event.seq = last.seq + 1;
    StoredEvent row{event.seq, event.at, event.type, event.version, std::nullopt, {}, {}, {}, {}};
    row.prev.assign(last.hash.bytes.begin(), last.hash.bytes.end());
    if (event.person) row.person.emplace(event.person->bytes.begin(), event.person->bytes.end());

    const SecretKey nonce = keys::random_key();
    Bytes payload = payload_of(event);
    const Digest commitment = commitment_to(nonce.reveal(), payload);
    row.commitment.assign(commitment.bytes.begin(), commitment.bytes.end());
    const SecretKey key =
        event.person ? event_key(TRY(keys_->get_or_create(*event.person))) : project_.clone();
    Bytes plain(nonce.reveal().begin(), nonce.reveal().end());
    plain.insert(plain.end(), payload.begin(), payload.end());
    row.sealed = keys::seal(key, plain, place(event.seq, event.type));
    wipe(payload.data(), payload.size());
    wipe(plain.data(), plain.size());

    auto insert = TRY(db_->prepare("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(row.seq).bind(row.at.ms).bind(row.type).bind(row.version);
    if (row.person) {
        insert.bind(*row.person);
    } else {
        insert.bind_null();
    }
    insert.bind(row.commitment).bind(row.sealed).bind(row.prev).bind(row.expected_hash());
    return insert.run();
}

Result<StoredEvent> Chain::read(Sequence seq) {
    auto rows = TRY(select("WHERE seq = ?"));
    rows.bind(seq);
    if (!TRY(rows.step())) return damaged(seq, "an event is missing");
    return stored(rows);
}

Result<std::optional<SecretKey>> Chain::key_of(const std::optional<Digest>& person) {
    if (!person) return std::optional<SecretKey>(project_.clone());
    auto key = TRY(keys_->find(*person));
    if (!key) return std::optional<SecretKey>();
    return std::optional<SecretKey>(event_key(*key));
}

Result<std::pair<Bytes, Bytes>> Chain::opening(const StoredEvent& stored, const SecretKey& key) {
    auto opened = keys::unseal(key, stored.sealed, place(stored.seq, stored.type));
    if (!opened || opened->size() < kNonce) {
        return damaged(stored.seq, "an event's payload does not open");
    }
    Bytes plain = std::move(opened).value();
    const auto [nonce, payload] =
        std::pair(ByteView(plain).first(kNonce), ByteView(plain).subspan(kNonce));
    if (!std::ranges::equal(commitment_to(nonce, payload).view(), stored.commitment)) {
        return damaged(stored.seq, "an event's payload is not what the chain is committed to");
    }
    std::pair out{Bytes(nonce.begin(), nonce.end()), Bytes(payload.begin(), payload.end())};
    wipe(plain.data(), plain.size());
    return out;
}

Result<Event> Chain::open(const StoredEvent& stored, const SecretKey& key) {
    Bytes payload = TRY(opening(stored, key)).second;
    const auto line_end = std::ranges::find(payload, '\n');
    const auto line = ByteView(payload).first(static_cast<std::size_t>(line_end - payload.begin()));
    if (line_end == payload.end()) return damaged(stored.seq, "an event's payload has no end");

    Event event{stored.seq,
                stored.at,
                stored.type,
                stored.version,
                std::nullopt,
                {},
                {line_end + 1, payload.end()}};
    if (stored.person) event.person = TRY(digest_from_bytes(*stored.person));
    auto json = parse_json(text_of(line), "event " + std::to_string(stored.seq));
    if (!json) return damaged(stored.seq, "an event's payload is not JSON");
    event.payload = std::move(json).value();
    wipe(payload.data(), payload.size());
    return event;
}

Result<Event> Chain::event(Sequence seq) {
    const StoredEvent found = TRY(read(seq));
    std::optional<Digest> person;
    if (found.person) person = TRY(digest_from_bytes(*found.person));
    const auto key = TRY(key_of(person));
    if (key) return open(found, *key);
    return Error{Code::forbidden, "an event's key was destroyed", "event " + std::to_string(seq),
                 "what it held cannot be read again, by anybody"};
}

}  // namespace litura::ledger
