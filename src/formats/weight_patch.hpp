// The container of a patch from one safetensors file to another: who may open it is not its
// business (proof/holder_key.hpp), nor is how tensors differ (weight_delta.hpp).
//
//   patch := "litura patch 1\n" salt (16 bytes), old, new (SHA-256 of the whole files, 32 bytes
//            each), u64 pieces, piece ..
//   piece := u64 length, sealed bytes
//
// Opened, the first piece is the plan, and each other the content of one tensor, in the order of
// the new file:
//
//   plan    := u64 length, the new file up to its data; u64 tensors, tensor ..
//   tensor  := u8 way, u64 length, name of the old file's tensor (empty for `whole`), u64 bytes
//   way     := 0 keep (content: nothing) | 1 delta (encode_delta) | 2 whole (compress)
//
// Integers are little-endian. Nothing but sizes and the two digests can be seen from outside.
#pragma once

#include <string>
#include <vector>

#include "base/digest.hpp"
#include "formats/safetensors.hpp"

namespace litura::formats {

struct WeightPatch {
    Bytes salt;
    Digest before, after;  ///< of the whole files
    std::vector<Bytes> pieces;

    Bytes encode() const;
};
/// Code::bad_input if it is none, or not whole.
Result<WeightPatch> parse_weight_patch(ByteView bytes);

enum class PatchWay : std::uint8_t { keep, delta, whole };

struct PatchedTensor {
    PatchWay way = PatchWay::whole;
    std::string from;         ///< a tensor of the old file
    std::uint64_t bytes = 0;  ///< in the new file
};
struct PatchPlan {
    Bytes header;
    std::vector<PatchedTensor> tensors;

    Bytes encode() const;
};
Result<PatchPlan> parse_patch_plan(ByteView bytes);

/// The data of a file's tensors in the order of their names: what a holder of the file holds,
/// whatever its header says. Views into `file`.
Result<std::vector<ByteView>> held_bytes(ByteView file);

/// What leads from one file to the other, with the contents of the tensors.
struct PatchWork {
    PatchPlan plan;
    std::vector<Bytes> contents;
};
/// Code::bad_input if one of them is no safetensors file.
Result<PatchWork> make_patch(ByteView old_file, ByteView new_file);
/// The new file. `opened` yields the contents in their order. Code::bad_input for what does not fit
/// the old file, or would become several times as large.
Result<Bytes> apply_patch(ByteView old_file, const PatchPlan& plan,
                          const std::vector<Bytes>& contents);

}  // namespace litura::formats
