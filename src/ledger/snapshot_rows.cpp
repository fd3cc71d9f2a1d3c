// Loading the folds, and working out what a yes and a no of one person mean together. A later
// consent lifts an objection or a withdrawal of its purpose for the account it was given with; an
// objection or a withdrawal ends every earlier consent of the person. Both follow from the moments
// of the acts alone, so the order in which they were imported cannot matter.
#include "ledger/snapshot_rows.hpp"

#include <algorithm>

#include "ledger/account_rows.hpp"
#include "ledger/core.hpp"
#include "ledger/request_rows.hpp"

namespace litura::ledger {
namespace {

/// Refusals (objections, withdrawals) are a person's, for one purpose; a consent is one account's.
using Purpose = std::pair<Digest, std::string>;
struct History {
    std::map<Purpose, std::vector<Instant>> refusals;  ///< by person
    std::map<Purpose, std::vector<Instant>> consents;  ///< by account
};

std::optional<Digest> target(const Query& row, int column) {
    return row.is_null(column) ? std::nullopt : std::optional(row.digest(column));
}

bool is_refusal(BarKind kind) { return kind == BarKind::objection || kind == BarKind::withdrawal; }

/// Whom a snapshot is about: everybody, or those in the temporary tables below. Each word is a
/// condition for the rows of one table.
struct Scope {
    std::string_view account = "true", ground = "true", bar = "true", described = "true",
                     exception = "true";
};

constexpr const char* kScopeSchema = R"sql(
CREATE TEMP TABLE IF NOT EXISTS scope_person (person BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS scope_record (record BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
DELETE FROM scope_person;
DELETE FROM scope_record;
)sql";

constexpr Scope kScoped = {.account = "account.person IN (SELECT person FROM scope_person)",
                           .ground = "ground.person IN (SELECT person FROM scope_person)",
                           .bar =
                               "(bar.person IN (SELECT person FROM scope_person)"
                               " OR bar.record IN (SELECT record FROM scope_record)"
                               " OR bar.folded IN (SELECT record FROM scope_record)"
                               " OR bar.folded IN (SELECT folded FROM account WHERE person IN"
                               " (SELECT person FROM scope_person)))",
                           .described = "described.person IN (SELECT person FROM scope_person)",
                           .exception = "exception.person IN (SELECT person FROM scope_person)"};

/// These persons, and whoever a bar on one of the records is there for: whether it still stands may
/// depend on them. `keys`: tags of records and folded names.
Result<Scope> scope_of(Database& db, const std::set<Digest>& persons,
                       const std::set<Digest>& keys) {
    TRY(db.execute(kScopeSchema));
    auto own = TRY(db.prepare("INSERT INTO scope_person VALUES (?)"));
    for (const Digest& person : persons) TRY(own.bind(person).run());
    auto each = TRY(db.prepare("INSERT INTO scope_record VALUES (?)"));
    for (const Digest& key : keys) TRY(each.bind(key).run());
    TRY(
        db.execute("INSERT INTO scope_person SELECT DISTINCT person FROM bar WHERE record IN"
                   " (SELECT record FROM scope_record) AND person IS NOT NULL"
                   " ON CONFLICT (person) DO NOTHING"));
    return kScoped;
}

Result<Query> select(Database& db, std::string_view columns, std::string_view condition,
                     std::string_view order = "") {
    return db.prepare(std::string(columns) + " WHERE " + std::string(condition) +
                      std::string(order));
}

struct Known {
    std::string country;
    std::optional<Age> age;
};

/// The latest statement counts; of two of one moment the lower age.
Result<std::map<Digest, Known>> load_known(Database& db, const Scope& scope) {
    std::map<Digest, Known> known;
    auto rows = TRY(select(db, "SELECT person, country, age, at_ms FROM described", scope.described,
                           " ORDER BY at_ms, age DESC, country DESC"));
    while (TRY(rows.step())) {
        Known& person = known[rows.digest(0)];
        if (!rows.is_null(1)) person.country = rows.text(1);
        if (!rows.is_null(2)) person.age = Age{rows.integer(2), {rows.integer(3)}};
    }
    return known;
}

Result<void> load_accounts(Database& db, const Scope& scope, Snapshot& into) {
    const auto known = TRY(load_known(db, scope));
    auto rows = TRY(select(db, "SELECT tag, person, folded, source, event FROM account",
                           scope.account, " ORDER BY tag"));
    while (TRY(rows.step())) {
        KnownAccount account{{rows.digest(0),
                              rows.digest(1),
                              rows.digest(2),
                              rows.text(3),
                              static_cast<Sequence>(rows.integer(4)),
                              {},
                              {}},
                             {},
                             {}};
        if (const auto person = known.find(account.person); person != known.end()) {
            account.country = person->second.country;
            account.age = person->second.age;
        }
        into.accounts.emplace(account.tag, std::move(account));
    }
    return done();
}

/// Was an act of this moment one of somebody too young to act alone? By the rules of that day; of
/// a day before all rules, by the first.
bool by_minor(const Snapshot& snapshot, const Digest& tag, Instant at, bool authorised) {
    const auto account = snapshot.accounts.find(tag);
    if (authorised || snapshot.rules.empty() || account == snapshot.accounts.end() ||
        !account->second.age)
        return false;
    const AdoptedRules* of_day = in_force(snapshot.rules, at);
    const RulePack& rules = *(of_day != nullptr ? *of_day : snapshot.rules.front()).pack;
    return at < account->second.age->reaches(rules.consent_age(account->second.country));
}

/// A consent that does not count lifts nothing.
Result<History> load_history(Database& db, const Scope& scope, const Snapshot& snapshot) {
    History history;
    auto bars = TRY(select(db, "SELECT person, purpose, at_ms FROM bar",
                           "kind IN ('objection', 'withdrawal') AND " + std::string(scope.bar)));
    while (TRY(bars.step())) {
        history.refusals[{bars.digest(0), bars.text(1)}].push_back({bars.integer(2)});
    }
    auto grounds = TRY(
        select(db, "SELECT account, purpose, at_ms, authorised FROM ground",
               "basis = 'consent' AND person IN (SELECT person FROM bar WHERE kind IN ('objection',"
               " 'withdrawal')) AND " +
                   std::string(scope.ground)));
    while (TRY(grounds.step())) {
        const Instant at{grounds.integer(2)};
        if (by_minor(snapshot, grounds.digest(0), at, grounds.integer(3) != 0)) continue;
        history.consents[{grounds.digest(0), grounds.text(1)}].push_back(at);
    }
    return history;
}

/// The earliest refusal at or after a consent ends it.
std::optional<Instant> ended(const History& history, const Purpose& whose, Instant at,
                             std::optional<Instant> until) {
    const auto found = history.refusals.find(whose);
    if (found == history.refusals.end()) return until;
    for (const Instant refusal : found->second) {
        if (refusal >= at && (!until || refusal < *until)) until = refusal;
    }
    return until;
}

/// For this account: a yes given with one account of a person does not undo a no for another.
bool lifted(const History& history, const Digest& account, const Bar& bar, Instant at) {
    const auto found = history.consents.find({account, bar.purpose});
    return found != history.consents.end() &&
           std::ranges::any_of(found->second, [at](Instant consent) { return consent > at; });
}

using Accounts = std::multimap<Digest, Digest>;  ///< tags by person

/// Has somebody who refused said yes again since, with every account? Their words in others'
/// records are then no echo any more.
bool taken_back(const History& history, const Accounts& accounts, const Digest& person,
                const Bar& bar, Instant at) {
    const auto [begin, end] = accounts.equal_range(person);
    return begin != end && std::all_of(begin, end, [&](const auto& entry) {
               return lifted(history, entry.second, bar, at);
           });
}

Result<void> load_grounds(Database& db, const Scope& scope, const History& history,
                          Snapshot& into) {
    auto rows =
        TRY(select(db,
                   "SELECT account, source, purpose, basis, at_ms, until_ms, notice, event, person,"
                   " authorised FROM ground",
                   scope.ground, " ORDER BY event"));
    while (TRY(rows.step())) {
        const Basis basis = TRY(parse_basis(rows.text(3)));
        Ground ground{rows.digest(0),
                      rows.text(1),
                      rows.text(2),
                      basis,
                      {rows.integer(4)},
                      moment_in(rows, 5),
                      target(rows, 6),
                      static_cast<Sequence>(rows.integer(7)),
                      false};
        if (ground.basis == Basis::consent) {
            ground.until =
                ended(history, {rows.digest(8), ground.purpose}, ground.at, ground.until);
            ground.by_minor = by_minor(into, ground.account, ground.at, rows.integer(9) != 0);
        }
        const auto account = into.accounts.find(ground.account);
        if (account != into.accounts.end()) account->second.grounds.push_back(std::move(ground));
    }
    return done();
}

/// They end like consents.
Result<void> load_exceptions(Database& db, const Scope& scope, const History& history,
                             Snapshot& into) {
    auto rows = TRY(select(db,
                           "SELECT record, account, purpose, at_ms, until_ms, event, person, "
                           "authorised FROM exception",
                           scope.exception, " ORDER BY event"));
    while (TRY(rows.step())) {
        Exception act{rows.digest(1),
                      rows.text(2),
                      {rows.integer(3)},
                      moment_in(rows, 4),
                      static_cast<Sequence>(rows.integer(5))};
        if (by_minor(into, act.account, act.at, rows.integer(7) != 0)) continue;
        act.until = ended(history, {rows.digest(6), act.purpose}, act.at, act.until);
        into.exceptions[rows.digest(0)].push_back(std::move(act));
    }
    return done();
}

Result<void> load_bars(Database& db, const Scope& scope, const History& history, Snapshot& into) {
    Accounts accounts;
    for (const auto& [tag, account] : into.accounts) accounts.emplace(account.person, tag);
    auto rows = TRY(
        select(db, "SELECT kind, purpose, event, person, record, wording, folded, at_ms FROM bar",
               scope.bar, " ORDER BY event"));
    while (TRY(rows.step())) {
        const BarKind kind = TRY(parse_bar_kind(rows.text(0)));
        Bar bar{{},
                target(rows, 4),
                target(rows, 5),
                target(rows, 6),
                kind,
                rows.text(1),
                static_cast<Sequence>(rows.integer(2))};
        if (bar.folded || bar.record) {
            const bool follows = bar.kind == BarKind::echo && !rows.is_null(3);
            if (follows && taken_back(history, accounts, rows.digest(3), bar, {rows.integer(7)}))
                continue;
            const Digest on = bar.folded ? *bar.folded : *bar.record;
            into.bars[on].push_back(std::move(bar));
            continue;
        }
        bar.person = rows.digest(3);
        const Instant at{rows.integer(7)};
        for (auto [each, end] = accounts.equal_range(*bar.person); each != end; ++each) {
            if (is_refusal(bar.kind) && lifted(history, each->second, bar, at)) continue;
            into.accounts.at(each->second).bars.push_back(bar);
        }
    }
    return done();
}

Result<void> load_sources(Database& db, Snapshot& into) {
    auto rows = TRY(db.prepare("SELECT name, audience, adults_only, event FROM source"));
    while (TRY(rows.step())) {
        const Audience audience = TRY(parse_audience(rows.text(1)));
        into.sources[rows.text(0)] = {rows.text(0), audience, rows.integer(2) != 0,
                                      static_cast<Sequence>(rows.integer(3))};
    }
    auto served =
        TRY(db.prepare("SELECT notice, source, at_ms, event FROM served ORDER BY at_ms, event"));
    while (TRY(served.step())) {
        into.first_notice.try_emplace(served.text(1),
                                      NoticeServed{served.digest(0),
                                                   served.text(1),
                                                   {served.integer(2)},
                                                   static_cast<Sequence>(served.integer(3))});
    }
    auto assessments =
        TRY(db.prepare("SELECT purpose, answers, event FROM document WHERE kind = 'assessment'"
                       " ORDER BY event"));
    while (TRY(assessments.step())) {
        Assessment assessment{{}, static_cast<Sequence>(assessments.integer(2))};
        const std::string answers = assessments.text(1);
        for (std::string_view rest = answers; !rest.empty();) {
            assessment.answers.emplace_back(rest.substr(0, rest.find('\n')));
            rest.remove_prefix(std::min(rest.size(), assessment.answers.back().size() + 1));
        }
        into.assessments[assessments.text(0)].push_back(std::move(assessment));
    }
    return done();
}

/// An order's or a class' words, with the persons that it names.
Result<Predicate> scope_in(Database& db, const std::string& text) {
    Predicate scope = TRY(Predicate::parse(text));
    TRY(scope.know_persons([&db](const std::string& handle) { return person_of(db, handle); }));
    return scope;
}

Result<void> load_orders(Database& db, Snapshot& into) {
    auto rows =
        TRY(db.prepare("SELECT kind, scope, event, model FROM \"order\""
                       " WHERE lifted_ms IS NULL ORDER BY number"));
    while (TRY(rows.step())) {
        const OrderKind kind = TRY(parse_order_kind(rows.text(0)));
        into.stopped = into.stopped || (kind == OrderKind::stop && rows.is_null(3));
        if (kind != OrderKind::exclude) continue;
        Predicate scope = TRY(scope_in(db, rows.text(1)));
        into.exclusions.push_back({std::move(scope), static_cast<Sequence>(rows.integer(2))});
    }
    return done();
}

/// Who is listed in a described class stands there as evidence only. What somebody said goes before
/// the list, and of two words the later one.
Result<void> load_standings(Database& db, const Scope& scope, std::int64_t number,
                            Representation& into) {
    auto rows = TRY(
        select(db,
               "SELECT account.person, standing FROM class_member JOIN account ON account.event ="
               " class_member.account",
               std::string(scope.account) + " AND class = ?",
               " ORDER BY account.person, standing <> 'listed', class_member.event"));
    rows.bind(number);
    while (TRY(rows.step())) {
        const Standing standing = TRY(parse_standing(rows.text(1)));
        if (into.scope && standing == Standing::listed) continue;
        into.persons.insert_or_assign(into.persons.end(), rows.digest(0), standing);
    }
    return done();
}

Result<void> load_classes(Database& db, const Scope& scope, Snapshot& into) {
    auto rows =
        TRY(db.prepare("SELECT kind, purpose, mode, residence, scope, at_ms, event, settled,"
                       " number FROM class ORDER BY number"));
    while (TRY(rows.step())) {
        Representation action;
        action.kind = TRY(parse_request_kind(rows.text(0)));
        if (action.kind != RequestKind::erasure) action.purpose = rows.text(1);
        action.mode = TRY(parse_mode(rows.text(2)));
        const std::string residence = rows.text(3);
        for (std::size_t at = 0; at < residence.size(); at += 3)
            action.residence.push_back(residence.substr(at, 2));
        if (const std::string words = rows.text(4); !words.empty())
            action.scope = TRY(scope_in(db, words));
        action.at = {rows.integer(5)};
        action.event = static_cast<Sequence>(rows.integer(6));
        action.settled = static_cast<Sequence>(rows.integer(7));
        TRY(load_standings(db, scope, rows.integer(8), action));
        into.classes.push_back(std::move(action));
    }
    return done();
}

/// What there is of the whole project and of no person.
Result<void> load_tables(Database& db, Snapshot& into) {
    into.sources.clear();
    into.first_notice.clear();
    into.assessments.clear();
    into.exclusions.clear();
    into.stopped = false;
    TRY(load_sources(db, into));
    into.names = TRY(names_in_force(db));
    return load_orders(db, into);
}

Result<Snapshot> load(Database& db, const Scope& scope, Sequence sequence,
                      std::vector<AdoptedRules> rules) {
    Snapshot snapshot;
    snapshot.sequence = sequence;
    snapshot.rules = std::move(rules);
    TRY(load_accounts(db, scope, snapshot));
    const History history = TRY(load_history(db, scope, snapshot));
    TRY(load_grounds(db, scope, history, snapshot));
    TRY(load_exceptions(db, scope, history, snapshot));
    TRY(load_bars(db, scope, history, snapshot));
    TRY(load_tables(db, snapshot));
    TRY(load_classes(db, scope, snapshot));
    return snapshot;
}

/// Before they are read again: one that does not count any more is not among them.
Result<void> forget_exceptions(Database& db, const Scope& scope, Snapshot& into) {
    auto rows = TRY(select(db, "SELECT DISTINCT record FROM exception", scope.exception));
    while (TRY(rows.step())) into.exceptions.erase(rows.digest(0));
    return done();
}

/// Records whose bars follow a refusal of one of these persons.
Result<void> add_followers(Database& db, Touched& touched) {
    auto rows = TRY(db.prepare("SELECT record FROM bar WHERE person = ? AND record IS NOT NULL"));
    for (const Digest& person : touched.persons) {
        rows.bind(person);
        while (TRY(rows.step())) touched.keys.insert(rows.digest(0));
        rows.reset();
    }
    return done();
}

}  // namespace

Result<Snapshot> load_snapshot(Database& db, Sequence sequence, std::vector<AdoptedRules> rules) {
    return load(db, {}, sequence, std::move(rules));
}

Result<Snapshot> load_snapshot_of(Database& db, const std::set<Digest>& persons,
                                  const std::set<Digest>& records, Sequence sequence,
                                  std::vector<AdoptedRules> rules) {
    return load(db, TRY(scope_of(db, persons, records)), sequence, std::move(rules));
}

Result<void> refresh(Database& db, Touched& touched, Snapshot& into) {
    TRY(add_followers(db, touched));
    // With the erased go the bars that were theirs on records, and no row says any more which.
    for (const auto& [key, bars] : into.bars) {
        const auto theirs = [](const Bar& bar) {
            return bar.kind == BarKind::echo || bar.kind == BarKind::rectification ||
                   bar.kind == BarKind::erasure;
        };
        if (!touched.gone.empty() && std::ranges::any_of(bars, theirs)) touched.keys.insert(key);
    }
    for (const Digest& account : touched.gone) into.accounts.erase(account);
    const auto erased = [&](const Exception& act) { return touched.gone.contains(act.account); };
    if (!touched.gone.empty()) {
        for (auto& [record, acts] : into.exceptions) std::erase_if(acts, erased);
        std::erase_if(into.exceptions, [](const auto& entry) { return entry.second.empty(); });
    }
    const Scope scope = TRY(scope_of(db, touched.persons, touched.keys));
    TRY(forget_exceptions(db, scope, into));
    Snapshot part;
    part.rules = into.rules;
    TRY(load_accounts(db, scope, part));
    const History history = TRY(load_history(db, scope, part));
    TRY(load_grounds(db, scope, history, part));
    TRY(load_exceptions(db, scope, history, part));
    TRY(load_bars(db, scope, history, part));
    for (auto& [tag, account] : part.accounts) into.accounts[tag] = std::move(account);
    for (auto& [record, acts] : part.exceptions) into.exceptions[record] = std::move(acts);
    for (const Digest& key : touched.keys) {
        const auto found = part.bars.find(key);
        if (found == part.bars.end()) {
            into.bars.erase(key);
        } else {
            into.bars[key] = std::move(found->second);
        }
    }
    TRY(load_tables(db, into));
    const bool names_persons = std::ranges::any_of(into.classes, [](const Representation& action) {
        return action.scope && !action.scope->handles().empty();
    });
    if (touched.classes || names_persons) {
        into.classes.clear();
        TRY(load_classes(db, {}, into));
    }
    return done();
}

Result<Sequence> last_bar(Database& db) {
    auto rows = TRY(db.prepare("SELECT coalesce(max(event), 0) FROM bar"));
    TRY(rows.step());
    return static_cast<Sequence>(rows.integer(0));
}

Result<bool> rules_since(Database& db, Sequence event, Instant now) {
    auto rows =
        TRY(db.prepare("SELECT 1 FROM rules WHERE valid_from_ms <= ? AND valid_from_ms >"
                       " (SELECT at_ms FROM event WHERE seq = ?)"));
    return rows.bind(now.ms).bind(event).step();
}

}  // namespace litura::ledger
