// Reading checks every rule before it makes a view: lengths, overflow, duplicate names, holes.
#include "formats/safetensors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "formats/strict_json.hpp"

namespace litura::formats {
namespace {

constexpr std::uint64_t kHeaderMax = 100'000'000;
constexpr std::size_t kFileTensorsMax = 100'000;
constexpr std::size_t kRankMax = 8;
constexpr std::size_t kTensorNameMax = 1024;
constexpr std::size_t kDataAlignment = 64;

Error bad_safetensors(std::string message) {
    return {Code::bad_input, std::move(message), "safetensors", "check that the file is complete"};
}

struct Entry {
    TensorView view;
    bool comparable = true;  ///< of a number format that we read
    std::uint64_t begin = 0, end = 0;
};

std::optional<Dtype> dtype_named(std::string_view name) {
    for (const Dtype dtype : {Dtype::f32, Dtype::f16, Dtype::bf16}) {
        if (name == safetensors_name(dtype)) return dtype;
    }
    return std::nullopt;
}

/// Bytes that `shape` takes, if that fits 64 bits.
Result<std::uint64_t> bytes_needed(std::span<const std::uint64_t> shape, Dtype dtype) {
    std::uint64_t bytes = size_of(dtype);
    for (const std::uint64_t extent : shape) {
        if (__builtin_mul_overflow(bytes, extent, &bytes))
            return bad_safetensors("a tensor's shape overflows");
    }
    return bytes;
}

Result<std::vector<std::uint64_t>> integers(const StrictJson& json, const char* field) {
    const auto found = json.find(field);
    if (found == json.end() || !found->is_array()) {
        return bad_safetensors(fmt::format("a tensor has no {}", field));
    }
    std::vector<std::uint64_t> values;
    for (const StrictJson& value : *found) {
        if (!value.is_number_unsigned())
            return bad_safetensors(fmt::format("{} holds no whole number", field));
        values.push_back(value.get<std::uint64_t>());
    }
    return values;
}

Result<Entry> read_entry(const std::string& name, const StrictJson& json) {
    if (!json.is_object() || json.size() != 3)
        return bad_safetensors("a tensor's entry is malformed");
    if (name.empty() || name.size() > kTensorNameMax)
        return bad_safetensors("a tensor's name is empty or too long");
    const auto dtype_field = json.find("dtype");
    if (dtype_field == json.end() || !dtype_field->is_string())
        return bad_safetensors("a tensor has no dtype");
    const auto dtype = dtype_named(dtype_field->get_ref<const std::string&>());

    Entry entry;
    entry.view.name = name;
    entry.comparable = dtype.has_value();
    entry.view.dtype = dtype.value_or(Dtype::f32);
    entry.view.shape = TRY(integers(json, "shape"));
    const std::vector<std::uint64_t> offsets = TRY(integers(json, "data_offsets"));
    if (offsets.size() != 2 || offsets[0] > offsets[1])
        return bad_safetensors("data_offsets are malformed");
    if (entry.view.shape.size() > kRankMax)
        return bad_safetensors("a tensor has too many dimensions");
    entry.begin = offsets[0];
    entry.end = offsets[1];
    if (dtype && entry.end - entry.begin != TRY(bytes_needed(entry.view.shape, *dtype))) {
        return bad_safetensors("a tensor's shape and data_offsets disagree");
    }
    return entry;
}

Result<void> check_metadata(const StrictJson& json) {
    if (!json.is_object()) return bad_safetensors("__metadata__ is not an object");
    for (const StrictJson& value : json) {
        if (!value.is_string())
            return bad_safetensors("__metadata__ holds something other than text");
    }
    return done();
}

Result<std::vector<Entry>> read_header(std::string_view text) {
    if (!text.starts_with('{')) return bad_safetensors("the header does not start with {");
    const StrictJson json = TRY(parse_strict_json(text, "safetensors header"));
    if (json.size() > kFileTensorsMax) return bad_safetensors("there are too many tensors");
    std::vector<Entry> entries;
    for (const auto& [name, value] : json.items()) {
        if (name == "__metadata__") {
            TRY(check_metadata(value));
        } else {
            entries.push_back(TRY(read_entry(name, value)));
        }
    }
    return entries;
}

/// Every byte of the data belongs to exactly one tensor.
Result<void> check_tiling(std::span<const Entry> entries, std::uint64_t data_size) {
    std::vector<const Entry*> order;
    for (const Entry& entry : entries) order.push_back(&entry);
    std::ranges::sort(order, {}, [](const Entry* e) { return std::pair(e->begin, e->end); });
    std::uint64_t at = 0;
    for (const Entry* entry : order) {
        if (entry->begin != at) return bad_safetensors("tensors overlap or leave a hole");
        at = entry->end;
    }
    if (at != data_size) return bad_safetensors("the tensors do not end where the file ends");
    return done();
}

std::string header_of(std::span<const TensorSource* const> order, Dtype dtype) {
    std::string header = R"({"__metadata__":{"format":"pt"})";
    std::uint64_t at = 0;
    for (const TensorSource* tensor : order) {
        const std::uint64_t end = at + tensor->values.size() * size_of(dtype);
        header += fmt::format(R"(,{}:{{"dtype":"{}","shape":{},"data_offsets":[{},{}]}})",
                              StrictJson(tensor->name).dump(), safetensors_name(dtype),
                              StrictJson(tensor->shape).dump(), at, end);
        at = end;
    }
    header += '}';
    while ((8 + header.size()) % kDataAlignment != 0) header += ' ';
    return header;
}

/// All tensors, sorted by name; what is not comparable has no meaning but its place.
Result<std::vector<Entry>> read_all(ByteView file) {
    ByteReader reader(file);
    const std::uint64_t header_size = reader.u64();
    if (!reader.ok() || header_size > kHeaderMax) {
        return bad_safetensors("the header's length is not plausible");
    }
    const ByteView header = reader.raw(header_size);
    if (!reader.ok()) return bad_safetensors("the file ends inside its header");
    std::vector<Entry> entries = TRY(read_header(text_of(header)));
    const ByteView data = file.subspan(8 + header.size());
    TRY(check_tiling(entries, data.size()));
    for (Entry& entry : entries)
        entry.view.data = data.subspan(entry.begin, entry.end - entry.begin);
    return entries;
}

}  // namespace

Result<std::vector<TensorView>> read_safetensors(ByteView file) {
    std::size_t others = 0;
    auto tensors = TRY(read_comparable(file, others));
    if (others > 0) return bad_safetensors("only F32, F16 and BF16 tensors are supported");
    return tensors;
}

Result<std::vector<TensorView>> read_comparable(ByteView file, std::size_t& others) {
    std::vector<TensorView> tensors;
    others = 0;
    for (Entry& entry : TRY(read_all(file))) {
        if (entry.comparable) tensors.push_back(std::move(entry.view));
        others += !entry.comparable;
    }
    return tensors;
}

const TensorView* find_tensor(std::span<const TensorView> tensors, std::string_view name) {
    const auto found = std::ranges::lower_bound(tensors, name, {}, &TensorView::name);
    return found != tensors.end() && found->name == name ? &*found : nullptr;
}

Bytes write_safetensors(std::span<const TensorSource> tensors, Dtype dtype) {
    std::vector<const TensorSource*> order;
    for (const TensorSource& tensor : tensors) order.push_back(&tensor);
    std::ranges::sort(
        order, {}, [](const auto* tensor) -> auto& { return tensor->name; });
    ByteWriter out;
    const std::string header = header_of(order, dtype);
    out.u64(header.size());
    out.raw(bytes_of(header));
    for (const TensorSource* tensor : order) out.raw(narrow(dtype, tensor->values));
    return out.take();
}

}  // namespace litura::formats
