// The three number formats of weights on disk that we read and write, and their exact meaning in
// f32. F16 and BF16 expand to f32 without loss; going back rounds to nearest, ties to even.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"

namespace litura::formats {

enum class Dtype { f32, f16, bf16 };

/// Bytes of one value.
std::size_t size_of(Dtype dtype);

/// The name in a safetensors header: "F32", "F16", "BF16".
std::string_view safetensors_name(Dtype dtype);

/// The name in a config.json: "float32", "float16", "bfloat16".
std::string_view config_name(Dtype dtype);

float f16_to_f32(std::uint16_t bits);
float bf16_to_f32(std::uint16_t bits);

/// Round to nearest even; what is too large becomes infinite. A NaN keeps its sign and its upper
/// payload bits and stays a NaN.
std::uint16_t f32_to_f16(float value);
std::uint16_t f32_to_bf16(float value);

/// Little-endian values of `dtype` to f32; `data` holds exactly out.size() of them.
void expand(Dtype dtype, ByteView data, std::span<float> out);

/// f32 to little-endian values of `dtype`, rounded.
Bytes narrow(Dtype dtype, std::span<const float> values);

}  // namespace litura::formats
