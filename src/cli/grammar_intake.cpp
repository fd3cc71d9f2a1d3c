// The words of commands about what comes in, and the rules it comes in by.
#include "cli/grammar.hpp"
#include "service/intake.hpp"

namespace litura::cli {
namespace {

std::string format_names() {
    std::string names = "auto (detected)";
    for (const std::string& name : service::format_names()) names += ", " + name;
    return names;
}

}  // namespace

void add_intake_commands(Grammar& on) {
    struct Bound {
        InitArguments init;
        ImportArguments import;
        SourceArguments source;
        ServeArguments serve;
        std::string notice_path, document_kind, document_path, evidence;
        std::string rules_path, record;
        MakeArguments made;
    };
    Bound& in = on.keep<Bound>();
    auto init = on.command("init", "make a new project",
                           [&in](Context& c) { return init_command(c, in.init); });
    init.option("DIR", in.init.folder, "its folder (default: --project)");
    init.option("--like", in.init.like,
                "take over recipe, base and deal secret of this project, none of its people");
    init.option("--base", in.init.base, "folder of the base model (default: the one shipped)");

    auto import = on.command("import", "read people's records",
                             [&in](Context& c) { return import_command(c, in.import); });
    import.option("FORMAT", in.import.format, format_names()).required();
    import
        .option("PATH", in.import.path,
                "file (also .gz, .zst), folder, or zip or tar as the platform delivers it")
        .required();
    import.option("--person", in.import.person,
                  "-: standard input says whose files they are, where they do not");
    import.option("--person-file", in.import.person_file, "likewise, a file with the identifier");
    import.option("--source", in.import.source,
                  "name of the platform they come from (default: the format)");
    import.option("--evidence", in.import.evidence, "ACTS.jsonl: what people did, with evidence");
    import.option("--ground", in.import.ground,
                  "legitimate_interest: claimed for everyone without an act");

    Command source = on.family("source", "what is stated about a source");
    auto declare = on.command(source, "declare", "state what its files do not prove",
                              [&in](Context& c) { return source_command(c, in.source); });
    declare.option("NAME", in.source.name).required();
    declare.option("--audience", in.source.audience, "public");
    declare.option("--age", in.source.age, "adult");
    declare.option("--document", in.source.document, "file that backs the statement");

    Command notice = on.family("notice", "texts that people were shown");
    on.command(notice, "add", "add a notice text",
               [&in](Context& c) { return notice_add_command(c, in.notice_path); })
        .option("FILE", in.notice_path)
        .required();
    auto serve = on.command(notice, "serve", "record that a notice was shown",
                            [&in](Context& c) { return notice_serve_command(c, in.serve); });
    serve.option("DIGEST", in.serve.notice).required();
    serve.option("--source", in.serve.source).required();
    serve.option("--at", in.serve.at, "when, RFC 3339").required();

    Command document =
        on.family("document", "assessments, orders, statements about the base; pages to show");
    auto add = on.command(document, "add", "add a document", [&in](Context& c) {
        return document_command(c, in.document_kind, in.document_path);
    });
    add.option("KIND", in.document_kind, "assessment, order or base").required();
    add.option("FILE", in.document_path).required();
    auto make = on.command(document, "make", "write what the law asks for",
                           [&in](Context& c) { return document_make_command(c, in.made); });
    make.option("KIND", in.made.kind, "record-of-processing, public-summary, notice or model-card")
        .required();
    make.option("--out", in.made.out, "file to write (default: standard output)");

    Command ground = on.family("ground", "lawful bases");
    on.command(ground, "add", "record acts of people",
               [&in](Context& c) { return ground_command(c, in.evidence); })
        .option("--evidence", in.evidence, "ACTS.jsonl")
        .required();
    Command rules = on.family("rules", "by which records are admitted (docs/law/rules.md)");
    on.command(rules, "adopt", "let a rule pack rule from its valid_from on",
               [&in](Context& c) { return rules_adopt_command(c, in.rules_path); })
        .option("FILE", in.rules_path)
        .required();
    on.command(rules, "list", "those adopted, and which is in force",
               [](Context& c) { return rules_list_command(c); });
    Command record = on.family("record", "single records");
    on.command(record, "flag",
               "bar a record that somebody has looked at: it holds a special category of data",
               [&in](Context& c) { return record_flag_command(c, in.record); })
        .option("RECORD", in.record, "r-... or the source's id")
        .required();
}

}  // namespace litura::cli
