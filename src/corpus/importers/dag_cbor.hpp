// DAG-CBOR, the form of records in atproto repositories: CBOR (RFC 8949) with definite lengths,
// text keys, no tags but links. Strict: what a repository would not write is refused.
#pragma once

#include <optional>

#include "base/digest.hpp"
#include "base/json.hpp"

namespace litura::corpus {

/// A content identifier of version 1 with SHA-256: what a repository links to.
struct Cid {
    std::uint64_t codec = 0;  ///< 0x71: DAG-CBOR; 0x55: raw bytes
    Digest digest;
    auto operator<=>(const Cid&) const = default;
};
inline constexpr std::uint64_t kDagCborCodec = 0x71;

/// The CID at the front of `bytes`, which then begin behind it; nothing if it is none of these.
std::optional<Cid> take_cid(ByteView& bytes);
/// An unsigned LEB128 number, likewise; at most 9 bytes.
std::optional<std::uint64_t> take_varint(ByteView& bytes);

/// As JSON: a link becomes {"$link": digits}, bytes become {"$bytes": digits} (both in
/// hexadecimal), and text that is not UTF-8, a depth above 64 or any rest is refused. Nothing if it
/// is not valid.
std::optional<Json> parse_dag_cbor(ByteView bytes);

/// The link in a value made by parse_dag_cbor.
std::optional<Cid> link_of(const Json& value);

}  // namespace litura::corpus
