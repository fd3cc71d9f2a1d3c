// `request import`: what another system sent, from a file; the answer goes to a file in its own
// form.
#include "service/foreign.hpp"

#include "cli/commands.hpp"
#include "cli/request_text.hpp"

namespace litura::cli {

Result<Answer> request_import_command(Context& context, const ForeignArguments& arguments) {
    service::ForeignArguments wish;
    wish.protocol = arguments.protocol;
    wish.message = TRY(read_input(context.env, arguments.file));
    wish.keys = TRY(read_input(context.env, arguments.keys));
    wish.business = arguments.business;
    const auto session = TRY(context.session());
    const auto taken = service::take_foreign(*session, wish);
    if (!arguments.out.empty()) {
        const Json reply = taken.ok() ? taken.value().answer
                                      : service::foreign_error(wish.protocol, taken.error());
        TRY(context.env.write_file(arguments.out, bytes_of(reply.dump() + "\n")));
    }
    if (!taken.ok()) return taken.error();
    const auto& request = taken.value().request;
    return Answer(service::to_json(taken.value()),
                  request ? request_line(request->request, request->now)
                          : "denied: nothing is sold here, and a consent is an act of the person");
}

}  // namespace litura::cli
