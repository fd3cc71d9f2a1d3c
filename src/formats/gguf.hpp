// GGUF version 3, the one file that llama.cpp and its kin read: writing, and q8_0 back.
//
//   file   := "GGUF" u32 3, u64 tensors, u64 fields, field .., info .., padding, data
//   field  := text key, value          text  := u64 length, bytes
//   value  := u32 4, u32 | u32 5, i32 | u32 6, f32 | u32 7, u8 | u32 8, text
//           | u32 9, u32 type, u64 how many, items as above without their type
//   info   := text name, u32 rank, u64 extent .., u32 type, u64 offset in the data
//
// little-endian; the extents of a shape stand in reverse order; the data and every tensor in it
// begin at a multiple of 32. No policy: which fields and tensors a model needs is the engine's
// business.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "formats/safetensors.hpp"

namespace litura::formats {

/// How matrices are stored; vectors are always f32. q8_0: rows in blocks of 32, each an f16 scale
/// s = max |x| / 127 and 32 signed bytes round(x / s), ties away from zero.
enum class GgufType { f32, f16, bf16, q8_0 };

/// By the values of GgufType.
inline constexpr std::array<std::string_view, 4> kGgufTypeNames = {"f32", "f16", "bf16", "q8_0"};
std::optional<GgufType> gguf_type_named(std::string_view name);

inline constexpr std::size_t kQ8Block = 32, kQ8BlockBytes = 2 + kQ8Block;
/// Whole blocks of q8_0 to f32; out.size() is a multiple of kQ8Block that `data` has blocks for.
void expand_q8_0(ByteView data, std::span<float> out);
/// The way back, as write_gguf() stores matrices; whole blocks.
Bytes narrow_q8_0(std::span<const float> values);

/// The value of `general.file_type` for a file whose matrices are stored so.
std::uint32_t gguf_file_type(GgufType type);

using GgufValue = std::variant<std::uint32_t, float, bool, std::string, std::vector<std::string>,
                               std::vector<std::int32_t>>;

struct GgufField {
    std::string key;
    GgufValue value;
};

/// Fields and tensors in the order given, no two of one name. Code::bad_input if a weight is no
/// finite number or too large for `type`, or if a matrix's rows are no whole blocks.
Result<Bytes> write_gguf(std::span<const GgufField> fields, std::span<const TensorSource> tensors,
                         GgufType type);

}  // namespace litura::formats
