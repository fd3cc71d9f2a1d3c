// Files of nodes: `weights` and `moments`, or `memory` and `passages`; and `node`, which describes
// them.
#include "derive/store.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "derive/schema.hpp"
#include "keys/sealing.hpp"

namespace litura::derive {
namespace {

constexpr std::string_view kNodeMagic = "litura.node.1";
constexpr std::string_view kMemoryFile = "memory", kPassagesFile = "passages";
constexpr std::uint8_t kSealed = 1;  ///< encryption field: keys::seal_pieces under the node's key

struct Header {
    Key key;
    std::uint64_t tokens = 0, count = 0, steps = 0;
    float beta1_power = 1, beta2_power = 1;
    Digest weights, moments;
};

Digest moments_digest(const engine::TrainState& state) {
    return Hasher()
        .update(bytes_of_values<float>(state.first_moment))
        .update(bytes_of_values<float>(state.second_moment))
        .finish();
}

Digest digest_of(const Header& header) {
    ByteWriter out;
    out.text("litura.state.1");
    out.raw(header.weights.view());
    out.raw(header.moments.view());
    out.u64(header.steps);
    out.f32(header.beta1_power);
    out.f32(header.beta2_power);
    return sha256(out.bytes());
}

Header describe(const engine::TrainState& state) {
    Header header;
    header.count = state.weights.size();
    header.steps = state.steps;
    header.beta1_power = state.beta1_power;
    header.beta2_power = state.beta2_power;
    header.weights = weights_digest(state.weights);
    header.moments = moments_digest(state);
    return header;
}

/// Of a memory: its bytes are counted and named where a slice has its weights.
Header describe(const memory::Memory& memory) {
    Header header;
    header.count = memory.bytes().size();
    header.weights = memory.digest();
    return header;
}

Bytes write_header(const Header& header, const Node& node) {
    ByteWriter out;
    out.text(kNodeMagic);
    out.u8(kSealed);
    out.raw(node.key.view());
    out.u64(node.inputs.size());
    for (const Key& input : node.inputs) out.raw(input.view());
    out.u64(node.tokens);
    out.u64(header.count);
    out.u64(header.steps);
    out.f32(header.beta1_power);
    out.f32(header.beta2_power);
    out.raw(header.weights.view());
    out.raw(header.moments.view());
    out.raw(sha256(out.bytes()).view());
    return out.take();
}

std::optional<Header> read_header(ByteView bytes, const Key& key) {
    constexpr std::size_t kDigestBytes = 32;
    constexpr std::uint64_t kInputsMax = 2;
    if (bytes.size() < kDigestBytes) return std::nullopt;
    const ByteView body = bytes.first(bytes.size() - kDigestBytes);
    if (!std::ranges::equal(sha256(body).view(), bytes.last(kDigestBytes))) return std::nullopt;
    ByteReader in(body);
    Header header;
    const bool known = in.text() == kNodeMagic && in.u8() == kSealed;
    header.key = read_digest(in);
    const std::uint64_t inputs = in.u64();
    if (!known || inputs > kInputsMax) return std::nullopt;
    for (std::uint64_t at = 0; at < inputs; ++at) read_digest(in);
    header.tokens = in.u64();
    header.count = in.u64();
    header.steps = in.u64();
    header.beta1_power = in.f32();
    header.beta2_power = in.f32();
    header.weights = read_digest(in);
    header.moments = read_digest(in);
    if (!in.at_end() || header.key != key) return std::nullopt;
    return header;
}

Error damaged(const Node& node) {
    return {Code::check_failed, "a stored node does not match its digest",
            node.label + " " + node.key.hex().substr(0, 12),
            "run 'litura derive': the node is computed again"};
}

Error withdrawn(const Node& node) {
    return {Code::forbidden, "a node was withdrawn while it was in use: a person in it left",
            node.label, "run 'litura derive' again"};
}

/// What a sealed vector of floats is bound to: `part` counts the vectors of one file.
Bytes place_of(const Key& node, std::string_view file, std::uint64_t part) {
    ByteWriter place;
    place.text("litura.node.file.1");
    place.raw(node.view());
    place.text(file);
    place.u64(part);
    return place.take();
}

using Floats = std::vector<float>;

/// The vectors, each sealed, one after the other.
Bytes seal_floats(const SecretKey& key, const Key& node, std::string_view file,
                  std::initializer_list<const Floats*> parts) {
    Bytes out;
    std::uint64_t size = 0, part = 0;
    for (const Floats* values : parts)
        size += keys::sealed_pieces_size(values->size() * sizeof(float));
    out.reserve(size);
    for (const Floats* values : parts)
        keys::seal_pieces(key, bytes_of_values<float>(*values), place_of(node, file, part++), out);
    return out;
}

/// Opens vectors of `count` floats each and checks them together against `digest`.
Result<void> read_floats(const Path& path, const SecretKey& key, const Digest& digest,
                         std::uint64_t count, std::initializer_list<Floats*> parts,
                         const Node& node) {
    auto file = MappedFile::open(path);
    const std::uint64_t size = keys::sealed_pieces_size(count * sizeof(float));
    if (!file || file->bytes().size() != size * parts.size()) return damaged(node);
    ByteView rest = file->bytes();
    Hasher hasher;
    std::uint64_t part = 0;
    for (Floats* values : parts) {
        values->resize(count);
        const std::span<std::uint8_t> plain(reinterpret_cast<std::uint8_t*>(values->data()),
                                            count * sizeof(float));
        const Bytes place = place_of(node.key, path.filename().string(), part++);
        if (!keys::unseal_pieces(key, rest.first(size), place, plain)) return damaged(node);
        hasher.update(plain);
        rest = rest.subspan(size);
    }
    return hasher.finish() == digest ? done() : Result<void>(damaged(node));
}

Result<Header> header_of(Env& env, const Path& folder, const Node& node) {
    const auto bytes = env.read_file(folder / "node");
    if (!bytes.ok()) return damaged(node);
    const auto header = read_header(bytes.value(), node.key);
    if (!header) return damaged(node);
    return *header;
}

Result<void> write_state(Env& env, const Path& folder, const Node& node, const SecretKey& key,
                         const engine::TrainState& state, const Header& header) {
    TRY(env.make_folders(folder));
    TRY(env.write_file(folder / "weights",
                       seal_floats(key, node.key, "weights", {&state.weights})));
    TRY(env.write_file(
        folder / "moments",
        seal_floats(key, node.key, "moments", {&state.first_moment, &state.second_moment})));
    TRY(env.write_file(folder / "node", write_header(header, node)));
    return env.sync_folder(folder);
}

Result<void> write_memory(Env& env, const Path& folder, const Node& node, const SecretKey& key,
                          const CountedMemory& counted) {
    TRY(env.make_folders(folder));
    const auto write = [&](std::string_view file, ByteView bytes) {
        Bytes sealed;
        keys::seal_pieces(key, bytes, place_of(node.key, file, 0), sealed);
        return env.write_file(folder / file, sealed);
    };
    TRY(write(kMemoryFile, counted.memory.bytes()));
    TRY(write(kPassagesFile, counted.passages.bytes()));
    TRY(env.write_file(folder / "node", write_header(describe(counted.memory), node)));
    return env.sync_folder(folder);
}

/// As far as the index knows it.
Node node_of(const NodeRow& row) {
    Node node;
    node.kind = row.kind;
    node.key = row.key;
    node.label = row.label;
    return node;
}

/// Where a second, differing computation of a node is kept for inspection. Purged with it.
Path other_of(Path folder) { return folder += ".other"; }

}  // namespace

Digest weights_digest(std::span<const float> weights) { return sha256(bytes_of_values(weights)); }

Digest state_digest(const engine::TrainState& state) { return digest_of(describe(state)); }

Result<std::unique_ptr<Store>> Store::open(const Project& project) {
    Env& env = project.env;
    const Path folder = project.paths.store();
    TRY(env.make_folders(folder / "tmp"));
    Database db = TRY(open_database(project.paths.database(), project.secrets));
    auto alone = FileLock::take(folder / "lock", FileLock::Mode::exclusive, FileLock::Wait::no);
    const bool may_sweep = alone.ok();
    if (!may_sweep)
        alone = FileLock::take(folder / "lock", FileLock::Mode::shared, FileLock::Wait::yes);
    std::unique_ptr<Store> store(new Store(project, std::move(db), TRY(std::move(alone))));
    store->keys_ = TRY(keys::KeyTable::open(store->db_, project.secrets.root));
    if (may_sweep) {
        TRY(store->sweep());
        TRY(store->lock_.downgrade());
    }
    return store;
}

/// No other process has the store open: whatever is unfinished was left by one that died.
Result<void> Store::sweep() {
    TRY(env_->remove(folder_ / "tmp"));
    TRY(env_->make_folders(folder_ / "tmp"));
    for (const NodeRow& row : TRY(node_rows(db_))) {
        const bool stray = is_stored(row.kind) && row.state == NodeState::writing &&
                           env_->exists(path_of(row.key));
        if (stray) TRY(env_->remove(path_of(row.key)));
    }
    return done();
}

Path Store::path_of(const Key& key) const {
    const std::string name = key.hex();
    return folder_ / name.substr(0, 2) / name;
}

Result<std::set<Key>> Store::present() {
    const std::lock_guard lock(mutex_);
    std::set<Key> keys;
    for (const NodeRow& row : TRY(node_rows(db_))) {
        const bool usable = is_stored(row.kind) && row.state == NodeState::present;
        if (usable && env_->exists(path_of(row.key) / "node")) keys.insert(row.key);
    }
    return keys;
}

bool Store::readable(const Key& key) const {
    const Path folder = path_of(key);
    const auto opens = [&](std::string_view file) { return MappedFile::open(folder / file).ok(); };
    return env_->read_file(folder / "node").ok() &&
           (opens(kMemoryFile) || (opens("weights") && opens("moments")));
}

/// A node that does not read because an erasure took it is not damaged.
template <typename T>
Result<T> Store::explained(Result<T> loaded, const Node& node) {
    if (loaded.ok() || loaded.error().code != Code::check_failed) return loaded;
    const std::lock_guard lock(mutex_);
    const auto row = TRY(node_row(db_, node.key));
    const bool gone = row && (row->state == NodeState::purging || row->state == NodeState::purged);
    return gone ? withdrawn(node) : std::move(loaded);
}

Result<engine::TrainState> Store::load(const Node& node) {
    return explained(read_state(node), node);
}

Result<std::vector<float>> Store::load_weights(const Node& node) {
    return explained(read_weights(node), node);
}

Result<memory::Memory> Store::load_memory(const Node& node) {
    return explained(read_memory(node), node);
}

Result<std::optional<memory::Passages>> Store::load_passages(const Node& node) {
    const SecretKey key = TRY(key_to_read(node));
    auto file = MappedFile::open(path_of(node.key) / kPassagesFile);
    if (!file) return std::optional<memory::Passages>();
    const auto plain =
        keys::unseal_pieces(key, file->bytes(), place_of(node.key, kPassagesFile, 0));
    if (!plain.ok()) return std::optional<memory::Passages>();
    return std::optional(TRY(memory::Passages::parse(plain.value())));
}

Result<std::optional<Node>> Store::last_memory() {
    const std::lock_guard lock(mutex_);
    std::optional<NodeRow> last;
    for (const NodeRow& row : TRY(node_rows(db_))) {
        const bool held = row.state == NodeState::present || row.state == NodeState::quarantined;
        if (row.kind != NodeKind::memory || !held) continue;
        if (!last || row.sequence > last->sequence) last = row;
    }
    if (!last) return std::optional<Node>();
    return std::optional(node_of(*last));
}

Result<std::optional<Node>> Store::memory_of(const std::function<bool(const Digest&)>& wanted) {
    const std::lock_guard lock(mutex_);
    for (const NodeRow& row : TRY(node_rows(db_))) {
        const bool stored = row.kind == NodeKind::memory && row.state == NodeState::present;
        if (stored && row.digest && wanted(*row.digest)) return std::optional(node_of(row));
    }
    return std::optional<Node>();
}

/// A node that is being withdrawn gets no key.
Result<SecretKey> Store::key_to_write(const Node& node) {
    const std::lock_guard lock(mutex_);
    auto transaction = TRY(db_.begin());
    const auto row = TRY(node_row(db_, node.key));
    CHECK(row.has_value());
    if (row->state == NodeState::purging || row->state == NodeState::purged) return withdrawn(node);
    SecretKey key = TRY(keys_->get_or_create(node.key, keys::KeyKind::node));
    TRY(transaction.commit());
    return key;
}

Result<SecretKey> Store::key_to_read(const Node& node) {
    const std::lock_guard lock(mutex_);
    auto key = TRY(keys_->find(node.key, keys::KeyKind::node));
    if (!key) return damaged(node);
    return std::move(*key);
}

Result<engine::TrainState> Store::read_state(const Node& node) {
    const Path folder = path_of(node.key);
    const Header header = TRY(header_of(*env_, folder, node));
    engine::TrainState state;
    state.steps = header.steps;
    state.beta1_power = header.beta1_power;
    state.beta2_power = header.beta2_power;
    const SecretKey key = TRY(key_to_read(node));
    TRY(read_floats(folder / "weights", key, header.weights, header.count, {&state.weights}, node));
    TRY(read_floats(folder / "moments", key, header.moments, header.count,
                    {&state.first_moment, &state.second_moment}, node));
    if (TRY(recorded(node.key)) != digest_of(header)) return damaged(node);
    return state;
}

Result<std::vector<float>> Store::read_weights(const Node& node) {
    const Path folder = path_of(node.key);
    const Header header = TRY(header_of(*env_, folder, node));
    if (TRY(recorded(node.key)) != digest_of(header)) return damaged(node);
    const SecretKey key = TRY(key_to_read(node));
    std::vector<float> weights;
    TRY(read_floats(folder / "weights", key, header.weights, header.count, {&weights}, node));
    return weights;
}

Result<memory::Memory> Store::read_memory(const Node& node) {
    const Path folder = path_of(node.key);
    const Header header = TRY(header_of(*env_, folder, node));
    if (TRY(recorded(node.key)) != header.weights) return damaged(node);
    const SecretKey key = TRY(key_to_read(node));
    auto file = MappedFile::open(folder / kMemoryFile);
    if (!file || file->bytes().size() != keys::sealed_pieces_size(header.count))
        return damaged(node);
    Bytes plain(header.count);
    const Bytes place = place_of(node.key, kMemoryFile, 0);
    if (!keys::unseal_pieces(key, file->bytes(), place, plain)) return damaged(node);
    auto memory = memory::Memory::parse(std::move(plain));
    if (!memory.ok() || memory.value().digest() != header.weights) return damaged(node);
    return memory;
}

Path Store::new_folder() {
    const std::lock_guard lock(mutex_);
    return folder_ / "tmp" / fmt::format("{}-{}", ::getpid(), ++written_);
}

Result<Digest> Store::put(const Node& node, const CountedMemory& counted, const Permit& permit) {
    TRY(permit.check(Operation::write));
    const Digest digest = counted.memory.digest();
    const SecretKey key = TRY(key_to_write(node));
    const Path written = new_folder();
    TRY(write_memory(*env_, written, node, key, counted));
    TRY(install(node, written, {digest, 0}, permit));
    return digest;
}

Result<Digest> Store::put(const Node& node, const engine::TrainState& state, const Permit& permit) {
    TRY(permit.check(Operation::write));
    const Header header = describe(state);
    const Digest digest = digest_of(header);
    const SecretKey key = TRY(key_to_write(node));
    const Path written = new_folder();
    TRY(write_state(*env_, written, node, key, state, header));
    TRY(install(node, written, {digest, state.steps}, permit));
    return digest;
}

// Asked once more with the database's write lock held: after an order's event nothing is installed.
Result<void> Store::install(const Node& node, const Path& written, const Reached& reached,
                            const Permit& permit) {
    const Digest& digest = reached.digest;
    const std::lock_guard lock(mutex_);
    auto transaction = TRY(db_.begin());
    const auto row = TRY(node_row(db_, node.key));
    CHECK(row.has_value());
    if (auto permitted = permit.check(Operation::write); !permitted.ok()) {
        TRY(env_->remove(written));
        return permitted;
    }
    const Path folder = path_of(node.key);
    if (row->digest && *row->digest != digest) {
        TRY(env_->make_folders(folder.parent_path()));
        TRY(env_->remove(other_of(folder)));
        TRY(env_->rename(written, other_of(folder)));
        return Error{
            Code::broken, "two computations of one node differ; both are kept",
            node.label + " " + node.key.hex().substr(0, 12),
            "keep the project and report this: the machine or the program is not deterministic"};
    }
    if (row->state == NodeState::purging || row->state == NodeState::purged) {
        TRY(env_->remove(written));
        return withdrawn(node);
    }
    if (row->state == NodeState::present && env_->exists(folder)) {
        TRY(env_->remove(written));
    } else {
        TRY(env_->remove(folder));  // of a writer that died before it was recorded, or damaged
        TRY(env_->make_folders(folder.parent_path()));
        TRY(env_->rename(written, folder));
    }
    TRY(set_present(db_, node.key, digest, reached.steps));
    return transaction.commit();
}

Result<void> Store::record(const Node& node, const Digest& digest) {
    const std::lock_guard lock(mutex_);
    auto transaction = TRY(db_.begin());
    const auto row = TRY(node_row(db_, node.key));
    if (row && row->digest && *row->digest != digest) {
        return Error{
            Code::broken, "a node's digest differs from the recorded one", node.label,
            "keep the project and report this: the machine or the program is not deterministic"};
    }
    if (row && row->state != NodeState::purging && row->state != NodeState::purged)
        TRY(set_present(db_, node.key, digest));
    return transaction.commit();
}

Result<std::optional<Digest>> Store::recorded(const Key& key) {
    const std::lock_guard lock(mutex_);
    const auto row = TRY(node_row(db_, key));
    return row ? row->digest : std::optional<Digest>();
}

Result<void> Store::discard(const Key& key) {
    const std::lock_guard lock(mutex_);
    TRY(set_missing(db_, key));
    return env_->remove(path_of(key));
}

Result<void> Store::purge() {
    const std::lock_guard lock(mutex_);
    for (const Key& key : TRY(purging(db_))) {
        TRY(keys_->destroy(key, keys::KeyKind::node));
        TRY(env_->remove(path_of(key)));
        TRY(env_->remove(other_of(path_of(key))));
        TRY(set_purged(db_, key));
    }
    return done();
}

}  // namespace litura::derive
