// Nothing is allocated by a number from the file before the bytes it speaks of are known to be
// there.
#include "formats/gguf_reader.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "formats/gguf.hpp"

namespace litura::formats {
namespace {

constexpr std::uint64_t kTensorsMax = 100'000, kFieldsMax = 100'000;
constexpr std::size_t kGgufRankMax = 4, kTextMax = 1 << 20;
constexpr std::uint64_t kAlignmentMax = 1 << 16;

enum ValueType : std::uint32_t {
    kI8 = 1,
    kI16 = 3,
    kI32 = 5,
    kF32 = 6,
    kText = 8,
    kArray = 9,
    kI64 = 11,
    kF64 = 12
};

/// Bytes of a value by its type's number; 0 for texts and arrays, which say themselves.
constexpr std::array<std::uint64_t, 13> kWidths = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

Error bad_gguf(std::string message) {
    return {Code::bad_input, std::move(message), "gguf", "check that the file is complete"};
}

class Reader {
public:
    explicit Reader(ByteView file) : file_(file), in_(file) {}

    Result<GgufFile> read() {
        if (text_of(in_.raw(4)) != "GGUF") return bad_gguf("the file does not begin with GGUF");
        const std::uint32_t version = in_.u32();
        if (version != 2 && version != 3)
            return bad_gguf("only versions 2 and 3 of GGUF are known");
        const std::uint64_t tensors = in_.u64(), fields = in_.u64();
        if (!in_.ok() || tensors > kTensorsMax || fields > kFieldsMax)
            return bad_gguf("the numbers of tensors and fields are not plausible");
        for (std::uint64_t index = 0; index < fields; ++index) TRY(read_field());
        for (std::uint64_t index = 0; index < tensors; ++index) TRY(read_info());
        TRY(place_data());
        return std::move(out_);
    }

private:
    Result<std::string> text() {
        const ByteView bytes = in_.blob();
        if (!in_.ok() || bytes.size() > kTextMax)
            return bad_gguf("a text is too long, or the file ends inside it");
        return std::string(text_of(bytes));
    }

    Result<void> read_field() {
        std::string key = TRY(text());
        if (!keys_.insert(key).second) return bad_gguf("a key stands there twice");
        const std::uint32_t type = in_.u32();
        if (type == kText) {
            std::string value = TRY(text());
            out_.texts.emplace(std::move(key), std::move(value));
            return done();
        }
        if (type == kArray) return pass_array();
        if (type >= kWidths.size()) return bad_gguf("a field has an unknown type");
        const ByteView bytes = in_.raw(kWidths[type]);
        if (!in_.ok()) return bad_gguf("the file ends inside a field");
        if (type == kF32 || type == kF64) return done();
        std::uint64_t value = 0;
        for (std::size_t at = bytes.size(); at-- > 0;) value = value << 8 | bytes[at];
        const bool is_signed = type == kI8 || type == kI16 || type == kI32 || type == kI64;
        if (!is_signed || bytes.back() < 0x80) out_.numbers.emplace(std::move(key), value);
        return done();
    }

    Result<void> pass_array() {
        const std::uint32_t type = in_.u32();
        const std::uint64_t count = in_.u64();
        if (type >= kWidths.size() || type == kArray)
            return bad_gguf("an array holds an unknown type");
        std::uint64_t bytes = 0;
        if (__builtin_mul_overflow(count, kWidths[type], &bytes))
            return bad_gguf("an array is too long");
        if (type != kText) in_.raw(bytes);
        for (std::uint64_t index = 0; type == kText && in_.ok() && index < count; ++index)
            in_.blob();
        return in_.ok() ? done() : bad_gguf("the file ends inside an array");
    }

    Result<void> read_info() {
        GgufTensor tensor;
        tensor.name = TRY(text());
        if (!names_.insert(tensor.name).second) return bad_gguf("two tensors have one name");
        const std::uint32_t rank = in_.u32();
        if (rank == 0 || rank > kGgufRankMax)
            return bad_gguf("a tensor has too many dimensions, or none");
        std::uint64_t count = 1;
        for (std::uint32_t axis = 0; axis < rank; ++axis) {
            tensor.shape.push_back(in_.u64());
            if (__builtin_mul_overflow(count, tensor.shape.back(), &count))
                return bad_gguf("a tensor's shape overflows");
        }
        std::ranges::reverse(tensor.shape);
        const std::uint32_t type = in_.u32();
        if (type == 0) tensor.dtype = Dtype::f32;
        if (type == 1) tensor.dtype = Dtype::f16;
        if (type == 30) tensor.dtype = Dtype::bf16;
        tensor.q8_0 = type == 8;
        if (tensor.q8_0 && tensor.shape.back() % kQ8Block != 0)
            return bad_gguf("rows of q8_0 are no whole blocks");
        offsets_.push_back(in_.u64());
        counts_.push_back(count);
        if (!in_.ok()) return bad_gguf("the file ends inside its header");
        out_.tensors.push_back(std::move(tensor));
        return done();
    }

    Result<void> place_data() {
        const auto given = out_.numbers.find("general.alignment");
        const std::uint64_t alignment = given == out_.numbers.end() ? 32 : given->second;
        if (alignment == 0 || alignment > kAlignmentMax)
            return bad_gguf("the alignment is not plausible");
        const auto header = static_cast<std::uint64_t>(in_.raw(0).data() - file_.data());
        const std::uint64_t begin = (header + alignment - 1) / alignment * alignment;
        for (std::size_t index = 0; index < out_.tensors.size(); ++index) {
            GgufTensor& tensor = out_.tensors[index];
            if (!tensor.dtype && !tensor.q8_0) continue;
            const std::uint64_t unit = tensor.q8_0 ? kQ8BlockBytes : size_of(*tensor.dtype);
            const std::uint64_t units = tensor.q8_0 ? counts_[index] / kQ8Block : counts_[index];
            std::uint64_t bytes = 0, end = 0;
            if (__builtin_mul_overflow(units, unit, &bytes) ||
                __builtin_add_overflow(begin, offsets_[index], &end) ||
                __builtin_add_overflow(end, bytes, &end) || end > file_.size())
                return bad_gguf("a tensor does not lie inside the file");
            tensor.data = file_.subspan(end - bytes, bytes);
        }
        return check_apart();
    }

    /// No byte belongs to two tensors: otherwise a small file could stand for any number of large
    /// ones. Of a tensor whose type is not known only the beginning is looked at.
    Result<void> check_apart() const {
        std::vector<std::pair<std::uint64_t, std::uint64_t>> regions;
        for (std::size_t index = 0; index < offsets_.size(); ++index)
            regions.emplace_back(offsets_[index], out_.tensors[index].data.size());
        std::ranges::sort(regions);
        std::uint64_t free = 0;
        for (const auto& [begin, size] : regions) {
            if (begin < free) return bad_gguf("tensors overlap");
            free = begin + size;  // does not overflow: the data lie inside the file
        }
        return done();
    }

    ByteView file_;
    ByteReader in_;
    GgufFile out_;
    std::set<std::string> keys_, names_;
    std::vector<std::uint64_t> offsets_, counts_;
};

}  // namespace

Result<GgufFile> read_gguf(ByteView file) { return Reader(file).read(); }

}  // namespace litura::formats
