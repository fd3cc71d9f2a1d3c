// The difference of two tensors of one shape as few bytes: each value as an integer in the order
// of the numbers (so that a small change of a weight is a small difference), differences folded to
// be unsigned, split into planes of one byte each, and compressed (zstd). Lossless. Whoever has the
// difference and either tensor has the other: never publish one in the clear.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace litura::formats {

/// `before` and `after` have one size, a multiple of `width`: 2 or 4, the bytes of a little-endian
/// float.
Bytes encode_delta(ByteView before, ByteView after, std::size_t width);
/// As many bytes as `before`. Code::bad_input if it is no difference of that size.
Result<Bytes> decode_delta(ByteView before, ByteView delta, std::size_t width);

/// Any bytes, likewise compressed; `size` is what has to come out.
Bytes compress(ByteView plain);
Result<Bytes> decompress(ByteView packed, std::size_t size);

}  // namespace litura::formats
