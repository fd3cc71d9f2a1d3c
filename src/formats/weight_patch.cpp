#include "formats/weight_patch.hpp"

#include <algorithm>

#include "formats/weight_delta.hpp"

namespace litura::formats {
namespace {

constexpr std::string_view kMagic = "litura patch 1\n";
constexpr std::size_t kSalt = 16;
constexpr std::uint64_t kPiecesMax = 100'001;
constexpr std::uint64_t kGrowth = 4, kRoom = 64 << 20;  // how much larger a successor may be

Error bad_patch(std::string message) {
    return {Code::bad_input, std::move(message), "patch", "get the patch again from the publisher"};
}

PatchedTensor way_for(const TensorView& tensor, std::span<const TensorView> old_tensors) {
    const TensorView* old = find_tensor(old_tensors, tensor.name);
    if (old == nullptr || old->dtype != tensor.dtype || old->data.size() != tensor.data.size())
        return {PatchWay::whole, "", tensor.data.size()};
    const bool same = std::ranges::equal(old->data, tensor.data);
    return {same ? PatchWay::keep : PatchWay::delta, tensor.name, tensor.data.size()};
}

Result<Bytes> tensor_data(const PatchedTensor& tensor, std::span<const TensorView> old_tensors,
                          ByteView content) {
    if (tensor.way == PatchWay::whole) return decompress(content, tensor.bytes);
    const TensorView* old = find_tensor(old_tensors, tensor.from);
    if (old == nullptr || old->data.size() != tensor.bytes)
        return bad_patch("the patch speaks of a tensor that the old file does not have");
    if (tensor.way == PatchWay::keep) return Bytes(old->data.begin(), old->data.end());
    return decode_delta(old->data, content, size_of(old->dtype));
}

}  // namespace

Bytes WeightPatch::encode() const {
    ByteWriter out;
    out.raw(bytes_of(kMagic));
    out.raw(salt);
    out.raw(before.view());
    out.raw(after.view());
    out.u64(pieces.size());
    for (const Bytes& piece : pieces) out.blob(piece);
    return out.take();
}

Result<WeightPatch> parse_weight_patch(ByteView bytes) {
    ByteReader in(bytes);
    if (text_of(in.raw(kMagic.size())) != kMagic) return bad_patch("this is no patch");
    WeightPatch out;
    const ByteView salt = in.raw(kSalt);
    out.salt.assign(salt.begin(), salt.end());
    out.before = read_digest(in);
    out.after = read_digest(in);
    const std::uint64_t pieces = in.u64();
    if (!in.ok() || pieces == 0 || pieces > kPiecesMax) return bad_patch("the patch is not whole");
    for (std::uint64_t index = 0; index < pieces && in.ok(); ++index) {
        const ByteView piece = in.blob();
        out.pieces.emplace_back(piece.begin(), piece.end());
    }
    if (!in.ok() || !in.at_end()) return bad_patch("the patch is not whole");
    return out;
}

Bytes PatchPlan::encode() const {
    ByteWriter out;
    out.blob(header);
    out.u64(tensors.size());
    for (const PatchedTensor& tensor : tensors) {
        out.u8(static_cast<std::uint8_t>(tensor.way));
        out.text(tensor.from);
        out.u64(tensor.bytes);
    }
    return out.take();
}

Result<PatchPlan> parse_patch_plan(ByteView bytes) {
    ByteReader in(bytes);
    PatchPlan out;
    const ByteView header = in.blob();
    out.header.assign(header.begin(), header.end());
    const std::uint64_t tensors = in.u64();
    for (std::uint64_t index = 0; index < tensors && in.ok(); ++index) {
        PatchedTensor tensor;
        const std::uint8_t way = in.u8();
        if (way > static_cast<std::uint8_t>(PatchWay::whole)) return bad_patch("an unknown way");
        tensor.way = static_cast<PatchWay>(way);
        tensor.from = in.text();
        tensor.bytes = in.u64();
        out.tensors.push_back(std::move(tensor));
    }
    if (!in.ok() || !in.at_end()) return bad_patch("the plan is not whole");
    return out;
}

Result<std::vector<ByteView>> held_bytes(ByteView file) {
    std::vector<ByteView> held;
    for (const TensorView& tensor : TRY(read_safetensors(file))) held.push_back(tensor.data);
    return held;
}

Result<PatchWork> make_patch(ByteView old_file, ByteView new_file) {
    const std::vector<TensorView> before = TRY(read_safetensors(old_file));
    std::vector<TensorView> after = TRY(read_safetensors(new_file));
    std::ranges::stable_sort(after, {}, [](const TensorView& t) { return t.data.data(); });
    PatchWork out;
    std::size_t data = 0;
    for (const TensorView& tensor : after) {
        data += tensor.data.size();
        out.plan.tensors.push_back(way_for(tensor, before));
        const PatchedTensor& planned = out.plan.tensors.back();
        if (planned.way == PatchWay::keep) out.contents.emplace_back();
        if (planned.way == PatchWay::whole) out.contents.push_back(compress(tensor.data));
        if (planned.way == PatchWay::delta)
            out.contents.push_back(encode_delta(find_tensor(before, planned.from)->data,
                                                tensor.data, size_of(tensor.dtype)));
    }
    const ByteView header = new_file.first(new_file.size() - data);
    out.plan.header.assign(header.begin(), header.end());
    return out;
}

Result<Bytes> apply_patch(ByteView old_file, const PatchPlan& plan,
                          const std::vector<Bytes>& contents) {
    const std::vector<TensorView> before = TRY(read_safetensors(old_file));
    if (contents.size() != plan.tensors.size()) return bad_patch("the patch lacks a tensor");
    const std::uint64_t most = kGrowth * old_file.size() + kRoom;
    std::uint64_t total = plan.header.size();
    for (const PatchedTensor& tensor : plan.tensors) {
        if (tensor.bytes > most || (total += tensor.bytes) > most)
            return bad_patch("the result would be implausibly large");
    }
    Bytes out = plan.header;
    out.reserve(total);
    for (std::size_t index = 0; index < contents.size(); ++index) {
        const Bytes data = TRY(tensor_data(plan.tensors[index], before, contents[index]));
        out.insert(out.end(), data.begin(), data.end());
    }
    return out;
}

}  // namespace litura::formats
