// Values are expanded piece by piece, so that memory does not depend on the file.
#include "formats/tensor_identity.hpp"

#include <algorithm>
#include <cstring>

#include "formats/gguf_reader.hpp"
#include "formats/safetensors.hpp"

namespace litura::formats {
namespace {

constexpr std::size_t kPiece = 1 << 16;  // values

/// True if all values are the same bits, as in a norm that was never trained.
bool uniform(ByteView data, std::size_t width) {
    return data.size() <= width ||
           std::memcmp(data.data(), data.data() + width, data.size() - width) == 0;
}

void add(WeightIdentity& out, std::string name, std::span<const std::uint64_t> shape, Dtype dtype,
         ByteView data) {
    if (!uniform(data, size_of(dtype)))
        out.tensors.push_back({std::move(name), tensor_digest(shape, dtype, data)});
}

/// Rows of each head as Hugging Face has them, (0, 1 .. | h, h+1 ..), from (0, h, 1, h+1 ..).
Bytes halves(ByteView data, std::uint64_t rows, std::uint64_t head_dim) {
    Bytes out(data.size());
    const std::uint64_t bytes = data.size() / rows, half = head_dim / 2;
    for (std::uint64_t row = 0; row < rows; ++row) {
        const std::uint64_t at = row % head_dim;
        const std::uint64_t from = row - at + (at < half ? 2 * at : 2 * (at - half) + 1);
        std::memcpy(out.data() + row * bytes, data.data() + from * bytes, bytes);
    }
    return out;
}

/// How many heads the rows of a GGUF tensor belong to; 0 if they were not reordered.
std::uint64_t heads_of(const GgufFile& file, std::string_view name) {
    const auto architecture = file.texts.find("general.architecture");
    if (architecture == file.texts.end() || architecture->second != "llama") return 0;
    std::string_view field;
    if (name.ends_with(".attn_q.weight")) field = "llama.attention.head_count";
    if (name.ends_with(".attn_k.weight")) field = "llama.attention.head_count_kv";
    const auto heads = file.numbers.find(field);
    return heads == file.numbers.end() ? 0 : heads->second;
}

WeightIdentity of_gguf(const GgufFile& file) {
    WeightIdentity out;
    for (const GgufTensor& tensor : file.tensors) {
        if (!tensor.dtype) {
            ++out.unreadable;
            continue;
        }
        const std::uint64_t heads = heads_of(file, tensor.name), rows = tensor.shape.front();
        const bool reordered = heads > 0 && heads <= rows && rows % heads == 0 &&
                               rows / heads % 2 == 0 && !tensor.data.empty();
        const Bytes moved = reordered ? halves(tensor.data, rows, rows / heads) : Bytes();
        add(out, tensor.name, tensor.shape, *tensor.dtype,
            reordered ? ByteView(moved) : tensor.data);
    }
    const auto model = file.texts.find("litura.model.digest");
    if (model != file.texts.end()) out.model = model->second;
    return out;
}

}  // namespace

Digest tensor_digest(std::span<const std::uint64_t> shape, Dtype dtype, ByteView data) {
    Hasher hasher;
    ByteWriter head;
    head.u32(static_cast<std::uint32_t>(shape.size()));
    for (const std::uint64_t extent : shape) head.u64(extent);
    hasher.update("litura tensor 1\n").update(head.bytes());
    if (dtype == Dtype::f32) return hasher.update(data).finish();
    std::vector<float> values;
    for (const std::size_t width = size_of(dtype); !data.empty();) {
        const std::size_t count = std::min(kPiece, data.size() / width);
        values.resize(count);
        expand(dtype, data.first(count * width), values);
        hasher.update(narrow(Dtype::f32, values));
        data = data.subspan(count * width);
    }
    return hasher.finish();
}

Result<WeightIdentity> weight_identity(ByteView file) {
    if (file.size() >= 4 && text_of(file.first(4)) == "GGUF") return of_gguf(TRY(read_gguf(file)));
    WeightIdentity out;
    for (const TensorView& tensor : TRY(read_comparable(file, out.unreadable)))
        add(out, tensor.name, tensor.shape, tensor.dtype, tensor.data);
    return out;
}

}  // namespace litura::formats
