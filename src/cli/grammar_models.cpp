// The words of commands about models, proofs and audits, and of those outside of any project.
#include "cli/grammar.hpp"
#include "service/exports.hpp"

namespace litura::cli {

void add_model_commands(Grammar& on) {
    struct Bound {
        DeriveArguments derive;
        std::string model, backup_path, dash, head;
        int threads = 0;
        RestoreArguments restore;
        CompleteArguments complete;
        EvalArguments eval;
        ExportArguments exported;
    };
    Bound& in = on.keep<Bound>();
    auto derive = on.command("derive", "bring the model up to date",
                             [&in](Context& c) { return derive_command(c, in.derive); });
    derive.flag("--plan", in.derive.plan,
                "only say what it would compute, and what requests would cost");
    derive.flag("--fresh", in.derive.fresh, "use no stored node, and compare with all of them");
    derive.option("--threads", in.derive.threads).between(1, 1024);
    auto verify = on.command("verify", "recompute from nothing and compare",
                             [&in](Context& c) { return verify_command(c, in.model, in.threads); });
    verify.option("MODEL", in.model, "digest (default: the visible model)");
    verify.option("--threads", in.threads).between(1, 1024);
    on.command("graph", "the derivation's nodes", [](Context& c) { return graph_command(c); });
    Command manifest = on.family("manifest", "why records are in the model");
    on.command(manifest, "show", "the visible model's manifest",
               [](Context& c) { return manifest_command(c); });
    auto& root = on.keep<std::string>();
    on.command(manifest, "check", "make its decisions again, from the ledger and rules of its day",
               [&root](Context& c) { return manifest_check_command(c, root); })
        .option("ROOT", root, "of a manifest (default: the visible model's)");
    Command ledger = on.family("ledger", "the event log");
    on.command(ledger, "head", "how far it reaches, to be kept elsewhere",
               [](Context& c) { return ledger_head_command(c); });
    on.command(ledger, "verify", "check chain and folds", [&in](Context& c) {
          return ledger_verify_command(c, in.head);
      }).option("--head", in.head, "file with an earlier head that must be part of it");

    Command keys = on.family("keys", "the keys that can die");
    on.command(keys, "status", "generation, buckets, what waits for a rotation",
               [](Context& c) { return keys_status_command(c); });
    on.command(keys, "rotate", "make every older copy of the key tables unreadable",
               [](Context& c) { return keys_rotate_command(c); });
    on.command(keys, "take-mirror", "make this copy the project whose mirror it is",
               [](Context& c) { return keys_take_mirror_command(c); });
    on.command("backup", "copy what is sealed; no key goes with it",
               [&in](Context& c) { return backup_command(c, in.backup_path); })
        .option("DIR", in.backup_path, "a new folder")
        .required();
    auto restore = on.command("restore", "make --project from a backup and the keys' mirror",
                              [&in](Context& c) { return restore_command(c, in.restore); });
    restore.option("BACKUP", in.restore.backup, "folder that `litura backup` made").required();
    restore.option("--mirror", in.restore.mirror, "the keys' mirror (key_mirror)").required();

    auto complete = on.command("complete", "go on from a prompt on standard input",
                               [&in](Context& c) { return complete_command(c, in.complete); });
    complete.option("PROMPT", in.dash, "- for standard input, which is the default").one_of({"-"});
    complete.option("--max-tokens", in.complete.max_tokens);
    complete.option("--temperature", in.complete.temperature, "0: always the likeliest token")
        .between(0.0, 10.0);
    complete.option("--top-k", in.complete.top_k, "0: all");
    complete.option("--seed", in.complete.seed);
    complete.flag(
        "--why", in.complete.why,
        "for each token: what carried it, weights or a context of the memory, and who wrote that");
    complete.option("--model", in.complete.model, "a model folder instead of the project's model");
    auto eval =
        on.command("eval", "loss on texts", [&in](Context& c) { return eval_command(c, in.eval); });
    eval.option("PATH", in.eval.path,
                "a file of posts (.jsonl, .jsonl.gz), a folder of changelogs, or one plain text; - "
                "for standard input");
    eval.option("--model", in.eval.model, "a model folder instead of the project's model");
    Command exports = on.family("export", "the model for others' tools");
    const auto add_export = [&](const char* format, const char* what, const char* path) {
        Command sub = on.command(exports, format, what, [&in, format](Context& c) {
            in.exported.format = format;
            return export_command(c, in.exported);
        });
        sub.option(path, in.exported.path).required();
        return sub;
    };
    add_export("hf", "a Hugging Face folder", "DIR");
    add_export("peft", "the adapter alone, for PEFT", "DIR");
    add_export("gguf", "one file for llama.cpp", "FILE")
        .option("--type", in.exported.type, "of the matrices (default: f32)")
        .one_of({formats::kGgufTypeNames.begin(), formats::kGgufTypeNames.end()});
    add_export("memory", "the memory beside the weights, where everybody in it agreed", "FILE");
}

void add_proof_commands(Grammar& on) {
    struct Bound {
        bool openings = false;
        TicketArguments ticket;
        AttestArguments attest;
        std::string request;
        WitnessArguments witness;
        TimestampArguments stamp;
    };
    Bound& in = on.keep<Bound>();
    on.command("statement", "state what the visible model was made of, signed and logged",
               [&in](Context& c) { return statement_command(c, in.openings); })
        .flag("--openings", in.openings,
              "with --json: what an auditor needs to rebuild list and map");
    auto ticket =
        on.command("ticket", "a file by which a person can check, alone, if they are in it",
                   [&in](Context& c) { return ticket_command(c, in.ticket); });
    ticket.option("FILE", in.ticket.path, "file to write").required();
    on.add_person(ticket, in.ticket.person);
    auto attest = on.command("attest", "for an auditor: replay, rebuild, and sign that it agrees",
                             [&in](Context& c) { return attest_command(c, in.attest); });
    attest.option("--key", in.attest.key, "the auditor's key (litura-check key)");
    attest.option("--name", in.attest.name, "of the key, such as example.org/auditor");
    attest.option("--out", in.attest.out, "the attestation as a file, from a copy");
    attest.option("--import", in.attest.import, "take over what was signed on a copy")
        .excludes({"--key", "--name", "--out"});
    attest.option("--threads", in.attest.threads).between(1, 1024);
    on.command("certificate", "what happened to a request, moment by moment, signed",
               [&in](Context& c) { return certificate_command(c, in.request); })
        .option("REQUEST", in.request, "q-...")
        .required();

    Command witness = on.family("witness", "who saw the log, by file");
    auto ask = on.command(witness, "request", "write what a witness needs to see",
                          [&in](Context& c) { return witness_request_command(c, in.witness); });
    ask.option("FILE", in.witness.path, "file to write").required();
    ask.option("--old", in.witness.old_size,
               "size that the witness saw last (default: the last one cosigned)");
    auto seen = on.command(witness, "add", "take in a witness's answer",
                           [&in](Context& c) { return witness_add_command(c, in.witness); });
    seen.option("FILE", in.witness.path, "the answer, - for standard input").required();
    seen.option("--witness", in.witness.witness, "the witness's verifier key").required();

    Command stamp = on.family("timestamp", "since when a statement exists (RFC 3161), by file");
    on.command(stamp, "request", "write a request for a time-stamping authority",
               [&in](Context& c) { return timestamp_request_command(c, in.stamp.path); })
        .option("FILE", in.stamp.path, "file to write")
        .required();
    auto stamped = on.command(stamp, "add", "check and keep an authority's response",
                              [&in](Context& c) { return timestamp_add_command(c, in.stamp); });
    stamped.option("FILE", in.stamp.path).required();
    stamped.option("--authorities", in.stamp.authorities, "PEM certificates to trust").required();
}

void add_audit_commands(Grammar& on) {
    struct Bound {
        DiffArguments diff;
        ClaimArguments claim;
        std::string lineage_a, lineage_b;
    };
    Bound& in = on.keep<Bound>();
    Command audit = on.family("audit", "what models give away");
    auto claim = on.command(audit, "claim", "somebody says that the model said their words",
                            [&in](Context& c) { return audit_claim_command(c, in.claim); });
    claim.option("--said", in.claim.said, "file with the words, - for standard input").required();
    claim.option("--prompt", in.claim.prompt, "file with what was asked");
    auto diff = on.command(audit, "diff", "what holding two releases tells about who left",
                           [&in](Context& c) { return audit_diff_command(c, in.diff); });
    diff.option("OLD", in.diff.before, "folder of the last release").required();
    diff.option("NEW", in.diff.after, "another model's folder; without: the model in use");
    diff.option("--controls", in.diff.controls, "jsonl of people whom neither model saw")
        .required();
    diff.option("--threads", in.diff.threads);
    auto lineage = on.command("lineage", "do these weights come from those?", [&in](Context&) {
        return lineage_command(in.lineage_a, in.lineage_b);
    });
    lineage.option("A", in.lineage_a, "safetensors, GGUF, or a folder").required();
    lineage.option("B", in.lineage_b).required();
}

void add_making_commands(Grammar& on) {
    struct Bound {
        PretrainArguments pretrain;
        DemoArguments demo;
    };
    Bound& in = on.keep<Bound>();
    auto pretrain = on.command("pretrain", "make a base from plain text",
                               [&in](Context& c) { return pretrain_command(c, in.pretrain); });
    pretrain.option("RECIPE", in.pretrain.recipe, "like models/base.toml").required();
    pretrain.option("--text", in.pretrain.texts, "documents separated by blank lines").required();
    pretrain.option("--out", in.pretrain.out, "model folder to make").required();
    pretrain.option("--threads", in.pretrain.threads).between(1, 1024);
    auto demo = on.command("demo-data", "a made-up social network",
                           [&in](Context& c) { return demo_data_command(c, in.demo); });
    demo.option("DIR", in.demo.folder).required();
    demo.option("--people", in.demo.people);
    demo.option("--seed", in.demo.seed);
}

}  // namespace litura::cli
