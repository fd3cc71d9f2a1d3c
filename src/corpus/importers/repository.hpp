// Which records an atproto repository holds: from its signed root through the Merkle search tree to
// the keys of its leaves (https://atproto.com/specs/repository). A block that no leaf names was
// deleted, or never belonged to it. Signatures are not checked.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "corpus/importers/car.hpp"

namespace litura::corpus {

class Repository {
public:
    using Collections = std::span<const std::string_view>;

    static constexpr std::string_view kProfile = "app.bsky.actor.profile";
    /// A record's own labels hold "!no-unauthenticated".
    static bool has_closing_label(const Json& record);

    /// Reads all blocks; keeps of the tree what leads to records of these collections, about 200
    /// bytes a record. Code::bad_input if that is more than 512 MiB.
    static Result<Repository> read(CarReader& car, Collections collections);

    const std::string& did() const { return did_; }
    /// The profile's own label asks not to show it to whoever is not signed in.
    bool asks_for_signing_in() const { return asks_for_signing_in_; }
    /// Keys ("collection/rkey") by the block of their record.
    const std::multimap<Digest, std::string>& keys() const { return keys_; }

private:
    struct Leaf {
        std::string key;
        Digest value;
    };
    struct Node {
        std::vector<Digest> trees;
        std::vector<Leaf> leaves;
        std::size_t size() const;  ///< about, in memory
    };
    static Node node_of(const Json& block, Collections collections);
    void walk(std::map<Digest, Node>& nodes, const Cid& root);

    std::string did_;
    bool asks_for_signing_in_ = false;
    std::multimap<Digest, std::string> keys_;
};

}  // namespace litura::corpus
