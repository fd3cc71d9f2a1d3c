// A backup is a project's folder without keys; a restored project is one with the mirror's.
#include "derive/backup.hpp"

#include "base/replace_file.hpp"
#include "corpus/mark_again.hpp"
#include "corpus/mirror_rows.hpp"
#include "derive/correction.hpp"
#include "derive/node_rows.hpp"
#include "derive/outgoing.hpp"
#include "derive/schema.hpp"
#include "derive/request_rows.hpp"
#include "derive/store.hpp"
#include "derive/token_count_rows.hpp"
#include "derive/visible_rows.hpp"
#include "keys/mirror_rows.hpp"
#include "keys/root_cell.hpp"
#include "keys/sealing.hpp"
#include "ledger/mirror_rows.hpp"
#include "ledger/schema.hpp"

namespace litura::derive {
namespace {

Result<void> copy_all(Env& env, const Path& from, const Path& to) {
    if (!std::filesystem::is_directory(from)) return env.write_file(to, TRY(env.read_file(from)));
    TRY(env.make_folders(to));
    for (const std::string& name : env.list(from)) TRY(copy_all(env, from / name, to / name));
    return env.sync_folder(to);
}

/// Stored nodes only: what is being written belongs to a derivation that runs. One that an erasure
/// takes meanwhile is left out.
Result<void> copy_nodes(Env& env, const Path& from, const Path& to) {
    TRY(env.make_folders(to));
    for (const std::string& prefix : env.list(from)) {
        if (prefix.size() != 2) continue;
        TRY(env.make_folders(to / prefix));
        for (const std::string& node : env.list(from / prefix)) {
            const auto copied = copy_all(env, from / prefix / node, to / prefix / node);
            if (copied.ok()) continue;
            if (env.exists(from / prefix / node / "node")) return copied;
            TRY(env.remove(to / prefix / node));
        }
        TRY(env.sync_folder(to / prefix));
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

/// Do the mirror's keys rest on its root, and are they as new as its anchored head says?
Result<bool> root_fits(Env& env, Database& db, const MirrorPaths& mirror, const Anchor& anchored) {
    const auto generation = TRY(keys::mirrored_generation(db));
    if (!generation || *generation < anchored.generation) return false;
    const auto cell = TRY(keys::RootCell::open(env, mirror.secrets() / "root"));
    return TRY(cell.read()).contains(*generation);
}

/// The mirror, attached as `mirror`, must reach every anchored head there is, and the backup must
/// be a beginning of it.
Result<void> check_mirror_fits(Env& env, Database& db, const MirrorPaths& mirror,
                               const Path& left_behind) {
    const Anchor anchored = TRY(read_anchor(env, mirror.anchor()));
    if (!TRY(ledger::mirror_holds(db, anchored.head)))
        return not_matching("the mirror does not reach its anchored head", anchored.head);
    if (!TRY(root_fits(env, db, mirror, anchored)))
        return not_matching("the mirror's root, keys and head are of different times",
                            anchored.head);
    if (env.exists(left_behind)) {
        const Anchor ours = TRY(read_anchor(env, left_behind));
        if (ours.generation > anchored.generation || !TRY(ledger::mirror_holds(db, ours.head)))
            return not_matching("the mirror is older than the project's anchored head", ours.head);
    }
    const ledger::Head backed_up = TRY(ledger::last_event(db));
    if (!TRY(ledger::mirror_holds(db, backed_up)))
        return not_matching("the backup's journal is not a beginning of the mirror's", backed_up);
    return done();
}

/// Takes keys and journal from the mirror, if it fits.
Result<void> take_from_mirror(Env& env, Database& db, const MirrorPaths& mirror,
                              const Path& left_behind) {
    return db.beside(mirror.tables(), "mirror", [&]() -> Result<void> {
        TRY(check_mirror_fits(env, db, mirror, left_behind));
        auto transaction = TRY(db.begin());
        TRY(keys::take_mirrored_keys(db));
        TRY(ledger::take_mirrored_events(db));
        TRY(corpus::take_mirrored_record_keys(db));
        TRY(purge_nodes_without(db, TRY(keys::names_held(db, keys::KeyKind::node))));
        TRY(take_mirrored_kept(db));
        return transaction.commit();
    });
}

/// The database of a backup becomes the project's.
Result<Restored> join(Env& env, const Paths& made, const MirrorPaths& mirror,
                      const Path& left_behind) {
    const auto secrets = TRY(keys::load_secrets(env, made.secrets()));
    Database db = TRY(Database::open(made.database()));
    TRY(bring_forward(db, schema(secrets)));
    const std::uint64_t held = TRY(corpus::count_records(db));
    const ledger::Head before = TRY(ledger::last_event(db));
    TRY(take_from_mirror(env, db, mirror, left_behind));
    TRY(corpus::mark_again(db, secrets));
    auto ledger = TRY(ledger::Ledger::open(db, secrets, env, {}));
    TRY(ledger.rebuild());
    TRY(forget_corrections(db, ledger));
    TRY(keys::tally_all(db, secrets.project, kTalliedTables));
    Restored out;
    out.replayed = TRY(ledger.sequence()) - before.seq;
    TRY(ledger.append("project.restored", {{"backup", before.seq}, {"replayed", out.replayed}}));
    out.head = TRY(ledger.head());
    out.records = TRY(corpus::count_records(db));
    out.dead = held - out.records;
    for (const NodeRow& row : TRY(node_rows(db))) {
        const std::string name = row.key.hex();
        const Path folder = made.store() / name.substr(0, 2) / name;
        if (row.state == NodeState::purged) TRY(env.remove(folder));
        out.nodes += is_stored(row.kind) && env.exists(folder);
    }
    return out;
}

/// The database without a key: made inside of the project, so that nothing with keys in it is ever
/// outside, not even for a moment.
Result<BackedUp> copy_rows(Project& project, const Path& to) {
    TRY(project.env.make_folders(project.paths.aside()));
    const std::string own = hex(ByteView(keys::random_key().reveal()).first(8));
    const Path aside = project.paths.aside() / ("backup-" + own + ".db");  // others may back up too
    TRY(project.db.copy_to(aside));
    BackedUp out;
    {
        Database db = TRY(Database::open(aside));
        // Keys, and what whoever restores makes anew: folds of events and counts of tokens say in
        // clear what an erasure could not reach here any more.
        TRY(keys::leave_keys_out(db));
        TRY(corpus::leave_record_keys_out(db));
        TRY(leave_visible_out(db));
        TRY(forget_counts(db));
        TRY(ledger::clear_folds(db));
        TRY(db.truncate_log());
        out.head = TRY(ledger::last_event(db));
        out.records = TRY(corpus::count_records(db));
        for (const NodeRow& row : TRY(node_rows(db)))
            out.nodes += is_stored(row.kind) && row.state == NodeState::present;
    }
    TRY(copy_all(project.env, aside, to));
    TRY(project.env.remove(aside));
    return out;
}

Result<void> copy_plain(Project& project, const Path& folder) {
    Env& env = project.env;
    const Paths to(folder);
    TRY(copy_all(env, project.paths.root / project.settings.recipe.base,
                 folder / project.settings.recipe.base));
    TRY(copy_all(env, project.paths.settings(), to.settings()));
    if (!env.exists(project.paths.organisation())) return done();
    return copy_all(env, project.paths.organisation(), to.organisation());
}

}  // namespace

// The journal and the keys come last: they cover whatever the copy saw. Only for that is it
// anybody's turn, so that requests do not wait for the copying.
Result<BackedUp> backup(Project& project, const Path& folder) {
    Env& env = project.env;
    if (!mirror_folder(project)) {
        return Error{Code::forbidden, "a backup holds no key, and no mirror holds them either",
                     "litura.toml", "set key_mirror in [policy] to a folder on another disk"};
    }
    const auto store = TRY(Store::open(project));  // keeps its folder of unfinished things
    Outgoing outgoing = TRY(Outgoing::begin(project, folder));
    const Paths aside(outgoing.aside());
    TRY(env.make_folders(aside.hidden()));
    TRY(project.ledger().append("project.backed_up", Json::object()));
    BackedUp out = TRY(copy_rows(project, aside.database()));
    TRY(copy_ciphertext(env, project.paths, aside));
    TRY(copy_plain(project, aside.root));
    {
        Turn turn = TRY(Turn::wait_for(project));
        TRY(anchor(turn));
    }
    TRY(outgoing.finish());
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
    // From here on the mirror is this project's; one that turns up again is a copy.
    TRY(replace_file(env, mirror.owner(),
                     encode_whereabouts(TRY(whereabouts_of(env, made.hidden())))));
    return restored;
}

}  // namespace litura::derive
