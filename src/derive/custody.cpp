// Writing and comparing heads; copying tables to the mirror.
#include "derive/custody.hpp"

#include "base/json.hpp"
#include "keys/rotation.hpp"

namespace litura::derive {
namespace {

/// What the mirror holds: every key table as it is, the journal as far as it goes, and the wrapped
/// keys of the records, each with the wording it is for.
constexpr const char* kMirrorSchema = R"(
CREATE TABLE IF NOT EXISTS mirror.event AS SELECT * FROM main.event WHERE 0;
CREATE TABLE IF NOT EXISTS mirror.key_root AS SELECT * FROM main.key_root WHERE 0;
CREATE TABLE IF NOT EXISTS mirror.bucket_key AS SELECT * FROM main.bucket_key WHERE 0;
CREATE TABLE IF NOT EXISTS mirror.held_key AS SELECT * FROM main.held_key WHERE 0;
CREATE TABLE IF NOT EXISTS mirror.record_key AS
  SELECT record, wording, wrapped_key FROM main.record WHERE 0;
)";

constexpr const char* kCopy = R"(
INSERT INTO mirror.event SELECT * FROM main.event
  WHERE seq > (SELECT coalesce(max(seq), 0) FROM mirror.event) ORDER BY seq;
DELETE FROM mirror.key_root;
DELETE FROM mirror.bucket_key;
DELETE FROM mirror.held_key;
DELETE FROM mirror.record_key;
INSERT INTO mirror.key_root SELECT * FROM main.key_root;
INSERT INTO mirror.bucket_key SELECT * FROM main.bucket_key;
INSERT INTO mirror.held_key SELECT * FROM main.held_key;
INSERT INTO mirror.record_key SELECT record, wording, wrapped_key FROM main.record;
)";

Error behind(const Anchor& anchor) {
    return {Code::forbidden,
            "the project is older than its anchored head: an old copy was put back",
            "event " + std::to_string(anchor.head.seq) + ", generation " +
                std::to_string(anchor.generation),
            "put the newest copy back, or run 'litura restore'"};
}

Result<Anchor> anchor_of(Project& project) {
    const auto census = TRY(keys::key_census(project.db, project.secrets.root));
    Anchor now;
    now.generation = census.generation;
    now.head = TRY(project.ledger().head());
    return now;
}

Result<void> write_anchor(Env& env, const Path& path, const Anchor& anchor) {
    const Path aside = path.string() + ".tmp";
    TRY(env.write_file(aside, encode_anchor(anchor)));
    return env.rename(aside, path);
}

Error unreachable() {
    return {Code::environment, "the mirror of the keys cannot be reached", "key_mirror",
            "connect it, or change key_mirror in litura.toml, and run the command again"};
}

constexpr const char* kRootFile = "root";

/// Every static secret as it is; one that is gone from the project goes from the mirror too.
Result<void> copy_secrets(Env& env, const Path& from, const Path& to) {
    for (const std::string& name : env.list(to)) {
        if (name != kRootFile && !env.exists(from / name)) TRY(env.remove(to / name));
    }
    for (const std::string& name : env.list(from)) {
        if (name == kRootFile) continue;
        const Bytes key = TRY(env.read_file(from / name));
        const bool there = env.exists(to / name) && TRY(env.read_file(to / name)) == key;
        if (!there) TRY(env.write_file(to / name, key));
    }
    return done();
}

/// The mirror's own root, made when the mirror is new.
Result<keys::RootCell> mirror_root(Project& project, const MirrorPaths& mirror) {
    Env& env = project.env;
    const Path cell = mirror.secrets() / kRootFile;
    TRY(env.make_folders(mirror.secrets()));
    TRY(copy_secrets(env, project.paths.secrets(), mirror.secrets()));
    if (env.exists(cell)) return keys::RootCell::open(env, cell);
    auto made = TRY(keys::RootCell::create(env, cell));
    TRY(env.sync_folder(mirror.secrets()));
    return made;
}

Result<void> copy_tables(Project& project, const Path& tables) {
    auto attach = TRY(project.db.prepare("ATTACH ? AS mirror"));
    TRY(attach.bind(tables.string()).run());
    const auto copied = [&]() -> Result<void> {
        TRY(project.db.execute("PRAGMA mirror.secure_delete=ON; PRAGMA mirror.synchronous=FULL;"));
        auto transaction = TRY(project.db.begin());
        TRY(project.db.execute(kMirrorSchema));
        TRY(project.db.execute(kCopy));
        return transaction.commit();
    }();
    TRY(project.db.execute("DETACH mirror"));
    return copied;
}

// As in the project: the new root stands beside the old one until the tables rest on it.
Result<void> write_mirror(Project& project, const MirrorPaths& mirror, const Anchor& anchor) {
    if (!project.env.exists(mirror.root)) return unreachable();
    const keys::RootCell cell = TRY(mirror_root(project, mirror));
    const auto ours = TRY(project.secrets.root.read());
    const auto root = ours.find(anchor.generation);
    CHECK(root != ours.end());
    TRY(cell.write(anchor.generation, root->second));
    TRY(copy_tables(project, mirror.tables()));
    TRY(cell.keep_only(anchor.generation));
    return write_anchor(project.env, mirror.anchor(), anchor);
}

Result<void> check_against(Project& project, const Path& path) {
    const Anchor anchored = TRY(read_anchor(project.env, path));
    const auto census = TRY(keys::key_census(project.db, project.secrets.root));
    const bool reaches =
        census.generation >= anchored.generation && TRY(project.ledger().holds(anchored.head));
    return reaches ? done() : Result<void>(behind(anchored));
}

}  // namespace

Bytes encode_anchor(const Anchor& anchor) {
    const Json json{{"generation", anchor.generation},
                    {"sequence", anchor.head.seq},
                    {"hash", "sha256:" + anchor.head.hash.hex()}};
    const std::string text = json.dump(1) + "\n";
    return {text.begin(), text.end()};
}

Result<std::string> head_text(Project& project) {
    const Bytes encoded = encode_anchor(TRY(anchor_of(project)));
    std::string text(text_of(encoded));
    text.pop_back();  // printing ends the line
    return text;
}

Result<Anchor> parse_anchor(ByteView bytes) {
    const Error damaged{Code::broken, "the anchored head is damaged", "litura.head",
                        "put it back from the folder's newest copy"};
    const auto parsed = parse_json(text_of(bytes), "litura.head");
    if (!parsed || !parsed.value().is_object()) return damaged;
    const Json& json = parsed.value();
    const auto generation = json.find("generation"), sequence = json.find("sequence");
    const auto hash = json.find("hash");
    if (generation == json.end() || !generation->is_number_integer() || sequence == json.end() ||
        !sequence->is_number_unsigned() || hash == json.end() || !hash->is_string())
        return damaged;
    Anchor anchor;
    anchor.generation = generation->get<keys::Generation>();
    anchor.head.seq = sequence->get<ledger::Sequence>();
    const auto digest = parse_digest(hash->get<std::string>());
    if (anchor.generation < 1 || !digest) return damaged;
    anchor.head.hash = digest.value();
    return anchor;
}

Result<Anchor> read_anchor(Env& env, const Path& path) {
    if (!env.exists(path)) {
        return Error{Code::forbidden, "the anchored head is missing", path.filename().string(),
                     "put it back from the folder's newest copy, or run 'litura restore'"};
    }
    return parse_anchor(TRY(env.read_file(path)));
}

std::optional<Path> mirror_folder(const Project& project) {
    const std::string& name = project.settings.policy.key_mirror;
    return name.empty() ? std::nullopt : std::optional(project.paths.root / name);
}

Result<void> anchor(Project& project) {
    const Anchor now = TRY(anchor_of(project));
    TRY(write_anchor(project.env, project.paths.anchor(), now));
    const auto mirror = mirror_folder(project);
    return mirror ? write_mirror(project, MirrorPaths(*mirror), now) : done();
}

// A mirror that is away says nothing; an erasure waits for it.
Result<void> check_anchor(Project& project) {
    TRY(check_against(project, project.paths.anchor()));
    const auto mirror = mirror_folder(project);
    if (!mirror || !project.env.exists(MirrorPaths(*mirror).anchor())) return done();
    return check_against(project, MirrorPaths(*mirror).anchor());
}

}  // namespace litura::derive
