// The safetensors container of tensors: strict reading and one canonical way of writing.
//
//   file   := u64-le N, header (N bytes of JSON, spaces at its end), data
//   header := {"__metadata__": {string: string}, NAME: tensor ...}, the first one optional
//   tensor := {"dtype": "F32", "shape": [extent ...], "data_offsets": [begin, end]}
//
// Offsets count from the start of the data; tensors lie there without holes or overlap up to the
// end of the file. We read F32, F16 and BF16 only. No policy: which tensors a model needs is the
// engine's business.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "formats/dtype.hpp"

namespace litura::formats {

/// A tensor inside a file in memory; `data` points into that file.
struct TensorView {
    std::string name;
    Dtype dtype = Dtype::f32;
    std::vector<std::uint64_t> shape;
    ByteView data;  ///< row-major, little-endian

    std::uint64_t count() const { return data.size() / size_of(dtype); }
};

/// The tensors of a file, sorted by name. The file's bytes must outlive the result. Metadata is
/// checked and dropped: nothing of ours depends on it.
Result<std::vector<TensorView>> read_safetensors(ByteView file);

/// The same for whoever only compares: tensors of other number formats are passed over and counted
/// in `others`, so that nobody hides a file by adding one.
Result<std::vector<TensorView>> read_comparable(ByteView file, std::size_t& others);

/// The tensor called `name`, or nullptr; `tensors` as read_safetensors returns them.
const TensorView* find_tensor(std::span<const TensorView> tensors, std::string_view name);

/// A tensor to write.
struct TensorSource {
    std::string name;
    std::vector<std::uint64_t> shape;
    std::span<const float> values;
};

/// The canonical file: tensors by name, compact header with {"format":"pt"} (older readers of
/// Hugging Face refuse a file without it), data starting at a multiple of 64. Values are rounded
/// to `dtype`. The bytes depend on names, shapes and values only.
Bytes write_safetensors(std::span<const TensorSource> tensors, Dtype dtype);

}  // namespace litura::formats
