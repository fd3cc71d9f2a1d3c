// The two rights that destroy: erasure and rectification. What is written here is part of the
// caller's transaction, which also removes the records; both methods are idempotent, so an
// interrupted command is simply run again.
#include "ledger/impl.hpp"
#include "ledger/request_row.hpp"

namespace litura::ledger {
namespace {

Result<void> check_verified(const RequestRow& row) {
    if (row.request.verified_by) return done();
    return Error{Code::forbidden, "the person was not verified yet", row.request.id,
                 "litura request verify " + row.request.id + " --method METHOD"};
}

Result<void> check_kind(const RequestRow& row, RequestKind kind) {
    if (row.request.kind == kind) return done();
    return Error{Code::bad_input, "the request is not one of " + std::string(to_text(kind)),
                 row.request.id, "see `litura status`"};
}

}  // namespace

Result<void> Ledger::begin_erasure(std::string_view id) {
    auto transaction = TRY(impl_->db->begin());
    const RequestRow row = TRY(read_request(*impl_->db, id));
    TRY(check_kind(row, RequestKind::erasure));
    TRY(check_open(row));
    TRY(check_verified(row));
    if (!TRY(waits_for_destruction(*impl_->db, row))) return transaction.commit();

    const Digest person = row.request.person;
    Json payload{{"request", row.number}, {"person", person.hex()}};
    if (row.request.record) {
        payload["record"] = row.request.record->hex();
        TRY(impl_->append(type::kRecordErasureBegun, std::nullopt, std::move(payload)));
        return transaction.commit();
    }
    payload["accounts"] = Json::array();
    payload["names"] = Json::array();
    const auto accounts = TRY(impl_->accounts_where("WHERE person = ?", person));
    for (const Account& account : accounts) {
        payload["accounts"].push_back(account.tag.hex());
        payload["names"].push_back(account.folded.hex());
    }
    TRY(impl_->append(type::kErasureBegun, std::nullopt, std::move(payload)));
    for (const Account& account : accounts) {
        for (const auto kind : {keys::KeyKind::account, keys::KeyKind::records})
            TRY(impl_->keys.destroy(account.tag, kind));
    }
    return transaction.commit();
}

// Under the person's key: with a later erasure, the old wording's tag goes too.
Result<void> Ledger::begin_rectification(std::string_view id, const Digest& old_wording) {
    auto transaction = TRY(impl_->db->begin());
    const RequestRow row = TRY(read_request(*impl_->db, id));
    TRY(check_kind(row, RequestKind::rectification));
    TRY(check_open(row));
    TRY(check_verified(row));
    if (!TRY(waits_for_destruction(*impl_->db, row))) return transaction.commit();

    CHECK(row.request.record.has_value());
    const Json payload{{"request", row.number},
                       {"bar", row.event},
                       {"person", row.request.person.hex()},
                       {"record", row.request.record->hex()},
                       {"wording", old_wording.hex()}};
    TRY(impl_->append(type::kRectificationBegun, row.request.person, payload));
    return transaction.commit();
}

}  // namespace litura::ledger
