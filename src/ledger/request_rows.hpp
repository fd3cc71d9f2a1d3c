// A request as a row of the database, written and read. Not public.
#pragma once

#include <set>

#include "store/database.hpp"
#include "ledger/types.hpp"

namespace litura::ledger {

struct RequestRow {
    std::int64_t number = 0;
    Sequence event = 0;  ///< of the acceptance, which is also the event of its bar
    std::string purpose;
    Request request;
};

/// A column that may be empty.
std::optional<Instant> moment_in(const Query& row, int column);

std::string request_id(std::int64_t number);

/// Code::bad_input if there is none with this id.
Result<RequestRow> read_request(Database& db, std::string_view id);
/// Every request, every one in a state, every one of a person; in the order of acceptance.
Result<std::vector<RequestRow>> read_requests(Database& db);
Result<std::vector<RequestRow>> requests_in(Database& db, RequestState state);
Result<std::vector<RequestRow>> requests_of(Database& db, const Digest& person);

/// Accepted ones whose bar stands, or waits for evidence of authority.
Result<std::set<std::string>> ids_to_carry_out(Database& db);

/// Names that a request is about; all that are in force.
Result<std::vector<BarredName>> names_of_request(Database& db, std::int64_t number);
Result<std::vector<BarredName>> names_in_force(Database& db);
/// The request that is about this name already.
Result<std::optional<std::int64_t>> request_about(Database& db, const Digest& name);

/// What was found for a request: barred, or waiting for a decision.
Result<std::vector<FoundRecord>> found_for(Database& db, std::int64_t number, bool barred);

/// What was filed under a mark: the request, and what its content must be.
struct Filed {
    std::int64_t request = 0;
    Digest content;
};
Result<std::optional<Filed>> filed_under(Database& db, const Digest& mark);

/// Does the bar that the request set still stand? `later_consent` may lift it.
enum class LaterConsent { ignored, lifts };
Result<bool> bar_stands(Database& db, const RequestRow& row, LaterConsent later);
/// The last moment at which the person refused this, by this kind of bar.
Result<Instant> last_refusal(Database& db, const Digest& person, BarKind kind,
                             std::string_view purpose);
/// Of the restrictions in force for a person: were they told that one will be lifted? Nothing if
/// there is none.
Result<std::optional<bool>> lifting_announced(Database& db, const Digest& person);

/// The number of the next request.
Result<std::int64_t> next_request(Database& db);

/// Code::forbidden if it was denied or revoked.
Result<void> check_open(const RequestRow& row);
/// Code::bad_input unless the request is an erasure or a rectification.
Result<void> check_destroys(const RequestRow& row);
/// Has begin_erasure or begin_rectification not run for this request yet? They take its bar away.
Result<bool> waits_for_destruction(Database& db, const RequestRow& row);

}  // namespace litura::ledger
