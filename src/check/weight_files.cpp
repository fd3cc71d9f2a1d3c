#include "check/weight_files.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace litura::check {
namespace {

constexpr std::size_t kPiece = 1 << 20;

/// Names that loaders take for weights, whatever stands in the file: an old pickle is text, and an
/// empty file may be a download that was cut off.
constexpr std::array<std::string_view, 24> kEndings = {
    ".safetensors", ".gguf", ".ggml", ".bin", ".pt",   ".pth", ".ckpt",   ".pkl",
    ".pickle",      ".npz",  ".npy",  ".h5",  ".hdf5", ".ot",  ".onnx",   ".pb",
    ".msgpack",     ".zst",  ".gz",   ".zip", ".tar",  ".xz",  ".tflite", ".keras"};

bool named_as_weights(const Path& path) {
    std::string name = path.filename().string();
    std::ranges::transform(name, name.begin(), [](unsigned char c) {
        return static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    });
    return std::ranges::any_of(kEndings,
                               [&](std::string_view ending) { return name.ends_with(ending); });
}

/// The first bytes of a text's piece up to the end of a character.
ByteView whole_characters(ByteView piece) {
    std::size_t cut = 0;
    while (cut < 3 && cut < piece.size() && (piece[piece.size() - 1 - cut] & 0xc0) == 0x80) ++cut;
    if (cut < piece.size() && piece[piece.size() - 1 - cut] >= 0xc0) ++cut;
    return piece.first(piece.size() - cut);
}

bool controls(ByteView piece) {
    return std::ranges::any_of(piece, [](std::uint8_t byte) {
        return byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t' && byte != '\f';
    });
}

/// UTF-8 without control characters, from its first byte to its last.
bool is_plain_text(ByteView file) {
    while (!file.empty()) {
        const bool last = file.size() <= kPiece;
        const ByteView piece = last ? file : whole_characters(file.first(kPiece));
        if (piece.empty() || controls(piece) || !is_utf8(text_of(piece))) return false;
        file = file.subspan(piece.size());
    }
    return true;
}

bool may_hold_weights(const Path& path) {
    if (named_as_weights(path)) return true;
    const auto file = MappedFile::open(path);
    return !file || !is_plain_text(file.value().bytes());
}

void look_at(const Path& path, WeightFiles& found) {
    std::error_code failed;
    if (!std::filesystem::is_regular_file(path, failed)) {
        found.unseen.push_back(path);
    } else if (may_hold_weights(path)) {
        found.files.push_back(path);
    }
}

}  // namespace

WeightFiles weight_files(const Path& path) {
    namespace fs = std::filesystem;
    std::error_code failed;
    const fs::file_status there = fs::status(path, failed);
    if (fs::is_regular_file(there)) return {{path}, {}};
    if (!fs::is_directory(there)) return {{}, {path}};
    WeightFiles found;
    for (auto at = fs::recursive_directory_iterator(path, failed);
         !failed && at != fs::recursive_directory_iterator(); at.increment(failed)) {
        std::error_code unknown;
        if (at->is_symlink(unknown) || !at->is_directory(unknown)) look_at(at->path(), found);
    }
    if (failed) found.unseen.push_back(path);
    std::ranges::sort(found.files);
    std::ranges::sort(found.unseen);
    return found;
}

}  // namespace litura::check
