// Metadata of a channel in the manner of The Update Framework 1.0: {"signed": ROLE, "signatures":
// [..]} with Ed25519 signatures over the canonical JSON of ROLE. One file of it; how the files of a
// channel hang together is channel.hpp.
//
// clang-format off
//   ROLE      := {"_type": NAME, "spec_version": "1.0.31", "version": N, "expires": TIME, "issued": TIME, ..}
//   signature := {"keyid": ID, "sig": HEX}
//   key       := {"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": HEX}}
//   canonical := keys in the order of their bytes, no white space, no fractions; in texts only \ and " are escaped
// clang-format on
//
// "issued" is ours: TUF lets a role hold more than it asks for.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/time.hpp"
#include "proof/canonical_json.hpp"

namespace litura::proof {

inline constexpr std::string_view kMetadataSpec = "1.0.31";

struct Metadata {
    Json role;  ///< `signed`: all of it, also what is not known here
    std::string type;
    std::uint64_t version = 0;
    Instant expires, issued;
    std::map<std::string, Bytes> signatures;  ///< by key id: a key counts once
};

/// Code::bad_input unless it is metadata of this type.
Result<Metadata> parse_metadata(ByteView file, std::string_view type);
/// The file of a role, signed by all `keys`.
std::string sign_metadata(const Json& role, std::span<const SigningKey* const> keys);
/// The fields that every role begins with; moments to the day, those of a timestamp to the hour.
Json metadata_head(std::string_view type, std::uint64_t version, Instant issued, Instant expires);

/// Who may sign a role: how many of which keys.
struct RoleKeys {
    std::map<std::string, PublicKey> keys;  ///< by key id
    std::uint64_t threshold = 1;
};
/// Of `holder`'s "keys" and the role's entry: root's "roles" is an object by name, "delegations" an
/// array.
Result<RoleKeys> keys_of_role(const Json& keys, const Json& entry);
Result<RoleKeys> root_role(const Metadata& root, const char* name);
Result<RoleKeys> delegated_role(const Metadata& targets, std::string_view name);
/// Code::check_failed unless `threshold` different keys of the role signed.
Result<void> check_signatures(const Metadata& metadata, const RoleKeys& role);

/// What a metadata file says of another file.
struct FileEntry {
    std::uint64_t length = 0;
    Digest sha256;
    Json custom;  ///< an object or null
};
Result<FileEntry> file_entry(const Json& entry);
Json to_json(const FileEntry& entry);

}  // namespace litura::proof
