// `clock confirm`: an operator says which day it is, after the machine's clock leapt.
#include "service/clock.hpp"

#include <fmt/format.h>

#include "cli/commands.hpp"

namespace litura::cli {

Result<Answer> clock_confirm_command(Context& context, const std::string& day) {
    const auto session = TRY(context.session());
    const auto confirmed = TRY(service::confirm_clock(*session, day));
    return Answer(service::to_json(confirmed),
                  fmt::format("it is {}; time stood at {}", to_text(confirmed.now),
                              to_text(confirmed.stood)));
}

}  // namespace litura::cli
