// An event's byte layouts: what is committed to, sealed and hashed. A change is a new version.
#include "ledger/event.hpp"

#include <algorithm>

#include "keys/sealing.hpp"

namespace litura::ledger {
namespace {

constexpr std::size_t kNonce = 32;

Digest commitment_to(ByteView nonce, ByteView payload) {
    ByteWriter fields;
    fields.text("litura.event.payload.1");
    fields.blob(nonce);
    fields.blob(payload);
    return sha256(fields.bytes());
}

/// Binds a sealed payload to its row, and by the hash of the event before to all rows before it:
/// whoever has no secret can change no column of any of them.
Bytes place(const StoredEvent& row) {
    ByteWriter fields;
    fields.text(row.is_bound() ? "litura.event.seal.2" : "litura.event.seal.1");
    fields.u64(row.seq);
    fields.text(row.type);
    if (row.is_bound()) fields.raw(row.expected_hash().view());
    return fields.take();
}

/// One line of JSON, then the attachment. What is somebody's own ends in spaces, so that its size
/// tells neither how long a name is nor what was stated of them.
Bytes payload_of(const Event& event) {
    std::string line = compact(event.payload) + "\n";
    if (const std::size_t size = line.size() + event.attachment.size(); event.person)
        line.insert(line.size() - 1, keys::padded(size) - size, ' ');
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

EventChain::EventChain(Database& db, keys::KeyTable& keys, const SecretKey& project)
    : db_(&db), keys_(&keys), project_(event_key(project)) {}

Result<void> EventChain::append(Event& event) {
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
    Bytes plain(SecretKey::kSize + payload.size());
    std::ranges::copy(payload, std::ranges::copy(nonce.reveal(), plain.begin()).out);
    row.sealed = keys::seal(key, plain, place(row));
    wipe(payload.data(), payload.size());
    wipe(plain.data(), plain.size());

    return insert(row);
}

Result<std::optional<SecretKey>> EventChain::key_of(const std::optional<Digest>& person) {
    if (!person) return std::optional<SecretKey>(project_.clone());
    auto key = TRY(keys_->find(*person));
    if (!key) return std::optional<SecretKey>();
    return std::optional<SecretKey>(event_key(*key));
}

Result<std::pair<Bytes, Bytes>> EventChain::opening(const StoredEvent& stored,
                                                    const SecretKey& key) {
    auto opened = keys::unseal(key, stored.sealed, place(stored));
    if (!opened || opened->size() < kNonce) {
        return damaged_event(stored.seq, "an event's payload does not open");
    }
    Bytes plain = std::move(opened).value();
    const auto [nonce, payload] =
        std::pair(ByteView(plain).first(kNonce), ByteView(plain).subspan(kNonce));
    if (!std::ranges::equal(commitment_to(nonce, payload).view(), stored.commitment)) {
        return damaged_event(stored.seq,
                             "an event's payload is not what the chain is committed to");
    }
    std::pair out{Bytes(nonce.begin(), nonce.end()), Bytes(payload.begin(), payload.end())};
    wipe(plain.data(), plain.size());
    return out;
}

Result<Event> EventChain::open(const StoredEvent& stored, const SecretKey& key) {
    Bytes payload = TRY(opening(stored, key)).second;
    const auto line_end = std::ranges::find(payload, '\n');
    const auto line = ByteView(payload).first(static_cast<std::size_t>(line_end - payload.begin()));
    if (line_end == payload.end())
        return damaged_event(stored.seq, "an event's payload has no end");

    Event event{stored.seq,
                stored.at,
                stored.type,
                stored.version,
                std::nullopt,
                {},
                {line_end + 1, payload.end()}};
    if (stored.person) event.person = TRY(digest_from_bytes(*stored.person));
    auto json = parse_json(text_of(line), "event " + std::to_string(stored.seq));
    if (!json) return damaged_event(stored.seq, "an event's payload is not JSON");
    event.payload = std::move(json).value();
    wipe(payload.data(), payload.size());
    return event;
}

Result<Event> EventChain::event(Sequence seq) {
    const StoredEvent found = TRY(read(seq));
    std::optional<Digest> person;
    if (found.person) person = TRY(digest_from_bytes(*found.person));
    const auto key = TRY(key_of(person));
    if (key) return open(found, *key);
    return Error{Code::forbidden, "an event's key was destroyed", "event " + std::to_string(seq),
                 "what it held cannot be read again, by anybody"};
}

}  // namespace litura::ledger
