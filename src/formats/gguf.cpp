#include "formats/gguf.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "formats/dtype.hpp"

namespace litura::formats {
namespace {

constexpr std::size_t kAlignment = 32;
constexpr std::size_t kNameMax = 63;  // what llama.cpp has room for

Error bad_gguf(std::string message, std::string where) {
    return {Code::bad_input, std::move(message), std::move(where), "choose another --type"};
}

void pad(ByteWriter& out) {
    while (out.bytes().size() % kAlignment != 0) out.u8(0);
}

// One overload a type of value: its number, and its bytes without the number.
constexpr std::uint32_t number_of(std::uint32_t) { return 4; }
constexpr std::uint32_t number_of(std::int32_t) { return 5; }
constexpr std::uint32_t number_of(float) { return 6; }
constexpr std::uint32_t number_of(bool) { return 7; }
std::uint32_t number_of(const std::string&) { return 8; }

void put(ByteWriter& out, std::uint32_t value) { out.u32(value); }
void put(ByteWriter& out, std::int32_t value) { out.u32(static_cast<std::uint32_t>(value)); }
void put(ByteWriter& out, float value) { out.f32(value); }
void put(ByteWriter& out, bool value) { out.u8(value ? 1 : 0); }
void put(ByteWriter& out, const std::string& value) { out.text(value); }

template <typename T>
void put_typed(ByteWriter& out, const T& value) {
    out.u32(number_of(value));
    put(out, value);
}

template <typename T>
void put_typed(ByteWriter& out, const std::vector<T>& values) {
    out.u32(9);
    out.u32(number_of(T{}));
    out.u64(values.size());
    for (const T& value : values) put(out, value);
}

/// What a tensor is stored as; vectors are always f32.
GgufType stored(const TensorSource& tensor, GgufType type) {
    return tensor.shape.size() < 2 ? GgufType::f32 : type;
}

std::uint32_t tensor_type(GgufType type) {
    switch (type) {
        case GgufType::f32: return 0;
        case GgufType::f16: return 1;
        case GgufType::bf16: return 30;
        case GgufType::q8_0: return 8;
    }
    return 0;
}

std::size_t bytes_needed(std::size_t count, GgufType type) {
    switch (type) {
        case GgufType::f32: return 4 * count;
        case GgufType::f16:
        case GgufType::bf16: return 2 * count;
        case GgufType::q8_0: return count / kQ8Block * kQ8BlockBytes;
    }
    return 0;
}

/// The largest number that does not become infinite.
float largest(GgufType type) {
    switch (type) {
        case GgufType::f32: return std::numeric_limits<float>::max();
        case GgufType::f16: return 65504.0f;
        case GgufType::bf16: return bf16_to_f32(0x7f7f);
        case GgufType::q8_0: return 127.0f * 65504.0f;
    }
    return 0.0f;
}

Result<void> check(const TensorSource& tensor, GgufType type) {
    CHECK(tensor.name.size() <= kNameMax && !tensor.shape.empty() && tensor.shape.size() <= 4);
    if (type == GgufType::q8_0 && tensor.shape.back() % kQ8Block != 0)
        return bad_gguf("q8_0 needs rows of a multiple of 32 numbers", tensor.name);
    const float limit = largest(type);
    for (const float value : tensor.values) {
        if (!(std::fabs(value) <= limit))
            return bad_gguf("a weight is not finite, or too large for this type", tensor.name);
    }
    return done();
}

void put_block(ByteWriter& out, std::span<const float> values) {
    float most = 0.0f;
    for (const float value : values) most = std::max(most, std::fabs(value));
    const float scale = most / 127.0f;
    // Whose inverse would overflow is far below the smallest f16.
    const float inverse = scale >= std::numeric_limits<float>::min() ? 1.0f / scale : 0.0f;
    const std::uint16_t half = f32_to_f16(scale);
    out.u8(static_cast<std::uint8_t>(half));
    out.u8(static_cast<std::uint8_t>(half >> 8));
    for (const float value : values)
        out.u8(static_cast<std::uint8_t>(static_cast<int>(std::round(value * inverse))));
}

void put_values(ByteWriter& out, std::span<const float> values, GgufType type) {
    switch (type) {
        case GgufType::f32: out.raw(narrow(Dtype::f32, values)); break;
        case GgufType::f16: out.raw(narrow(Dtype::f16, values)); break;
        case GgufType::bf16: out.raw(narrow(Dtype::bf16, values)); break;
        case GgufType::q8_0: out.raw(narrow_q8_0(values)); break;
    }
}

void put_info(ByteWriter& out, const TensorSource& tensor, GgufType type, std::uint64_t offset) {
    out.text(tensor.name);
    out.u32(static_cast<std::uint32_t>(tensor.shape.size()));
    for (auto extent = tensor.shape.rbegin(); extent != tensor.shape.rend(); ++extent)
        out.u64(*extent);
    out.u32(tensor_type(type));
    out.u64(offset);
}

}  // namespace

void expand_q8_0(ByteView data, std::span<float> out) {
    for (std::size_t at = 0; at < out.size(); at += kQ8Block) {
        const ByteView block = data.subspan(at / kQ8Block * kQ8BlockBytes, kQ8BlockBytes);
        const float scale = f16_to_f32(static_cast<std::uint16_t>(block[0] | block[1] << 8));
        for (std::size_t index = 0; index < kQ8Block; ++index)
            out[at + index] =
                scale * static_cast<float>(static_cast<std::int8_t>(block[2 + index]));
    }
}

Bytes narrow_q8_0(std::span<const float> values) {
    ByteWriter out;
    for (; !values.empty(); values = values.subspan(kQ8Block))
        put_block(out, values.first(kQ8Block));
    return out.take();
}

std::optional<GgufType> gguf_type_named(std::string_view name) {
    const auto found = std::ranges::find(kGgufTypeNames, name);
    if (found == kGgufTypeNames.end()) return std::nullopt;
    return static_cast<GgufType>(found - kGgufTypeNames.begin());
}

std::uint32_t gguf_file_type(GgufType type) {
    switch (type) {
        case GgufType::f32: return 0;
        case GgufType::f16: return 1;
        case GgufType::bf16: return 32;
        case GgufType::q8_0: return 7;
    }
    return 0;
}

Result<Bytes> write_gguf(std::span<const GgufField> fields, std::span<const TensorSource> tensors,
                         GgufType type) {
    ByteWriter out;
    out.raw(bytes_of("GGUF"));
    out.u32(3);
    out.u64(tensors.size());
    out.u64(fields.size());
    for (const GgufField& field : fields) {
        out.text(field.key);
        std::visit([&](const auto& value) { put_typed(out, value); }, field.value);
    }
    std::uint64_t offset = 0;
    for (const TensorSource& tensor : tensors) {
        TRY(check(tensor, stored(tensor, type)));
        put_info(out, tensor, stored(tensor, type), offset);
        offset += bytes_needed(tensor.values.size(), stored(tensor, type));
        offset = (offset + kAlignment - 1) / kAlignment * kAlignment;
    }
    pad(out);
    for (const TensorSource& tensor : tensors) {
        put_values(out, tensor.values, stored(tensor, type));
        pad(out);
    }
    return out.take();
}

}  // namespace litura::formats
