// Walks an atproto repository's tree, whose keys are stored as what they add to the one before.
#include "corpus/importers/repository.hpp"

#include <algorithm>
#include <set>

#include "corpus/importers/json_fields.hpp"

namespace litura::corpus {
namespace {

constexpr std::size_t kKeyMax = 1024;
constexpr std::size_t kClosedMax = 1000;
constexpr std::size_t kTreeMax = 512 << 20;  // bytes of memory
constexpr std::size_t kLeafSize = 256;       // beside its key: in the node, and among the keys

std::string bytes_field(const Json& json, std::string_view key) {
    const auto bytes = from_hex(text_field(json, {key, "$bytes"}));
    return bytes.ok() ? std::string(text_of(bytes.value())) : std::string();
}

bool is_in(std::string_view key, Repository::Collections collections) {
    return std::ranges::find(collections, key.substr(0, key.find('/'))) != collections.end();
}

}  // namespace

std::size_t Repository::Node::size() const {
    std::size_t size = 160 + 2 * trees.size() * sizeof(Digest);
    for (const Leaf& leaf : leaves) size += kLeafSize + leaf.key.capacity();
    return size;
}

bool Repository::has_closing_label(const Json& record) {
    const Json& own = field(record, {"labels", "values"});
    const Json& labels = own.is_array() ? own : field(record, {"labels"});
    return labels.is_array() && std::ranges::any_of(labels, [](const Json& label) {
               return text_field(label, {"val"}) == "!no-unauthenticated";
           });
}

Repository::Node Repository::node_of(const Json& block, Collections collections) {
    Node node;
    const auto follow = [&node](const std::optional<Cid>& tree) {
        if (tree) node.trees.push_back(tree->digest);
    };
    follow(link_of(field(block, {"l"})));
    std::string key;
    for (const Json& entry : field(block, {"e"})) {
        const auto shared = epoch_field(entry, {"p"}, 1000);
        if (!shared || static_cast<std::uint64_t>(shared->ms) > key.size()) break;
        key.resize(static_cast<std::size_t>(shared->ms));
        key += bytes_field(entry, "k");
        if (key.size() > kKeyMax) break;
        const auto value = link_of(field(entry, {"v"}));
        if (value && is_in(key, collections)) node.leaves.push_back({key, value->digest});
        follow(link_of(field(entry, {"t"})));
    }
    return node;
}

void Repository::walk(std::map<Digest, Node>& nodes, const Cid& root) {
    std::set<Digest> seen;
    std::vector<Digest> open = {root.digest};
    while (!open.empty()) {
        const Digest at = open.back();
        open.pop_back();
        const auto node = nodes.find(at);
        if (node == nodes.end() || !seen.insert(at).second) continue;
        for (Leaf& leaf : node->second.leaves) keys_.emplace(leaf.value, std::move(leaf.key));
        node->second.leaves = {};
        open.insert(open.end(), node->second.trees.begin(), node->second.trees.end());
    }
}

Result<Repository> Repository::read(CarReader& car, Collections collections) {
    Repository repository;
    const Cid root = TRY(car.root());
    std::optional<Cid> tree;
    std::map<Digest, Node> nodes;
    std::size_t kept = 0;
    std::set<Digest> closed;
    while (const auto block = TRY(car.next())) {
        if (!block->sound || block->cid.codec != kDagCborCodec) continue;
        const auto json = parse_dag_cbor(block->bytes);
        if (!json) continue;
        if (block->cid == root) {
            repository.did_ = text_field(*json, {"did"});
            tree = link_of(field(*json, {"data"}));
        } else if (text_field(*json, {"$type"}) == kProfile) {
            if (has_closing_label(*json) && closed.size() < kClosedMax)
                closed.insert(block->cid.digest);
        } else if (field(*json, {"e"}).is_array()) {
            const auto [node, added] =
                nodes.emplace(block->cid.digest, node_of(*json, collections));
            if (added) kept += node->second.size();
            if (kept > kTreeMax) {
                return Error{Code::bad_input,
                             "the CAR file holds more than one person's repository", "",
                             "export it again"};
            }
        }
    }
    if (repository.did_.empty() || !tree || !nodes.contains(tree->digest)) {
        return Error{Code::bad_input, "the CAR file holds no whole repository", "",
                     "export it again"};
    }
    repository.walk(nodes, *tree);
    for (const auto& [digest, key] : repository.keys_)
        if (closed.contains(digest) && key.starts_with(kProfile))
            repository.asks_for_signing_in_ = true;
    return repository;
}

}  // namespace litura::corpus
