#include "derive/custody.hpp"

#include "base/replace_file.hpp"
#include "keys/rotation.hpp"
#include "ledger/snapshots.hpp"

namespace litura::derive {
namespace {

constexpr const char* kRootFile = "root";

/// So many events are anchored without asking whether one of them refuses something.
constexpr ledger::Sequence kLookedThrough = 1000;

Error behind(const Anchor& anchor, const char* what) {
    return {Code::forbidden, what,
            "event " + std::to_string(anchor.head.seq) + ", generation " +
                std::to_string(anchor.generation),
            "put the newest copy back, or run 'litura restore'"};
}

Error unreachable() {
    return {Code::environment, "the mirror of the keys cannot be reached", "key_mirror",
            "connect it, or change key_mirror in litura.toml, and run the command again"};
}

Error is_a_copy() {
    return {Code::forbidden, "this is a copy: the mirror of the keys belongs to another folder",
            "key_mirror",
            "work in that folder; or, if it is gone for good, run 'litura keys take-mirror' here"};
}

/// Whoever writes heads reads the database only when nobody else does: no head goes back.
Result<FileLock> take_pen(const Project& project) {
    return FileLock::take(project.paths.hidden() / "anchor.lock", FileLock::Mode::exclusive,
                          FileLock::Wait::yes);
}

Result<Anchor> anchor_of(Project& project) {
    const ReadView one_state = TRY(project.db.read());
    const auto census = TRY(keys::key_census(project.db, project.secrets.root));
    Anchor now;
    now.generation = census.generation;
    now.head = TRY(project.ledger().head());
    return now;
}

Result<void> write_head(Project& project, const Anchor& now) {
    return replace_file(project.env, project.paths.anchor(), encode_anchor(now));
}

enum class Mirror { none, away, another, ours };

/// A mirror that says of nobody that it is theirs is ours: of an older program, or new.
Result<Mirror> state_of_mirror(Project& project) {
    const auto folder = mirror_folder(project);
    if (!folder) return Mirror::none;
    const MirrorPaths mirror(*folder);
    if (!project.env.exists(mirror.root)) return Mirror::away;
    if (!project.env.exists(mirror.owner())) return Mirror::ours;
    const Whereabouts owner = TRY(parse_whereabouts(TRY(project.env.read_file(mirror.owner()))));
    const Whereabouts here = TRY(whereabouts_of(project.env, project.paths.hidden()));
    return same_place(owner, here) ? Mirror::ours : Mirror::another;
}

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

/// The folder is written anew only when it is another one than before.
Result<void> sign_mirror(Project& project, const MirrorPaths& mirror) {
    const Bytes place =
        encode_whereabouts(TRY(whereabouts_of(project.env, project.paths.hidden())));
    if (project.env.exists(mirror.owner()) && TRY(project.env.read_file(mirror.owner())) == place)
        return done();
    return replace_file(project.env, mirror.owner(), place);
}

// As in the project: the new root stands beside the old one until the tables rest on it.
Result<void> write_mirror(Project& project, const MirrorPaths& mirror, const Anchor& now) {
    TRY(sign_mirror(project, mirror));
    const keys::RootCell cell = TRY(mirror_root(project, mirror));
    const auto ours = TRY(project.secrets.root.read());
    const auto root = ours.find(now.generation);
    CHECK(root != ours.end());
    TRY(cell.write(now.generation, root->second));
    TRY(copy_everything(project.db, mirror.tables()));
    TRY(cell.keep_only(now.generation));
    return replace_file(project.env, mirror.anchor(), encode_anchor(now));
}

/// Only the journal, into a mirror whose keys are of this generation; else the rotation that is
/// under way, or the command that finishes it, writes everything.
Result<void> write_journal(Project& project, const MirrorPaths& mirror, const Anchor& now) {
    const auto there = TRY(mirrored_anchor(project.env, project.db, mirror.tables()));
    if (!there || there->generation != now.generation) return done();
    TRY(copy_journal(project.db, mirror.tables()));
    return replace_file(project.env, mirror.anchor(), encode_anchor(now));
}

Result<bool> reaches(Project& project, const Anchor& anchored) {
    const auto census = TRY(keys::key_census(project.db, project.secrets.root));
    return census.generation >= anchored.generation && TRY(project.ledger().holds(anchored.head));
}

/// The mirror's tables count, and the head that was anchored beside them: whichever is further.
Result<void> check_mirror(Project& project, const MirrorPaths& mirror, Mirror state) {
    const char* what =
        state == Mirror::another
            ? "the mirror of the keys belongs to another folder and knows more: this "
              "is a copy, or an old one that was put back"
            : "the project is older than the mirror of its keys: an old copy was put "
              "back";
    if (project.env.exists(mirror.anchor())) {
        const Anchor anchored = TRY(read_anchor(project.env, mirror.anchor()));
        if (!TRY(reaches(project, anchored))) return behind(anchored, what);
    }
    const auto there = TRY(mirrored_anchor(project.env, project.db, mirror.tables()));
    if (there && !TRY(reaches(project, *there))) return behind(*there, what);
    return done();
}

}  // namespace

Result<std::string> head_text(Project& project) {
    const Bytes encoded = encode_anchor(TRY(anchor_of(project)));
    std::string text(text_of(encoded));
    text.pop_back();  // printing ends the line
    return text;
}

std::optional<Path> mirror_folder(const Project& project) {
    const std::string& name = project.settings.policy.key_mirror;
    return name.empty() ? std::nullopt : std::optional(project.paths.root / name);
}

Result<void> anchor(Turn& turn) {
    Project& project = turn.project();
    const FileLock pen = TRY(take_pen(project));
    const Anchor now = TRY(anchor_of(project));
    TRY(write_head(project, now));
    switch (TRY(state_of_mirror(project))) {
        case Mirror::none: return done();
        case Mirror::away: return unreachable();
        case Mirror::another: return is_a_copy();
        case Mirror::ours: break;
    }
    return write_mirror(project, MirrorPaths(*mirror_folder(project)), now);
}

Result<void> check_not_a_copy(Project& project) {
    return TRY(state_of_mirror(project)) == Mirror::another ? Result<void>(is_a_copy()) : done();
}

Result<void> anchor_refusals(Project& project, ledger::Sequence& looked_at) {
    const ledger::Sequence last = TRY(project.ledger().sequence());
    if (last == looked_at) return done();
    const bool refused = last - looked_at > kLookedThrough ||
                         TRY(project.ledger().snapshots().forbade_since(looked_at));
    looked_at = last;
    if (!refused) return done();
    const FileLock pen = TRY(take_pen(project));
    const Anchor now = TRY(anchor_of(project));
    TRY(write_head(project, now));
    const Mirror state = TRY(state_of_mirror(project));
    if (state == Mirror::none) return done();
    if (state == Mirror::ours)
        return write_journal(project, MirrorPaths(*mirror_folder(project)), now);
    project.observer.say(std::string("this is in force here, but not in the mirror of the keys: ") +
                         (state == Mirror::away ? "it is away" : "it belongs to another folder"));
    return done();
}

Result<ledger::Sequence> anchored_sequence(Project& project) {
    return TRY(read_anchor(project.env, project.paths.anchor())).head.seq;
}

Result<bool> mirror_is_behind(Project& project) {
    if (TRY(state_of_mirror(project)) != Mirror::ours) return false;
    const MirrorPaths mirror(*mirror_folder(project));
    const auto there = TRY(mirrored_anchor(project.env, project.db, mirror.tables()));
    if (!there || !project.env.exists(mirror.anchor())) return true;
    return there->generation != TRY(anchor_of(project)).generation ||
           TRY(project.ledger().snapshots().forbade_since(there->head.seq));
}

Result<void> check_anchor(Project& project) {
    const Anchor anchored = TRY(read_anchor(project.env, project.paths.anchor()));
    if (!TRY(reaches(project, anchored)))
        return behind(anchored,
                      "the project is older than its anchored head: an old copy was put back");
    const Mirror state = TRY(state_of_mirror(project));
    if (state == Mirror::none || state == Mirror::away) return done();
    TRY(check_mirror(project, MirrorPaths(*mirror_folder(project)), state));
    if (state == Mirror::another)
        project.observer.say(
            "this is a copy of a project: it writes nothing into the mirror of the "
            "keys, and destroys nothing");
    return done();
}

Result<void> take_mirror(Turn& turn) {
    Project& project = turn.project();
    const auto folder = mirror_folder(project);
    if (!folder || !project.env.exists(*folder)) return unreachable();
    {
        const FileLock pen = TRY(take_pen(project));
        TRY(sign_mirror(project, MirrorPaths(*folder)));
    }
    return anchor(turn);
}

}  // namespace litura::derive
