// Creating and opening.
#include "derive/project.hpp"

#include <set>

#include "derive/correction.hpp"
#include "derive/custody.hpp"
#include "derive/measure.hpp"
#include "derive/node_index.hpp"
#include "derive/report.hpp"
#include "derive/rights.hpp"
#include "derive/visible.hpp"
#include "engine/model.hpp"
#include "keys/sealing.hpp"

namespace litura::derive {
namespace {

Result<std::string> read_text(Env& env, const Path& path) {
    const Bytes bytes = TRY(env.read_file(path));
    return std::string(text_of(bytes));
}

Result<void> copy_folder(Env& env, const Path& from, const Path& to) {
    TRY(env.make_folders(to));
    for (const std::string& name : TRY(engine::model_files(env, from))) {
        TRY(env.write_file(to / name, TRY(env.read_file(from / name))));
    }
    return env.sync_folder(to);
}

Error not_a_project(const Path& folder) {
    return {Code::environment, "there is no Litura project here", folder.filename().string(),
            "run 'litura init', or name the project with --project DIR"};
}

Result<void> create_tables(Database& db) {
    TRY(create_node_tables(db));
    TRY(create_measure_table(db));
    TRY(create_visible_table(db));
    TRY(create_report_table(db));
    return create_correction_table(db);
}

/// People get at least the time to object that the rules give them.
Result<void> check_grace(ledger::Ledger& ledger, const Policy& policy) {
    const auto adopted = TRY(ledger.rules());
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
    const auto adopted = TRY(ledger.rules());
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

Result<void> create_project(Env& env, const NewProject& wish) {
    const Paths paths(wish.folder);
    if (env.exists(paths.hidden()) || env.exists(paths.settings())) {
        return Error{Code::forbidden, "there is a project here already",
                     wish.folder.filename().string(), "choose another folder"};
    }
    TRY(env.make_folders(paths.hidden()));
    std::optional<keys::ProjectSecrets> theirs;
    Path base = wish.base;
    std::string text = default_settings(hex(keys::random_key().reveal().first(16)));
    if (wish.like) {
        const Paths like(*wish.like);
        if (!env.exists(like.database())) return not_a_project(*wish.like);
        theirs = TRY(keys::load_secrets(env, like.secrets()));
        text = TRY(read_text(env, like.settings()));
        base = like.root / TRY(parse_settings(text)).recipe.base;
    }
    const auto secrets =
        TRY(keys::create_secrets(env, paths.secrets(), theirs ? &theirs->deal : nullptr));
    TRY(copy_folder(env, base, paths.root / TRY(parse_settings(text)).recipe.base));
    Database db = TRY(Database::open(paths.database()));
    const auto clock = wish.now ? ledger::Ledger::Clock::test : ledger::Ledger::Clock::real;
    TRY(ledger::Ledger::create(db, secrets, clock, wish.now ? *wish.now : env.now()));
    auto ledger = TRY(ledger::Ledger::open(db, secrets, env, wish.now));
    if (wish.like) {
        TRY(ledger.note("deal_secret.taken_over", Json::object()));
        Database other = TRY(Database::open(Paths(*wish.like).database()));
        auto giver = TRY(ledger::Ledger::open(other, *theirs, env, {}));
        for (const ledger::AdoptedRules& rules : TRY(giver.rules()))
            TRY(ledger.adopt_rules(TRY(giver.document(rules.digest))));
        TRY(giver.note("deal_secret.given", Json::object()));
    }
    Anchor first;
    first.generation = 1;
    first.head = TRY(ledger.head());
    TRY(env.write_file(paths.anchor(), encode_anchor(first)));
    return env.write_file(paths.settings(), bytes_of(text));
}

Project::Project(Env& environment, Paths where, std::string text, Settings parsed,
                 keys::ProjectSecrets loaded, Database opened)
    : env(environment), paths(std::move(where)), settings_text(std::move(text)),
      settings(std::move(parsed)), secrets(std::move(loaded)), db(std::move(opened)) {}

Result<std::unique_ptr<Project>> Project::connect(Env& env, const Path& folder,
                                                  std::optional<Instant> now,
                                                  TrainerFactory factory) {
    const Paths paths(folder);
    if (!env.exists(paths.database())) return not_a_project(folder);
    std::string text = TRY(read_text(env, paths.settings()));
    Settings settings = TRY(parse_settings(text));
    auto secrets = TRY(keys::load_secrets(env, paths.secrets()));
    Database db = TRY(Database::open(paths.database()));
    std::unique_ptr<Project> project(new Project(env, paths, std::move(text), std::move(settings),
                                                 std::move(secrets), std::move(db)));
    // From here on each part opens over members at their final address.
    project->factory_ = std::move(factory);
    project->now_ = now;
    project->keys_.emplace(TRY(keys::KeyTable::open(project->db, project->secrets.root)));
    project->ledger_.emplace(TRY(ledger::Ledger::open(project->db, project->secrets, env, now)));
    project->corpus_.emplace(
        TRY(corpus::Corpus::open(project->db, project->secrets, *project->keys_)));
    TRY(check_grace(*project->ledger_, project->settings.policy));
    project->ledger_->set_calendar(TRY(calendar_of(*project->ledger_, project->settings.policy)));
    TRY(create_tables(project->db));
    project->permit_ = TRY(project->ledger_->permit(paths.database()));
    TRY(check_anchor(*project));
    return project;
}

Result<std::unique_ptr<Project>> Project::open(Env& env, const Path& folder,
                                               std::optional<Instant> now, TrainerFactory factory) {
    auto project = TRY(connect(env, folder, now, std::move(factory)));
    TRY(resume(*project));
    return project;
}

Result<std::unique_ptr<Project>> Project::open_again() {
    return connect(env, paths.root, now_, factory_);
}

Result<const Trainer*> Project::trainer() {
    if (!trainer_) trainer_ = TRY(factory_(env, base(), settings.recipe));
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
        TRY(measure(db, *corpus_, *TRY(trainer()), counting, unmeasured));
    }
}

Result<View> Project::view() {
    return measured([this](TokenCounts& counts) -> Result<View> {
        const ledger::Snapshot snapshot = TRY(ledger_->snapshot());
        ViewBuilder view(snapshot, counts, settings, TRY(ledger_->now()));
        TRY(corpus_->each_page([&](auto rows) { return view.add(rows); }));
        return view.finish();
    });
}

Result<View> Project::view_of(const Digest& person) {
    return measured([&](TokenCounts& counts) -> Result<View> {
        const auto rows = TRY(corpus_->rows_of(person));
        const auto snapshot = TRY(ledger_->snapshot_of(person, corpus::records_of(rows)));
        ViewBuilder view(snapshot, counts, settings, TRY(ledger_->now()));
        TRY(view.add(rows));
        return view.finish();
    });
}

Result<Admission> Project::admission() {
    const ledger::Snapshot snapshot = TRY(ledger_->snapshot());
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
            TRY(measure(db, *corpus_, *TRY(trainer()), counting, view.unmeasured));
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
