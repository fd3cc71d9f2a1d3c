// Unpacks Zstandard by libzstd.
#include <zstd.h>
#include <zstd_errors.h>

#include "corpus/importers/codec.hpp"

namespace litura::corpus {
namespace {

class Zstd final : public Codec {
public:
    static Result<std::unique_ptr<Codec>> create(int window_log) {
        auto zstd = std::make_unique<Zstd>();
        if (!zstd->context_) return Error{Code::environment, "no memory to unpack zstd", "", ""};
        ZSTD_DCtx_setParameter(zstd->context_.get(), ZSTD_d_windowLogMax, window_log);
        return std::unique_ptr<Codec>(std::move(zstd));
    }

    Result<Step> step(std::span<const std::uint8_t> in, std::span<std::uint8_t> out) override {
        ZSTD_inBuffer from{in.data(), in.size(), 0};
        ZSTD_outBuffer to{out.data(), out.size(), 0};
        const std::size_t left = ZSTD_decompressStream(context_.get(), &to, &from);
        if (ZSTD_isError(left)) return broken(ZSTD_getErrorCode(left));
        return Step{from.pos, to.pos, left == 0};
    }

private:
    static Error broken(ZSTD_ErrorCode code) {
        if (code == ZSTD_error_frameParameter_windowTooLarge) {
            return {Code::bad_input, "the zstd file needs a larger window than this format allows",
                    "", "only reddit dumps may need 2 GiB; else pack it again without --long"};
        }
        return {Code::bad_input, "the zstd file is broken", "",
                "check the file with zstd -t; what was read before is kept"};
    }

    struct Free {
        void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
    };
    std::unique_ptr<ZSTD_DCtx, Free> context_{ZSTD_createDCtx()};
};

}  // namespace

Result<std::unique_ptr<Codec>> zstd_codec(int window_log) { return Zstd::create(window_log); }

}  // namespace litura::corpus
