// Files first, then roles from the bottom up, the timestamp last: a reader sees the old state or
// the new one.
#include "release/channel_writer.hpp"

#include <algorithm>

#include "base/replace_file.hpp"
#include "proof/dsse.hpp"

namespace litura::release {
namespace {

using proof::SigningKey;

constexpr std::int64_t kDay = 86'400'000;

/// How long a signature of a role holds. Offline roles long, so that their keys may stay in a safe.
std::int64_t days_of(std::string_view role) {
    if (role == "timestamp") return 7;
    if (role == "snapshot") return 30;
    return role == "root" ? 730 : 365;
}

std::string type_of(const std::string& role) {
    return role == "recall" || role == "releases" ? "targets" : role;
}
bool listed(const std::string& role) {
    return role == "targets" || role == "recall" || role == "releases";
}

std::uint64_t version_of(const Json& role) { return role.value("version", std::uint64_t{0}); }

std::string file_name(const std::string& role, const Json& content) {
    return role == "timestamp" ? "timestamp.json"
                               : std::to_string(version_of(content)) + "." + role + ".json";
}

Instant moment(const Json& role, const char* field) {
    const auto parsed = parse_instant(role.value(field, ""));
    CHECK(parsed.ok());  // we wrote it
    return parsed.value();
}

Json role_entry(const proof::PublicKey& key) {
    return {{"keyids", Json::array({proof::key_id(key)})}, {"threshold", 1u}};
}

Json empty_roles(const std::map<std::string, proof::PublicKey>& keys) {
    Json root = {
        {"consistent_snapshot", true}, {"keys", Json::object()}, {"roles", Json::object()}};
    Json delegations = {{"keys", Json::object()}, {"roles", Json::array()}};
    for (const char* role : {"root", "targets", "snapshot", "timestamp"}) {
        root["keys"][proof::key_id(keys.at(role))] = key_json(keys.at(role));
        root["roles"][role] = role_entry(keys.at(role));
    }
    // The order is the priority: what `recall` says of a path, nobody after it can say otherwise.
    for (const char* role : {"recall", "releases"}) {
        delegations["keys"][proof::key_id(keys.at(role))] = key_json(keys.at(role));
        Json entry = {{"name", role}};
        entry.update(role_entry(keys.at(role)));
        entry["paths"] = Json::array({std::string(role) + "/*.json"});
        entry["terminating"] = true;
        delegations["roles"].push_back(std::move(entry));
    }
    return {{"root", root},
            {"targets", {{"targets", Json::object()}, {"delegations", delegations}}},
            {"recall", {{"targets", Json::object()}}},
            {"releases", {{"targets", Json::object()}}},
            {"snapshot", {{"meta", Json::object()}}},
            {"timestamp", {{"meta", Json::object()}}}};
}

/// The newest version of a role's file.
Result<proof::Metadata> load_role(Env& env, const Path& folder, const std::string& role,
                                  const Json& holder) {
    std::string name = "timestamp.json";
    if (role == "root") {
        std::uint64_t version = 1;
        while (env.exists(folder / (std::to_string(version + 1) + ".root.json"))) ++version;
        name = std::to_string(version) + ".root.json";
    } else if (role != "timestamp") {
        name = std::to_string(holder["meta"][role + ".json"].value("version", 0)) + "." + role +
               ".json";
    }
    return proof::parse_metadata(TRY(env.read_file(folder / name)), type_of(role));
}

}  // namespace

Result<void> create_channel(Env& env, const Path& channel, const Path& keys,
                            const std::string& address, Instant now) {
    if (!env.list(channel).empty() || !env.list(keys).empty())
        return Error{Code::forbidden, "the folder is not empty",
                     (env.list(channel).empty() ? keys : channel).filename().string(),
                     "name an empty folder"};
    TRY(env.make_folders(keys));
    std::map<std::string, proof::PublicKey> public_keys;
    for (const char* role : kRoles) {
        const SigningKey key = SigningKey::generate();
        TRY(proof::save_signing_key(env, keys / (std::string(role) + ".key"), key));
        public_keys.emplace(role, key.public_key());
    }
    ChannelWriter writer(env, channel, keys);
    Json empty = empty_roles(public_keys);
    empty["root"]["address"] = address;
    for (const char* role : kRoles) {
        writer.roles_[role] = empty[role];
        writer.changed_.insert(role);
    }
    return writer.commit(now);
}

Result<ChannelWriter> ChannelWriter::open(Env& env, const Path& folder, const Path& keys) {
    if (!env.exists(folder / "timestamp.json"))
        return Error{Code::environment, "there is no channel yet", folder.filename().string(),
                     "run 'litura channel init --keys DIR'"};
    ChannelWriter writer(env, folder, keys);
    auto& roles = writer.roles_;
    const auto take = [&](const char* role, const Json& holder) -> Result<void> {
        proof::Metadata found = TRY(load_role(env, folder, role, holder));
        roles[role] = found.role;
        // A rotation that was cut off: the old signature counts no more.
        if (!check_signatures(found, TRY(writer.keys_of(role))).ok()) writer.changed_.insert(role);
        return done();
    };
    TRY(take("root", {}));
    TRY(take("timestamp", {}));
    TRY(take("snapshot", roles["timestamp"]));
    for (const char* role : {"targets", "recall", "releases"}) TRY(take(role, roles["snapshot"]));
    if (!keys.empty()) TRY(writer.settle_keys());
    return writer;
}

Result<void> ChannelWriter::put(const char* role, const std::string& name,
                                const std::string& content, const Json& custom) {
    const proof::FileEntry entry{content.size(), sha256(content), custom};
    Json& old = roles_.at(role)["targets"][std::string(role) + "/" + name + ".json"];
    if (old == to_json(entry)) return done();
    old = to_json(entry);
    changed_.insert(role);
    files_["targets/" + std::string(role) + "/" + entry.sha256.hex() + "." + name + ".json"] =
        content;
    return done();
}

Result<void> ChannelWriter::put_beside(const std::string& path, const std::string& content) {
    return write(path, bytes_of(content));
}

Result<void> ChannelWriter::check_keys(const std::set<std::string>& roles) const {
    for (const std::string& role : roles) TRY(key_of(role));
    return done();
}

Digest ChannelWriter::snapshot_digest() const {
    const auto entry = proof::file_entry(roles_.at("timestamp")["meta"]["snapshot.json"]);
    CHECK(entry.ok());  // we wrote it
    return entry.value().sha256;
}

std::string ChannelWriter::address() const { return roles_.at("root").value("address", ""); }

Result<std::map<std::string, proof::State>> ChannelWriter::states(const char* role) const {
    std::map<std::string, proof::State> out;
    for (const auto& [path, entry] : roles_.at(role)["targets"].items())
        out.emplace(Path(path).stem().string(), TRY(proof::state_in(entry["custom"])));
    return out;
}

Result<proof::RoleKeys> ChannelWriter::keys_of(const std::string& role) const {
    if (role != "recall" && role != "releases")
        return proof::root_role({roles_.at("root"), {}, 0, {}, {}, {}}, role.c_str());
    return proof::delegated_role({roles_.at("targets"), {}, 0, {}, {}, {}}, role);
}

Result<SigningKey> ChannelWriter::key_of(const std::string& role) const {
    const proof::RoleKeys wanted = TRY(keys_of(role));
    Error missing{Code::forbidden, "the key of a role that has to sign is not here", role + ".key",
                  "give the folder that holds it: --keys DIR"};
    for (const char* ending : {".key", ".key.new"}) {
        const Path path = keys_ / (role + ending);
        if (!env_->exists(path)) continue;
        SigningKey key = TRY(proof::load_signing_key(*env_, path));
        if (wanted.keys.contains(proof::key_id(key.public_key()))) return key;
        missing.message = "the key here is not the one that the channel names for this role";
    }
    return missing;
}

/// Keys that a rotation made and the channel now names take their places.
Result<void> ChannelWriter::settle_keys() const {
    for (const char* role : kRoles) {
        const Path path = keys_ / (std::string(role) + ".key"), fresh = Path(path) += ".new";
        if (!env_->exists(fresh)) continue;
        const SigningKey key = TRY(proof::load_signing_key(*env_, fresh));
        if (!TRY(keys_of(role)).keys.contains(proof::key_id(key.public_key()))) continue;
        if (env_->exists(path)) TRY(env_->rename(path, Path(path) += ".old"));
        TRY(env_->rename(fresh, path));
    }
    return done();
}

std::uint64_t ChannelWriter::epoch() const { return version_of(roles_.at("snapshot")); }

std::map<std::string, Instant> ChannelWriter::ending(Instant before) const {
    std::map<std::string, Instant> out;
    for (const auto& [role, content] : roles_) {
        if (moment(content, "expires") < before) out.emplace(role, moment(content, "expires"));
    }
    return out;
}

Result<void> ChannelWriter::write(const std::string& name, ByteView bytes) {
    const Path path = folder_ / name;
    TRY(env_->make_folders(path.parent_path()));
    return replace_file(*env_, path, bytes, folder_);
}

Result<void> ChannelWriter::sign(const std::string& role, Instant now) {
    const SigningKey key = TRY(key_of(role));
    Json& content = roles_.at(role);
    Json next = proof::metadata_head(type_of(role), version_of(content) + 1, now,
                                     now.plus_days(days_of(role)));
    for (const auto& [name, value] : content.items()) {
        if (!next.contains(name)) next[name] = value;
    }
    content = std::move(next);
    std::vector<const SigningKey*> signers = {&key};
    if (role == "root" && old_root_) signers.push_back(&*old_root_);
    const std::string file = proof::sign_metadata(content, signers);
    if (role != "root" && role != "timestamp") {
        Json entry = {{"version", version_of(content)}};
        entry.update(to_json(proof::FileEntry{file.size(), sha256(file), {}}));
        const std::string holder = role == "snapshot" ? "timestamp" : "snapshot";
        roles_.at(holder)["meta"][role + ".json"] = std::move(entry);
    }
    renewed_.push_back(role);
    return write(file_name(role, content), bytes_of(file));
}

Result<void> ChannelWriter::rotate(const std::string& role) {
    if (std::ranges::find(kRoles, role) == kRoles.end())
        return Error{Code::bad_input, "no such role", role,
                     "choose root, targets, recall, releases, snapshot or timestamp"};
    const bool delegated = role == "recall" || role == "releases";
    const Path path = keys_ / (role + ".key.new");
    if (role == "root") old_root_ = TRY(key_of(role));
    TRY(env_->remove(path));  // of a rotation that never reached the channel
    const SigningKey fresh = SigningKey::generate();
    TRY(proof::save_signing_key(*env_, path, fresh));
    Json& holder = delegated ? roles_.at("targets")["delegations"] : roles_.at("root");
    Json* entry = delegated ? nullptr : &holder["roles"][role];
    for (Json& one : holder["roles"]) {
        if (delegated && one["name"] == role) entry = &one;
    }
    CHECK(entry != nullptr);
    for (const Json& id : (*entry)["keyids"]) holder["keys"].erase(id.get<std::string>());
    entry->update(role_entry(fresh.public_key()));
    holder["keys"][proof::key_id(fresh.public_key())] = key_json(fresh.public_key());
    changed_.insert({role, delegated ? "targets" : "root"});
    return done();
}

Result<void> ChannelWriter::commit(Instant now) {
    for (const auto& [role, content] : roles_) {
        const bool fresh = content.contains("expires") &&
                           now.ms < moment(content, "expires").ms - days_of(role) * kDay / 2;
        if (!fresh && key_of(role).ok()) changed_.insert(role);
    }
    if (changed_.empty()) return done();
    if (std::ranges::any_of(changed_, listed)) changed_.insert("snapshot");
    changed_.insert("timestamp");
    TRY(check_keys(changed_));
    for (const auto& [name, content] : files_) TRY(write(name, bytes_of(content)));
    for (const char* role : kRoles) {
        if (changed_.contains(role)) TRY(sign(role, now));
    }
    changed_.clear();
    files_.clear();
    TRY(env_->sync_folder(folder_));
    return settle_keys();
}

}  // namespace litura::release
