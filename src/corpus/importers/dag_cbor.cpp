// Reads DAG-CBOR by recursion of bounded depth.
#include "corpus/importers/dag_cbor.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <vector>

#include "base/text.hpp"

namespace litura::corpus {
namespace {

constexpr int kCborDepthMax = 64;
constexpr std::uint64_t kCborKeysMax = 4096;
constexpr std::uint64_t kLinkTag = 42;

class DagCborReader {
public:
    explicit DagCborReader(ByteView bytes) : rest_(bytes) {}

    std::optional<Json> document() {
        auto json = value(0);
        return rest_.empty() ? std::move(json) : std::nullopt;
    }

private:
    enum Major : unsigned { positive, negative, byte_string, text_string, array, map, tag, simple };

    std::optional<Json> value(int depth) {
        if (rest_.empty() || depth > kCborDepthMax) return {};
        const unsigned first = rest_[0];
        const auto major = static_cast<Major>(first >> 5);
        if (major == simple) return simple_value(first & 31U);
        const auto argument = number();
        if (!argument) return {};
        switch (major) {
            case positive: return Json(*argument);
            case negative:
                if (*argument > static_cast<std::uint64_t>(INT64_MAX)) return {};
                return Json(-1 - static_cast<std::int64_t>(*argument));
            case byte_string: {
                const auto raw = take(*argument);
                if (!raw) return {};
                return Json{{"$bytes", hex(*raw)}};
            }
            case text_string: return text_of_length(*argument);
            case array: return array_of(*argument, depth);
            case map: return map_of(*argument, depth);
            case tag: return *argument == kLinkTag ? link() : std::nullopt;
            case simple: break;
        }
        return {};
    }

    /// The head's argument in its shortest form, as DAG-CBOR demands.
    std::optional<std::uint64_t> number() {
        const unsigned low = rest_[0] & 31U;
        rest_ = rest_.subspan(1);
        if (low < 24) return low;
        if (low > 27) return {};
        const std::size_t width = std::size_t{1} << (low - 24);
        const auto raw = take(width);
        if (!raw) return {};
        std::uint64_t value = 0;
        for (const std::uint8_t byte : *raw) value = value << 8 | byte;
        const bool shortest = width == 1 ? value >= 24 : (value >> (4 * width)) != 0;
        return shortest ? std::optional(value) : std::nullopt;
    }

    std::optional<ByteView> take(std::uint64_t count) {
        if (count > rest_.size()) return {};
        const ByteView taken = rest_.first(count);
        rest_ = rest_.subspan(count);
        return taken;
    }

    std::optional<Json> text_of_length(std::uint64_t length) {
        const auto raw = take(length);
        if (!raw || !is_utf8(text_of(*raw))) return {};
        return Json(text_of(*raw));
    }

    std::optional<Json> array_of(std::uint64_t count, int depth) {
        if (count > rest_.size()) return {};
        Json out = Json::array();
        for (; count > 0; --count) {
            auto item = value(depth + 1);
            if (!item) return {};
            out.push_back(std::move(*item));
        }
        return out;
    }

    static bool twice_named(const Json& object) {
        std::vector<std::string_view> keys;
        for (const auto& [key, value] : object.items()) keys.emplace_back(key);
        std::ranges::sort(keys);
        return std::ranges::adjacent_find(keys) != keys.end();
    }

    std::optional<Json> map_of(std::uint64_t count, int depth) {
        if (count > std::min<std::uint64_t>(rest_.size(), kCborKeysMax)) return {};
        Json out = Json::object();
        for (; count > 0; --count) {
            if (rest_.empty() || rest_[0] >> 5 != text_string) return {};
            auto key = value(depth + 1);
            auto item = key ? value(depth + 1) : std::nullopt;
            if (!item) return {};
            append_member(out, std::move(key->get_ref<std::string&>()), std::move(*item));
        }
        return twice_named(out) ? std::nullopt : std::optional(std::move(out));
    }

    std::optional<Json> link() {
        if (rest_.empty() || rest_[0] >> 5 != byte_string) return {};
        const auto length = number();
        const auto raw = length ? take(*length) : std::nullopt;
        if (!raw || raw->empty() || (*raw)[0] != 0) return {};
        ByteView inside = raw->subspan(1);
        const auto cid = take_cid(inside);
        if (!cid || !inside.empty()) return {};
        return Json{{"$link", std::to_string(cid->codec) + ":" + cid->digest.hex()}};
    }

    std::optional<Json> simple_value(unsigned low) {
        rest_ = rest_.subspan(1);
        if (low == 20 || low == 21) return Json(low == 21);
        if (low == 22) return Json();
        const auto raw = low == 27 ? take(8) : std::nullopt;
        if (!raw) return {};
        std::uint64_t bits = 0;
        for (const std::uint8_t byte : *raw) bits = bits << 8 | byte;
        const auto number = std::bit_cast<double>(bits);
        return std::isfinite(number) ? std::optional(Json(number)) : std::nullopt;
    }

    ByteView rest_;
};

}  // namespace

std::optional<std::uint64_t> take_varint(ByteView& bytes) {
    std::uint64_t value = 0;
    for (std::size_t at = 0; at < std::min<std::size_t>(bytes.size(), 9); ++at) {
        value |= std::uint64_t{bytes[at] & 0x7FU} << (7 * at);
        if (bytes[at] >= 0x80) continue;
        bytes = bytes.subspan(at + 1);
        return value;
    }
    return {};
}

std::optional<Cid> take_cid(ByteView& bytes) {
    constexpr std::uint64_t kSha256 = 0x12;
    ByteView rest = bytes;
    const auto version = take_varint(rest);
    const auto codec = take_varint(rest);
    const auto hash = take_varint(rest);
    const auto size = take_varint(rest);
    Cid cid;
    if (version != 1U || !codec || hash != kSha256 || size != cid.digest.bytes.size()) return {};
    if (rest.size() < *size) return {};
    cid.codec = *codec;
    std::copy_n(rest.begin(), *size, cid.digest.bytes.begin());
    bytes = rest.subspan(*size);
    return cid;
}

std::optional<Cid> link_of(const Json& value) {
    if (!value.is_object() || value.size() != 1) return {};
    const auto link = value.find("$link");
    if (link == value.end() || !link->is_string()) return {};
    const auto& text = link->get_ref<const std::string&>();
    const std::size_t colon = text.find(':');
    if (colon == text.npos) return {};
    Cid cid;
    std::from_chars(text.data(), text.data() + colon, cid.codec);
    const auto digest = parse_digest(std::string_view(text).substr(colon + 1));
    if (!digest.ok()) return {};
    cid.digest = digest.value();
    return cid;
}

std::optional<Json> parse_dag_cbor(ByteView bytes) { return DagCborReader(bytes).document(); }

}  // namespace litura::corpus
