#include "release/model_signature.hpp"

#include <filesystem>

#include "base/json.hpp"
#include "proof/base64.hpp"
#include "proof/dsse.hpp"
#include "proof/json_fields.hpp"

namespace litura::release {
namespace {

using proof::field_in;
using proof::text_in;

constexpr std::string_view kBundle = "application/vnd.dev.sigstore.bundle.v0.3+json";
constexpr std::string_view kPredicate = "https://model_signing/signature/v1.0";

Error differs(std::string message, std::string where) {
    return {Code::check_failed, std::move(message), std::move(where), "fetch the release again"};
}

std::string root_of(const FileDigests& files) {
    Hasher hasher;
    for (const auto& [name, digest] : files) hasher.update(digest.view());
    return hasher.finish().hex();
}

Json resources_of(const FileDigests& files) {
    Json resources = Json::array();
    for (const auto& [name, digest] : files)
        resources.push_back({{"name", name}, {"algorithm", "sha256"}, {"digest", digest.hex()}});
    return resources;
}

Json payload_of(const std::string& name, const FileDigests& files) {
    const Json serialization = {{"method", "files"},
                                {"hash_type", "sha256"},
                                {"allow_symlinks", false},
                                {"ignore_paths", Json::array({std::string(kSignatureFile)})}};
    return {{"_type", proof::kStatementForm},
            {"subject", Json::array({{{"name", name}, {"digest", {{"sha256", root_of(files)}}}}})},
            {"predicateType", kPredicate},
            {"predicate", {{"serialization", serialization}, {"resources", resources_of(files)}}}};
}

bool is(const Json& json, const char* name, std::string_view wanted) {
    const Json* value = field_in(json, name);
    return value != nullptr && *value == wanted;
}

/// {"name", "digest", "algorithm": "sha256"}
Result<std::pair<std::string, Digest>> file_in(const Json& resource) {
    const std::string *name = text_in(resource, "name"), *digest = text_in(resource, "digest");
    if (name == nullptr || digest == nullptr || !is(resource, "algorithm", "sha256"))
        return differs("the signature's statement is not about files with SHA-256 digests",
                       std::string(kSignatureFile));
    return std::pair(*name, TRY(parse_digest(*digest)));
}

/// The files that a signed payload names: at least one, and its subject is their root.
Result<FileDigests> files_in(const Json& payload) {
    const Error malformed =
        differs("the signature's statement is not about files", std::string(kSignatureFile));
    const Json none;
    const Json* given = field_in(payload, "predicate");
    const Json& predicate = given == nullptr ? none : *given;
    const Json *resources = field_in(predicate, "resources"),
               *subject = field_in(payload, "subject"),
               *serialization = field_in(predicate, "serialization");
    if (!is(payload, "_type", proof::kStatementForm) || !is(payload, "predicateType", kPredicate) ||
        resources == nullptr || !resources->is_array() || resources->empty() ||
        serialization == nullptr || !is(*serialization, "method", "files") || subject == nullptr ||
        !subject->is_array() || subject->size() != 1)
        return malformed;
    FileDigests files;
    for (const Json& one : *resources)
        if (!files.insert(TRY(file_in(one))).second) return malformed;
    const Json* root = field_in((*subject)[0], "digest");
    if (root == nullptr || !is(*root, "sha256", root_of(files))) return malformed;
    return files;
}

}  // namespace

Result<FileDigests> digest_folder(const Path& folder) {
    FileDigests files;
    std::error_code failed;
    for (auto at = std::filesystem::recursive_directory_iterator(folder, failed);
         !failed && at != std::filesystem::recursive_directory_iterator(); at.increment(failed)) {
        const std::string name = std::filesystem::relative(at->path(), folder).generic_string();
        if (at->is_symlink())
            return Error{Code::bad_input, "a release has no links", name,
                         "put the file itself there"};
        if (!at->is_regular_file() || name == kSignatureFile) continue;
        const MappedFile file = TRY(MappedFile::open(at->path()));
        files.emplace(name, sha256(file.bytes()));
    }
    if (failed)
        return Error{Code::environment, "cannot read the folder", folder.filename().string(), ""};
    return files;
}

std::string sign_model(const std::string& name, const FileDigests& files, const P256Key& key) {
    const std::string payload = compact(payload_of(name, files));
    proof::Envelope envelope{
        std::string(proof::kStatementType), {payload.begin(), payload.end()}, {}};
    envelope.signatures.push_back(
        {"", key.sign(proof::signed_bytes(envelope.type, envelope.payload))});
    const Json bundle = {{"mediaType", kBundle},
                         {"verificationMaterial",
                          {{"publicKey", {{"hint", sha256(key.public_pem()).hex()}}},
                           {"tlogEntries", Json::array()}}},
                         {"dsseEnvelope", to_json(envelope)}};
    return bundle.dump(1) + "\n";
}

Result<void> verify_model(std::string_view bundle, const FileDigests& files,
                          std::string_view public_pem) {
    const Json json = TRY(parse_json(bundle, kSignatureFile));
    const Json* sealed = field_in(json, "dsseEnvelope");
    if (sealed == nullptr || !is(json, "mediaType", kBundle))
        return differs("not a bundle of this version", std::string(kSignatureFile));
    const proof::Envelope envelope = TRY(proof::parse_envelope(compact(*sealed)));
    const Bytes message = proof::signed_bytes(envelope.type, envelope.payload);
    if (envelope.type != proof::kStatementType || envelope.signatures.size() != 1 ||
        !verify_ecdsa(public_pem, message, envelope.signatures[0].signature))
        return differs("the signature does not hold under this key", std::string(kSignatureFile));
    const FileDigests named =
        TRY(files_in(TRY(parse_json(text_of(envelope.payload), kSignatureFile))));
    for (const auto& [name, digest] : named) {
        const auto found = files.find(name);
        if (found == files.end()) return differs("a signed file is missing", name);
        if (found->second != digest) return differs("a file is not the one that was signed", name);
    }
    for (const auto& [name, digest] : files) {
        if (!named.contains(name)) return differs("a file is not signed", name);
    }
    return done();
}

}  // namespace litura::release
