// Reads a CAR file one section at a time: its length, then its bytes.
#include "corpus/importers/car.hpp"

#include "corpus/importers/json_fields.hpp"

namespace litura::corpus {
namespace {

constexpr std::uint64_t kSectionMax = 2 << 20;  // atproto's largest record is 1 MiB

Error broken() {
    return {Code::bad_input, "the CAR file is broken or cut off", "",
            "fetch it again; what was read before is kept"};
}

}  // namespace

/// All of `out`, or false if the file ends before its first byte.
Result<bool> CarReader::fill(std::span<std::uint8_t> out) {
    std::size_t filled = 0;
    while (filled < out.size()) {
        const std::size_t count = TRY(source_(out.subspan(filled)));
        if (count == 0 && filled == 0) return false;
        if (count == 0) return broken();
        filled += count;
    }
    return true;
}

Result<std::optional<ByteView>> CarReader::section() {
    std::uint64_t length = 0;
    for (int shift = 0;; shift += 7) {
        std::uint8_t byte = 0;
        if (!TRY(fill({&byte, 1}))) {
            return shift == 0 ? Result(std::optional<ByteView>()) : broken();
        }
        length |= std::uint64_t{byte & 0x7FU} << shift;
        if (length > kSectionMax || shift > 21) return broken();
        if (byte < 0x80) break;
    }
    section_.resize(length);
    if (length > 0 && !TRY(fill(section_))) return broken();
    return std::optional<ByteView>(section_);
}

Result<Cid> CarReader::root() {
    const auto header = TRY(section());
    const auto json = header ? parse_dag_cbor(*header) : std::nullopt;
    if (!json || field(*json, {"version"}) != Json(1)) return broken();
    const Json& roots = field(*json, {"roots"});
    if (!roots.is_array() || roots.empty()) return broken();
    const auto root = link_of(roots.front());
    return root ? Result<Cid>(*root) : broken();
}

Result<std::optional<Block>> CarReader::next() {
    while (const auto bytes = TRY(section())) {
        ByteView rest = *bytes;
        const auto cid = take_cid(rest);
        if (!cid) continue;
        return std::optional(Block{*cid, rest, sha256(rest) == cid->digest});
    }
    return std::optional<Block>();
}

}  // namespace litura::corpus
