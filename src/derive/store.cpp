// Files of nodes: `weights`, `moments`, and `node`, which describes them.
#include "derive/store.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

namespace litura::derive {
namespace {

constexpr std::string_view kMagic = "litura.node.1";
constexpr std::uint8_t kPlain = 0;  ///< encryption field: none

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

Bytes write_header(const Header& header, const Node& node) {
    ByteWriter out;
    out.text(kMagic);
    out.u8(kPlain);
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
    constexpr std::size_t kSeal = 32;
    constexpr std::uint64_t kInputsMax = 2;
    if (bytes.size() < kSeal) return std::nullopt;
    const ByteView body = bytes.first(bytes.size() - kSeal);
    if (!std::ranges::equal(sha256(body).view(), bytes.last(kSeal))) return std::nullopt;
    ByteReader in(body);
    Header header;
    const bool known = in.text() == kMagic && in.u8() == kPlain;
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

/// Reads `count` floats and checks them against `digest`; several vectors may lie in one file.
Result<void> read_floats(Env& env, const Path& path, const Digest& digest, std::uint64_t count,
                         std::initializer_list<std::vector<float>*> out, const Node& node) {
    if (!env.exists(path)) return damaged(node);
    const auto file = TRY(MappedFile::open(path));
    if (file.bytes().size() != count * sizeof(float) * out.size() || sha256(file.bytes()) != digest)
        return damaged(node);
    const auto* at = reinterpret_cast<const float*>(file.bytes().data());
    for (std::vector<float>* values : out) {
        values->assign(at, at + count);
        at += count;
    }
    return done();
}

Result<Header> header_of(Env& env, const Path& folder, const Node& node) {
    const auto bytes = env.read_file(folder / "node");
    if (!bytes.ok()) return damaged(node);
    const auto header = read_header(bytes.value(), node.key);
    if (!header) return damaged(node);
    return *header;
}

Result<void> write_state(Env& env, const Path& folder, const Node& node,
                         const engine::TrainState& state, const Header& header) {
    Bytes moments;
    for (const auto* values : {&state.first_moment, &state.second_moment}) {
        const ByteView view = bytes_of_values<float>(*values);
        moments.insert(moments.end(), view.begin(), view.end());
    }
    TRY(env.make_folders(folder));
    TRY(env.write_file(folder / "weights", bytes_of_values<float>(state.weights)));
    TRY(env.write_file(folder / "moments", moments));
    TRY(env.write_file(folder / "node", write_header(header, node)));
    return env.sync_folder(folder);
}

/// Where a second, differing computation of a node is kept for inspection. Purged with it.
Path other_of(Path folder) { return folder += ".other"; }

}  // namespace

Digest weights_digest(std::span<const float> weights) { return sha256(bytes_of_values(weights)); }

Digest state_digest(const engine::TrainState& state) { return digest_of(describe(state)); }

Result<std::unique_ptr<Store>> Store::open(Env& env, const Path& folder, const Path& database) {
    TRY(env.make_folders(folder / "tmp"));
    Database db = TRY(Database::open(database));
    TRY(create_node_tables(db));
    auto alone = FileLock::take(folder / "lock", FileLock::Mode::exclusive, FileLock::Wait::no);
    const bool may_sweep = alone.ok();
    if (!may_sweep)
        alone = FileLock::take(folder / "lock", FileLock::Mode::shared, FileLock::Wait::yes);
    std::unique_ptr<Store> store(new Store(env, folder, std::move(db), TRY(std::move(alone))));
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
        const bool stray = row.kind == NodeKind::train && row.state == NodeState::writing &&
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
        const bool usable = row.kind == NodeKind::train && row.state == NodeState::present;
        if (usable && env_->exists(path_of(row.key) / "node")) keys.insert(row.key);
    }
    return keys;
}

bool Store::readable(const Key& key) const {
    const Path folder = path_of(key);
    return env_->read_file(folder / "node").ok() && MappedFile::open(folder / "weights").ok() &&
           MappedFile::open(folder / "moments").ok();
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

Result<engine::TrainState> Store::read_state(const Node& node) {
    const Path folder = path_of(node.key);
    const Header header = TRY(header_of(*env_, folder, node));
    engine::TrainState state;
    state.steps = header.steps;
    state.beta1_power = header.beta1_power;
    state.beta2_power = header.beta2_power;
    TRY(read_floats(*env_, folder / "weights", header.weights, header.count, {&state.weights},
                    node));
    TRY(read_floats(*env_, folder / "moments", header.moments, header.count,
                    {&state.first_moment, &state.second_moment}, node));
    if (TRY(recorded(node.key)) != digest_of(header)) return damaged(node);
    return state;
}

Result<std::vector<float>> Store::read_weights(const Node& node) {
    const Path folder = path_of(node.key);
    const Header header = TRY(header_of(*env_, folder, node));
    if (TRY(recorded(node.key)) != digest_of(header)) return damaged(node);
    std::vector<float> weights;
    TRY(read_floats(*env_, folder / "weights", header.weights, header.count, {&weights}, node));
    return weights;
}

Result<Digest> Store::put(const Node& node, const engine::TrainState& state, const Permit& permit) {
    TRY(permit.check(Act::write));
    const Header header = describe(state);
    const Digest digest = digest_of(header);
    Path written;
    {
        const std::lock_guard lock(mutex_);
        written = folder_ / "tmp" / fmt::format("{}-{}", ::getpid(), ++written_);
    }
    TRY(write_state(*env_, written, node, state, header));
    TRY(install(node, written, digest));
    return digest;
}

Result<void> Store::install(const Node& node, const Path& written, const Digest& digest) {
    const std::lock_guard lock(mutex_);
    auto transaction = TRY(db_.begin());
    const auto row = TRY(node_row(db_, node.key));
    CHECK(row.has_value());
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
    TRY(set_present(db_, node.key, digest));
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
        TRY(env_->remove(path_of(key)));
        TRY(env_->remove(other_of(path_of(key))));
        TRY(set_purged(db_, key));
    }
    return done();
}

}  // namespace litura::derive
