// Loading the folds, and working out what a yes and a no of one person mean together. A later
// consent lifts an objection or a withdrawal of its purpose for the account it was given with; an
// objection or a withdrawal ends every earlier consent of the person. Both follow from the moments
// of the acts alone, so the order in which they were imported cannot matter.
#include <algorithm>

#include "ledger/impl.hpp"

namespace litura::ledger {
namespace {

/// Refusals (objections, withdrawals) are a person's, for one purpose; a consent is one account's.
using Purpose = std::pair<Digest, std::string>;
struct History {
    std::map<Purpose, std::vector<Instant>> refusals;  ///< by person
    std::map<Purpose, std::vector<Instant>> consents;  ///< by account
};

std::optional<Instant> moment(const Statement& row, int column) {
    return row.is_null(column) ? std::nullopt : std::optional(Instant{row.integer(column)});
}
std::optional<Digest> target(const Statement& row, int column) {
    return row.is_null(column) ? std::nullopt : std::optional(row.digest(column));
}

bool is_refusal(BarKind kind) { return kind == BarKind::objection || kind == BarKind::withdrawal; }

Result<History> load_history(Database& db) {
    History history;
    auto bars = TRY(db.prepare(
        "SELECT person, purpose, at_ms FROM bar WHERE kind IN ('objection', 'withdrawal')"));
    while (TRY(bars.step())) {
        history.refusals[{bars.digest(0), bars.text(1)}].push_back({bars.integer(2)});
    }
    auto grounds = TRY(
        db.prepare("SELECT account, purpose, at_ms FROM ground WHERE basis = 'consent' AND person "
                   "IN (SELECT person FROM bar WHERE kind IN ('objection', 'withdrawal'))"));
    while (TRY(grounds.step())) {
        history.consents[{grounds.digest(0), grounds.text(1)}].push_back({grounds.integer(2)});
    }
    return history;
}

/// The earliest refusal at or after a consent ends it.
std::optional<Instant> ended(const History& history, const Digest& person, const Ground& ground) {
    std::optional<Instant> until = ground.until;
    const auto found = history.refusals.find({person, ground.purpose});
    if (found == history.refusals.end()) return until;
    for (const Instant refusal : found->second) {
        if (refusal >= ground.at && (!until || refusal < *until)) until = refusal;
    }
    return until;
}

/// For this account: a yes given with one account of a person does not undo a no for another.
bool lifted(const History& history, const Digest& account, const Bar& bar, Instant at) {
    const auto found = history.consents.find({account, bar.purpose});
    return found != history.consents.end() &&
           std::ranges::any_of(found->second, [at](Instant consent) { return consent > at; });
}

Result<void> load_grounds(Database& db, const History& history, Snapshot& into) {
    auto rows = TRY(
        db.prepare("SELECT account, source, purpose, basis, at_ms, until_ms, notice, event, person"
                   " FROM ground ORDER BY event"));
    while (TRY(rows.step())) {
        const Basis basis = TRY(parse_basis(rows.text(3)));
        Ground ground{rows.digest(0),    rows.text(1),
                      rows.text(2),      basis,
                      {rows.integer(4)}, moment(rows, 5),
                      target(rows, 6),   static_cast<Sequence>(rows.integer(7))};
        if (ground.basis == Basis::consent) ground.until = ended(history, rows.digest(8), ground);
        into.grounds.emplace(ground.account, std::move(ground));
    }
    return done();
}

Result<void> load_bars(Database& db, const History& history, Snapshot& into) {
    std::multimap<Digest, Digest> accounts;  // by person
    for (const auto& [tag, account] : into.accounts) accounts.emplace(account.person, tag);
    auto rows =
        TRY(db.prepare("SELECT kind, purpose, event, person, record, wording, folded, at_ms"
                       " FROM bar ORDER BY event"));
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
            const Digest on = bar.folded ? *bar.folded : *bar.record;
            into.bars[on].push_back(std::move(bar));
            continue;
        }
        bar.person = rows.digest(3);
        const Instant at{rows.integer(7)};
        for (auto [each, end] = accounts.equal_range(*bar.person); each != end; ++each) {
            if (is_refusal(bar.kind) && lifted(history, each->second, bar, at)) continue;
            into.bars[each->second].push_back(bar);
        }
    }
    return done();
}

Result<void> load_sources(Database& db, Snapshot& into) {
    auto rows = TRY(db.prepare("SELECT name, audience, adults_only, event FROM source"));
    while (TRY(rows.step())) {
        const Audience audience = TRY(parse_audience(rows.text(1)));
        into.statements[rows.text(0)] = {rows.text(0), audience, rows.integer(2) != 0,
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
        TRY(db.prepare("SELECT purpose, min(event) FROM document WHERE kind = 'assessment'"
                       " GROUP BY purpose"));
    while (TRY(assessments.step())) {
        into.assessments[assessments.text(0)] = static_cast<Sequence>(assessments.integer(1));
    }
    return done();
}

}  // namespace

Result<Snapshot> Ledger::snapshot() {
    Database& db = *impl_->db;
    const ReadView one_state = TRY(db.read());
    Snapshot snapshot;
    snapshot.sequence = TRY(impl_->chain.head()).seq;
    for (Account& account : TRY(accounts())) {
        const Digest tag = account.tag;
        snapshot.accounts.emplace_hint(snapshot.accounts.end(), tag, std::move(account));
    }
    const History history = TRY(load_history(db));
    TRY(load_grounds(db, history, snapshot));
    TRY(load_bars(db, history, snapshot));
    TRY(load_sources(db, snapshot));
    auto stop = TRY(db.prepare("SELECT 1 FROM \"order\" WHERE lifted_ms IS NULL LIMIT 1"));
    snapshot.stopped = TRY(stop.step());
    return snapshot;
}

}  // namespace litura::ledger
