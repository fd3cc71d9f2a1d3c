// What a tensor is, whatever file it stands in: a digest of its shape and its values in f32, so
// that other shards, another order, other metadata, or another number format that loses nothing
// leave it as it is. A Llama's queries and keys in a GGUF file are put back into the order of
// Hugging Face first.
//
//   digest := SHA-256("litura tensor 1\n" u32 rank, u64 extent .., f32 value ..)    little-endian
//
// A tensor of q8_0 is what its blocks stand for.
//
// Says nothing of names: two tensors of equal shape and values are one.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "formats/dtype.hpp"

namespace litura::formats {

/// `data` holds exactly as many values as `shape` says.
Digest tensor_digest(std::span<const std::uint64_t> shape, Dtype dtype, ByteView data);

/// The digests of what is left of the values in the forms that Litura exports and that lose some:
/// F16, BF16 and, where rows are whole blocks, q8_0. They may be those of another tensor's as well.
std::vector<Digest> rounded_digests(std::span<const std::uint64_t> shape, Dtype dtype,
                                    ByteView data);

struct IdentifiedTensor {
    std::string name;
    Digest digest;
};

/// What of a weight file speaks for its origin.
struct WeightIdentity {
    std::vector<IdentifiedTensor> tensors;  ///< in the file's order; those of a single repeated
                                            ///< value are left out: all have them
    std::size_t unreadable = 0;             ///< quantised otherwise or no floats, so not comparable
    std::string model;  ///< litura.model.digest, as a GGUF file names it; else empty
};

/// A safetensors or GGUF file. Code::bad_input if it is neither, or not whole.
Result<WeightIdentity> weight_identity(ByteView file);

}  // namespace litura::formats
