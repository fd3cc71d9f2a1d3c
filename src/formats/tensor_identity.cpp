// Digests of tensors whatever their type: values are expanded piece by piece, in bounded memory.
#include "formats/tensor_identity.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "formats/gguf.hpp"
#include "formats/gguf_reader.hpp"
#include "formats/safetensors.hpp"

namespace litura::formats {
namespace {

constexpr std::size_t kPiece = 1 << 16;  // values: whole blocks of q8_0

/// The beginning of a tensor's digest.
Hasher begun(std::span<const std::uint64_t> shape) {
    Hasher hasher;
    ByteWriter head;
    head.u32(static_cast<std::uint32_t>(shape.size()));
    for (const std::uint64_t extent : shape) head.u64(extent);
    hasher.update("litura tensor 1\n").update(head.bytes());
    return hasher;
}

/// Calls `take` with the values, some at a time.
template <typename Take>
void each_piece(Dtype dtype, ByteView data, Take take) {
    std::vector<float> values;
    for (const std::size_t width = size_of(dtype); !data.empty();) {
        const std::size_t count = std::min(kPiece, data.size() / width);
        values.resize(count);
        expand(dtype, data.first(count * width), values);
        take(std::span<const float>(values));
        data = data.subspan(count * width);
    }
}

template <typename Take>
void each_piece_of_q8_0(ByteView data, Take take) {
    std::vector<float> values;
    while (!data.empty()) {
        const std::size_t blocks = std::min(kPiece / kQ8Block, data.size() / kQ8BlockBytes);
        values.resize(blocks * kQ8Block);
        expand_q8_0(data.first(blocks * kQ8BlockBytes), values);
        take(std::span<const float>(values));
        data = data.subspan(blocks * kQ8BlockBytes);
    }
}

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

void add_q8_0(WeightIdentity& out, std::string name, std::span<const std::uint64_t> shape,
              ByteView data) {
    Hasher hasher = begun(shape);
    std::uint32_t first = 0;
    bool any = false, differs = false;
    each_piece_of_q8_0(data, [&](std::span<const float> values) {
        if (!any) first = std::bit_cast<std::uint32_t>(values[0]);
        any = true;
        differs = differs || std::ranges::any_of(values, [&](float value) {
                      return std::bit_cast<std::uint32_t>(value) != first;
                  });
        hasher.update(narrow(Dtype::f32, values));
    });
    if (differs) out.tensors.push_back({std::move(name), hasher.finish()});
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
        if (!tensor.dtype && !tensor.q8_0) {
            ++out.unreadable;
            continue;
        }
        const std::uint64_t heads = heads_of(file, tensor.name), rows = tensor.shape.front();
        const bool reordered = heads > 0 && heads <= rows && rows % heads == 0 &&
                               rows / heads % 2 == 0 && !tensor.data.empty();
        const Bytes moved = reordered ? halves(tensor.data, rows, rows / heads) : Bytes();
        const ByteView data = reordered ? ByteView(moved) : tensor.data;
        if (tensor.q8_0) {
            add_q8_0(out, tensor.name, tensor.shape, data);
        } else {
            add(out, tensor.name, tensor.shape, *tensor.dtype, data);
        }
    }
    const auto model = file.texts.find("litura.model.digest");
    if (model != file.texts.end()) out.model = model->second;
    return out;
}

}  // namespace

Digest tensor_digest(std::span<const std::uint64_t> shape, Dtype dtype, ByteView data) {
    Hasher hasher = begun(shape);
    if (dtype == Dtype::f32) return hasher.update(data).finish();
    each_piece(dtype, data,
               [&](std::span<const float> values) { hasher.update(narrow(Dtype::f32, values)); });
    return hasher.finish();
}

std::vector<Digest> rounded_digests(std::span<const std::uint64_t> shape, Dtype dtype,
                                    ByteView data) {
    const bool blocks = shape.size() > 1 && shape.back() % kQ8Block == 0;
    Hasher f16 = begun(shape), bf16 = begun(shape), q8_0 = begun(shape);
    each_piece(dtype, data, [&](std::span<const float> values) {
        std::vector<float> rounded(values.size());
        const auto take = [&](Hasher& hasher, Dtype form) {
            expand(form, narrow(form, values), rounded);
            hasher.update(narrow(Dtype::f32, rounded));
        };
        take(f16, Dtype::f16);
        take(bf16, Dtype::bf16);
        if (!blocks) return;
        expand_q8_0(narrow_q8_0(values), rounded);
        q8_0.update(narrow(Dtype::f32, rounded));
    });
    std::vector<Digest> out = {f16.finish(), bf16.finish()};
    if (blocks) out.push_back(q8_0.finish());
    return out;
}

Result<WeightIdentity> weight_identity(ByteView file) {
    if (file.size() >= 4 && text_of(file.first(4)) == "GGUF") return of_gguf(TRY(read_gguf(file)));
    WeightIdentity out;
    for (const TensorView& tensor : TRY(read_comparable(file, out.unreadable)))
        add(out, tensor.name, tensor.shape, tensor.dtype, tensor.data);
    return out;
}

}  // namespace litura::formats
