// The pointer to the visible model, and the check behind every move of it.
#include "derive/visible.hpp"

#include <algorithm>
#include <set>

namespace litura::derive {
namespace {

constexpr const char* kSchema = R"(
CREATE TABLE IF NOT EXISTS visible (
  name TEXT PRIMARY KEY, model BLOB NOT NULL, manifest BLOB NOT NULL, sequence INTEGER NOT NULL,
  valid_until_ms INTEGER, suppressed INTEGER NOT NULL, tokens INTEGER NOT NULL,
  deferred_persons INTEGER NOT NULL, deferred_records INTEGER NOT NULL,
  deferred_tokens INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS visible_person (person BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
)";

constexpr std::string_view kCurrent = "current";  ///< what may be used
constexpr std::string_view kDerived = "derived";  ///< the last complete derivation

Result<std::optional<VisibleModel>> read_row(Database& db, std::string_view name) {
    auto select = TRY(db.prepare(
        "SELECT model, manifest, sequence, valid_until_ms, suppressed, tokens, deferred_persons,"
        " deferred_records, deferred_tokens FROM visible WHERE name = ?"));
    select.bind(name);
    if (!TRY(select.step())) return std::optional<VisibleModel>();
    const auto count = [&](int column) {
        return static_cast<std::uint64_t>(select.integer(column));
    };
    VisibleModel row;
    row.model = select.digest(0);
    row.manifest = select.digest(1);
    row.sequence = count(2);
    if (!select.is_null(3)) row.valid_until = Instant{select.integer(3)};
    row.suppressed = select.integer(4) != 0;
    row.deferred = {count(6), count(7), 0};
    if (const std::uint64_t all = count(5) + count(8); all != 0)
        row.deferred.share = static_cast<double>(count(8)) / static_cast<double>(all);
    return std::optional<VisibleModel>(row);
}

std::uint64_t tokens_of(const std::vector<Sample>& samples) {
    std::uint64_t sum = 0;
    for (const Sample& sample : samples) sum += sample.tokens;
    return sum;
}

std::set<Digest> persons_of(const std::vector<Sample>& samples) {
    std::set<Digest> persons;
    for (const Sample& sample : samples) persons.insert(sample.person);
    return persons;
}

Result<void> write_row(Database& db, std::string_view name, const Manifest& manifest,
                       const Digest& root, ledger::Sequence sequence, bool suppressed) {
    auto insert = TRY(db.prepare(
        "INSERT OR REPLACE INTO visible (name, model, manifest, sequence, suppressed, tokens,"
        " deferred_persons, deferred_records, deferred_tokens, valid_until_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(name).bind(manifest.model).bind(root);
    const std::uint64_t counts[] = {sequence,
                                    std::uint64_t{suppressed},
                                    manifest.used.tokens(),
                                    persons_of(manifest.deferred).size(),
                                    manifest.deferred.size(),
                                    tokens_of(manifest.deferred)};
    for (const std::uint64_t count : counts) insert.bind(static_cast<std::int64_t>(count));
    const auto until = manifest.used.valid_until();
    if (until) insert.bind(until->ms);
    if (!until) insert.bind_null();
    return insert.run();
}

Result<void> write_persons(Database& db, const std::set<Digest>& persons) {
    TRY(db.execute("DELETE FROM visible_person"));
    auto insert = TRY(db.prepare("INSERT INTO visible_person VALUES (?)"));
    for (const Digest& person : persons) TRY(insert.bind(person).run());
    return done();
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
    const auto rows = TRY(project.corpus().rows(records_of(view.samples)));
    std::vector<bool> holds(rows.size());
    for (std::size_t index = 0; index < rows.size(); ++index) {
        const auto& row = rows[index];
        holds[index] =
            row && row->wording == view.samples[index].wording &&
            decide(snapshot, row->facts(), project.settings.policy.admission, moment).admitted;
    }
    return holds;
}

Result<bool> still_admitted(Project& project, const View& used) {
    const std::vector<bool> holds = TRY(admitted(project, used, TRY(project.ledger().now())));
    return std::find(holds.begin(), holds.end(), false) == holds.end();
}

Result<bool> usable_as_it_is(Project& project, const VisibleModel& visible) {
    const bool expired = visible.valid_until && TRY(project.ledger().now()) >= *visible.valid_until;
    if (!expired && !TRY(project.ledger().forbade_since(visible.sequence))) return true;
    const Manifest manifest = TRY(load_manifest(project.env, project.paths.manifests(),
                                                project.secrets.project, visible.manifest));
    const ledger::Sequence seen = TRY(project.ledger().sequence());
    if (!TRY(still_admitted(project, manifest.used))) return false;
    auto remember =
        TRY(project.db.prepare("UPDATE visible SET sequence = ? WHERE name = ? AND manifest = ?"));
    TRY(remember.bind(static_cast<std::int64_t>(seen)).bind(kCurrent).bind(visible.manifest).run());
    return true;
}

Result<bool> visible_model_used(Database& db, const Digest& person) {
    auto select = TRY(db.prepare("SELECT 1 FROM visible_person WHERE person = ?"));
    return select.bind(person).step();
}

Result<void> withdraw_visible_model(Database& db) {
    return db.execute("DELETE FROM visible WHERE name = 'current'; DELETE FROM visible_person");
}

Result<bool> promote(Project& project, const Manifest& manifest, bool suppressed) {
    TRY(project.permit().check_with(Act::promote, manifest.model));
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
    TRY(write_row(project.db, kCurrent, manifest, root, now, suppressed));
    if (!suppressed) TRY(write_row(project.db, kDerived, manifest, root, now, suppressed));
    TRY(write_persons(project.db, persons_of(manifest.used.samples)));
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

Result<Manifest> manifest_of_model(Project& project, const Digest& model) {
    const auto load = [&](const Digest& root) {
        return load_manifest(project.env, project.paths.manifests(), project.secrets.project, root);
    };
    const auto visible = TRY(visible_model(project.db));
    if (visible && model == visible->model) return load(visible->manifest);
    std::optional<Manifest> newest;
    for (const std::string& name : project.env.list(project.paths.manifests())) {
        const auto root = parse_digest(name);
        if (!root.ok()) continue;
        Manifest manifest = TRY(load(root.value()));
        const bool newer = !newest || manifest.used.sequence > newest->used.sequence;
        if (manifest.model == model && newer) newest = std::move(manifest);
    }
    if (newest) return std::move(*newest);
    return Error{Code::bad_input, "no manifest of this project names that model", "",
                 "see 'litura manifest show'"};
}

Path model_folder(const Project& project, const Digest& model) {
    return project.paths.models() / model.hex();
}

}  // namespace litura::derive
