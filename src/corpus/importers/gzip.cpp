// Unpacks gzip by zlib: the one file of the product that includes it.
#include <zlib.h>

#include "corpus/importers/codec.hpp"

namespace litura::corpus {
namespace {

constexpr int kGzipOnly = 15 + 16;

class Gzip final : public Codec {
public:
    static Result<std::unique_ptr<Codec>> create() {
        auto gzip = std::make_unique<Gzip>();
        if (inflateInit2(&gzip->stream_, kGzipOnly) != Z_OK) {
            return Error{Code::environment, "no memory to unpack gzip", "", ""};
        }
        return std::unique_ptr<Codec>(std::move(gzip));
    }
    ~Gzip() override { inflateEnd(&stream_); }

    Result<Step> step(std::span<const std::uint8_t> in, std::span<std::uint8_t> out) override {
        if (between_ && inflateReset(&stream_) != Z_OK) return broken();
        stream_.next_in = const_cast<Bytef*>(in.data());
        stream_.avail_in = static_cast<uInt>(in.size());
        stream_.next_out = out.data();
        stream_.avail_out = static_cast<uInt>(out.size());
        const int status = inflate(&stream_, Z_NO_FLUSH);
        if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) return broken();
        between_ = status == Z_STREAM_END;
        return Step{in.size() - stream_.avail_in, out.size() - stream_.avail_out, between_};
    }

private:
    static Error broken() {
        return {Code::bad_input, "the gzip file is broken", "",
                "check the file with gzip -t; what was read before is kept"};
    }

    z_stream stream_{};
    bool between_ = false;
};

}  // namespace

Result<std::unique_ptr<Codec>> gzip_codec() { return Gzip::create(); }

}  // namespace litura::corpus
