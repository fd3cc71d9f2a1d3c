// The pointer to the visible model, and the check behind every move of it.
#include "derive/visible.hpp"

#include <algorithm>
#include <map>

namespace litura::derive {
namespace {

constexpr const char* kSchema = R"(
CREATE TABLE IF NOT EXISTS visible (
  name TEXT PRIMARY KEY, model BLOB NOT NULL, manifest BLOB NOT NULL, sequence INTEGER NOT NULL,
  valid_until_ms INTEGER, suppressed INTEGER NOT NULL) STRICT, WITHOUT ROWID;
)";

constexpr std::string_view kCurrent = "current";  ///< what may be used
constexpr std::string_view kDerived = "derived";  ///< the last complete derivation

Result<std::optional<VisibleModel>> read_row(Database& db, std::string_view name) {
    auto select =
        TRY(db.prepare("SELECT model, manifest, sequence, valid_until_ms, suppressed FROM visible "
                       "WHERE name = ?"));
    select.bind(name);
    if (!TRY(select.step())) return std::optional<VisibleModel>();
    VisibleModel row{select.digest(0),
                     select.digest(1),
                     static_cast<ledger::Sequence>(select.integer(2)),
                     {},
                     select.integer(4) != 0};
    if (!select.is_null(3)) row.valid_until = Instant{select.integer(3)};
    return std::optional<VisibleModel>(row);
}

Result<void> write_row(Database& db, std::string_view name, const VisibleModel& row) {
    auto insert =
        TRY(db.prepare("INSERT OR REPLACE INTO visible (name, model, manifest, sequence, "
                       "suppressed, valid_until_ms)"
                       " VALUES (?, ?, ?, ?, ?, ?)"));
    insert.bind(name)
        .bind(row.model)
        .bind(row.manifest)
        .bind(static_cast<std::int64_t>(row.sequence))
        .bind(std::int64_t{row.suppressed});
    if (row.valid_until) insert.bind(row.valid_until->ms);
    if (!row.valid_until) insert.bind_null();
    return insert.run();
}

}  // namespace

Result<void> create_visible_table(Database& db) { return db.execute(kSchema); }

Result<std::optional<VisibleModel>> visible_model(Database& db) { return read_row(db, kCurrent); }

Result<std::optional<Digest>> last_derived(Database& db) {
    const auto row = TRY(read_row(db, kDerived));
    return row ? std::optional<Digest>(row->manifest) : std::nullopt;
}

Result<std::vector<bool>> admitted(Project& project, const View& view, Instant moment) {
    const ReadView one_state = TRY(project.db.read());
    const ledger::Snapshot snapshot = TRY(project.ledger().snapshot());
    std::map<Digest, corpus::RecordRow> rows;
    for (corpus::RecordRow& row : TRY(project.corpus().rows()))
        rows.emplace(row.record, std::move(row));
    std::vector<bool> holds;
    holds.reserve(view.samples.size());
    for (const Sample& sample : view.samples) {
        const auto row = rows.find(sample.record);
        holds.push_back(
            row != rows.end() && row->second.wording == sample.wording &&
            decide(snapshot, row->second.facts(), project.settings.policy.admission, moment)
                .admitted);
    }
    return holds;
}

Result<bool> still_admitted(Project& project, const View& used) {
    const std::vector<bool> holds = TRY(admitted(project, used, TRY(project.ledger().now())));
    return std::find(holds.begin(), holds.end(), false) == holds.end();
}

Result<bool> promote(Project& project, const Manifest& manifest, bool suppressed) {
    TRY(project.permit().check(Act::promote));
    auto transaction = TRY(project.db.begin());
    if (!TRY(still_admitted(project, manifest.used))) return false;
    if (!project.env.exists(model_folder(project, manifest.model)))
        return false;  // removed by another promotion
    const Digest root = manifest.root();
    const bool has_all = !suppressed && TRY(project.ledger().sequence()) == manifest.used.sequence;
    const auto before = TRY(visible_model(project.db));
    const bool same = before && before->model == manifest.model && before->suppressed == suppressed;
    if (!same) {
        TRY(project.ledger().note("model.visible", {{"model", manifest.model.hex()},
                                                    {"manifest", root.hex()},
                                                    {"suppressed", suppressed}}));
    }
    const ledger::Sequence now = TRY(project.ledger().sequence());
    const VisibleModel row{manifest.model, root, now, manifest.used.valid_until(), suppressed};
    TRY(write_row(project.db, kCurrent, row));
    if (!suppressed) TRY(write_row(project.db, kDerived, row));
    if (has_all) TRY(project.ledger().mark_derived());
    TRY(transaction.commit());
    TRY(remove_invisible_models(project));
    return true;
}

// Holds the database's write lock, so that no other process makes one of these models visible
// meanwhile.
Result<void> remove_invisible_models(Project& project) {
    auto transaction = TRY(project.db.begin());
    const auto visible = TRY(visible_model(project.db));
    for (const std::string& name : project.env.list(project.paths.models())) {
        const bool is_visible = visible && name == visible->model.hex();
        if (!is_visible) TRY(project.env.remove(project.paths.models() / name));
    }
    return transaction.commit();
}

Path model_folder(const Project& project, const Digest& model) {
    return project.paths.models() / model.hex();
}

}  // namespace litura::derive
