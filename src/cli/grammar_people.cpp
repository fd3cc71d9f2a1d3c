// The words of commands about people and their requests.
#include "cli/grammar.hpp"

namespace litura::cli {
namespace {

constexpr const char* kKinds[] = {"erasure",     "rectification",    "objection", "withdrawal",
                                  "restriction", "lift-restriction", "access",    "portability"};

struct Bound {
    PersonArguments person;
    LinkArguments link;
    DescribeArguments described;
    RequestArguments request;
    LetterArguments letter;
    VerifyArguments verify;
    DecideArguments decide;
    FindArguments find;
    SignalArguments signal;
    ForeignArguments foreign;
    StatusArguments status;
    std::string request_id, file, day;
};

class People {
public:
    explicit People(Grammar& on) : on_(on), app_(on.top()), in_(on.keep<Bound>()) {}

    void add_all() {
        persons();
        Command request = on_.family("request", "exercise a right");
        for (const char* kind : kKinds) exercise(request, kind);
        messages(request);
        moments(request);
        letters(request);
        foreign(request);
        found(request);
        find();
        signal();
        auto status = command(app_, "status", "requests, clocks, the model, what is deferred",
                              [&in = in_](Context& c) { return status_command(c, in.status); });
        status.flag("--public", in_.status.for_all, "only counters that anybody may see, rounded");
        command(on_.family("clock", "the machine's clock, where it is not believed"), "confirm",
                "say which day it is, after it leapt; status tells",
                [&in = in_](Context& c) { return clock_confirm_command(c, in.day); })
            .option("--day", in_.day, "as you know it from elsewhere: 2026-11-30, UTC")
            .required();
    }

private:
    Command command(Command parent, const std::string& name, const std::string& about, Run run) {
        return on_.command(parent, name, about, std::move(run));
    }

    void persons() {
        Command person = on_.family("person", "whose records are held");
        command(person, "list", "everyone, by handle",
                [](Context& c) { return person_list_command(c); });
        Grammar::add_person(
            command(person, "show", "what is held of one person",
                    [&in = in_](Context& c) { return person_show_command(c, in.person); }),
            in_.person);
        auto link = command(person, "link", "say that two are one person; nothing is by itself",
                            [&in = in_](Context& c) { return person_link_command(c, in.link); });
        Grammar::add_person(link, in_.link.person);
        link.option("--with", in_.link.other, "handle of the other").required();
        link.option("--evidence", in_.link.evidence,
                    "file that shows it, kept sealed under the person's key")
            .required();
        auto describe =
            command(person, "describe", "state country or age of a person",
                    [&in = in_](Context& c) { return person_describe_command(c, in.described); });
        Grammar::add_person(describe, in_.described.person);
        describe.option("--country", in_.described.country, "of residence, by ISO 3166: DE");
        describe.option("--age", in_.described.age, "in whole years, today").between(0, 150);
    }

    void exercise(Command request, const std::string& kind) {
        auto sub = command(request, kind, "request " + kind, [&in = in_, kind](Context& c) {
            in.request.kind = kind;
            return request_command(c, in.request);
        });
        Grammar::add_person(sub, in_.request.person);
        sub.option("--verified", in_.request.verified,
                   "how the person was verified; without it the request waits where it "
                   "destroys or discloses");
        auto by =
            sub.option("--by", in_.request.by, "file with the name of who asks for the person");
        sub.option("--role", in_.request.role, "agent (default), parent, estate or administrator")
            .needs(by);
        sub.option("--authority", in_.request.authority,
                   "file that shows that they may; without it nobody is barred yet")
            .needs(by);
        sub.option("--idempotency-key", in_.request.mark,
                   "the sender's own mark: what is sent twice is one request");
        if (kind == "erasure") {
            sub.option("--record", in_.request.record, "only this one: r-... or the source's id");
            sub.option("--receipt", in_.request.receipt,
                       "file for the person: their own events, which nobody can open later");
        }
        if (kind == "objection") add_outsider(sub);
        if (kind == "rectification") add_correction(sub, true);
    }

    void add_correction(Command sub, bool required) {
        auto record = sub.option("--record", in_.request.record, "r-... or the source's id");
        auto text = sub.option("--text-file", in_.request.text_file,
                               "file with the corrected text, - for standard input");
        record.required(required);
        text.required(required);
    }

    /// What somebody without an account may object to.
    void add_outsider(Command sub) {
        sub.option("--name", in_.request.name,
                   "-: without an account, against records that hold the name on standard "
                   "input");
        sub.option("--name-file", in_.request.name_file, "likewise, a file with the name");
        sub.option("--records", in_.request.records,
                   "likewise, against records that somebody has looked at: file with their "
                   "handles, - for standard input");
    }

    void messages(Command request) {
        auto text = command(request, "text", "file a message that came in; somebody reads it",
                            [&in = in_](Context& c) { return request_text_command(c, in.letter); });
        text.option("FILE", in_.letter.file, "- for standard input").required();
        text.option("--received", in_.letter.received,
                    "when it came, RFC 3339 (default: now); the clock runs from there");
        auto classify =
            command(request, "classify", "say which request a message is", [&in = in_](Context& c) {
                return request_classify_command(c, in.request_id, in.request);
            });
        classify.option("ID", in_.request_id).required();
        classify.option("KIND", in_.request.kind).required();
        Grammar::add_person(classify, in_.request.person);
        add_correction(classify, false);
        with_id(
            "show", "a request and the papers sealed with it",
            [&in = in_](Context& c) { return request_show_command(c, in.request_id); }, request);
    }

    Command with_id(const std::string& name, const std::string& about, Run run, Command request) {
        auto sub = command(request, name, about, std::move(run));
        sub.option("ID", in_.request_id).required();
        return sub;
    }

    void moments(Command request) {
        auto verify = with_id(
            "verify", "the person was verified: go on",
            [&in = in_](Context& c) { return request_verify_command(c, in.request_id, in.verify); },
            request);
        verify.option("--method", in_.verify.method).required();
        verify.option("--receipt", in_.verify.receipt,
                      "erasure: file for the person, their own events");
        auto authority = with_id(
            "authority", "who asks for the person has shown that they may",
            [&in = in_](Context& c) {
                return request_authority_command(c, in.request_id, in.letter.file);
            },
            request);
        authority.option("--file", in_.letter.file).required();
        auto revoke = with_id(
            "revoke", "the person takes it back",
            [&in = in_](Context& c) {
                return request_revoke_command(c, in.request_id, in.verify.method);
            },
            request);
        revoke.option("--verified", in_.verify.method, "how the person was verified").required();
        with_id(
            "report", "what an erasure or rectification destroyed, and what it could not",
            [&in = in_](Context& c) { return request_report_command(c, in.request_id); }, request);
        command(request, "check", "check a receipt against the ledger",
                [&in = in_](Context& c) { return request_check_command(c, in.file); })
            .option("FILE", in_.file)
            .required();
    }

    void letters(Command request) {
        const auto letter = [&](const char* name, const char* about, Letter which,
                                const char* option) {
            auto sub = with_id(
                name, about,
                [&in = in_, which](Context& c) {
                    return request_letter_command(c, in.request_id, which, in.letter);
                },
                request);
            sub.option(option, in_.letter.file, "what the person was told; kept sealed").required();
            return sub;
        };
        letter("extend", "two further months, told within the first", Letter::extension, "--letter")
            .option("--reason", in_.letter.reason, "complexity or number")
            .required();
        letter("deny", "with its reason and the remedies", Letter::denial, "--remedies-file")
            .option("--reason", in_.letter.reason, "see docs/law/requests.md")
            .required();
        letter("answer", "the person was told what was done: the clock ends", Letter::answer,
               "--letter");
        letter("lift-notice", "the person was told that a restriction will be lifted",
               Letter::lifting, "--letter");
    }

    void foreign(Command request) {
        auto import =
            command(request, "import", "take a request that another system sent",
                    [&in = in_](Context& c) { return request_import_command(c, in.foreign); });
        import.option("PROTOCOL", in_.foreign.protocol, "drp or opendsr").required();
        import.option("FILE", in_.foreign.file, "as it came").required();
        import
            .option("--keys", in_.foreign.keys,
                    "the directory of agents (drp), the controller's certificate (opendsr)")
            .required();
        import.option("--business", in_.foreign.business, "our id in the directory (drp)");
        import.option("--out", in_.foreign.out, "file for the answer in the protocol's form");
    }

    void found(Command request) {
        with_id(
            "found", "the person's words or name in other people's records",
            [&in = in_](Context& c) { return request_found_command(c, in.request_id); }, request);
        auto decide =
            command(request, "decide", "bar what waits for a person's decision",
                    [&in = in_](Context& c) { return request_decide_command(c, in.decide); });
        decide.option("ID", in_.decide.request).required();
        decide.flag("--all", in_.decide.all, "all records, and a name in later imports");
        decide.flag("--none", in_.decide.none);
        decide.option("--records", in_.decide.records,
                      "only these: file with their handles, - for standard input");
    }

    void find() {
        auto find = command(app_, "find", "records that hold words, a name or an @handle",
                            [&in = in_](Context& c) { return find_command(c, in.find); });
        find.option("--text", in_.find.text, "words, in any case and punctuation");
        find.option("--name", in_.find.name, "likewise, as whole words");
        find.option("--handle", in_.find.handle, "as @handle or in the list of mentions");
        find.option("--file", in_.find.file,
                    "what to find stands in this file; with --text -, --name - or --handle -");
        find.flag("--show", in_.find.show, "with the records' texts");
    }

    void signal() {
        auto signal =
            command(app_, "signal", "a preference that a machine spoke; it may forbid only",
                    [&in = in_](Context& c) { return signal_command(c, in.signal); });
        signal
            .option("FORMAT", in_.signal.format,
                    "gpc, aipref, robots, tdmrep, user-intents or preference")
            .required();
        signal.option("FILE", in_.signal.file, "as it came: headers, a file, a record").required();
        Grammar::add_person(signal, in_.signal.person);
        signal.option("--source", in_.signal.source, "of a site: what was imported from it");
    }

    Grammar& on_;
    Command app_;
    Bound& in_;
};

}  // namespace

void add_people_commands(Grammar& on) { People(on).add_all(); }

}  // namespace litura::cli
