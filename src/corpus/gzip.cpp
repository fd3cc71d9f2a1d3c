// zlib, behind one file. Members are unpacked one after the other; between two of them the file may
// end.
#include "corpus/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

namespace litura::corpus {
namespace {

constexpr int kGzipOnly = 15 + 16;

Error broken_gzip(const char* how) {
    return {Code::bad_input, how, "", "check the file with gzip -t; what was read before is kept"};
}

}  // namespace

Result<ReadBytes> read_file_in_pieces(const Path& path) {
    const std::shared_ptr<std::FILE> file(std::fopen(path.c_str(), "rb"), [](std::FILE* open) {
        if (open != nullptr) std::fclose(open);
    });
    if (file == nullptr) {
        return Error{Code::environment, "cannot open the file", path.string(),
                     "check the path and its permission"};
    }
    return ReadBytes([file](std::span<std::uint8_t> out) -> Result<std::size_t> {
        const std::size_t count = std::fread(out.data(), 1, out.size(), file.get());
        if (count == 0 && std::ferror(file.get()) != 0) {
            return Error{Code::environment, "cannot read the file", "",
                         "check that it is a file and its disk is sound"};
        }
        return count;
    });
}

struct Unpacker::State {
    enum class Kind { unknown, plain, gzip };

    ReadBytes source;
    UnpackLimits limits;
    Kind kind = Kind::unknown;
    std::array<std::uint8_t, 1 << 16> input{};
    std::size_t begin = 0, end = 0;
    std::uint64_t packed = 0, unpacked = 0;
    bool between_members = false;
    z_stream stream{};

    ~State() {
        if (kind == Kind::gzip) inflateEnd(&stream);
    }

    /// Reads behind what is there; false at the end of the source.
    Result<bool> refill() {
        const std::size_t count = TRY(source(std::span(input).subspan(end)));
        end += count;
        packed += count;
        return count > 0;
    }

    Result<void> recognise() {
        while (end < 2 && TRY(refill())) {
        }
        kind = Kind::plain;
        if (end < 2 || input[0] != 0x1F || input[1] != 0x8B) return done();
        if (inflateInit2(&stream, kGzipOnly) != Z_OK) {
            return Error{Code::environment, "no memory to unpack gzip", "", ""};
        }
        kind = Kind::gzip;
        return done();
    }

    Result<std::size_t> copy(std::span<std::uint8_t> out) {
        if (begin == end) {
            begin = end = 0;
            if (!TRY(refill())) return std::size_t{0};
        }
        const std::size_t count = std::min(out.size(), end - begin);
        std::memcpy(out.data(), input.data() + begin, count);
        begin += count;
        return count;
    }

    Result<std::size_t> inflate_into(std::span<std::uint8_t> out) {
        while (true) {
            if (begin == end) {
                begin = end = 0;
                if (!TRY(refill())) {
                    if (between_members) return std::size_t{0};
                    return broken_gzip("the gzip file is cut off");
                }
            }
            if (between_members && inflateReset(&stream) != Z_OK)
                return broken_gzip("the gzip file is broken");
            between_members = false;
            const std::size_t count = TRY(inflate_once(out));
            if (count > 0) return count;
        }
    }

    Result<std::size_t> inflate_once(std::span<std::uint8_t> out) {
        stream.next_in = input.data() + begin;
        stream.avail_in = static_cast<uInt>(end - begin);
        stream.next_out = out.data();
        stream.avail_out = static_cast<uInt>(out.size());
        const int status = inflate(&stream, Z_NO_FLUSH);
        if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
            return broken_gzip("the gzip file is broken");
        }
        begin = end - stream.avail_in;
        between_members = status == Z_STREAM_END;
        return out.size() - stream.avail_out;
    }

    Result<void> check_limits() const {
        const bool too_dense = unpacked > limits.ratio_from && unpacked / limits.ratio > packed;
        if (!too_dense && unpacked <= limits.bytes) return done();
        return Error{Code::bad_input, "the file unpacks to more than the limits allow", "",
                     "unpack it yourself and look at it before importing"};
    }
};

Unpacker::Unpacker(ReadBytes source, UnpackLimits limits) : state_(std::make_unique<State>()) {
    state_->source = std::move(source);
    state_->limits = limits;
}
Unpacker::Unpacker(Unpacker&&) noexcept = default;
Unpacker::~Unpacker() = default;

Result<std::size_t> Unpacker::read(std::span<std::uint8_t> out) {
    CHECK(!out.empty());
    if (state_->kind == State::Kind::unknown) TRY(state_->recognise());
    const bool plain = state_->kind == State::Kind::plain;
    const std::size_t count = TRY(plain ? state_->copy(out) : state_->inflate_into(out));
    state_->unpacked += count;
    TRY(state_->check_limits());
    return count;
}

}  // namespace litura::corpus
