// Connecting, and what the parts say together.
#include "derive/project.hpp"

#include <set>

#include "derive/measure.hpp"
#include "derive/schema.hpp"
#include "ledger/decide.hpp"
#include "ledger/documents.hpp"
#include "ledger/orders.hpp"
#include "ledger/rules.hpp"
#include "ledger/snapshots.hpp"

namespace litura::derive {
namespace {

Result<std::string> read_text(Env& env, const Path& path) {
    const Bytes bytes = TRY(env.read_file(path));
    return std::string(text_of(bytes));
}

/// People get at least the time to object that the rules give them.
Result<void> check_grace(ledger::Ledger& ledger, const Policy& policy) {
    const auto adopted = TRY(ledger.rules().all());
    const auto* rules = ledger::in_force(adopted, TRY(ledger.now()));
    if (rules == nullptr || policy.admission.grace_days >= rules->pack->grace_days) return done();
    return refused(*rules->pack, ledger::Refusal::grace_too_short,
                   std::to_string(rules->pack->grace_days) + " days at least",
                   "litura.toml, line " + std::to_string(policy.grace_line));
}

/// By the rules of today; what they give is written into the request.
Result<ledger::Calendar> calendar_of(ledger::Ledger& ledger, const Policy& policy) {
    ledger::Calendar calendar;
    calendar.country = policy.country;
    const auto adopted = TRY(ledger.rules().all());
    const auto* rules = ledger::in_force(adopted, TRY(ledger.now()));
    if (rules == nullptr) return calendar;
    const auto pack = rules->pack;
    calendar.months = static_cast<int>(pack->clock.months);
    calendar.months_extended = static_cast<int>(pack->clock.months + pack->clock.extension_months);
    calendar.is_holiday = [pack, country = policy.country](std::chrono::year_month_day day) {
        return is_holiday(*pack, country, day);
    };
    return calendar;
}

}  // namespace

Error not_a_project(const Path& folder) {
    return {Code::environment, "there is no Litura project here", folder.filename().string(),
            "run 'litura init', or name the project with --project DIR"};
}

std::optional<Path> project_around(const Path& path) {
    std::error_code error;
    Path at = std::filesystem::weakly_canonical(path, error);
    for (; !error && at.has_relative_path(); at = at.parent_path()) {
        const Paths paths(at.parent_path());
        if (at.filename() == paths.hidden().filename() &&
            std::filesystem::exists(paths.database(), error))
            return at.parent_path();
    }
    return std::nullopt;
}

Project::Project(const Opening& how, std::string text, Settings parsed, keys::ProjectSecrets loaded,
                 Database opened)
    : env(how.env), observer(how.observer), paths(how.folder), settings_text(std::move(text)),
      settings(std::move(parsed)), secrets(std::move(loaded)), db(std::move(opened)), how_(how) {}

Result<std::unique_ptr<Project>> Project::connect(Opening how) {
    const Paths paths(how.folder);
    if (!how.env.exists(paths.database())) return not_a_project(how.folder);
    std::string text = TRY(read_text(how.env, paths.settings()));
    Settings settings = TRY(parse_settings(text));
    auto secrets = TRY(keys::load_secrets(how.env, paths.secrets()));
    Database db = TRY(open_database(paths.database(), secrets));
    std::unique_ptr<Project> project(
        new Project(how, std::move(text), std::move(settings), std::move(secrets), std::move(db)));
    // From here on each part opens over members at their final address.
    project->keys_.emplace(TRY(keys::KeyTable::open(project->db, project->secrets.root)));
    project->ledger_.emplace(
        TRY(ledger::Ledger::open(project->db, project->secrets, how.env, how.now)));
    project->corpus_.emplace(
        TRY(corpus::Corpus::open(project->db, project->secrets, *project->keys_)));
    TRY(check_grace(*project->ledger_, project->settings.policy));
    project->ledger_->set_calendar(TRY(calendar_of(*project->ledger_, project->settings.policy)));
    project->permit_ = TRY(project->ledger_->orders().permit(paths.database()));
    return project;
}

Result<std::unique_ptr<Project>> Project::connect_again() { return connect(how_); }

Result<const Trainer*> Project::trainer() {
    if (!trainer_) trainer_ = TRY(how_.factory(env, base(), settings.recipe));
    return const_cast<const Trainer*>(trainer_.get());
}

// All is read in one state of the database, so that nobody is half there. Wordings that are not
// counted yet are counted outside of it, because that writes; then all is read again.
template <typename Build>
Result<View> Project::measured(const Build& build) {
    const Digest counting = TRY(counting_digest(env, base()));
    while (true) {
        std::vector<Digest> unmeasured;
        {
            const ReadView one_state = TRY(db.read());
            TokenCounts counts = TRY(TokenCounts::open(db, counting));
            View view = TRY(build(counts));
            if (view.unmeasured.empty()) return view;
            unmeasured = std::move(view.unmeasured);
        }
        TRY(measure(db, *corpus_, *TRY(trainer()), counting, unmeasured, observer));
    }
}

Result<View> Project::view() {
    return measured([this](TokenCounts& counts) -> Result<View> {
        const auto kept = TRY(ledger_->snapshots().latest());
        const ledger::Snapshot& snapshot = *kept;
        ViewBuilder view(snapshot, counts, settings, TRY(ledger_->now()));
        TRY(corpus_->each_page([&](auto rows) { return view.add(rows); }));
        return view.finish();
    });
}

Result<View> Project::view_of(const Digest& person) {
    return measured([&](TokenCounts& counts) -> Result<View> {
        const auto rows = TRY(corpus_->rows_of(person));
        const auto snapshot = TRY(ledger_->snapshots().of(person, corpus::records_of(rows)));
        ViewBuilder view(snapshot, counts, settings, TRY(ledger_->now()));
        TRY(view.add(rows));
        return view.finish();
    });
}

Result<Admission> Project::admission() {
    const auto kept = TRY(ledger_->snapshots().latest());
    const ledger::Snapshot& snapshot = *kept;
    const Instant now = TRY(ledger_->now());
    const Digest counting = TRY(counting_digest(env, base()));
    TokenCounts counts = TRY(TokenCounts::open(db, counting));
    Admission out;
    std::set<Digest> persons;
    TRY(corpus_->each_page([&](std::span<const corpus::RecordRow> rows) -> Result<void> {
        const auto of_page = [&]() -> Result<View> {
            ViewBuilder view(snapshot, counts, settings, now);
            TRY(view.add(rows));
            return view.finish();
        };
        View view = TRY(of_page());
        if (!view.unmeasured.empty()) {
            TRY(measure(db, *corpus_, *TRY(trainer()), counting, view.unmeasured, observer));
            view = TRY(of_page());
        }
        for (const Sample& sample : view.samples) persons.insert(sample.person);
        for (const auto& [rule, count] : view.refused) out.refused[rule] += count;
        out.records += view.samples.size();
        out.tokens += view.tokens();
        return done();
    }));
    out.persons = persons.size();
    return out;
}

Result<Graph> Project::graph(const View& view) {
    const Trainer* trainer = TRY(this->trainer());
    return build_graph(view, settings.recipe, secrets.deal, trainer->base_digest());
}

}  // namespace litura::derive
