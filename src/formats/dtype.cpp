// Bit by bit, from the definitions of binary16 and bfloat16; no hardware conversion, so the same
// everywhere.
#include "formats/dtype.hpp"

#include <bit>

#include "base/result.hpp"

namespace litura::formats {

std::size_t size_of(Dtype dtype) { return dtype == Dtype::f32 ? 4 : 2; }

std::string_view safetensors_name(Dtype dtype) {
    switch (dtype) {
        case Dtype::f32: return "F32";
        case Dtype::f16: return "F16";
        case Dtype::bf16: return "BF16";
    }
    return "";
}

std::string_view config_name(Dtype dtype) {
    switch (dtype) {
        case Dtype::f32: return "float32";
        case Dtype::f16: return "float16";
        case Dtype::bf16: return "bfloat16";
    }
    return "";
}

float f16_to_f32(std::uint16_t bits) {
    const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000u) << 16;
    const std::uint32_t exponent = (bits >> 10) & 0x1fu;
    const std::uint32_t fraction = bits & 0x3ffu;
    if (exponent == 0x1f) {
        return std::bit_cast<float>(sign | 0x7f800000u | (fraction << 13));
    }
    if (exponent != 0) {
        return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (fraction << 13));
    }
    // Subnormal: fraction * 2^-24, exact in f32; the sign is put on by bits so that -0 survives.
    const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
    return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(magnitude));
}

float bf16_to_f32(std::uint16_t bits) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

std::uint16_t f32_to_f16(float value) {
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t sign = (bits >> 16) & 0x8000u;
    const std::uint32_t magnitude = bits & 0x7fffffffu;
    std::uint32_t half = 0x7c00u;
    if (magnitude > 0x7f800000u) {
        half = 0x7e00u | ((magnitude >> 13) & 0x3ffu);
    } else if (magnitude < 0x38800000u) {
        // Below 2^-14 the unit is 2^-24, which is also the unit of f32 just above one half.
        const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
        half = std::bit_cast<std::uint32_t>(shifted) - std::bit_cast<std::uint32_t>(0.5f);
    } else if (magnitude < 0x477ff000u) {
        half = (magnitude - (112u << 23) + 0xfffu + ((magnitude >> 13) & 1u)) >> 13;
    }
    return static_cast<std::uint16_t>(sign | half);
}

std::uint16_t f32_to_bf16(float value) {
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
    if ((bits & 0x7fffffffu) > 0x7f800000u) {
        return static_cast<std::uint16_t>((bits >> 16) | 0x40u);
    }
    return static_cast<std::uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

namespace {

std::uint16_t load16(const std::uint8_t* at) {
    return static_cast<std::uint16_t>(at[0] | (at[1] << 8));
}

float load_f32(const std::uint8_t* at) {
    const auto low = static_cast<std::uint32_t>(load16(at));
    return std::bit_cast<float>(low | (static_cast<std::uint32_t>(load16(at + 2)) << 16));
}

}  // namespace

void expand(Dtype dtype, ByteView data, std::span<float> out) {
    CHECK(data.size() == out.size() * size_of(dtype));
    const std::uint8_t* from = data.data();
    switch (dtype) {
        case Dtype::f32:
            for (float& value : out) value = load_f32(from), from += 4;
            break;
        case Dtype::f16:
            for (float& value : out) value = f16_to_f32(load16(from)), from += 2;
            break;
        case Dtype::bf16:
            for (float& value : out) value = bf16_to_f32(load16(from)), from += 2;
            break;
    }
}

Bytes narrow(Dtype dtype, std::span<const float> values) {
    Bytes out;
    out.reserve(values.size() * size_of(dtype));
    for (const float value : values) {
        const std::uint32_t bits = dtype == Dtype::f32   ? std::bit_cast<std::uint32_t>(value)
                                   : dtype == Dtype::f16 ? f32_to_f16(value)
                                                         : f32_to_bf16(value);
        for (std::size_t byte = 0; byte < size_of(dtype); ++byte)
            out.push_back(static_cast<std::uint8_t>(bits >> (8 * byte)));
    }
    return out;
}

}  // namespace litura::formats
