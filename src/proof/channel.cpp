// Checks a channel from its root to its files: a source not yet trusted, and the cache alike.
#include "proof/channel.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/replace_file.hpp"
#include "proof/dsse.hpp"
#include "proof/json_fields.hpp"

namespace litura::proof {
namespace {

constexpr std::uint64_t kRootsMax = 1024;
/// What a role's file may measure: looked at before the file is read. Whoever keeps a channel has
/// thousands of releases before one of these is reached.
constexpr std::uint64_t kTimestampMax = 64 << 10, kSnapshotMax = 256 << 10, kRootMax = 512 << 10,
                        kListMax = 8 << 20;
constexpr std::uint64_t kFileMax = 16 << 20;     ///< one description or recall
constexpr std::uint64_t kFilesMax = 512u << 20;  ///< all of them together
constexpr std::array<std::string_view, 4> kStates = {"active", "superseded", "soft", "hard"};
constexpr std::array<const char*, 3> kListed = {"targets", "recall", "releases"};

Error refused(std::string message, std::string where) {
    return {Code::check_failed, std::move(message), std::move(where),
            "do not use this copy of the channel; the last good one stays in use"};
}

/// A plain file of at most `most` bytes: not a pipe or a device that a copy may hold instead.
Result<Bytes> read_limited(Env& env, const Path& path, std::uint64_t most) {
    std::error_code failed;
    const bool there = std::filesystem::exists(path, failed);
    const bool plain = std::filesystem::is_regular_file(path, failed);
    if (there && (!plain || std::filesystem::file_size(path, failed) > most))
        return refused("a file of the channel is too large, or none", path.filename().string());
    return env.read_file(path);
}

std::string numbered(std::uint64_t version, std::string_view role) {
    return std::to_string(version) + "." + std::string(role) + ".json";
}

/// TUF gives delegated roles the type of the one that delegates.
std::string_view role_type(std::string_view role) {
    return role == "recall" || role == "releases" ? "targets" : role;
}

struct Loaded {
    Bytes file;
    Metadata metadata;
};

std::uint64_t size_limit(std::string_view type) {
    if (type == "timestamp") return kTimestampMax;
    if (type == "snapshot") return kSnapshotMax;
    return type == "root" ? kRootMax : kListMax;
}

Result<Loaded> load(Env& env, const Path& path, std::string_view type) {
    Bytes file = TRY(read_limited(env, path, size_limit(type)));
    Metadata metadata = TRY(parse_metadata(file, type));
    return Loaded{std::move(file), std::move(metadata)};
}

/// One state of a channel.
struct ChannelState {
    Loaded timestamp, snapshot;
    std::map<std::string, Loaded> listed;  ///< targets, recall, releases
    std::map<std::string, Bytes> files;    ///< by path in the channel's folder
};

Result<FileEntry> listed_entry(const Metadata& holder, const char* list, const std::string& name) {
    const Json* files = field_in(holder.role, list);
    const Json* entry = files == nullptr ? nullptr : field_in(*files, name.c_str());
    if (entry == nullptr) return refused("the metadata names no " + name, holder.type);
    return file_entry(*entry);
}

/// Version, length and digest of `loaded` as the holder's "meta" gives them.
Result<std::uint64_t> listed_version(const Metadata& holder, const std::string& name) {
    const Json* meta = field_in(holder.role, "meta");
    const Json* entry = meta == nullptr ? nullptr : field_in(*meta, name.c_str());
    const Json* version = entry == nullptr ? nullptr : field_in(*entry, "version");
    if (version != nullptr && version->is_number_unsigned()) return version->get<std::uint64_t>();
    return refused("the metadata names no " + name, holder.type);
}

/// In the cache, metadata is named by its digest: two states may give one version to different
/// bytes, and the older one has to be whole until the newer one is.
std::string kept_name(const Digest& digest, std::string_view role) {
    return digest.hex() + "." + std::string(role) + ".json";
}

enum class Place { source, cache };

Result<Loaded> load_listed(Env& env, const Path& from, Place place, const Metadata& holder,
                           const char* role) {
    const std::string name = std::string(role) + ".json";
    const std::uint64_t version = TRY(listed_version(holder, name));
    const FileEntry entry = TRY(listed_entry(holder, "meta", name));
    const std::string file =
        place == Place::cache ? kept_name(entry.sha256, role) : numbered(version, role);
    Loaded loaded = TRY(load(env, from / file, role_type(role)));
    if (loaded.file.size() != entry.length || sha256(loaded.file) != entry.sha256 ||
        loaded.metadata.version != version)
        return refused("metadata that does not belong together", name);
    return loaded;
}

std::string file_path(const std::string& name, const Digest& digest) {
    const std::size_t slash = name.find('/');
    return "targets/" + name.substr(0, slash + 1) + digest.hex() + "." + name.substr(slash + 1);
}

/// FOLDER/NAME.json with a plain NAME.
bool plain_path(std::string_view path, std::string_view folder) {
    if (!path.starts_with(folder) || !path.ends_with(".json")) return false;
    path.remove_prefix(folder.size());
    if (!path.starts_with('/') || path.size() > 100) return false;
    path.remove_prefix(1);
    return !path.starts_with('.') && std::ranges::all_of(path, [](unsigned char c) {
        return std::isalnum(c) || c == '-' || c == '_' || c == '.';
    });
}

template <typename Each>
Result<void> each_file(const Metadata& role, std::string_view folder, Each each) {
    const auto targets = role.role.find("targets");
    if (targets == role.role.end() || !targets->is_object())
        return refused("a role lists no files", role.type);
    for (const auto& [path, entry] : targets->items()) {
        if (!plain_path(path, folder))
            return refused("a role lists a file that is not its own", std::string(folder));
        TRY(each(path, TRY(file_entry(entry))));
    }
    return done();
}

/// The keys that have to have signed a listed role.
Result<RoleKeys> keys_for(const Metadata& root, const ChannelState& chain, const char* role) {
    if (std::string_view(role) == "targets") return root_role(root, role);
    return delegated_role(chain.listed.at("targets").metadata, role);
}

/// Everything below `root`; without one, `from` is the cache, and signatures are not looked at
/// again, only digests and versions. A file is looked for in `files_first` before `from`.
Result<ChannelState> walk(Env& env, const Metadata* root, const Path& from,
                          const Path& files_first) {
    const Place place = root ? Place::source : Place::cache;
    ChannelState chain;
    chain.timestamp = TRY(load(env, from / "timestamp.json", "timestamp"));
    if (root) TRY(check_signatures(chain.timestamp.metadata, TRY(root_role(*root, "timestamp"))));
    chain.snapshot = TRY(load_listed(env, from, place, chain.timestamp.metadata, "snapshot"));
    if (root) TRY(check_signatures(chain.snapshot.metadata, TRY(root_role(*root, "snapshot"))));
    for (const char* role : kListed) {
        Loaded loaded = TRY(load_listed(env, from, place, chain.snapshot.metadata, role));
        if (root) TRY(check_signatures(loaded.metadata, TRY(keys_for(*root, chain, role))));
        chain.listed.emplace(role, std::move(loaded));
    }
    std::uint64_t all = 0;
    const auto take = [&](const std::string& name, const FileEntry& entry) -> Result<void> {
        const Path path = file_path(name, entry.sha256);
        const bool known = env.exists(files_first / path);
        if (entry.length > kFileMax || (all += entry.length) > kFilesMax)
            return refused("a channel's files are too large", name);
        Bytes content = TRY(read_limited(env, (known ? files_first : from) / path, entry.length));
        if (content.size() != entry.length || sha256(content) != entry.sha256)
            return refused("a file is not the one that was signed", name);
        chain.files.emplace(path.string(), std::move(content));
        return done();
    };
    for (const char* role : {"recall", "releases"})
        TRY(each_file(chain.listed.at(role).metadata, role, take));
    return chain;
}

Result<void> check_fresh(const Metadata& metadata, Instant now) {
    if (now < metadata.expires) return done();
    return Error{Code::check_failed, "the channel's metadata has expired", metadata.type,
                 "fetch the channel again; if that is all there is, its publisher has to renew it"};
}

Result<void> check_not_older(const Metadata& before, const Metadata& after) {
    if (after.version >= before.version) return done();
    return refused("an older version than the one known (rollback)", after.type);
}

using Entries = std::map<std::string, FileEntry>;

Result<Entries> entries_of(const ChannelState& chain, const char* role) {
    Entries entries;
    TRY(each_file(chain.listed.at(role).metadata, role,
                  [&](const std::string& name, const FileEntry& entry) -> Result<void> {
                      entries.emplace(name, entry);
                      return done();
                  }));
    return entries;
}

/// What a recall describes; null if it describes nothing.
Result<Json> described_in(const ChannelState& chain, const std::string& name,
                          const FileEntry& entry) {
    const Bytes& content = chain.files.at(file_path(name, entry.sha256));
    const Envelope envelope = TRY(parse_envelope(text_of(content)));
    const Json statement = TRY(parse_json(text_of(envelope.payload), "recall"));
    const Json* predicate = field_in(statement, "predicate");
    const Json* release = predicate == nullptr ? nullptr : field_in(*predicate, "release");
    return release == nullptr ? Json() : *release;
}

/// A recall that nobody can read would stop every reader of the cache.
Result<void> check_recalls_read(const ChannelState& chain) {
    for (const auto& [name, entry] : TRY(entries_of(chain, "recall"))) {
        const auto described = described_in(chain, name, entry);
        if (!described || text_or_empty(described.value(), "model").empty())
            return refused("a recall cannot be read", name);
        TRY(state_in(entry.custom));
    }
    return done();
}

/// Does `after` name everything that `before` names? Every list, whatever its name, so that a kind
/// of description that this program does not know cannot shrink either; and the model.
bool describes_all_of(const Json& before, const Json& after) {
    if (!before.is_object()) return true;
    for (const auto& [name, value] : before.items()) {
        const Json* now = field_in(after, name.c_str());
        if (name == "model" && (now == nullptr || *now != value)) return false;
        if (!value.is_array() || value.empty()) continue;
        if (now == nullptr || !now->is_array()) return false;
        const std::set<Json> held(now->begin(), now->end());
        const auto kept = [&](const Json& one) { return held.contains(one); };
        if (!std::ranges::all_of(value, kept)) return false;
    }
    return true;
}

/// A recall only grows: what is recalled stays so, not more softly, and all of it.
Result<void> check_recalls_grow(const ChannelState& before, const ChannelState& after) {
    const Entries now_listed = TRY(entries_of(after, "recall"));
    for (const auto& [name, entry] : TRY(entries_of(before, "recall"))) {
        const auto found = now_listed.find(name);
        if (found == now_listed.end()) return refused("a recall was taken back", name);
        if (TRY(state_in(found->second.custom)) < TRY(state_in(entry.custom)))
            return refused("a recall was softened", name);
        if (entry.sha256 == found->second.sha256) continue;
        if (!describes_all_of(TRY(described_in(before, name, entry)),
                              TRY(described_in(after, name, found->second))))
            return refused("a recall was softened: it describes less than it did", name);
    }
    return done();
}

/// A release that was superseded is not put into use again, except by new keys: whoever stole the
/// old ones may have said so.
Result<void> check_releases_age(const ChannelState& before, const ChannelState& after,
                                const Metadata& root) {
    const RoleKeys keys = TRY(keys_for(root, after, "releases"));
    if (!check_signatures(before.listed.at("releases").metadata, keys)) return done();
    const Entries now_listed = TRY(entries_of(after, "releases"));
    for (const auto& [name, entry] : TRY(entries_of(before, "releases"))) {
        const auto found = now_listed.find(name);
        if (found == now_listed.end()) continue;  // then nobody knows it: unknown
        const auto was = state_in(entry.custom), is = state_in(found->second.custom);
        if (was && is && is.value() < was.value())
            return refused("a release was put into use again", name);
    }
    return done();
}

/// TUF 5.4.3, 5.5.5 and the recall rule. A cache whose timestamp the new root's keys did not sign
/// says nothing (that is how a key stolen for a fast-forward is recovered from), except about
/// recalls.
Result<void> check_against(const ChannelState& before, const ChannelState& after,
                           const Metadata& root) {
    TRY(check_recalls_grow(before, after));
    TRY(check_releases_age(before, after, root));
    const bool same_keys =
        check_signatures(before.timestamp.metadata, TRY(root_role(root, "timestamp"))).ok() &&
        check_signatures(before.snapshot.metadata, TRY(root_role(root, "snapshot"))).ok();
    if (!same_keys) return done();
    TRY(check_not_older(before.timestamp.metadata, after.timestamp.metadata));
    TRY(check_not_older(before.snapshot.metadata, after.snapshot.metadata));
    for (const char* role : kListed)
        TRY(check_not_older(before.listed.at(role).metadata, after.listed.at(role).metadata));
    return done();
}

Result<Metadata> cached_root(Env& env, const Path& cache) {
    const auto loaded = load(env, cache / "root.json", "root");
    if (loaded || loaded.error().code != Code::environment) return TRY(std::move(loaded)).metadata;
    return Error{Code::forbidden, "this cache trusts no channel yet", "root.json",
                 "give the channel's root, which came on a way of its own: --root FILE"};
}

Result<void> put(Env& env, const Path& path, ByteView bytes) {
    TRY(env.make_folders(path.parent_path()));
    return replace_file(env, path, bytes);
}

/// Also by its number, to know it again when it is given again.
Result<void> keep_root(Env& env, const Path& cache, const Loaded& root) {
    TRY(put(env, cache / numbered(root.metadata.version, "root"), root.file));
    return put(env, cache / "root.json", root.file);
}

/// From the trusted root to the source's newest, one version after the other, each kept at once.
Result<Metadata> newest_root(Env& env, const Path& cache, const Path& source) {
    Metadata root = TRY(cached_root(env, cache));
    for (std::uint64_t step = 0; step < kRootsMax; ++step) {
        const Path next = source / numbered(root.version + 1, "root");
        if (!env.exists(next)) return root;
        Loaded loaded = TRY(load(env, next, "root"));
        if (loaded.metadata.version != root.version + 1)
            return refused("a root of another version than its name says",
                           next.filename().string());
        TRY(check_signatures(loaded.metadata, TRY(root_role(root, "root"))));
        TRY(check_signatures(loaded.metadata, TRY(root_role(loaded.metadata, "root"))));
        TRY(keep_root(env, cache, loaded));
        root = std::move(loaded.metadata);
    }
    return refused("too many versions of the root", "root");
}

}  // namespace

std::string_view to_text(State state) { return kStates[static_cast<std::size_t>(state)]; }

Result<State> parse_state(std::string_view text) {
    const auto found = std::ranges::find(kStates, text);
    if (found != kStates.end()) return static_cast<State>(found - kStates.begin());
    return Error{Code::bad_input, "unknown state of a release", "",
                 "choose one of: active, superseded, soft, hard"};
}

Result<State> state_in(const Json& custom) { return parse_state(text_or_empty(custom, "state")); }

Result<void> trust_channel(Env& env, const Path& cache, ByteView root) {
    Loaded given;
    given.file.assign(root.begin(), root.end());
    given.metadata = TRY(parse_metadata(root, "root"));
    TRY(check_signatures(given.metadata, TRY(root_role(given.metadata, "root"))));
    if (!env.exists(cache / "root.json")) return keep_root(env, cache, given);
    const Metadata trusted = TRY(cached_root(env, cache));
    const Path known = cache / numbered(given.metadata.version, "root");
    if (env.exists(known) && TRY(env.read_file(known)) == given.file) return done();
    if (given.metadata.version == trusted.version + 1 &&
        check_signatures(given.metadata, TRY(root_role(trusted, "root"))).ok())
        return done();  // the channel will bring it
    return Error{Code::forbidden, "this cache trusts another channel", "root.json",
                 "choose another --cache; if this root is newer, leave it out and fetch first"};
}

Result<void> update_channel(Env& env, const Path& cache, const Path& source, Instant now) {
    const Metadata root = TRY(newest_root(env, cache, source));
    TRY(check_fresh(root, now));
    const ChannelState after = TRY(walk(env, &root, source, cache));
    for (const Loaded* loaded : {&after.timestamp, &after.snapshot})
        TRY(check_fresh(loaded->metadata, now));
    for (const auto& [role, loaded] : after.listed) TRY(check_fresh(loaded.metadata, now));
    TRY(check_recalls_read(after));
    if (env.exists(cache / "timestamp.json"))
        TRY(check_against(TRY(walk(env, nullptr, cache, cache)), after, root));
    for (const auto& [path, content] : after.files) {
        if (!env.exists(cache / path)) TRY(put(env, cache / path, content));
    }
    for (const auto& [role, loaded] : after.listed)
        TRY(put(env, cache / kept_name(sha256(loaded.file), role), loaded.file));
    TRY(put(env, cache / kept_name(sha256(after.snapshot.file), "snapshot"), after.snapshot.file));
    return put(env, cache / "timestamp.json", after.timestamp.file);
}

Result<ChannelView> read_channel(Env& env, const Path& cache) {
    const Metadata root = TRY(cached_root(env, cache));
    const ChannelState chain = TRY(walk(env, nullptr, cache, cache));
    ChannelView view{
        chain.snapshot.metadata.version,
        chain.timestamp.metadata.issued,
        std::min({root.expires, chain.timestamp.metadata.expires, chain.snapshot.metadata.expires}),
        {},
        {}};
    for (const auto& [role, loaded] : chain.listed)
        view.expires = std::min(view.expires, loaded.metadata.expires);
    for (const char* role : {"recall", "releases"}) {
        auto& files = role == std::string_view("recall") ? view.recalls : view.releases;
        const auto add = [&](const std::string& name, const FileEntry& entry) -> Result<void> {
            const Bytes& content = chain.files.at(file_path(name, entry.sha256));
            files.emplace(Path(name).stem().string(),
                          ChannelFile{entry.custom, std::string(text_of(content))});
            return done();
        };
        TRY(each_file(chain.listed.at(role).metadata, role, add));
    }
    return view;
}

}  // namespace litura::proof
