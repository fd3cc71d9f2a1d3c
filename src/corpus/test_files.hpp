// Files for tests: a folder that goes away, gzip of a text, and a source of bytes in small pieces.
#pragma once

#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/test_support.hpp"
#include "corpus/importers/unpack.hpp"

namespace litura::corpus {

class TestFolder : public litura::TestFolder {
public:
    Path write(const std::string& name, const std::string& content) const {
        std::filesystem::create_directories((path() / name).parent_path());
        std::ofstream(path() / name, std::ios::binary) << content;
        return path() / name;
    }
};

inline std::string gzip(const std::string& plain) {
    z_stream stream{};
    deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string packed(deflateBound(&stream, plain.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

/// At most `piece` bytes at a time.
inline ReadBytes pieces_of(std::string content, std::size_t piece) {
    return [content = std::move(content), piece,
            at = std::size_t{0}](std::span<std::uint8_t> out) mutable {
        const std::size_t count = std::min({out.size(), piece, content.size() - at});
        std::copy_n(content.begin() + static_cast<std::ptrdiff_t>(at), count, out.begin());
        at += count;
        return Result<std::size_t>(count);
    };
}

}  // namespace litura::corpus
