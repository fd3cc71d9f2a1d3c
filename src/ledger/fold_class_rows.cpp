// A membership is a row about an account, named by the event that first saw it: such numbers grow,
// so that millions of rows are written one behind the other. A row whose account was erased since
// is not made again when the events are folded anew.
#include "ledger/fold_classes.hpp"

namespace litura::ledger {
namespace {

/// Of the accounts that are still there. Returns how many were.
Result<std::int64_t> put_members(Database& db, std::int64_t number, std::string_view standing,
                                 Sequence event, const std::vector<std::int64_t>& accounts) {
    auto there = TRY(db.prepare("SELECT 1 FROM account WHERE event = ?"));
    auto put = TRY(
        db.prepare("INSERT INTO class_member (class, account, standing, event) VALUES (?, ?, ?, ?)"
                   " ON CONFLICT (class, account) DO UPDATE SET standing = excluded.standing,"
                   " event = excluded.event"));
    std::int64_t count = 0;
    for (const std::int64_t account : accounts) {
        const bool known = TRY(there.bind(account).step());
        there.reset();
        if (!known) continue;
        TRY(put.bind(number).bind(account).bind(standing).bind(event).run());
        ++count;
    }
    return count;
}

/// Counts what rows these accounts have, `times` 1 or -1. Rows decide, not what an event says of
/// them: after an erasure there are fewer, whether it is lived through or folded again.
Result<void> count_in(Database& db, std::int64_t number, const std::vector<std::int64_t>& accounts,
                      std::int64_t times) {
    auto rows = TRY(
        db.prepare("SELECT standing = 'left' FROM class_member WHERE class = ? AND account = ?"));
    std::int64_t represented = 0, left = 0;
    for (const std::int64_t account : accounts) {
        if (TRY(rows.bind(number).bind(account).step())) {
            left += rows.integer(0);
            represented += 1 - rows.integer(0);
        }
        rows.reset();
    }
    auto update =
        TRY(db.prepare("UPDATE class SET represented = represented + ?,"
                       " left_it = left_it + ? WHERE number = ?"));
    return update.bind(times * represented).bind(times * left).bind(number).run();
}

}  // namespace

Result<void> entity_added(Database& db, const Event& event, Fields& in) {
    auto insert = TRY(db.prepare("INSERT INTO entity VALUES (?, ?)"));
    return insert.bind(in.integer("entity")).bind(event.seq).run();
}

Result<void> class_accepted(Database& db, const Event& event, Fields& in) {
    auto insert = TRY(
        db.prepare("INSERT INTO class VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, ?)"));
    insert.bind(in.integer("class")).bind(in.integer("entity")).bind(in.text("kind"));
    insert.bind(in.text("purpose")).bind(in.text("mode")).bind(in.text("residence"));
    insert.bind(in.text("where"));
    const auto list = in.digest_if("list");
    list ? insert.bind(*list) : insert.bind_null();
    const auto until = in.integer_if("until");
    until ? insert.bind(*until) : insert.bind_null();
    return insert.bind(event.at.ms).bind(event.seq).run();
}

Result<void> class_settled(Database& db, const Event& event, Fields& in) {
    const std::int64_t number = in.integer("class");
    const std::vector<std::int64_t> members = in.integers("members");
    const std::int64_t inserted = TRY(put_members(db, number, "listed", event.seq, members));
    auto update = TRY(
        db.prepare("UPDATE class SET settled = ?, looked_up = looked_up + ?, matched = matched + ?,"
                   " represented = represented + ?, elsewhere = elsewhere + ? WHERE number = ?"));
    update.bind(in.integer("to")).bind(in.integer("looked_up"));
    update.bind(static_cast<std::int64_t>(members.size())).bind(inserted);
    return update.bind(in.integer("elsewhere")).bind(number).run();
}

/// What somebody says of themselves goes before the entity's list, whenever that is looked up.
Result<void> class_said(Database& db, const Event& event, Fields& in) {
    const std::int64_t number = in.integer("class");
    const std::string standing = in.text("standing");
    const std::vector<std::int64_t> accounts = in.integers("accounts");
    TRY(count_in(db, number, accounts, -1));
    TRY(put_members(db, number, standing, event.seq, accounts));
    TRY(count_in(db, number, accounts, 1));
    auto update = TRY(db.prepare("UPDATE class SET matched = matched + ? WHERE number = ?"));
    return update.bind(in.integer("new")).bind(number).run();
}

Result<void> forget_memberships(Database& db, const Digest& person) {
    auto rows =
        TRY(db.prepare("SELECT class, account FROM class_member JOIN account ON"
                       " account.event = class_member.account WHERE account.person = ?"));
    rows.bind(person);
    std::vector<std::pair<std::int64_t, std::int64_t>> found;
    while (TRY(rows.step())) found.emplace_back(rows.integer(0), rows.integer(1));
    auto remove = TRY(db.prepare("DELETE FROM class_member WHERE class = ? AND account = ?"));
    for (const auto& [number, account] : found) {
        TRY(count_in(db, number, {account}, -1));
        TRY(remove.bind(number).bind(account).run());
    }
    return done();
}

}  // namespace litura::ledger
