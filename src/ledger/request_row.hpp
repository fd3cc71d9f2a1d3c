// Requests as rows. Not public.
#pragma once

#include "base/database.hpp"
#include "ledger/types.hpp"

namespace litura::ledger {

struct RequestRow {
    std::int64_t number = 0;
    Sequence event = 0;  ///< of the acceptance, which is also the event of its bar
    Request request;
};

std::string request_id(std::int64_t number);

/// A SELECT over requests, to be stepped and read by request_in().
Result<Statement> select_requests(Database& db, std::string_view tail);
Result<Request> request_in(const Statement& row);

/// Code::bad_input if there is none with this id.
Result<RequestRow> read_request(Database& db, std::string_view id);

/// Of a row `request, tag, short, words`.
BarredName barred_name_in(const Statement& row);

/// The number of the next request.
Result<std::int64_t> next_request(Database& db);

/// Code::forbidden if it was denied or revoked.
Result<void> check_open(const RequestRow& row);
/// Code::bad_input unless the request is an erasure or a rectification.
Result<void> check_destroys(const RequestRow& row);
/// Has begin_erasure or begin_rectification not run for this request yet? They take its bar away.
Result<bool> waits_for_destruction(Database& db, const RequestRow& row);

}  // namespace litura::ledger
