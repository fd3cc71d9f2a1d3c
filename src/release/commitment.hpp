// What a statement commits to: the list of items that was trained on and the map of who has one,
// made from a manifest, the people's keys and their names. Items carry salts and leaves carry
// blinds that are derived from the accounts' keys and die with them: afterwards the roots still
// stand, and nobody can tell, or prove to anybody, what was under them.
//
//   item        = SHA-256(text "litura.item.1", salt, blob of the manifest's sample)
//   salt        = HMAC(key of the account for proofs, text "salt", vrf, record)
//   items root  = RFC 6962 root over the items in the manifest's order
//   blind       = HMAC(key of the leaf's first account for proofs, text "blind", vrf)
//   leaf value  = SHA-256(blind, RFC 6962 root over the leaf's own items)
//   source tag  = source_tag(HMAC(seed, text "source", text of its name), its name)
//   blank tag   = HMAC(seed, text "blank", u64 number)
//
// `text` and `blob` have a u64 length before them, little-endian, as everywhere (base/bytes.hpp).
#pragma once

#include "derive/manifest.hpp"
#include "derive/project.hpp"
#include "proof/person_map.hpp"
#include "proof/ticket.hpp"
#include "proof/vrf.hpp"

namespace litura::release {

/// The secret of one statement: its VRF, and what stands for its sources.
class StatementKey {
public:
    explicit StatementKey(SecretKey seed) : seed_(std::move(seed)), vrf_(seed_.clone()) {}

    const SecretKey& seed() const { return seed_; }
    const proof::VrfKey& vrf() const { return vrf_; }
    /// All sources, with blanks up to a power of two that is 4 at least, by tag: neither their
    /// number nor their order tells of one.
    std::vector<proof::TicketSource> sources(const std::vector<std::string>& names) const;
    Digest tag(std::string_view source) const;

private:
    Digest blind(std::string_view source) const;

    SecretKey seed_;
    proof::VrfKey vrf_;
};

struct Item {
    Digest salt;
    Bytes sample;
    Digest digest() const;
};

/// One name on one source: accounts whose names have one normal form share a leaf.
struct CommittedLeaf {
    std::string source;
    std::vector<Digest> accounts;  ///< by tag
    Digest label, blind;
    std::vector<Item> items;

    Digest value() const;
};

struct Commitment {
    Digest items_root;
    std::uint64_t items = 0;
    std::vector<CommittedLeaf> leaves;  ///< by label: the order of the map's places
    proof::PersonMap map;
};

/// Code::forbidden if the key of somebody in it was destroyed.
Result<Commitment> commit_to(derive::Project& project, const derive::Manifest& manifest,
                             const StatementKey& key);

/// The leaf that these accounts share; likewise.
Result<CommittedLeaf> leaf_of(derive::Project& project, const derive::Manifest& manifest,
                              const StatementKey& key, std::vector<Digest> accounts);

}  // namespace litura::release
