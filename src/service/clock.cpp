#include "service/clock.hpp"

#include "ledger/ledger.hpp"

namespace litura::service {

Result<ConfirmedClock> confirm_clock(Session& session, const std::string& day) {
    if (session.ledger().clock() == ledger::Ledger::Clock::test) {
        return Error{Code::forbidden, "a test project has no clock that could be confirmed", "",
                     "give the moment with --now"};
    }
    const auto today = parse_instant(day + "T00:00:00Z");
    if (!today.ok()) return Error{Code::bad_input, "not a day", "--day", "write it as 2026-11-30"};
    const Instant stood = TRY(session.now());
    TRY(session.ledger().confirm_clock(today.value()));
    const Instant now = TRY(session.now());
    return ConfirmedClock{stood, now};
}

Json to_json(const ConfirmedClock& confirmed) {
    return {{"stood", to_text(confirmed.stood)}, {"now", to_text(confirmed.now)}};
}

}  // namespace litura::service
