// Which records an atproto repository holds: from its signed root through the Merkle search tree to
// the keys of its leaves (https://atproto.com/specs/repository). A block that no leaf names was
// deleted, or never belonged to it. Signatures are not checked.
#pragma once

#include <map>
#include <vector>

#include "corpus/importers/car.hpp"

namespace litura::corpus {

class Repository {
public:
    /// Reads all blocks; keeps the tree: about 200 bytes a record.
    static Result<Repository> read(CarReader& car);

    const std::string& did() const { return did_; }
    /// Keys ("collection/rkey") by the block of their record.
    const std::multimap<Digest, std::string>& keys() const { return keys_; }

private:
    struct Entry {
        std::string key;
        std::optional<Cid> value, tree;
    };
    struct Node {
        std::optional<Cid> left;
        std::vector<Entry> entries;
    };
    static Node node_of(const Json& block);
    void walk(const std::map<Digest, Node>& nodes, const Cid& root);

    std::string did_;
    std::multimap<Digest, std::string> keys_;
};

}  // namespace litura::corpus
