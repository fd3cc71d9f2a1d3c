// The commands `pretrain` and `demo-data`: bases, and a made-up social network.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "service/pretraining.hpp"

namespace litura::cli {
Result<Answer> pretrain_command(Context& context, const PretrainArguments& arguments) {
    const std::vector<Path> texts(arguments.texts.begin(), arguments.texts.end());
    const auto made = TRY(
        service::pretrain(context.env, {arguments.recipe, texts, arguments.out, arguments.threads},
                          context.observer));
    return Answer(service::to_json(made),
                  fmt::format("{} in {}\n  {} steps over {} tokens; {:.4f} nats a token on "
                              "held-out documents",
                              digest_text(made.digest), arguments.out, made.steps,
                              made.stream_tokens, made.held_out.nats));
}

Result<Answer> demo_data_command(Context& context, const DemoArguments& arguments) {
    const auto made = TRY(
        service::make_demo_data(context.env, {arguments.folder, arguments.people, arguments.seed}));
    return Answer(
        service::to_json(made),
        fmt::format("{} made-up people in {}: see README.md there", made.people, arguments.folder));
}

}  // namespace litura::cli
