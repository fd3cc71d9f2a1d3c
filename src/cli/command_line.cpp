// The command line: who is asked, and what is printed.
#include "cli/command_line.hpp"

#include <fmt/format.h>

#include "base/error_json.hpp"
#include "base/progress.hpp"
#include "cli/grammar.hpp"

namespace litura::cli {
namespace {

constexpr const char* kFooter = R"(
A first tour, with made-up people:
  litura demo-data demo --people 60 --seed 1     # demo/README.md has the commands that follow
  litura init p && cd p
  litura import jsonl ../demo/posts.jsonl --source demo --evidence ../demo/acts.jsonl
  litura derive --plan && litura derive
  litura request objection --person p-xxxxxxxxxx
  echo "Once upon a time" | litura complete -

Exit status: 0 done, 1 a check did not hold, 2 bad usage or input, 3 the state forbids it,
4 the environment (disk, permissions), 70 a broken invariant.)";

int print(const Result<Answer>& answer, bool json) {
    if (answer.ok()) {
        const Answer& value = answer.value();
        fmt::print("{}\n", json ? compact(value.json) : value.text);
        return value.holds ? 0 : static_cast<int>(Code::check_failed);
    }
    const Error& error = answer.error();
    if (json) {
        fmt::print("{}\n", compact(error_json(error)));
    } else {
        say("litura: " + error.message + (error.where.empty() ? "" : " (" + error.where + ")"));
        if (!error.next.empty()) say("  " + error.next);
    }
    return static_cast<int>(error.code);
}

/// For the report on the order. That it cannot be written takes nothing from the refusal.
void note_refusal(const Context& context, const Error& refusal, const std::string& command) {
    const auto project = context.open();
    if (!project.ok()) return;
    const auto noted = project.value()->ledger().note(
        "act.refused", {{"order", refusal.where}, {"command", command}});
    if (!noted.ok()) say("litura: the refusal was not recorded: " + noted.error().message);
}

}  // namespace

int run(int argc, const char* const* argv) {
    const auto env = system_env();
    Context context{.env = *env, .now = {}};
    Run command;
    CLI::App app(
        "Litura trains language models in such a way that each person keeps their rights "
        "afterwards.",
        "litura");
    std::string project = ".", now_text;
    bool json = false;
    app.add_option("--project", project, "the project's folder");
    app.add_option("--now", now_text, "the moment, on a test project only (RFC 3339)");
    app.add_flag("--json", json, "one JSON object on standard output");
    app.require_subcommand(1);
    app.fallthrough();
    app.footer(kFooter);
    Grammar grammar(app, command);
    for (const auto add :
         {add_intake_commands, add_people_commands, add_order_commands, add_class_commands,
          add_model_commands, add_proof_commands, add_release_commands, add_recipient_commands,
          add_audit_commands, add_making_commands})
        add(grammar);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);
        for (int index = 1; index < argc; ++index)
            json = json || std::string_view(argv[index]) == "--json";
        return print(
            Error{Code::bad_input, error.what(), "the command line", "run 'litura --help'"}, json);
    }
    context.project = project;
    if (!now_text.empty()) {
        const auto now = parse_instant(now_text);
        if (!now.ok())
            return print(Error{Code::bad_input, now.error().message, "--now", now.error().next},
                         json);
        context.now = now.value();
    }
    const Result<Answer> answer = command(context);
    if (!answer.ok() && ledger::names_order(answer.error()))
        note_refusal(context, answer.error(), app.get_subcommands().front()->get_name());
    const int status = print(answer, json);
    return std::fflush(stdout) == 0 ? status : static_cast<int>(Code::environment);
}

}  // namespace litura::cli
