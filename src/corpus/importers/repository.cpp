// Keys are stored as what they add to the key before them in the same node.
#include "corpus/importers/repository.hpp"

#include <set>

#include "corpus/importers/json_fields.hpp"

namespace litura::corpus {
namespace {

constexpr std::size_t kKeyMax = 1024;

std::string bytes_field(const Json& json, std::string_view key) {
    const auto bytes = from_hex(text_field(json, {key, "$bytes"}));
    return bytes.ok() ? std::string(text_of(bytes.value())) : std::string();
}

}  // namespace

Repository::Node Repository::node_of(const Json& block) {
    Node node;
    node.left = link_of(field(block, {"l"}));
    std::string key;
    for (const Json& entry : field(block, {"e"})) {
        const auto shared = epoch_field(entry, {"p"}, 1000);
        if (!shared || static_cast<std::uint64_t>(shared->ms) > key.size()) break;
        key.resize(static_cast<std::size_t>(shared->ms));
        key += bytes_field(entry, "k");
        if (key.size() > kKeyMax) break;
        node.entries.push_back({key, link_of(field(entry, {"v"})), link_of(field(entry, {"t"}))});
    }
    return node;
}

void Repository::walk(const std::map<Digest, Node>& nodes, const Cid& root) {
    std::set<Digest> seen;
    std::vector<Digest> open = {root.digest};
    while (!open.empty()) {
        const Digest at = open.back();
        open.pop_back();
        const auto node = nodes.find(at);
        if (node == nodes.end() || !seen.insert(at).second) continue;
        if (node->second.left) open.push_back(node->second.left->digest);
        for (const Entry& entry : node->second.entries) {
            if (entry.value) keys_.emplace(entry.value->digest, entry.key);
            if (entry.tree) open.push_back(entry.tree->digest);
        }
    }
}

Result<Repository> Repository::read(CarReader& car) {
    Repository repository;
    const Cid root = TRY(car.root());
    std::optional<Cid> tree;
    std::map<Digest, Node> nodes;
    while (const auto block = TRY(car.next())) {
        if (!block->sound || block->cid.codec != kDagCborCodec) continue;
        const auto json = parse_dag_cbor(block->bytes);
        if (!json) continue;
        if (block->cid == root) {
            repository.did_ = text_field(*json, {"did"});
            tree = link_of(field(*json, {"data"}));
        } else if (field(*json, {"e"}).is_array()) {
            nodes.emplace(block->cid.digest, node_of(*json));
        }
    }
    if (repository.did_.empty() || !tree || !nodes.contains(tree->digest)) {
        return Error{Code::bad_input, "the CAR file holds no whole repository", "",
                     "export it again"};
    }
    repository.walk(nodes, *tree);
    return repository;
}

}  // namespace litura::corpus
