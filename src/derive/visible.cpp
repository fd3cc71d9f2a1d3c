#include "derive/visible.hpp"
#include "ledger/decide.hpp"
#include "ledger/requests.hpp"
#include "ledger/snapshots.hpp"

#include <algorithm>
#include <set>

namespace litura::derive {
namespace {

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

VisibleRow row_of(const Manifest& manifest, ledger::Sequence sequence, bool suppressed) {
    VisibleRow row;
    row.model = manifest.model;
    row.manifest = manifest.root();
    row.sequence = sequence;
    row.valid_until = manifest.used.valid_until();
    row.suppressed = suppressed;
    row.tokens = manifest.used.tokens();
    row.deferred_persons = persons_of(manifest.deferred).size();
    row.deferred_records = manifest.deferred.size();
    row.deferred_tokens = tokens_of(manifest.deferred);
    return row;
}

}  // namespace

Result<std::optional<VisibleModel>> visible_model(Database& db) {
    const auto row = TRY(visible_row(db, Visible::current));
    if (!row) return std::optional<VisibleModel>();
    VisibleModel model{row->model,      row->manifest,
                       row->sequence,   row->valid_until,
                       row->suppressed, {row->deferred_persons, row->deferred_records, 0}};
    if (const std::uint64_t all = row->tokens + row->deferred_tokens; all != 0) {
        model.deferred.share = static_cast<double>(row->deferred_tokens) / static_cast<double>(all);
    }
    return std::optional<VisibleModel>(model);
}

Result<std::optional<Digest>> last_derived(Database& db) {
    const auto row = TRY(visible_row(db, Visible::derived));
    return row ? std::optional<Digest>(row->manifest) : std::nullopt;
}

Result<std::vector<bool>> admitted(Project& project, const View& view, Instant moment) {
    const ReadView one_state = TRY(project.db.read());
    const auto kept = TRY(project.ledger().snapshots().latest());
    const ledger::Snapshot& snapshot = *kept;
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
    if (!expired && !TRY(project.ledger().snapshots().forbade_since(visible.sequence))) return true;
    const Manifest manifest = TRY(project.manifests().load(visible.manifest));
    const ledger::Sequence seen = TRY(project.ledger().sequence());
    if (!TRY(still_admitted(project, manifest.used))) return false;
    TRY(found_admissible_at(project.db, visible.manifest, seen));
    return true;
}

Result<bool> promote(Project& project, const Manifest& manifest, bool suppressed) {
    TRY(ModelPermit(project.permit(), {manifest.model, manifest.weights})
            .check(Operation::promote));
    auto transaction = TRY(project.db.begin());
    if (!TRY(still_admitted(project, manifest.used))) return false;
    if (!project.env.exists(model_folder(project, manifest.model)))
        return false;  // removed by another promotion
    const Digest root = manifest.root();
    const bool has_all = !suppressed && TRY(project.ledger().sequence()) == manifest.used.sequence;
    const auto before = TRY(visible_model(project.db));
    const bool same = before && before->model == manifest.model && before->suppressed == suppressed;
    if (!same) {
        Json made = {
            {"model", manifest.model.hex()}, {"manifest", root.hex()}, {"suppressed", suppressed}};
        if (manifest.weights != manifest.model) made["weights"] = manifest.weights.hex();
        TRY(project.ledger().append("model.visible", made));
    }
    const ledger::Sequence now = TRY(project.ledger().sequence());
    const VisibleRow row = row_of(manifest, now, suppressed);
    TRY(set_visible(project.db, Visible::current, row));
    if (!suppressed) TRY(set_visible(project.db, Visible::derived, row));
    TRY(set_visible_persons(project.db, persons_of(manifest.used.samples)));
    if (has_all) TRY(project.ledger().requests().mark_derived());
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
    const Manifests manifests = project.manifests();
    const auto visible = TRY(visible_model(project.db));
    if (visible && model == visible->model) return manifests.load(visible->manifest);
    std::optional<Manifest> newest;
    for (const Digest& root : manifests.roots()) {
        Manifest manifest = TRY(manifests.load(root));
        const bool newer = !newest || manifest.used.sequence > newest->used.sequence;
        if ((manifest.model == model || manifest.weights == model) && newer)
            newest = std::move(manifest);
    }
    if (newest) return std::move(*newest);
    return Error{Code::bad_input, "no manifest of this project names that model", "",
                 "see 'litura manifest show'"};
}

Path model_folder(const Project& project, const Digest& model) {
    return project.paths.models() / model.hex();
}

}  // namespace litura::derive
