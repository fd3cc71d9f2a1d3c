// Grammar of the command line by CLI11 (the one file that includes it), and printing.
#include "cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <functional>

#include "base/error_json.hpp"
#include "base/progress.hpp"
#include "cli/commands.hpp"
#include "corpus/importers/format.hpp"
#include "formats/gguf.hpp"

namespace litura::cli {
namespace {

using Run = std::function<Result<Answer>(Context&)>;

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
    std::string now;
    bool json = false;
    InitArguments init;
    ImportArguments import;
    SourceArguments source;
    ServeArguments serve;
    std::string notice_path, document_kind, document_path, evidence;
    PersonArguments person;
    LinkArguments link;
    RequestArguments request;
    std::string request_id, method;
    DecideArguments decide;
    FindArguments find;
    OrderArguments order;
    LiftArguments lift;
    DeriveArguments derive;
    std::string model;
    ExportArguments exported;
    int threads = 0;
    RestoreArguments restore;
    CompleteArguments complete;
    std::string backup_path, dash;
    MakeArguments made;
    EvalArguments eval;
    bool openings = false;
    TicketArguments ticket;
    AttestArguments attest;
    WitnessArguments witness;
    TimestampArguments stamp;
    ChannelArguments channel;
    PublishArguments publish;
    std::string release;
    std::uint64_t copies = 0;
    RecallArguments recall;
    RecipientArguments recipient;
    NotifyArguments notify;
    ReplyArguments reply;
    PatchArguments patch;
    DiffArguments diff;
    ClaimArguments claim;
    std::string lineage_a, lineage_b;
    PretrainCommandArguments pretrain;
    DemoArguments demo;
};

class Grammar {
public:
    Grammar(CLI::App& app, Bound& in, Run& run) : app_(app), in_(in), run_(run) {
        app_.require_subcommand(1);
        app_.fallthrough();
        app_.footer(kFooter);
    }

    void add_all() {
        intake();
        people();
        found();
        models();
        proofs();
        releases();
        recipients();
        audits();
        making();
    }

private:
    CLI::App* command(CLI::App& parent, const std::string& name, const std::string& about,
                      Run run) {
        CLI::App* sub = parent.add_subcommand(name, about);
        sub->fallthrough();
        sub->callback([&chosen = run_, run = std::move(run)] { chosen = run; });
        return sub;
    }

    CLI::App& family(const std::string& name, const std::string& about) {
        CLI::App* sub = app_.add_subcommand(name, about);
        sub->fallthrough();
        sub->require_subcommand(1);
        return *sub;
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

        CLI::App& document = family("document", "assessments, orders, statements about the base; pages to show");
        auto* add = command(document, "add", "add a document", [&in](Context& c) {
            return document_command(c, in.document_kind, in.document_path);
        });
        add->add_option("KIND", in.document_kind, "assessment, order or base")->required();
        add->add_option("FILE", in.document_path)->required();
        auto* make = command(document, "make", "write what the law asks for",
                             [&in](Context& c) { return document_make_command(c, in.made); });
        make->add_option("KIND", in.made.kind,
                         "record-of-processing, public-summary, notice or model-card")->required();
        make->add_option("--out", in.made.out, "file to write (default: standard output)");

        CLI::App& ground = family("ground", "lawful bases");
        command(ground, "add", "record acts of people",
                [&in](Context& c) { return ground_command(c, in.evidence); })
            ->add_option("--evidence", in.evidence, "ACTS.jsonl")
            ->required();
    }

    static void add_person(CLI::App* sub, PersonArguments& person) {
        sub->add_option("--person", person.person,
                        "handle p-..., or - to read the identifier from standard input");
        sub->add_option("--person-file", person.person_file, "file that holds the identifier");
    }

    /// What somebody without an account may object to.
    void add_outsider(CLI::App* sub) {
        sub->add_option("--name", in_.request.name,
                        "-: without an account, against records that hold the name on standard "
                        "input");
        sub->add_option("--name-file", in_.request.name_file, "likewise, a file with the name");
        sub->add_option("--records", in_.request.records,
                        "likewise, against records that somebody has looked at: file with their "
                        "handles, - for standard input");
    }

    void found() {
        Bound& in = in_;
        CLI::App& request = *app_.get_subcommand("request");
        command(request, "found", "the person's words or name in other people's records",
                [&in](Context& c) { return request_found_command(c, in.request_id); })
            ->add_option("ID", in.request_id)
            ->required();
        auto* decide = command(request, "decide", "bar what waits for a person's decision",
                               [&in](Context& c) { return request_decide_command(c, in.decide); });
        decide->add_option("ID", in.decide.request)->required();
        decide->add_flag("--all", in.decide.all, "all records, and a name in later imports");
        decide->add_flag("--none", in.decide.none);
        decide->add_option("--records", in.decide.records,
                           "only these: file with their handles, - for standard input");
        auto* find = command(app_, "find", "records that hold words, a name or an @handle",
                             [&in](Context& c) { return find_command(c, in.find); });
        find->add_option("--text", in.find.text, "words, in any case and punctuation");
        find->add_option("--name", in.find.name, "likewise, as whole words");
        find->add_option("--handle", in.find.handle, "as @handle or in the list of mentions");
        find->add_option("--file", in.find.file,
                         "what to find stands in this file; with --text -, --name - or --handle -");
        find->add_flag("--show", in.find.show, "with the records' texts");
    }

    void people() {
        Bound& in = in_;
        CLI::App& person = family("person", "whose records are held");
        command(person, "list", "everyone, by handle",
                [](Context& c) { return person_list_command(c); });
        add_person(command(person, "show", "what is held of one person",
                           [&in](Context& c) { return person_show_command(c, in.person); }),
                   in.person);

        auto* link = command(person, "link", "say that two are one person; nothing is by itself",
                             [&in](Context& c) { return person_link_command(c, in.link); });
        add_person(link, in.link.person);
        link->add_option("--with", in.link.other, "handle of the other")->required();
        link->add_option("--evidence", in.link.evidence,
                         "file that shows it, kept sealed under the person's key")
            ->required();

        CLI::App& request = family("request", "exercise a right");
        for (const char* kind : {"erasure", "rectification", "objection", "withdrawal",
                                 "restriction", "lift-restriction", "access"}) {
            const std::string name = kind;
            auto* sub = command(request, name, "request " + name, [&in, name](Context& c) {
                in.request.kind = name;
                return request_command(c, in.request);
            });
            add_person(sub, in.request.person);
            sub->add_option("--verified", in.request.verified,
                            "how the person was verified; without it the request waits where it "
                            "destroys or discloses");
            if (name == "erasure")
                sub->add_option("--record", in.request.record,
                                "only this one: r-... or the source's id");
            if (name == "objection") add_outsider(sub);
            if (name != "rectification") continue;
            sub->add_option("--record", in.request.record, "r-... or the source's id")->required();
            sub->add_option("--text-file", in.request.text_file,
                            "file with the corrected text, - for standard input")
                ->required();
        }
        auto* verify = command(
            request, "verify", "the person was verified: go on",
            [&in](Context& c) { return request_verify_command(c, in.request_id, in.method); });
        verify->add_option("ID", in.request_id)->required();
        verify->add_option("--method", in.method)->required();

        command(request, "report",
                "what an erasure or rectification destroyed, and what it could not",
                [&in](Context& c) { return request_report_command(c, in.request_id); })
            ->add_option("ID", in.request_id)
            ->required();

        CLI::App& order = family("order", "instructions of a court or authority");
        const auto paper = [&in](CLI::App* of, const char* until) {
            of->add_option("--authority", in.order.authority)->required();
            of->add_option("--reference", in.order.reference, "case number")->required();
            of->add_option("--document", in.order.document, "its text");
            of->add_flag("--provisional", in.order.provisional, "not yet definitive");
            return of->add_option(until, in.order.until, "RFC 3339; it still ends by lifting only");
        };
        auto* stop = command(order, "stop", "nothing is derived, served or published",
                             [&in](Context& c) { return order_stop_command(c, in.order); });
        paper(stop, "--until");
        stop->add_option("--act", in.order.acts,
                         "only this: train, checkpoint, promote, serve or publish; repeatable");
        auto* exclude = command(order, "exclude", "no record of this kind is used; the rest goes on",
                                [&in](Context& c) { return order_exclude_command(c, in.order); });
        paper(exclude, "--until");
        exclude
            ->add_option("--where", in.order.where,
                         "for example: source is \"forum\" and created before 2026-05-27")
            ->required();
        auto* warning = command(order, "warning", "a demand to cease, with its deadline",
                                [&in](Context& c) { return order_warning_command(c, in.order); });
        paper(warning, "--deadline")->required();
        auto* lift = command(order, "lift", "lift an order",
                             [&in](Context& c) { return order_lift_command(c, in.lift); });
        lift->add_option("ID", in.lift.id)->required();
        lift->add_option("--signed-by", in.lift.signed_by)->required();
        lift->add_option("--countersigned-by", in.lift.countersigned_by)->required();
        command(app_, "status", "requests, clocks, the model, what is deferred",
                [](Context& c) { return status_command(c); });
    }

    void models() {
        Bound& in = in_;
        auto* derive = command(app_, "derive", "bring the model up to date",
                               [&in](Context& c) { return derive_command(c, in.derive); });
        derive->add_flag("--plan", in.derive.plan,
                         "only say what it would compute, and what requests would cost");
        derive->add_flag("--fresh", in.derive.fresh,
                         "use no stored node, and compare with all of them");
        derive->add_option("--threads", in.derive.threads)->check(CLI::Range(1, 1024));
        auto* verify =
            command(app_, "verify", "recompute from nothing and compare",
                    [&in](Context& c) { return verify_command(c, in.model, in.threads); });
        verify->add_option("MODEL", in.model, "digest (default: the visible model)");
        verify->add_option("--threads", in.threads)->check(CLI::Range(1, 1024));
        command(app_, "graph", "the derivation's nodes",
                [](Context& c) { return graph_command(c); });
        command(family("manifest", "why records are in the model"), "show",
                "the visible model's manifest", [](Context& c) { return manifest_command(c); });
        command(family("ledger", "the event log"), "verify", "check chain and folds",
                [](Context& c) { return ledger_verify_command(c); });

        CLI::App& keys = family("keys", "the keys that can die");
        command(keys, "status", "generation, buckets, what waits for a rotation",
                [](Context& c) { return keys_status_command(c); });
        command(keys, "rotate", "make every older copy of the key tables unreadable",
                [](Context& c) { return keys_rotate_command(c); });
        command(app_, "backup", "copy what is sealed; no key goes with it",
                [&in](Context& c) { return backup_command(c, in.backup_path); })
            ->add_option("DIR", in.backup_path, "a new folder")
            ->required();
        auto* restore =
            command(app_, "restore", "make --project from a backup and the keys' mirror",
                    [&in](Context& c) { return restore_command(c, in.restore); });
        restore->add_option("BACKUP", in.restore.backup, "folder that `litura backup` made")
            ->required();
        restore->add_option("--mirror", in.restore.mirror, "the keys' mirror (key_mirror)")
            ->required();

        auto* complete = command(app_, "complete", "go on from a prompt on standard input",
                                 [&in](Context& c) { return complete_command(c, in.complete); });
        complete->add_option("PROMPT", in.dash, "- for standard input, which is the default")
            ->check(CLI::IsMember({"-"}));
        complete->add_option("--max-tokens", in.complete.max_tokens);
        complete
            ->add_option("--temperature", in.complete.temperature, "0: always the likeliest token")
            ->check(CLI::Range(0.0, 10.0));
        complete->add_option("--top-k", in.complete.top_k, "0: all");
        complete->add_option("--seed", in.complete.seed);
        complete->add_option("--model", in.complete.model,
                             "a model folder instead of the project's model");
        auto* eval = command(app_, "eval", "loss on texts",
                             [&in](Context& c) { return eval_command(c, in.eval); });
        eval->add_option("PATH", in.eval.path,
                         "jsonl (or .gz) with `text`, a folder of changelogs, or one plain text; - "
                         "for standard input");
        eval->add_option("--model", in.eval.model, "a model folder instead of the project's model");
        CLI::App& exports = family("export", "the model for others' tools");
        const auto add_export = [&](const char* format, const char* what, const char* path) {
            CLI::App* sub = command(exports, format, what, [&in, format](Context& c) {
                in.exported.format = format;
                return export_command(c, in.exported);
            });
            sub->add_option(path, in.exported.path)->required();
            return sub;
        };
        add_export("hf", "a Hugging Face folder", "DIR");
        add_export("peft", "the adapter alone, for PEFT", "DIR");
        add_export("gguf", "one file for llama.cpp", "FILE")
            ->add_option("--type", in.exported.type, "of the matrices (default: f32)")
            ->check(CLI::IsMember(formats::kGgufTypeNames));
    }

    void proofs() {
        Bound& in = in_;
        command(app_, "statement", "state what the visible model was made of, signed and logged",
                [&in](Context& c) { return statement_command(c, in.openings); })
            ->add_flag("--openings", in.openings,
                       "with --json: what an auditor needs to rebuild list and map");
        auto* ticket =
            command(app_, "ticket", "a file by which a person can check, alone, if they are in it",
                    [&in](Context& c) { return ticket_command(c, in.ticket); });
        ticket->add_option("FILE", in.ticket.path, "file to write")->required();
        add_person(ticket, in.ticket.person);
        auto* attest =
            command(app_, "attest", "for an auditor: replay, rebuild, and sign that it agrees",
                    [&in](Context& c) { return attest_command(c, in.attest); });
        attest->add_option("--key", in.attest.key, "the auditor's key (litura-check key)");
        attest->add_option("--name", in.attest.name, "of the key, such as example.org/auditor");
        attest->add_option("--out", in.attest.out, "the attestation as a file, from a copy");
        attest->add_option("--import", in.attest.import, "take over what was signed on a copy")
            ->excludes("--key", "--name", "--out");
        attest->add_option("--threads", in.attest.threads)->check(CLI::Range(1, 1024));
        command(app_, "certificate", "what happened to a request, moment by moment, signed",
                [&in](Context& c) { return certificate_command(c, in.request_id); })
            ->add_option("REQUEST", in.request_id, "q-...")
            ->required();

        CLI::App& witness = family("witness", "who saw the log, by file");
        auto* ask = command(witness, "request", "write what a witness needs to see",
                            [&in](Context& c) { return witness_request_command(c, in.witness); });
        ask->add_option("FILE", in.witness.path, "file to write")->required();
        ask->add_option("--old", in.witness.old_size,
                        "size that the witness saw last (default: the last one cosigned)");
        auto* seen = command(witness, "add", "take in a witness's answer",
                             [&in](Context& c) { return witness_add_command(c, in.witness); });
        seen->add_option("FILE", in.witness.path, "the answer, - for standard input")->required();
        seen->add_option("--witness", in.witness.witness, "the witness's verifier key")->required();

        CLI::App& stamp = family("timestamp", "since when a statement exists (RFC 3161), by file");
        command(stamp, "request", "write a request for a time-stamping authority",
                [&in](Context& c) { return timestamp_request_command(c, in.stamp.path); })
            ->add_option("FILE", in.stamp.path, "file to write")
            ->required();
        auto* stamped = command(stamp, "add", "check and keep an authority's response",
                                [&in](Context& c) { return timestamp_add_command(c, in.stamp); });
        stamped->add_option("FILE", in.stamp.path)->required();
        stamped->add_option("--authorities", in.stamp.authorities, "PEM certificates to trust")
            ->required();
    }

    void releases() {
        Bound& in = in_;
        CLI::App& channel = family("channel", "where recipients ask what may still be used");
        auto* init = command(channel, "init", "make it, with new keys", [&in](Context& c) {
            return channel_init_command(c, in.channel);
        });
        init->add_option("--address", in.channel.address, "where it will be found; told to all");
        auto* tend = command(channel, "tend", "sign again what grows old, with the keys at hand",
                             [&in](Context& c) { return channel_tend_command(c, in.channel); });
        auto* rotate = command(channel, "rotate", "a new key for a role", [&in](Context& c) {
            return channel_rotate_command(c, in.channel);
        });
        rotate->add_option("ROLE", in.channel.role, "root, targets, recall, releases, snapshot, timestamp")
            ->required();
        for (CLI::App* sub : {init, tend, rotate})
            sub->add_option("--keys", in.channel.keys, "folder of the roles' keys")->required();

        auto* publish = command(app_, "publish", "the model for others, signed and announced",
                                [&in](Context& c) { return publish_command(c, in.publish); });
        publish->add_option("DIR", in.publish.folder, "a new folder")->required();
        publish->add_option("--keys", in.publish.keys, "folder of the roles' keys")->required();
        publish->add_option("--order", in.publish.order, "digest of the order that asks for it");
        publish->add_option("--audit", in.publish.audit, "the result of somebody else's audit");
        CLI::App& release = family("release", "what was published");
        command(release, "list", "releases, recalls and how far they got",
                [](Context& c) { return release_list_command(c); });
        auto* count = command(release, "count", "copies that went to nobody knows whom",
                              [&in](Context& c) { return release_count_command(c, in.release, in.copies); });
        count->add_option("RELEASE", in.release)->required();
        count->add_option("COPIES", in.copies)->required();

        auto* patch = command(app_, "patch", "from one release's weights to another's, for holders of the first",
                              [&in](Context& c) { return patch_command(c, in.patch); });
        patch->add_option("OLD", in.patch.before, "a weight file of a release")->required();
        patch->add_option("NEW", in.patch.after, "the same of its successor")->required();
        patch->add_option("--out", in.patch.out, "file to write")->required();

        auto* recall = command(app_, "recall", "say that a release must not be used any more",
                               [&in](Context& c) { return recall_command(c, in.recall); });
        recall->add_option("RELEASE", in.recall.release)->required();
        recall->add_option("--keys", in.recall.keys, "folder of recall, snapshot and timestamp keys")->required();
        recall->add_flag("--hard", in.recall.hard, "delete it; without: do not start using it, replace it");
        recall->add_option("--reason", in.recall.reason, "rights, order, minor, special_category or security");
        recall->add_option("--deadline-days", in.recall.deadline_days)->check(CLI::Range(0, 3650));
        recall->add_option("--contact", in.recall.contact, "of the publisher");
    }

    void recipients() {
        Bound& in = in_;
        CLI::App& recipient = family("recipient", "who got releases");
        auto* add = command(recipient, "add", "put somebody on the list", [&in](Context& c) {
            return recipient_add_command(c, in.recipient);
        });
        add->add_option("FILE", in.recipient.file, "JSON with name, contact and key; - for standard input");
        auto* supply = command(recipient, "supply", "somebody on the list got a release", [&in](Context& c) {
            return recipient_supply_command(c, in.recipient);
        });
        auto* remove = command(recipient, "remove", "delete name and address", [&in](Context& c) {
            return recipient_remove_command(c, in.recipient);
        });
        for (CLI::App* sub : {supply, remove}) sub->add_option("ID", in.recipient.id, "rc-...")->required();
        for (CLI::App* sub : {add, supply})
            sub->add_option("--release", in.recipient.releases, "v1 ...")->required(sub == supply);
        command(recipient, "list", "everyone on it", [](Context& c) { return recipient_list_command(c); });

        auto* notify = command(app_, "notify", "write a recall's notices to recipients",
                               [&in](Context& c) { return notify_command(c, in.notify); });
        notify->add_option("RECALL", in.notify.recall, "recall-...")->required();
        notify->add_option("--out", in.notify.out, "folder for the notices")->required();
        auto* reply = command(app_, "reply", "take a recipient's signed answer",
                              [&in](Context& c) { return reply_command(c, in.reply); });
        reply->add_option("FILE", in.reply.file, "- for standard input");
        auto* unreachable = reply->add_option("--unreachable", in.reply.unreachable, "rc-...: no answer can be had");
        unreachable->needs(reply->add_option("--recall", in.reply.recall, "recall-..., with --unreachable"));
    }

    void audits() {
        Bound& in = in_;
        CLI::App& audit = family("audit", "what models give away");
        auto* claim = command(audit, "claim", "somebody says that the model said their words",
                              [&in](Context& c) { return audit_claim_command(c, in.claim); });
        claim->add_option("--said", in.claim.said, "file with the words, - for standard input")
            ->required();
        claim->add_option("--prompt", in.claim.prompt, "file with what was asked");
        auto* diff = command(audit, "diff", "what holding two releases tells about who left",
                             [&in](Context& c) { return audit_diff_command(c, in.diff); });
        diff->add_option("OLD", in.diff.before, "folder of the last release")->required();
        diff->add_option("NEW", in.diff.after, "another model's folder; without: the model in use");
        diff->add_option("--controls", in.diff.controls, "jsonl of people whom neither model saw")
            ->required();
        diff->add_option("--threads", in.diff.threads);
        auto* lineage = command(app_, "lineage", "do these weights come from those?", [&in](Context&) {
            return lineage_command(in.lineage_a, in.lineage_b);
        });
        lineage->add_option("A", in.lineage_a, "safetensors, GGUF, or a folder")->required();
        lineage->add_option("B", in.lineage_b)->required();
    }

    void making() {
        Bound& in = in_;
        auto* pretrain =
            command(app_, "pretrain", "make a base from plain text",
                    [&in](Context& c) { return pretrain_base_command(c, in.pretrain); });
        pretrain->add_option("RECIPE", in.pretrain.recipe, "like models/base.toml")->required();
        pretrain->add_option("--text", in.pretrain.texts, "documents separated by blank lines")
            ->required();
        pretrain->add_option("--out", in.pretrain.out, "model folder to make")->required();
        pretrain->add_option("--threads", in.pretrain.threads)->check(CLI::Range(1, 1024));
        auto* demo = command(app_, "demo-data", "a made-up social network",
                             [&in](Context& c) { return demo_data_command(c, in.demo); });
        demo->add_option("DIR", in.demo.folder)->required();
        demo->add_option("--people", in.demo.people);
        demo->add_option("--seed", in.demo.seed);
    }

    CLI::App& app_;
    Bound& in_;
    Run& run_;
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

}  // namespace

int run(int argc, const char* const* argv) {
    const auto env = system_env();
    Context context{.env = *env, .now = {}};
    Bound in;
    Run command;
    CLI::App app(
        "Litura trains language models in such a way that each person keeps their rights "
        "afterwards.",
        "litura");
    std::string project = ".";
    app.add_option("--project", project, "the project's folder");
    app.add_option("--now", in.now, "the moment, on a test project only (RFC 3339)");
    app.add_flag("--json", in.json, "one JSON object on standard output");
    Grammar(app, in, command).add_all();
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);
        for (int index = 1; index < argc; ++index)
            in.json = in.json || std::string_view(argv[index]) == "--json";
        return print(
            Error{Code::bad_input, error.what(), "the command line", "run 'litura --help'"},
            in.json);
    }
    context.project = project;
    if (!in.now.empty()) {
        const auto now = parse_instant(in.now);
        if (!now.ok())
            return print(Error{Code::bad_input, now.error().message, "--now", now.error().next},
                         in.json);
        context.now = now.value();
    }
    const int status = print(command(context), in.json);
    return std::fflush(stdout) == 0 ? status : static_cast<int>(Code::environment);
}

}  // namespace litura::cli
