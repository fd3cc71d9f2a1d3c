#include "derive/chain_task.hpp"

namespace litura::derive {
namespace {

constexpr std::string_view kMagicOfTask = "litura.task.1";

void write_slice(ByteWriter& out, const ChainTask::Slice& slice) {
    out.raw(slice.key.view());
    out.text(slice.label);
    out.u64(slice.tokens);
    out.u32(slice.epochs);
    out.u64(slice.texts.size());
    for (const ChainTask::Text& text : slice.texts) {
        for (const Digest* tag : {&text.account, &text.record, &text.wording}) out.raw(tag->view());
    }
}

ChainTask::Slice read_slice(ByteReader& in) {
    ChainTask::Slice slice;
    slice.key = read_digest(in);
    slice.label = in.text();
    slice.tokens = in.u64();
    slice.epochs = in.u32();
    for (std::uint64_t left = in.u64(); left > 0 && in.ok(); --left) {
        ChainTask::Text& text = slice.texts.emplace_back();
        for (Digest* tag : {&text.account, &text.record, &text.wording}) *tag = read_digest(in);
    }
    return slice;
}

}  // namespace

Bytes ChainTask::encode() const {
    ByteWriter out;
    out.text(kMagicOfTask);
    out.text(settings_text);
    out.raw(base.view());
    out.text(label);
    out.raw(start.view());
    out.u8(fresh ? 1 : 0);
    out.u64(slices.size());
    for (const Slice& slice : slices) write_slice(out, slice);
    return out.take();
}

Result<ChainTask> decode_chain_task(ByteView bytes) {
    ByteReader in(bytes);
    ChainTask task;
    const bool known = in.text() == kMagicOfTask;
    task.settings_text = in.text();
    task.base = read_digest(in);
    task.label = in.text();
    task.start = read_digest(in);
    const std::uint8_t fresh = in.u8();
    task.fresh = fresh == 1;
    for (std::uint64_t left = in.u64(); left > 0 && in.ok(); --left)
        task.slices.push_back(read_slice(in));
    if (known && fresh <= 1 && in.at_end()) return task;
    return Error{Code::broken, "this is no task of a derivation", "",
                 "run 'litura derive': tasks are made anew"};
}

ChainTask make_chain_task(const TaskSource& source, const Chain& chain, std::size_t first) {
    CHECK(first < chain.slices.size());
    ChainTask task;
    task.settings_text = source.settings_text;
    task.base = source.base;
    task.label = chain.label;
    task.start = source.graph.nodes[chain.slices[first]].inputs.at(0);
    task.fresh = first == 0;
    for (std::size_t at = first; at < chain.slices.size(); ++at) {
        const Node& node = source.graph.nodes[chain.slices[at]];
        ChainTask::Slice& slice = task.slices.emplace_back();
        slice.key = node.key;
        slice.label = node.label;
        slice.tokens = node.tokens;
        slice.epochs = node.epochs;
        for (const std::size_t index : node.samples) {
            const Sample& sample = source.view.samples[index];
            slice.texts.push_back({sample.account, sample.record, sample.wording});
        }
    }
    return task;
}

}  // namespace litura::derive
