#include "service/signals.hpp"

#include "derive/rights.hpp"
#include "ledger/order.hpp"
#include "ledger/orders.hpp"
#include "ledger/predicate.hpp"
#include "ledger/requests.hpp"

namespace litura::service {
namespace {

Result<RequestShown> objection_of(Session& session, const SignalArguments& arguments) {
    derive::Ask ask;
    ask.kind = ledger::RequestKind::objection;
    ask.person = TRY(find_person(session, *arguments.person));
    const std::string channel = "signal " + arguments.format;
    ask.came = ledger::Channel{channel, arguments.bytes};
    RequestShown shown;
    shown.request = TRY(derive::exercise(session.project(), ask)).request;
    shown.now = TRY(session.now());
    return shown;
}

/// What one file of a site said is said once, however often it is read again.
std::optional<ledger::Order> said_before(const std::vector<ledger::Order>& orders,
                                         std::string_view reference, std::string_view scope) {
    for (const ledger::Order& order : orders) {
        if (!order.lifted_at && order.reference == reference && order.scope == scope) return order;
    }
    return {};
}

/// The whole source: a record does not say from which of its pages it came.
Result<ledger::Order> exclusion_of(Session& session, const SignalArguments& arguments,
                                   const Digest& digest) {
    if (arguments.source.find_first_of("\"\\\n\r") != arguments.source.npos)
        return Error{Code::bad_input, "not a source's name", "", "as it was given at import"};
    const auto scope = TRY(ledger::Predicate::parse("source is \"" + arguments.source + "\""));
    const std::string reference = arguments.format + " " + digest_text(digest);
    if (auto order = said_before(TRY(session.ledger().orders().all()), reference, scope.text());
        order)
        return *order;
    const ledger::Order order = TRY(session.ledger().orders().exclude(
        {"the source itself, by a signal", reference, arguments.bytes}, scope));
    TRY(derive::leave_out_barred(session.project()));
    return order;
}

}  // namespace

Result<SignalTaken> take_signal(Session& session, const SignalArguments& arguments) {
    SignalTaken taken;
    taken.format = TRY(corpus::parse_signal_format(arguments.format));
    if (arguments.person.has_value() != arguments.source.empty()) {
        return Error{Code::bad_input, "a signal is a person's or a source's", "",
                     "give --person - (or --person-file), or --source NAME"};
    }
    if (!arguments.person && !corpus::is_of_site(taken.format)) {
        return Error{Code::bad_input, "this signal is a person's, no site's", arguments.format,
                     "give --person - or --person-file"};
    }
    taken.signal = TRY(corpus::read_signal(taken.format, arguments.bytes));
    taken.digest = sha256(arguments.bytes);
    if (!taken.signal.forbids) return taken;
    if (arguments.person)
        taken.request = TRY(objection_of(session, arguments));
    else
        taken.order = TRY(exclusion_of(session, arguments, taken.digest));
    return taken;
}

Json to_json(const SignalTaken& taken) {
    return {{"format", corpus::to_text(taken.format)},
            {"forbids", taken.signal.forbids},
            {"locations", taken.signal.locations},
            {"since", optional_time(taken.signal.since)},
            {"digest", digest_text(taken.digest)},
            {"request", taken.request ? to_json(*taken.request) : Json()},
            {"order", taken.order ? to_json(*taken.order) : Json()}};
}

}  // namespace litura::service
