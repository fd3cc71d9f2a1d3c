// The persons' map: its root and paths, without walking subtrees that hold no label or one.
#include "proof/person_map.hpp"

#include <algorithm>
#include <array>

namespace litura::proof {
namespace {

constexpr unsigned kDepth = 256;
constexpr std::string_view kMapMagic = "litura.map.1";

Digest tagged(std::uint8_t tag, const Digest& first, const Digest& second) {
    return Hasher().update({&tag, 1}).update(first.view()).update(second.view()).finish();
}
Digest leaf_of(const MapLeaf& leaf) { return tagged(0x02, leaf.label, leaf.value); }
Digest node_of(const Digest& left, const Digest& right) { return tagged(0x03, left, right); }

/// The hash of an empty subtree whose root is at `depth`.
const Digest& empty_at(unsigned depth) {
    static const auto all = [] {
        std::array<Digest, kDepth + 1> hashes{};
        for (unsigned level = kDepth; level > 0; --level)
            hashes[level - 1] = node_of(hashes[level], hashes[level]);
        return hashes;
    }();
    return all[depth];
}

bool bit(const Digest& of, unsigned index) { return (of.bytes[index / 8] >> (7 - index % 8)) & 1; }
void set_bit(Digest& of, unsigned index) {
    of.bytes[index / 8] |= static_cast<std::uint8_t>(1 << (7 - index % 8));
}

/// The number of leading bits that two labels share.
unsigned shared_bits(const Digest& a, const Digest& b) {
    unsigned count = 0;
    while (count < kDepth && bit(a, count) == bit(b, count)) ++count;
    return count;
}

Digest cut(const Digest& label, unsigned bits) {
    Digest prefix;
    for (unsigned index = 0; index < bits; ++index)
        if (bit(label, index)) set_bit(prefix, index);
    return prefix;
}

/// The hash of the subtree at `depth` that holds this leaf alone.
Digest lonely(const MapLeaf& leaf, unsigned depth) {
    Digest hash = leaf_of(leaf);
    for (unsigned level = kDepth; level > depth; --level)
        hash = bit(leaf.label, level - 1) ? node_of(empty_at(level), hash)
                                          : node_of(hash, empty_at(level));
    return hash;
}

}  // namespace

Bytes MapPath::encode() const {
    ByteWriter out;
    out.raw(present.view());
    for (const Digest& sibling : siblings) out.raw(sibling.view());
    return out.take();
}

Result<MapPath> decode_map_path(ByteView bytes) {
    const Error refused{Code::bad_input, "not a path of a map", "", ""};
    if (bytes.size() < 32 || bytes.size() % 32 != 0) return refused;
    ByteReader in(bytes);
    MapPath path;
    path.present = read_digest(in);
    std::size_t count = 0;
    for (unsigned depth = 0; depth < kDepth; ++depth) count += bit(path.present, depth);
    if (bytes.size() != 32 * (1 + count)) return refused;
    while (!in.at_end()) path.siblings.push_back(read_digest(in));
    return path;
}

bool holds_in_map(const Digest& label, const std::optional<Digest>& value, const MapPath& path,
                  const Digest& root) {
    Digest hash = value ? leaf_of({label, *value}) : empty_at(kDepth);
    std::size_t used = 0;
    for (unsigned level = kDepth; level > 0; --level) {
        const bool given = bit(path.present, level - 1);
        if (given && used == path.siblings.size()) return false;
        const Digest& sibling = given ? path.siblings[used++] : empty_at(level);
        hash = bit(label, level - 1) ? node_of(sibling, hash) : node_of(hash, sibling);
    }
    return used == path.siblings.size() && hash == root;
}

PersonMap PersonMap::build(std::vector<MapLeaf> leaves) {
    std::sort(leaves.begin(), leaves.end());
    PersonMap map;
    for (std::size_t index = 0; index < leaves.size(); ++index) {
        const Digest& label = leaves[index].label;
        unsigned shared = 0;
        const auto with = [&](std::size_t other) {
            const unsigned bits = shared_bits(label, leaves[other].label);
            CHECK(bits < kDepth);
            return bits + 1;
        };
        if (index > 0) shared = with(index - 1);
        if (index + 1 < leaves.size()) shared = std::max(shared, with(index + 1));
        map.places_.push_back({shared, cut(label, shared), lonely(leaves[index], shared)});
    }
    return map;
}

std::pair<PersonMap::Range, PersonMap::Range> PersonMap::halves(Range range, unsigned depth) const {
    const auto first = places_.begin() + static_cast<std::ptrdiff_t>(range.begin);
    const auto last = places_.begin() + static_cast<std::ptrdiff_t>(range.end);
    const auto middle = std::partition_point(
        first, last, [&](const Place& place) { return !bit(place.prefix, depth); });
    const auto at = static_cast<std::size_t>(middle - places_.begin());
    return {{range.begin, at}, {at, range.end}};
}

Digest PersonMap::hash_of(Range range, unsigned depth) const {
    if (range.begin == range.end) return empty_at(depth);
    if (range.end - range.begin == 1) return places_[range.begin].hash;
    const auto [left, right] = halves(range, depth);
    return node_of(hash_of(left, depth + 1), hash_of(right, depth + 1));
}

Digest PersonMap::root() const { return hash_of({0, places_.size()}, 0); }

std::optional<std::size_t> PersonMap::place_of(const Digest& label) const {
    auto after = std::upper_bound(
        places_.begin(), places_.end(), label,
        [](const Digest& wanted, const Place& place) { return wanted < place.prefix; });
    if (after == places_.begin()) return {};
    const Place& place = *--after;
    if (cut(label, place.depth) != place.prefix) return {};
    return static_cast<std::size_t>(after - places_.begin());
}

MapPath PersonMap::path(const Digest& label, const std::optional<MapLeaf>& occupant) const {
    CHECK(occupant.has_value() == place_of(label).has_value());
    std::vector<Digest> down;  // siblings from the root on
    MapPath path;
    const auto add = [&](unsigned depth, const Digest& sibling) {
        if (sibling == empty_at(depth + 1)) return;
        set_bit(path.present, depth);
        down.push_back(sibling);
    };
    Range range{0, places_.size()};
    for (unsigned depth = 0; range.end - range.begin > 1; ++depth) {
        const auto [left, right] = halves(range, depth);
        add(depth, hash_of(bit(label, depth) ? left : right, depth + 1));
        range = bit(label, depth) ? right : left;
    }
    if (occupant && occupant->label != label) {
        const unsigned apart = shared_bits(label, occupant->label);
        add(apart, lonely(*occupant, apart + 1));
    }
    path.siblings.assign(down.rbegin(), down.rend());
    return path;
}

bool PersonMap::is_at(std::size_t place, const MapLeaf& leaf) const {
    const Place& there = places_[place];
    return cut(leaf.label, there.depth) == there.prefix && lonely(leaf, there.depth) == there.hash;
}

Bytes PersonMap::encode() const {
    ByteWriter out;
    out.text(kMapMagic);
    out.u64(places_.size());
    for (const Place& place : places_) {
        out.u32(place.depth);
        out.raw(place.prefix.view().first((place.depth + 7) / 8));
        out.raw(place.hash.view());
    }
    return out.take();
}

Result<PersonMap> decode_person_map(ByteView bytes) {
    const Error damaged{Code::broken, "a person map is damaged", "",
                        "restore the project from a backup"};
    ByteReader in(bytes);
    if (in.text() != kMapMagic) return damaged;
    PersonMap map;
    for (std::uint64_t left = in.u64(); left > 0 && in.ok(); --left) {
        PersonMap::Place place;
        place.depth = in.u32();
        if (place.depth > kDepth) return damaged;
        const ByteView prefix = in.raw((place.depth + 7) / 8);
        std::copy(prefix.begin(), prefix.end(), place.prefix.bytes.begin());
        place.hash = read_digest(in);
        const bool in_order = map.places_.empty() || map.places_.back().prefix < place.prefix;
        if (!in_order || cut(place.prefix, place.depth) != place.prefix) return damaged;
        map.places_.push_back(place);
    }
    if (!in.at_end()) return damaged;
    return map;
}

}  // namespace litura::proof
