#include "derive/hold.hpp"

#include "base/replace_file.hpp"
#include "keys/sealing.hpp"
#include "ledger/decide.hpp"
#include "ledger/order.hpp"
#include "ledger/orders.hpp"
#include "ledger/persons.hpp"
#include "ledger/snapshots.hpp"

namespace litura::derive {
namespace {

using ledger::Order;
using ledger::OrderKind;

bool in_force(const Order& order, Instant now) {
    return order.kind == OrderKind::hold && !order.lifted_at && order.until && now < *order.until;
}

Result<std::vector<corpus::RecordRow>> rows_about(Project& project,
                                                  const ledger::Request& request) {
    if (!request.record) return project.corpus().rows_of(request.person);
    std::vector<corpus::RecordRow> rows;
    if (auto row = TRY(project.corpus().row(*request.record))) rows.push_back(std::move(*row));
    return rows;
}

/// Records under a hold, each as one line of the neutral form with its author.
struct Held {
    Bytes lines;
    std::uint64_t records = 0;
    ~Held() { wipe(lines.data(), lines.size()); }
};

Result<void> add(Project& project, const corpus::RecordRow& row, Held& held) {
    Json line = TRY(parse_json(TRY(project.corpus().original(row.record)).reveal(), "a record"));
    for (const ledger::Account& account : TRY(project.ledger().persons().of(row.person))) {
        if (account.tag == row.account)
            line["author"] = std::string(TRY(project.ledger().persons().author(account)).reveal());
    }
    line["source"] = row.source;
    std::string text = compact(line) + "\n";
    held.lines.insert(held.lines.end(), text.begin(), text.end());
    wipe(text.data(), text.size());
    ++held.records;
    return done();
}

Result<void> seal(Project& project, const Order& order, const ledger::Request& request,
                  const std::vector<corpus::RecordRow>& rows) {
    ledger::Predicate scope = TRY(ledger::Predicate::parse(order.scope));
    TRY(scope.know_persons([&](const std::string& handle) -> Result<std::optional<Digest>> {
        const auto person = project.ledger().persons().person(handle);
        return person.ok() ? std::optional(person.value()) : std::nullopt;
    }));
    const ledger::Snapshot snapshot = TRY(project.ledger().snapshots().of(request.person, {}));
    Held held;
    for (const corpus::RecordRow& row : rows) {
        if (!ledger::meant_by(scope, snapshot, row.facts(), project.settings.policy.admission,
                              TRY(project.ledger().now())))
            continue;
        TRY(add(project, row, held));
    }
    if (held.records == 0) return done();
    const Path folder = project.paths.holds() / order.id;
    TRY(project.env.make_folders(folder));
    TRY(replace_file(project.env, folder / request.id,
                     keys::seal_to(order.key->view(), held.lines)));
    return project.ledger().append(
        "hold.sealed", {{"order", order.id}, {"request", request.id}, {"records", held.records}});
}

}  // namespace

Result<void> seal_to_holds(Project& project, const ledger::Request& request) {
    const Instant now = TRY(project.ledger().now());
    for (const Order& order : TRY(project.ledger().orders().all())) {
        if (!in_force(order, now)) continue;
        TRY(seal(project, order, request, TRY(rows_about(project, request))));
    }
    return done();
}

Result<void> expire_holds(Project& project) {
    if (project.env.list(project.paths.holds()).empty()) return done();
    const Instant now = TRY(project.ledger().now());
    for (const Order& order : TRY(project.ledger().orders().all())) {
        const Path folder = project.paths.holds() / order.id;
        if (in_force(order, now) || !project.env.exists(folder)) continue;
        TRY(project.env.remove(folder));
        TRY(project.ledger().append("hold.expired", {{"order", order.id}}));
    }
    return done();
}

}  // namespace litura::derive
