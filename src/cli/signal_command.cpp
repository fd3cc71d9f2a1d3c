// `signal`: a preference that a machine spoke, from a file.
#include "service/signals.hpp"

#include "cli/commands.hpp"
#include "cli/request_text.hpp"

namespace litura::cli {
namespace {

std::string render(const service::SignalTaken& taken) {
    if (taken.request) return request_line(taken.request->request, taken.request->now);
    if (taken.order)
        return order_line(*taken.order) +
               "\n  the whole source: a record does not say from which of its pages it came";
    return "nothing in it forbids training; it permits nothing either, so nothing was recorded";
}

}  // namespace

Result<Answer> signal_command(Context& context, const SignalArguments& arguments) {
    service::SignalArguments wish;
    wish.format = arguments.format;
    wish.bytes = TRY(read_input(context.env, arguments.file));
    if (!arguments.person.person.empty() || !arguments.person.person_file.empty())
        wish.person = TRY(person_name(context, arguments.person));
    wish.source = arguments.source;
    const auto session = TRY(context.session());
    const auto taken = TRY(service::take_signal(*session, wish));
    return Answer(service::to_json(taken), render(taken));
}

}  // namespace litura::cli
