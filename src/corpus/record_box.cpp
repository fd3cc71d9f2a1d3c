// Seals and opens a record: its text under a key of its own, that key under the account's.
#include "corpus/record_box.hpp"

#include "keys/sealing.hpp"

namespace litura::corpus {
namespace {

Bytes key_place(const Digest& record) {
    ByteWriter place;
    place.text("litura record key 1");
    place.raw(record.view());
    return place.take();
}

Bytes record_place(const Digest& record, const Digest& wording) {
    ByteWriter place;
    place.text("litura record 1");
    place.raw(record.view());
    place.raw(wording.view());
    return place.take();
}

}  // namespace

Result<Json> record_json(const IncomingRecord& record) {
    Json json = {{"id", record.id.reveal()}, {"created_at", to_text(record.created_at)}};
    if (record.edited_at.has_value()) json["edited_at"] = to_text(*record.edited_at);
    json["text"] = record.text.reveal();
    if (record.rest.empty()) return json;
    const Json rest = TRY(parse_json(record.rest.reveal(), "further fields of a record"));
    if (!rest.is_object())
        return Error{Code::bad_input, "further fields of a record are not an object", "", ""};
    for (const auto& [key, value] : rest.items()) {
        if (!json.contains(key)) json[key] = value;
    }
    return json;
}

SealedRecord seal_record(const SecretKey& records, const Digest& record, const Digest& wording,
                         const Json& json) {
    const SecretKey key = keys::random_key();
    std::string text = compact(json);
    text.resize(keys::padded(text.size()), ' ');  // hides how long the text is
    const PersonalText plain(std::move(text));
    return {keys::seal(records, key.reveal(), key_place(record)),
            keys::seal(key, bytes_of(plain.reveal()), record_place(record, wording))};
}

Result<Json> unseal_record(const SecretKey& records, const Digest& record, const Digest& wording,
                           const SealedRecord& sealed) {
    const SecretKey key = TRY(keys::unseal_key(records, sealed.wrapped_key, key_place(record)));
    Bytes bytes = TRY(keys::unseal(key, sealed.sealed, record_place(record, wording)));
    const PersonalText plain{std::string(text_of(bytes))};
    wipe(bytes.data(), bytes.size());
    return parse_json(plain.reveal(), "a sealed record");
}

Result<Bytes> wrap_again(const SecretKey& from, const SecretKey& to, const Digest& record,
                         ByteView wrapped_key) {
    const SecretKey key = TRY(keys::unseal_key(from, wrapped_key, key_place(record)));
    return keys::seal(to, key.reveal(), key_place(record));
}

}  // namespace litura::corpus
