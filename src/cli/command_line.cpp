// Parses the command line, runs the one command it names, and prints its answer or its error.
#include "cli/command_line.hpp"

#include "base/json.hpp"
#include "base/output.hpp"
#include "cli/grammar.hpp"
#include "cli/terminal.hpp"

namespace litura::cli {
namespace {

const Output kOutput("litura");

int print(const Answer& answer, bool json) {
    const int status = answer.holds ? 0 : static_cast<int>(Code::check_failed);
    const int arrived = kOutput.answer(json ? compact(answer.json) : answer.text, status);
    if (arrived != status || !json || !answer.delivered) return arrived;
    const auto recorded = answer.delivered();
    if (recorded.ok()) return status;
    kOutput.complain(recorded.error());
    return static_cast<int>(recorded.error().code);
}

/// For the report on the order. That it cannot be written takes nothing from the refusal.
void note_refusal(const Context& context, const Error& refusal, const std::string& command) {
    const auto session = context.session();
    if (!session.ok()) return;
    const auto noted = service::note_refusal(*session.value(), refusal, command);
    if (!noted.ok()) say("litura: the refusal was not recorded: " + noted.error().message);
}

}  // namespace

int run(int argc, const char* const* argv) {
    const auto env = system_env();
    Terminal terminal;
    Context context{.env = *env, .observer = terminal, .now = {}};
    std::string project = ".", now_text;
    bool json = false;
    Grammar grammar;
    grammar.top().option("--project", project, "the project's folder");
    grammar.top().option("--now", now_text, "the moment, on a test project only (RFC 3339)");
    grammar.top().flag("--json", json, "one JSON object on standard output");
    for (const auto add :
         {add_intake_commands, add_people_commands, add_order_commands, add_class_commands,
          add_model_commands, add_proof_commands, add_release_commands, add_recipient_commands,
          add_audit_commands, add_making_commands})
        add(grammar);
    const auto parsed = grammar.parse(argc, argv);
    if (!parsed.ok()) {
        for (int index = 1; index < argc; ++index)
            json = json || std::string_view(argv[index]) == "--json";
        return kOutput.error(parsed.error(), json);
    }
    const auto& [command, name, help] = parsed.value();
    if (!command) return kOutput.answer(help, 0);
    context.project = project;
    if (!now_text.empty()) {
        const auto now = parse_instant(now_text);
        if (!now.ok())
            return kOutput.error({Code::bad_input, now.error().message, "--now", now.error().next},
                                 json);
        context.now = now.value();
    }
    const Result<Answer> answer = command(context);
    if (answer.ok()) return print(answer.value(), json);
    if (service::is_order(answer.error())) note_refusal(context, answer.error(), name);
    return kOutput.error(answer.error(), json);
}

}  // namespace litura::cli
