// A map from labels to values with one public root: a sparse Merkle tree of depth 256. A path shows
// that a label has a value, or that it has none, and nothing about any other label.
//
//   leaf(label, value) = SHA-256(0x02, label, value)      an empty place at depth 256: 32 zeros
//   node(left, right)  = SHA-256(0x03, left, right)
//
// Bit t of the label, from the highest bit of its first byte on, chooses at depth t.
//
// What is kept of a map (PersonMap) is cut where a label stands alone: about log2 of the number of
// labels bits of each, never a whole label, so that nobody is in it who is not in the project.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/digest.hpp"

namespace litura::proof {

struct MapLeaf {
    Digest label, value;
    auto operator<=>(const MapLeaf&) const = default;
};

/// The siblings on the way from a leaf to the root.
struct MapPath {
    Digest present;                ///< bit t: the sibling at depth t + 1 is not an empty subtree
    std::vector<Digest> siblings;  ///< those, from the leaf up

    bool operator==(const MapPath&) const = default;
    Bytes encode() const;  ///< present, siblings: 32 bytes each
};
/// Code::bad_input unless it has as many siblings as it says.
Result<MapPath> decode_map_path(ByteView bytes);

/// No value: that the label has none.
bool holds_in_map(const Digest& label, const std::optional<Digest>& value, const MapPath& path,
                  const Digest& root);

class PersonMap {
public:
    /// Labels must differ. Places are numbered in the order of the labels.
    static PersonMap build(std::vector<MapLeaf> leaves);

    std::size_t size() const { return places_.size(); }
    Digest root() const;
    /// The place whose cut prefix the label has, if there is one: the label itself, or another.
    std::optional<std::size_t> place_of(const Digest& label) const;
    /// The path of a label. `occupant`: the leaf that stands at place_of(label), whole, if there is
    /// one.
    MapPath path(const Digest& label, const std::optional<MapLeaf>& occupant) const;
    /// Is this the leaf that stands there?
    bool is_at(std::size_t place, const MapLeaf& leaf) const;

    Bytes encode() const;

private:
    friend Result<PersonMap> decode_person_map(ByteView bytes);
    struct Place {
        std::uint32_t depth = 0;  ///< of the highest subtree that holds this label alone
        Digest prefix;            ///< the first `depth` bits of the label, then zeros
        Digest hash;              ///< of that subtree
    };
    struct Range {
        std::size_t begin = 0, end = 0;
    };
    std::pair<Range, Range> halves(Range range, unsigned depth) const;
    Digest hash_of(Range range, unsigned depth) const;

    std::vector<Place> places_;
};
/// Code::broken for what encode() did not write.
Result<PersonMap> decode_person_map(ByteView bytes);

}  // namespace litura::proof
