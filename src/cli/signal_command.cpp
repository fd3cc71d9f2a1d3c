// A preference that a machine spoke, from a file: an objection of the account, or, of a site, an
// exclusion of what came from it. It never permits.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/request_json.hpp"
#include "corpus/signal.hpp"
#include "derive/rights.hpp"
#include "ledger/predicate.hpp"

namespace litura::cli {
namespace {

using corpus::Signal;
using corpus::SignalFormat;

Json signal_json(SignalFormat format, const Signal& signal, ByteView bytes) {
    return {{"format", corpus::to_text(format)},
            {"forbids", signal.forbids},
            {"locations", signal.locations},
            {"since", optional_time(signal.since)},
            {"digest", digest_text(sha256(bytes))}};
}

Answer no_objection(Json json) {
    json["request"] = nullptr;
    json["order"] = nullptr;
    return {std::move(json),
            "nothing in it forbids training; it permits nothing either, so nothing was recorded"};
}

Result<Answer> objection_of(Context& context, derive::Project& project,
                            const SignalArguments& arguments, ByteView bytes, Answer answer) {
    derive::Ask ask;
    ask.kind = ledger::RequestKind::objection;
    ask.person = TRY(find_person(context, project, arguments.person));
    const std::string channel = "signal " + arguments.format;
    ask.came = ledger::Ledger::Channel{channel, bytes};
    const auto exercised = TRY(derive::exercise(project, ask, context.started));
    const Instant now = TRY(project.ledger().now());
    answer.json["request"] = request_json(exercised.request, now);
    answer.json["order"] = nullptr;
    answer.text = request_line(exercised.request, now);
    return answer;
}

/// What one file of a site said is said once, however often it is read again.
std::optional<ledger::Order> said_before(const std::vector<ledger::Order>& orders,
                                         std::string_view reference, std::string_view scope) {
    for (const ledger::Order& order : orders) {
        if (!order.lifted_at && order.reference == reference && order.scope == scope) return order;
    }
    return {};
}

Result<Answer> exclusion_of(derive::Project& project, const SignalArguments& arguments,
                            ByteView bytes, Answer answer) {
    if (arguments.source.find_first_of("\"\\\n\r") != arguments.source.npos)
        return Error{Code::bad_input, "not a source's name", "", "as it was given at import"};
    const auto scope =
        TRY(ledger::Predicate::parse("source is \"" + arguments.source + "\""));
    const std::string reference = arguments.format + " " + digest_text(sha256(bytes));
    auto order = said_before(TRY(project.ledger().orders()), reference, scope.text());
    if (!order) {
        order = TRY(project.ledger().exclude({"the source itself, by a signal", reference, bytes},
                                             scope));
        TRY(derive::leave_out_barred(project));
    }
    answer.json["request"] = nullptr;
    answer.json["order"] = order_json(*order);
    answer.text = order_line(*order) +
                  "\n  the whole source: a record does not say from which of its pages it came";
    return answer;
}

}  // namespace

Result<Answer> signal_command(Context& context, const SignalArguments& arguments) {
    const SignalFormat format = TRY(corpus::parse_signal_format(arguments.format));
    const bool of_person = !arguments.person.person.empty() || !arguments.person.person_file.empty();
    if (of_person != arguments.source.empty()) {
        return Error{Code::bad_input, "a signal is a person's or a source's", "",
                     "give --person - (or --person-file), or --source NAME"};
    }
    if (!of_person && !corpus::is_of_site(format)) {
        return Error{Code::bad_input, "this signal is a person's, no site's", arguments.format,
                     "give --person - or --person-file"};
    }
    const auto project = TRY(context.open());
    const Bytes bytes = TRY(read_input(context.env, arguments.file));
    const Signal signal = TRY(corpus::read_signal(format, bytes));
    Answer answer{signal_json(format, signal, bytes), ""};
    if (!signal.forbids) return no_objection(std::move(answer.json));
    return of_person ? objection_of(context, *project, arguments, bytes, std::move(answer))
                     : exclusion_of(*project, arguments, bytes, std::move(answer));
}

}  // namespace litura::cli
