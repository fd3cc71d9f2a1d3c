// The releases of a channel, and what they say of weights somebody holds. Pure: digests in, a
// verdict out.
//
// clang-format off
//   releases/NAME.json := {"release": NAME, "model": DIGEST, "lease_until": TIME,
//                          "weights": [DIGEST of a file ..], "tensors": [DIGEST ..], "known": [DIGEST ..]}
//   custom of it       := {"state": "active" | "superseded", "successor": NAME | null}
//   recall/NAME.json   := a DSSE envelope of a statement whose predicate has such a description as "release", with
//                         what no release in use holds (docs/releases.md); custom {"state": "soft" | "hard"}
// clang-format on
//
// DIGEST is "sha256:" and 64 hex digits; tensors as formats/tensor_identity.hpp has them,
// "known" (may be missing) are those that stand in the release or in what Litura exports of it and
// speak for nobody: the base's, an adapter's frozen half, rounded ones. A recall describes what it
// recalls by itself, so whoever holds only the key of `releases` can neither hide nor reclaim it.
#pragma once

#include <set>
#include <span>
#include <unordered_map>

#include "proof/channel.hpp"

namespace litura::proof {

struct Release {
    std::string name;
    Digest model;
    Instant lease_until;
    std::set<Digest> weights, tensors, known;
    State state = State::active;
    std::string successor;  ///< empty: none
    Json recall;            ///< the predicate of the recall statement, or null

    bool operator==(const Release&) const = default;
};

Json to_json(const Release& release);  ///< the document alone, without state and successor
/// Code::bad_input for a document that does not say all of it.
Result<Release> parse_release(std::string_view document);

/// Recalled ones as their recalls describe them, the others as `releases` does; what of the latter
/// cannot be read is not in the list. Code::bad_input for a recall that cannot be read.
Result<std::vector<Release>> releases_of(const ChannelView& view);

/// What the recall in this envelope describes. Code::bad_input.
Result<Release> recalled_release(std::string_view envelope);

/// What is known of one file of weights.
struct Evidence {
    Digest file;
    std::vector<Digest> tensors;  ///< but those of one repeated value, which all files have
    std::string model;            ///< "sha256:..", as the file itself names it; may be empty
    std::size_t unreadable = 0;   ///< tensors that could not be compared with anything
};

struct Recognised {
    enum class How { nothing, file, tensors, name };
    How how = How::nothing;
    State state = State::active;           ///< meaningless for nothing
    std::vector<const Release*> releases;  ///< those it was recognised as, worst first
    std::size_t tensors = 0;               ///< how many a release holds
    std::size_t known = 0;                 ///< how many others a release in use knows
    bool whole = false;                    ///< nothing in the file is unknown
};
std::string_view to_text(Recognised::How how);

/// Looks weights up among releases, in time that grows with the file alone.
class ReleaseIndex {
public:
    /// `releases` outlives it.
    explicit ReleaseIndex(std::span<const Release> releases);

    /// By file digest, else by tensors, else by the name in the file. Whatever a recall holds of a
    /// file, that file is recalled, also a merge. Else a tensor that several releases hold has the
    /// mildest of their states, and a file the worst of its tensors'.
    Recognised judge(const Evidence& evidence) const;

private:
    struct Hash {
        std::size_t operator()(const Digest& digest) const;
    };
    using Holders = std::vector<const Release*>;
    using ByDigest = std::unordered_map<Digest, Holders, Hash>;

    Recognised by_tensors(const Evidence& evidence) const;

    ByDigest weights_, tensors_, models_;
    std::set<Digest> known_;
};

/// The exit status of `litura-check`: 0 active, 3 superseded, 4 recalled, 5 unknown: also if part
/// of the file is, if it is known by its name alone, or from a channel that has expired or a
/// release whose lease has ended. What is recalled stays recalled, however old the channel.
int exit_status(const Recognised& verdict, const ChannelView& view, Instant now);

}  // namespace litura::proof
