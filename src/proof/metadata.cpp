// Signatures are checked over what was parsed, written canonically again, so that no two readers
// can differ.
#include "proof/metadata.hpp"

#include <algorithm>

#include "proof/json_fields.hpp"

namespace litura::proof {
namespace {

constexpr std::size_t kKeysMax = 64;

Error malformed_metadata(std::string_view type) {
    return {Code::bad_input, "not well-formed metadata", std::string(type),
            "fetch the channel again"};
}

std::optional<std::uint64_t> number(const Json& json, const char* name) {
    const Json* value = field_in(json, name);
    if (value == nullptr || !value->is_number_unsigned()) return std::nullopt;
    return value->get<std::uint64_t>();
}

Result<PublicKey> parse_key(const Json& json) {
    const Json* value = field_in(json, "keyval");
    if (value == nullptr || text_or_empty(json, "keytype") != "ed25519" ||
        text_or_empty(json, "scheme") != "ed25519")
        return malformed_metadata("key");
    return public_key_from(TRY(from_hex(text_or_empty(*value, "public"))));
}

}  // namespace

Result<Metadata> parse_metadata(ByteView file, std::string_view type) {
    const Json json = TRY(parse_json(text_of(file), type));
    const Json* role = field_in(json, "signed");
    const Json* signatures = field_in(json, "signatures");
    if (role == nullptr || signatures == nullptr || !signatures->is_array() ||
        signatures->size() > kKeysMax)
        return malformed_metadata(type);
    Metadata out;
    out.role = *role;
    out.type = text_or_empty(*role, "_type");
    const auto version = number(*role, "version");
    const bool known_spec = text_or_empty(*role, "spec_version").starts_with("1.");
    if (out.type != type || !version || *version == 0 || !known_spec)
        return malformed_metadata(type);
    out.version = *version;
    out.expires = TRY(parse_instant(text_or_empty(*role, "expires")));
    out.issued = TRY(parse_instant(text_or_empty(*role, "issued")));
    for (const Json& one : *signatures) {
        Bytes signature = TRY(from_hex(text_or_empty(one, "sig")));
        out.signatures.emplace(text_or_empty(one, "keyid"), std::move(signature));
    }
    return out;
}

std::string sign_metadata(const Json& role, std::span<const SigningKey* const> keys) {
    const auto message = canonical_json(role);
    CHECK(message.ok());
    Json file = {{"signed", role}, {"signatures", Json::array()}};
    for (const SigningKey* key : keys) {
        const Signature signature = key->sign(bytes_of(message.value()));
        file["signatures"].push_back(
            {{"keyid", key_id(key->public_key())}, {"sig", hex(signature)}});
    }
    return file.dump(1) + "\n";
}

Json metadata_head(std::string_view type, std::uint64_t version, Instant issued, Instant expires) {
    // When exactly a role was signed would tell when somebody decided on what it says.
    const auto whole = [&](Instant at) {
        return to_text(type == "timestamp" ? at.hour() : at.day());
    };
    return {{"_type", type},
            {"spec_version", kMetadataSpec},
            {"version", version},
            {"issued", whole(issued)},
            {"expires", whole(expires)}};
}

Result<RoleKeys> keys_of_role(const Json& keys, const Json& entry) {
    RoleKeys role;
    const Json* ids = field_in(entry, "keyids");
    const auto threshold = number(entry, "threshold");
    if (ids == nullptr || !ids->is_array() || ids->size() > kKeysMax || !threshold ||
        *threshold == 0)
        return malformed_metadata("role");
    role.threshold = *threshold;
    for (const Json& id : *ids) {
        if (!id.is_string()) return malformed_metadata("role");
        const auto& name = id.get_ref<const std::string&>();
        const Json* key = field_in(keys, name.c_str());
        if (key == nullptr) return malformed_metadata("role");
        const PublicKey parsed = TRY(parse_key(*key));
        if (key_id(parsed) != name) return malformed_metadata("role");
        role.keys.emplace(name, parsed);
    }
    return role;
}

Result<RoleKeys> root_role(const Metadata& root, const char* name) {
    const Json* keys = field_in(root.role, "keys");
    const Json* roles = field_in(root.role, "roles");
    const Json* entry = roles == nullptr ? nullptr : field_in(*roles, name);
    if (keys == nullptr || entry == nullptr) return malformed_metadata("root");
    return keys_of_role(*keys, *entry);
}

Result<RoleKeys> delegated_role(const Metadata& targets, std::string_view name) {
    const Json* delegations = field_in(targets.role, "delegations");
    const Json* keys = delegations == nullptr ? nullptr : field_in(*delegations, "keys");
    const Json* roles = delegations == nullptr ? nullptr : field_in(*delegations, "roles");
    if (keys == nullptr || roles == nullptr || !roles->is_array())
        return malformed_metadata("targets");
    for (const Json& entry : *roles) {
        if (text_or_empty(entry, "name") == name) return keys_of_role(*keys, entry);
    }
    return malformed_metadata("targets");
}

Result<void> check_signatures(const Metadata& metadata, const RoleKeys& role) {
    const std::string message = TRY(canonical_json(metadata.role));
    std::uint64_t good = 0;
    for (const auto& [id, key] : role.keys) {
        const auto found = metadata.signatures.find(id);
        good += found != metadata.signatures.end() &&
                verify_signature(key, bytes_of(message), found->second);
    }
    if (good >= role.threshold) return done();
    return Error{Code::check_failed, "metadata of the channel is not signed by its role's keys",
                 metadata.type, "do not use this copy of the channel; ask who publishes it"};
}

Result<FileEntry> file_entry(const Json& entry) {
    const auto length = number(entry, "length");
    const Json* hashes = field_in(entry, "hashes");
    if (!length || hashes == nullptr) return malformed_metadata("file entry");
    FileEntry out;
    out.length = *length;
    out.sha256 = TRY(parse_digest(text_or_empty(*hashes, "sha256")));
    if (const Json* custom = field_in(entry, "custom")) out.custom = *custom;
    return out;
}

Json to_json(const FileEntry& entry) {
    Json json = {{"length", entry.length}, {"hashes", {{"sha256", entry.sha256.hex()}}}};
    if (!entry.custom.is_null()) json["custom"] = entry.custom;
    return json;
}

}  // namespace litura::proof
