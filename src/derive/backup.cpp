// A backup is a project's folder without keys; a restored project is one with the mirror's.
#include "derive/backup.hpp"

#include "derive/measure.hpp"
#include "derive/node_index.hpp"
#include "derive/visible.hpp"

namespace litura::derive {
namespace {

constexpr const char* kTakeKeysOut = R"(
PRAGMA secure_delete=ON;
DELETE FROM bucket_key;
DELETE FROM held_key;
UPDATE record SET wrapped_key = x'';
DELETE FROM visible;
DELETE FROM visible_person;
)";

/// Keys and journal of the mirror over the backup's ciphertext. A record without a key for its
/// wording is dead, and so is a node without one.
constexpr const char* kJoin = R"(
DELETE FROM key_root;
INSERT INTO key_root SELECT * FROM mirror.key_root;
INSERT INTO bucket_key SELECT * FROM mirror.bucket_key;
INSERT INTO held_key SELECT * FROM mirror.held_key;
INSERT INTO event SELECT * FROM mirror.event
  WHERE seq > (SELECT max(seq) FROM main.event) ORDER BY seq;
CREATE TEMP TABLE living (record BLOB, wording BLOB, wrapped_key BLOB,
  PRIMARY KEY (record, wording)) WITHOUT ROWID;
INSERT INTO living SELECT * FROM mirror.record_key;
DELETE FROM record WHERE NOT EXISTS (SELECT 1 FROM living
  WHERE living.record = main.record.record AND living.wording = main.record.wording);
UPDATE record SET wrapped_key = (SELECT living.wrapped_key FROM living
  WHERE living.record = main.record.record AND living.wording = main.record.wording);
DROP TABLE living;
UPDATE node SET state = 'purged' WHERE kind = 'train' AND key NOT IN
  (SELECT name FROM mirror.held_key WHERE kind = 'node');
DELETE FROM influence WHERE node IN (SELECT key FROM node WHERE state = 'purged');
)";

Result<std::uint64_t> count(Database& db, std::string_view sql) {
    auto select = TRY(db.prepare(sql));
    TRY(select.step());
    return static_cast<std::uint64_t>(select.integer(0));
}

Result<void> copy_all(Env& env, const Path& from, const Path& to) {
    if (!std::filesystem::is_directory(from)) return env.write_file(to, TRY(env.read_file(from)));
    TRY(env.make_folders(to));
    for (const std::string& name : env.list(from)) TRY(copy_all(env, from / name, to / name));
    return env.sync_folder(to);
}

/// Stored nodes only: what is being written belongs to a derivation that runs.
Result<void> copy_nodes(Env& env, const Path& from, const Path& to) {
    TRY(env.make_folders(to));
    for (const std::string& name : env.list(from)) {
        if (name.size() == 2) TRY(copy_all(env, from / name, to / name));
    }
    return done();
}

Result<void> copy_ciphertext(Env& env, const Paths& from, const Paths& to) {
    TRY(copy_nodes(env, from.store(), to.store()));
    for (const char* name : {"manifests", "reach", "classes", "holds", "log", "statements"}) {
        const Path folder = from.hidden() / name;
        if (env.exists(folder)) TRY(copy_all(env, folder, to.hidden() / name));
    }
    return done();
}

Error not_matching(const char* what, const ledger::Head& head) {
    return {Code::forbidden, what, "event " + std::to_string(head.seq),
            "use the newest mirror, and a backup of this project"};
}

/// Is the event in this table of events?
Result<bool> goes_through(Database& db, std::string_view schema, const ledger::Head& head) {
    auto select = TRY(
        db.prepare("SELECT 1 FROM " + std::string(schema) + ".event WHERE seq = ? AND hash = ?"));
    return select.bind(head.seq).bind(head.hash).step();
}

Result<ledger::Head> last_event(Database& db) {
    auto select = TRY(db.prepare("SELECT seq, hash FROM main.event ORDER BY seq DESC LIMIT 1"));
    if (!TRY(select.step()))
        return Error{Code::bad_input, "the backup holds no journal", "ledger.db", ""};
    ledger::Head head;
    head.seq = static_cast<ledger::Sequence>(select.integer(0));
    head.hash = select.digest(1);
    return head;
}

/// The mirror, attached as `mirror`, must reach every anchored head there is, and the backup must
/// be a beginning of it.
Result<void> check_mirror(Env& env, Database& db, const MirrorPaths& mirror,
                          const Path& left_behind) {
    const Anchor anchored = TRY(read_anchor(env, mirror.anchor()));
    if (!TRY(goes_through(db, "mirror", anchored.head)))
        return not_matching("the mirror does not reach its anchored head", anchored.head);
    if (env.exists(left_behind)) {
        const Anchor ours = TRY(read_anchor(env, left_behind));
        if (ours.generation > anchored.generation || !TRY(goes_through(db, "mirror", ours.head)))
            return not_matching("the mirror is older than the project's anchored head", ours.head);
    }
    const ledger::Head backed_up = TRY(last_event(db));
    if (!TRY(goes_through(db, "mirror", backed_up)))
        return not_matching("the backup's journal is not a beginning of the mirror's", backed_up);
    return done();
}

/// The database of a backup becomes the project's.
Result<Restored> join(Env& env, const Paths& made, const MirrorPaths& mirror,
                      const Path& left_behind) {
    Database db = TRY(Database::open(made.database()));
    auto attach = TRY(db.prepare("ATTACH ? AS mirror"));
    TRY(attach.bind(mirror.tables().string()).run());
    TRY(check_mirror(env, db, mirror, left_behind));
    const std::uint64_t held = TRY(count(db, "SELECT count(*) FROM record"));
    const ledger::Head before = TRY(last_event(db));
    auto transaction = TRY(db.begin());
    TRY(db.execute(kJoin));
    TRY(transaction.commit());
    TRY(db.execute("DETACH mirror"));

    const auto secrets = TRY(keys::load_secrets(env, made.secrets()));
    auto ledger = TRY(ledger::Ledger::open(db, secrets, env, {}));
    TRY(ledger.rebuild());
    Restored out;
    out.replayed = TRY(ledger.sequence()) - before.seq;
    TRY(ledger.note("project.restored", {{"backup", before.seq}, {"replayed", out.replayed}}));
    out.head = TRY(ledger.head());
    out.records = TRY(count(db, "SELECT count(*) FROM record"));
    out.dead = held - out.records;
    for (const NodeRow& row : TRY(node_rows(db))) {
        const std::string name = row.key.hex();
        const Path folder = made.store() / name.substr(0, 2) / name;
        if (row.state == NodeState::purged) TRY(env.remove(folder));
        out.nodes += row.kind == NodeKind::train && env.exists(folder);
    }
    return out;
}

}  // namespace

Result<BackedUp> backup(Project& project, const Path& folder) {
    Env& env = project.env;
    if (!mirror_folder(project)) {
        return Error{Code::forbidden, "a backup holds no key, and no mirror holds them either",
                     "litura.toml", "set key_mirror in [policy] to a folder on another disk"};
    }
    if (!env.list(folder).empty()) {
        return Error{Code::bad_input, "the folder is not empty", folder.filename().string(),
                     "choose a new one"};
    }
    const Paths to(folder);
    TRY(env.make_folders(to.hidden()));
    TRY(project.ledger().note("project.backed_up", Json::object()));
    TRY(anchor(project));
    auto copy = TRY(project.db.prepare("VACUUM INTO ?"));
    TRY(copy.bind(to.database().string()).run());
    BackedUp out;
    {
        Database db = TRY(Database::open(to.database()));
        TRY(db.execute(kTakeKeysOut));
        TRY(db.truncate_log());
        out.head = TRY(last_event(db));
        out.records = TRY(count(db, "SELECT count(*) FROM record"));
        out.nodes =
            TRY(count(db, "SELECT count(*) FROM node WHERE kind = 'train' AND state = 'present'"));
    }
    TRY(copy_ciphertext(env, project.paths, to));
    TRY(copy_all(env, project.paths.root / project.settings.recipe.base,
                 folder / project.settings.recipe.base));
    TRY(copy_all(env, project.paths.settings(), to.settings()));
    if (env.exists(project.paths.organisation()))
        TRY(copy_all(env, project.paths.organisation(), to.organisation()));
    TRY(env.sync_folder(folder));
    return out;
}

Result<Restored> restore(Env& env, const Path& from, const Path& mirror_at, const Path& to) {
    const Paths backup(from), made(to);
    const MirrorPaths mirror(mirror_at);
    if (env.exists(made.hidden())) {
        return Error{Code::forbidden, "there is a project here already", to.filename().string(),
                     "move its .litura away, and leave litura.head where it is"};
    }
    if (!env.exists(backup.database())) {
        return Error{Code::bad_input, "this is no backup of a project", from.filename().string(),
                     "name the folder that 'litura backup' made"};
    }
    // A whole project appears at once, or none: all is made in a folder beside it.
    const Paths aside(to / "restoring.tmp");
    TRY(env.remove(aside.root));
    TRY(env.make_folders(aside.hidden()));
    TRY(copy_all(env, backup.database(), aside.database()));
    TRY(copy_ciphertext(env, backup, aside));
    TRY(copy_all(env, mirror.secrets(), aside.secrets()));
    auto restored = join(env, aside, mirror, made.anchor());
    if (!restored) {
        TRY(env.remove(aside.root));
        return restored;
    }
    const Bytes text = TRY(env.read_file(backup.settings()));
    const Settings settings = TRY(parse_settings(text_of(text)));
    std::vector<Path> names = {"litura.toml", settings.recipe.base};
    if (env.exists(backup.organisation())) names.push_back(backup.organisation().filename());
    for (const Path& name : names) {
        if (!env.exists(to / name)) TRY(copy_all(env, from / name, to / name));
    }
    const Anchor mirrored = TRY(read_anchor(env, mirror.anchor()));
    TRY(env.write_file(made.anchor(), encode_anchor({mirrored.generation, restored->head})));
    TRY(env.rename(aside.hidden(), made.hidden()));
    TRY(env.remove(aside.root));
    return restored;
}

}  // namespace litura::derive
