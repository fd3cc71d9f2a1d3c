#include "ledger/standing.hpp"

#include "ledger/request_kind.hpp"

namespace litura::ledger {

std::string_view standing_of(const Request& request) {
    switch (request.state) {
        case RequestState::derived:
        case RequestState::answered: return "fulfilled";
        case RequestState::denied: return request.suppressed_at ? "partially_fulfilled" : "denied";
        case RequestState::revoked: return "revoked";
        default: break;
    }
    if (request.kind == RequestKind::question) return "to_classify";
    if (!request.authorised) return "need_authority";
    if (needs_verification(request.kind) && !request.verified_by) return "need_verification";
    return "in_progress";
}

}  // namespace litura::ledger
