// Recognises, feeds and bounds a Codec. Members are unpacked one after the other; between two of
// them the file may end.
#include "corpus/importers/unpack.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#include "corpus/importers/codec.hpp"

namespace litura::corpus {
namespace {

constexpr std::array<std::uint8_t, 2> kGzipMagic = {0x1F, 0x8B};
constexpr std::array<std::uint8_t, 4> kZstdMagic = {0x28, 0xB5, 0x2F, 0xFD};

/// Nobody is waited for: of a device or a pipe it can be told that it is one.
Result<std::FILE*> open_plain(const Path& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        return Error{Code::environment, "cannot open the file", path.string(),
                     "check the path and its permission"};
    }
    struct stat info {};
    if (::fstat(file, &info) != 0 || !S_ISREG(info.st_mode)) {
        ::close(file);
        return Error{Code::bad_input, "not a regular file", path.filename().string(),
                     "write what it gives to a file first"};
    }
    return ::fdopen(file, "rb");
}

}  // namespace

Result<ReadBytes> read_file_in_pieces(const Path& path) {
    const std::shared_ptr<std::FILE> file(TRY(open_plain(path)), &std::fclose);
    return ReadBytes([file](std::span<std::uint8_t> out) -> Result<std::size_t> {
        const std::size_t count = std::fread(out.data(), 1, out.size(), file.get());
        if (count == 0 && std::ferror(file.get()) != 0) {
            return Error{Code::environment, "cannot read the file", "",
                         "check that it is a file and its disk is sound"};
        }
        return count;
    });
}

Result<std::string> head_of(const ReadBytes& bytes, std::size_t size) {
    Bytes head(size);
    std::size_t filled = 0;
    while (filled < size) {
        const std::size_t count = TRY(bytes(std::span(head).subspan(filled)));
        if (count == 0) break;
        filled += count;
    }
    return std::string(text_of(ByteView(head).first(filled)));
}

Result<void> check_unpacked(const UnpackLimits& limits, std::uint64_t packed,
                            std::uint64_t unpacked) {
    const bool too_dense = unpacked > limits.ratio_from && unpacked / limits.ratio > packed;
    if (!too_dense && unpacked <= limits.bytes) return done();
    return Error{Code::bad_input, "the file unpacks to more than the limits allow", "",
                 "unpack it yourself and look at it before importing"};
}

struct Unpacker::State {
    ReadBytes source;
    UnpackLimits limits;
    bool recognised = false;
    std::unique_ptr<Codec> codec;  ///< none: plain
    std::array<std::uint8_t, 1 << 16> input{};
    std::size_t begin = 0, end = 0;
    std::uint64_t packed = 0, unpacked = 0;
    bool between = false;

    /// Reads behind what is there; false at the end of the source.
    Result<bool> refill() {
        const std::size_t count = TRY(source(std::span(input).subspan(end)));
        end += count;
        packed += count;
        return count > 0;
    }

    template <std::size_t Size>
    bool begins_with(const std::array<std::uint8_t, Size>& magic) const {
        return end >= Size && std::equal(magic.begin(), magic.end(), input.begin());
    }

    Result<void> recognise() {
        while (end < kZstdMagic.size() && TRY(refill())) {
        }
        if (begins_with(kGzipMagic)) codec = TRY(gzip_codec());
        if (begins_with(kZstdMagic)) codec = TRY(zstd_codec(limits.zstd_window_log));
        recognised = true;
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

    /// A codec may hold back what did not fit into `out`, so it is asked before the source.
    Result<std::size_t> decode(std::span<std::uint8_t> out) {
        while (true) {
            const bool fed = begin < end;
            const Codec::Step step = TRY(advance(out, fed));
            if (step.given > 0) return step.given;
            CHECK(!fed || step.taken > 0);
            if (begin < end) continue;
            begin = end = 0;
            if (TRY(refill())) continue;
            if (between) return std::size_t{0};
            return Error{Code::bad_input, "the compressed file is cut off", "",
                         "fetch it again; what was read before is kept"};
        }
    }

    Result<Codec::Step> advance(std::span<std::uint8_t> out, bool fed) {
        if (!fed && between) return Codec::Step{};
        const auto step = TRY(codec->step(std::span(input).subspan(begin, end - begin), out));
        begin += step.taken;
        between = step.between;
        return step;
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
    if (!state_->recognised) TRY(state_->recognise());
    const std::size_t count = TRY(state_->codec ? state_->decode(out) : state_->copy(out));
    state_->unpacked += count;
    TRY(check_unpacked(state_->limits, state_->packed, state_->unpacked));
    return count;
}

ReadBytes unpacking(ReadBytes source, UnpackLimits limits) {
    const auto unpacker = std::make_shared<Unpacker>(std::move(source), limits);
    return [unpacker](std::span<std::uint8_t> out) { return unpacker->read(out); };
}

}  // namespace litura::corpus
