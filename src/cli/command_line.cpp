// The command line: who is asked, what is printed, and the words for what comes in and orders.
#include "cli/command_line.hpp"

#include <fmt/format.h>

#include "base/error_json.hpp"
#include "base/progress.hpp"
#include "cli/grammar.hpp"
#include "corpus/importers/format.hpp"

namespace litura::cli {
namespace {

std::string format_names() {
    std::string names = "auto (detected), debian-changelog";
    for (const corpus::Format& format : corpus::formats()) names.append(", ").append(format.name);
    return names;
}

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

/// Everything that options are bound to; lives as long as the parse.
struct Bound {
    InitArguments init;
    ImportArguments import;
    SourceArguments source;
    ServeArguments serve;
    std::string notice_path, document_kind, document_path, evidence;
    std::string rules_path, record;
    MakeArguments made;
};

/// What comes in, and orders.
class Intake {
public:
    explicit Intake(Grammar& on) : on_(on), app_(on.app()), in_(on.keep<Bound>()) {}

    void add_all() {
        intake();
        rules();
    }

private:
    CLI::App* command(CLI::App& parent, const std::string& name, const std::string& about,
                      Run run) {
        return on_.command(parent, name, about, std::move(run));
    }
    CLI::App& family(const std::string& name, const std::string& about) {
        return on_.family(name, about);
    }

    void intake() {
        Bound& in = in_;
        auto* init = command(app_, "init", "make a new project",
                             [&in](Context& c) { return init_command(c, in.init); });
        init->add_option("DIR", in.init.folder, "its folder (default: --project)");
        init->add_option(
            "--like", in.init.like,
            "take over recipe, base and deal secret of this project, none of its people");
        init->add_option("--base", in.init.base,
                         "folder of the base model (default: the one shipped)");

        auto* import = command(app_, "import", "read people's records",
                               [&in](Context& c) { return import_command(c, in.import); });
        import->add_option("FORMAT", in.import.format, format_names())->required();
        import
            ->add_option("PATH", in.import.path,
                         "file (also .gz, .zst), folder, or zip or tar as the platform delivers it")
            ->required();
        import->add_option("--person", in.import.person,
                           "-: standard input says whose files they are, where they do not");
        import->add_option("--person-file", in.import.person_file,
                           "likewise, a file with the identifier");
        import->add_option("--source", in.import.source,
                           "name of the platform they come from (default: the format)");
        import->add_option("--evidence", in.import.evidence,
                           "ACTS.jsonl: what people did, with evidence");
        import->add_option("--ground", in.import.ground,
                           "legitimate_interest: claimed for everyone without an act");

        CLI::App& source = family("source", "what is stated about a source");
        auto* declare = command(source, "declare", "state what its files do not prove",
                                [&in](Context& c) { return source_command(c, in.source); });
        declare->add_option("NAME", in.source.name)->required();
        declare->add_option("--audience", in.source.audience, "public");
        declare->add_option("--age", in.source.age, "adult");
        declare->add_option("--document", in.source.document, "file that backs the statement");

        CLI::App& notice = family("notice", "texts that people were shown");
        command(notice, "add", "add a notice text",
                [&in](Context& c) { return notice_add_command(c, in.notice_path); })
            ->add_option("FILE", in.notice_path)
            ->required();
        auto* serve = command(notice, "serve", "record that a notice was shown",
                              [&in](Context& c) { return notice_serve_command(c, in.serve); });
        serve->add_option("DIGEST", in.serve.notice)->required();
        serve->add_option("--source", in.serve.source)->required();
        serve->add_option("--at", in.serve.at, "when, RFC 3339")->required();

        CLI::App& document =
            family("document", "assessments, orders, statements about the base; pages to show");
        auto* add = command(document, "add", "add a document", [&in](Context& c) {
            return document_command(c, in.document_kind, in.document_path);
        });
        add->add_option("KIND", in.document_kind, "assessment, order or base")->required();
        add->add_option("FILE", in.document_path)->required();
        auto* make = command(document, "make", "write what the law asks for",
                             [&in](Context& c) { return document_make_command(c, in.made); });
        make->add_option("KIND", in.made.kind,
                         "record-of-processing, public-summary, notice or model-card")
            ->required();
        make->add_option("--out", in.made.out, "file to write (default: standard output)");

        CLI::App& ground = family("ground", "lawful bases");
        command(ground, "add", "record acts of people",
                [&in](Context& c) { return ground_command(c, in.evidence); })
            ->add_option("--evidence", in.evidence, "ACTS.jsonl")
            ->required();
    }

    void rules() {
        Bound& in = in_;
        CLI::App& rules = family("rules", "by which records are admitted (docs/law/rules.md)");
        command(rules, "adopt", "let a rule pack rule from its valid_from on",
                [&in](Context& c) { return rules_adopt_command(c, in.rules_path); })
            ->add_option("FILE", in.rules_path)
            ->required();
        command(rules, "list", "those adopted, and which is in force",
                [](Context& c) { return rules_list_command(c); });
        CLI::App& record = family("record", "single records");
        command(record, "flag",
                "bar a record that somebody has looked at: it holds a special category of data",
                [&in](Context& c) { return record_flag_command(c, in.record); })
            ->add_option("RECORD", in.record, "r-... or the source's id")
            ->required();
    }

    Grammar& on_;
    CLI::App& app_;
    Bound& in_;
};

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
    Intake(grammar).add_all();
    for (const auto add :
         {add_people_commands, add_order_commands, add_class_commands, add_model_commands,
          add_proof_commands, add_release_commands, add_recipient_commands, add_audit_commands,
          add_making_commands})
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
