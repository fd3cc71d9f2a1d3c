// Bases and made-up data.
#include <fmt/format.h>

#include <thread>

#include "cli/commands.hpp"
#include "cli/pretrain_command.hpp"
#include "corpus/demo_data.hpp"

namespace litura::cli {
namespace {

/// Pretraining happens outside of any project; no ledger, no order.
class NoProject final : public Permit {
public:
    Result<void> check(Act) const override { return done(); }
};

}  // namespace

Result<Answer> pretrain_base_command(Context& context, const PretrainCommandArguments& arguments) {
    const int threads = arguments.threads > 0
                            ? arguments.threads
                            : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    const std::vector<Path> texts(arguments.texts.begin(), arguments.texts.end());
    const PretrainOutcome out = TRY(pretrain_command(
        context.env, {arguments.recipe, texts, arguments.out, threads}, NoProject()));
    return Answer{
        {{"model", digest_text(out.digest)},
         {"path", arguments.out},
         {"loss", out.held_out.nats},
         {"tokens", out.stream_tokens},
         {"steps", out.steps}},
        fmt::format(
            "{} in {}\n  {} steps over {} tokens; {:.4f} nats a token on held-out documents",
            digest_text(out.digest), arguments.out, out.steps, out.stream_tokens,
            out.held_out.nats)};
}

Result<Answer> demo_data_command(Context& context, const DemoArguments& arguments) {
    TRY(corpus::write_demo_data(context.env, arguments.folder, arguments.people, arguments.seed));
    return Answer{
        {{"path", arguments.folder}, {"people", arguments.people}, {"seed", arguments.seed}},
        fmt::format("{} made-up people in {}: see README.md there", arguments.people,
                    arguments.folder)};
}

}  // namespace litura::cli
