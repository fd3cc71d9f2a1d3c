// Any bytes as a JSON document: cut into pieces or refused, the same however the bytes arrive; a
// document that parses is never refused.
#include <algorithm>

#include "corpus/importers/json_pieces.hpp"

namespace {

using namespace litura;
using namespace litura::corpus;

struct Cut {
    bool ok = true;
    std::string pieces;
    bool operator==(const Cut&) const = default;
};

Cut cut(std::string_view file, std::size_t step) {
    JsonPieces pieces(
        [file, step, at = std::size_t{0}](std::span<std::uint8_t> out) mutable {
            const std::size_t count = std::min({out.size(), step, file.size() - at});
            std::copy_n(file.begin() + static_cast<std::ptrdiff_t>(at), count, out.begin());
            at += count;
            return Result<std::size_t>(count);
        },
        {"", "/a", "/*", "/a/*"});
    Cut all;
    while (true) {
        const auto piece = pieces.next();
        if (!piece.ok() || !piece.value()) {
            all.ok = piece.ok();
            return all;
        }
        all.pieces += piece.value()->path + "=" + std::string(piece.value()->text) + "\n";
        (void)parse_piece(*piece.value());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view file(reinterpret_cast<const char*>(data), size);
    const Cut whole = cut(file, size + 1);
    CHECK(cut(file, 2) == whole);
    const bool terminated = file.find('\0') != file.npos;  // nlohmann-json ends there
    CHECK(whole.ok || terminated || !parse_json(file, "").ok());
    return 0;
}
