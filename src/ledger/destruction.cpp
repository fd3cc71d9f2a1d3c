// The two rights that destroy: erasure and rectification. What is written here is part of the
// caller's transaction, which also removes the records; both methods are idempotent, so an
// interrupted command is simply run again.
#include "ledger/account_rows.hpp"
#include "ledger/core.hpp"
#include "ledger/persons.hpp"
#include "ledger/requests.hpp"
#include "ledger/request_rows.hpp"

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

Json hex_of(std::span<const Digest> digests) {
    Json list = Json::array();
    for (const Digest& each : digests) list.push_back(each.hex());
    return list;
}

}  // namespace

Result<void> Requests::begin_erasure(std::string_view id, std::span<const Digest> spellings) {
    auto transaction = TRY(core_->db->begin());
    const RequestRow row = TRY(read_request(*core_->db, id));
    TRY(check_kind(row, RequestKind::erasure));
    TRY(check_open(row));
    TRY(check_verified(row));
    if (!TRY(waits_for_destruction(*core_->db, row))) return transaction.commit();

    const Digest person = row.request.person;
    Json payload{{"request", row.number}, {"person", person.hex()}};
    if (row.request.record) {
        payload["record"] = row.request.record->hex();
        payload["spellings"] = hex_of(spellings);
        TRY(core_->append(type::kRecordErasureBegun, std::nullopt, std::move(payload)));
        return transaction.commit();
    }
    payload["accounts"] = Json::array();
    payload["names"] = Json::array();
    const auto accounts = TRY(accounts_of_person(*core_->db, person));
    for (const Account& account : accounts) {
        payload["accounts"].push_back(account.tag.hex());
        const PersonalText author = TRY(Persons(*core_).author(account));
        const Digest name =
            TRY(keys::name_bar_tag(core_->secrets->identity, account.source, author));
        payload["names"].push_back(name.hex());
        // Of an account that was first seen before there was such a tag.
        if (account.folded != name) payload["names"].push_back(account.folded.hex());
    }
    TRY(core_->append(type::kErasureBegun, std::nullopt, std::move(payload)));
    for (const Account& account : accounts) {
        for (const auto kind : {keys::KeyKind::account, keys::KeyKind::records})
            TRY(core_->keys.destroy(account.tag, kind));
    }
    return transaction.commit();
}

// Under the person's key: with a later erasure, the old wording's tag goes too.
Result<void> Requests::begin_rectification(std::string_view id, const Digest& old_wording,
                                           std::span<const Digest> spellings) {
    auto transaction = TRY(core_->db->begin());
    const RequestRow row = TRY(read_request(*core_->db, id));
    TRY(check_kind(row, RequestKind::rectification));
    TRY(check_open(row));
    TRY(check_verified(row));
    if (!TRY(waits_for_destruction(*core_->db, row))) return transaction.commit();

    CHECK(row.request.record.has_value());
    const Json payload{{"request", row.number},
                       {"spellings", hex_of(spellings)},
                       {"bar", row.event},
                       {"person", row.request.person.hex()},
                       {"record", row.request.record->hex()},
                       {"wording", old_wording.hex()}};
    TRY(core_->append(type::kRectificationBegun, row.request.person, payload));
    return transaction.commit();
}

}  // namespace litura::ledger
