#include "service/request_json.hpp"

namespace litura::service {

Json to_json(const ledger::Request& request, Instant now) {
    return {{"request", request.id},
            {"kind", to_text(request.kind)},
            {"person", request.handle},
            {"state", to_text(request.state)},
            {"standing", standing_of(request)},
            {"accepted_at", to_text(request.accepted_at)},
            {"due", to_text(request.due)},
            {"clock", to_text(pace_of(request, now))},
            {"extended_at", optional_time(request.extended_at)},
            {"suppressed_at", optional_time(request.suppressed_at)},
            {"destroyed_at", optional_time(request.destroyed_at)},
            {"derived_at", optional_time(request.derived_at)},
            {"answered_at", optional_time(request.answered_at)},
            {"denied_for", request.denied_for ? Json(*request.denied_for) : Json()},
            {"filed_by", request.role ? Json(to_text(*request.role)) : Json("person")}};
}

}  // namespace litura::service
