#include "service/custody.hpp"

#include "derive/project.hpp"
#include "derive/rights.hpp"
#include "release/agreement.hpp"

namespace litura::service {
namespace {

/// How far the mirror reaches, if there is to be one.
Result<std::optional<KeyStatus::Mirror>> mirror_of(derive::Project& project) {
    const auto folder = derive::mirror_folder(project);
    if (!folder) return std::optional<KeyStatus::Mirror>();
    const Path path = derive::MirrorPaths(*folder).anchor();
    if (!project.env.exists(path)) return std::optional(KeyStatus::Mirror{});
    const auto anchored = TRY(derive::read_anchor(project.env, path));
    return std::optional(KeyStatus::Mirror{true, anchored.generation, anchored.head.seq});
}

}  // namespace

std::int64_t KeyStatus::pending() const {
    std::int64_t marked = 0;
    for (const keys::KeyCensus::Kind& kind : census.kinds) marked += kind.marked;
    return marked;
}

Result<KeyStatus> key_status(Session& session) {
    derive::Project& project = session.project();
    KeyStatus status;
    status.census = TRY(keys::key_census(project.db, project.secrets.root));
    status.mirror = TRY(mirror_of(project));
    return status;
}

Result<KeyStatus> rotate_keys(Session& session) {
    TRY(derive::rotate_keys(session.project()));
    return key_status(session);
}

Result<KeyStatus> take_mirror(Session& session) {
    TRY(derive::take_mirror(session.project()));
    return key_status(session);
}

Result<BackedUp> backup(Session& session, const Path& folder) {
    const derive::BackedUp made = TRY(derive::backup(session.project(), folder));
    return BackedUp{folder, made};
}

Result<derive::Restored> restore(Env& env, const Path& backup, const Path& mirror, const Path& to) {
    return derive::restore(env, backup, mirror, to);
}

Result<LedgerHead> ledger_head(Session& session) {
    LedgerHead head;
    head.text = TRY(derive::head_text(session.project()));
    head.json = TRY(parse_json(head.text, "the head"));
    return head;
}

Result<derive::Soundness> verify_ledger(Session& session, const std::optional<Bytes>& earlier) {
    derive::Soundness sound = TRY(derive::check_soundness(session.project()));
    ledger::Verification& check = sound.ledger;
    if (earlier) {
        const ledger::Head head = TRY(derive::parse_anchor(*earlier)).head;
        if (check.holds && !TRY(session.ledger().holds(head))) {
            check.holds = false;
            check.first_difference =
                "event " + std::to_string(head.seq) + ": another history than the head's";
        }
    }
    if (!check.holds) return sound;
    check.first_difference = TRY(release::disagreement(session.project()));
    check.holds = check.first_difference.empty();
    return sound;
}

Json to_json(const KeyStatus& status) {
    Json kinds = Json::object(), mirror;
    for (const keys::KeyCensus::Kind& kind : status.census.kinds)
        kinds[kind.kind] = {
            {"keys", kind.keys}, {"buckets", kind.buckets}, {"pending", kind.marked}};
    if (status.mirror) {
        const KeyStatus::Mirror& reach = *status.mirror;
        mirror = {{"generation", reach.there ? Json(reach.generation) : Json()},
                  {"sequence", reach.there ? Json(reach.sequence) : Json()}};
    }
    return {{"generation", status.census.generation},
            {"roots", status.census.roots},
            {"pending", status.pending()},
            {"keys", std::move(kinds)},
            {"mirror", std::move(mirror)}};
}

Json to_json(const BackedUp& backup) {
    return {{"path", backup.folder.string()},
            {"sequence", backup.made.head.seq},
            {"records", backup.made.records},
            {"nodes", backup.made.nodes}};
}

Json to_json(const derive::Restored& restored) {
    return {{"sequence", restored.head.seq},
            {"records", restored.records},
            {"dead", restored.dead},
            {"nodes", restored.nodes},
            {"replayed", restored.replayed}};
}

Json to_json(const LedgerHead& head) { return head.json; }

Json to_json(const derive::Soundness& sound) {
    const ledger::Verification& check = sound.ledger;
    return {{"holds", check.holds},
            {"events", check.events},
            {"unreadable", check.unreadable},
            {"records",
             {{"opened", sound.records.records},
              {"bound_late", sound.records.bound_late},
              {"marked_again", sound.records.marked_again}}},
            {"first_difference",
             check.first_difference.empty() ? Json() : Json(check.first_difference)}};
}

}  // namespace litura::service
