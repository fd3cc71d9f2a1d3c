// Projects, records, and what people were told and said.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/progress.hpp"
#include "cli/acts.hpp"
#include "cli/commands.hpp"
#include "derive/classes.hpp"
#include "corpus/importers/format.hpp"
#include "derive/rights.hpp"
#include "engine/model.hpp"
#include "release/organisation.hpp"

namespace litura::cli {
namespace {

constexpr std::string_view kDebianChangelog = "debian-changelog";

/// models/base beside the program or above it: in the build tree and in an installation.
Result<Path> shipped_base() {
    std::error_code error;
    const Path program = std::filesystem::read_symlink("/proc/self/exe", error);
    for (Path folder = program.parent_path(); !error && folder != folder.root_path();
         folder = folder.parent_path()) {
        for (const char* place : {"models/base", "share/litura/base"}) {
            if (std::filesystem::exists(folder / place / "config.json")) return folder / place;
        }
    }
    return Error{Code::environment, "the shipped base is not beside the program", "models/base",
                 "name a base with --base DIR"};
}

/// Commits every so many records: some megabytes, so that a page of an index is written once for
/// many of them, and the log stays small. What a crash leaves is whole records, and the same import
/// again adds the rest. Between two batches others have their turn, whoever exercises a right to
/// the end; what they barred holds from the next record on.
class Batches {
public:
    explicit Batches(derive::Project& project) : project_(project) {}

    /// The bars for the next record, of about this size, which nobody changes before its batch is
    /// committed.
    Result<const ledger::Snapshot*> next(std::size_t bytes = 0) {
        if (!open_ || records_ == kRecordsMax || bytes_ >= kBytesMax) {
            TRY(finish());
            TRY(begin());
            records_ = bytes_ = 0;
        }
        ++records_;
        bytes_ += bytes;
        return &bars_;
    }
    Result<void> finish() {
        if (!open_) return done();
        Transaction transaction = std::move(*open_);
        open_.reset();
        return transaction.commit();
    }

private:
    static constexpr std::uint64_t kRecordsMax = 20'000, kBytesMax = 64 << 20;

    Result<void> begin() {
        TRY(derive::give_way(project_));
        open_.emplace(TRY(project_.db.begin()));
        const std::int64_t version = TRY(project_.db.data_version());
        if (version == version_) return done();
        bars_ = {};  // two of a large project's need not be held at once
        bars_ = TRY(project_.ledger().snapshot());
        version_ = version;
        return done();
    }

    derive::Project& project_;
    std::optional<Transaction> open_;
    ledger::Snapshot bars_;
    std::optional<std::int64_t> version_;    ///< of the database that the bars are from
    std::uint64_t records_ = 0, bytes_ = 0;  ///< of the open batch
};

/// A preference against training that stands in somebody's files is an objection, like one made
/// here.
Result<void> record_objection(derive::Project& project, const std::string& source,
                              const PersonalText& author, Instant at) {
    ledger::Act act;
    act.author = author.clone();
    act.source = source;
    act.purpose = project.settings.policy.admission.purpose;
    act.kind = ledger::ActKind::objection;
    act.channel = "preference in the platform's files";
    act.at = std::min(at, TRY(project.ledger().now()));
    TRY(project.ledger().record_act(act));
    return done();
}

/// Whose files they are, if the operator says so.
Result<PersonalText> read_author(Context& context, const ImportArguments& arguments) {
    if (arguments.person.empty() && arguments.person_file.empty()) return PersonalText();
    if (arguments.person_file.empty() && arguments.person != "-") {
        return Error{Code::bad_input, "an identifier stands in the command line", "",
                     "give it with --person - (standard input) or --person-file"};
    }
    return read_identifier(context.env, arguments.person_file);
}

/// `format` is null for debian-changelog.
Result<corpus::ImportCounts> import_records(derive::Project& project,
                                            const ImportArguments& arguments,
                                            const corpus::Format* format, PersonalText author,
                                            const std::string& source) {
    Batches batches(project);
    const corpus::Receiver receiver = {
        .record = [&](corpus::IncomingRecord record) -> Result<corpus::Added> {
            const std::size_t bytes = record.text.reveal().size() + record.rest.reveal().size();
            const ledger::Snapshot* bars = TRY(batches.next(bytes));
            return project.corpus().add(project.ledger(), *bars, source, record);
        },
        .deleted = [&](const PersonalText& id) -> Result<void> {
            TRY(batches.next());
            return project.corpus().bar_deleted(project.ledger(), source, id);
        },
        .objected = [&](const PersonalText& person, Instant at) -> Result<void> {
            TRY(batches.next());
            return record_objection(project, source, person, at);
        }};
    corpus::ImportCounts counts;
    if (format != nullptr) {
        counts = TRY(corpus::import_files(*format, arguments.path, {std::move(author)}, receiver));
    } else {
        const derive::Trainer* trainer = TRY(project.trainer());
        const auto count = [&](std::string_view text) {
            return trainer->count_targets(PersonalText(std::string(text)));
        };
        counts = TRY(corpus::import_debian_changelogs(arguments.path, {}, count, receiver.record));
    }
    TRY(batches.finish());
    return counts;
}

/// "acts first, legitimate interest for the others": everyone of the source without any act.
Result<std::uint64_t> claim_for_others(derive::Project& project, const std::string& source) {
    const std::string& purpose = project.settings.policy.admission.purpose;
    auto transaction = TRY(project.db.begin());
    const ledger::Snapshot snapshot = TRY(project.ledger().snapshot());
    std::uint64_t claimed = 0;
    for (const ledger::Account& account : TRY(project.ledger().accounts())) {
        if (account.source != source) continue;
        if (!snapshot.accounts.at(account.tag).grounds.empty()) continue;
        TRY(project.ledger().claim_legitimate_interest(account, purpose));
        ++claimed;
    }
    TRY(transaction.commit());
    return claimed;
}

std::string explained_text(const Json& counts, const Json& why) {
    std::string text;
    for (const Json& one : why)
        text += fmt::format("\n    {:>8}  {}\n              {} ({})\n              next: {}",
                            counts.at(one["rule"].get<std::string>()).get<std::uint64_t>(),
                            one["rule"].get<std::string>(), one["what"].get<std::string>(),
                            one["article"].get<std::string>(), one["next"].get<std::string>());
    return text;
}

Json refused_json(const derive::Admission& admission) {
    Json json = Json::object();
    for (const auto& [rule, count] : admission.refused)
        json[std::string(ledger::to_text(rule))] = count;
    return json;
}

std::string counts_text(const Json& counts) {
    std::string text;
    for (const auto& [name, count] : counts.items())
        text += fmt::format("\n    {:>8}  {}", count.get<std::uint64_t>(), name);
    return text;
}

Error bad_choice(std::string message, std::string next) {
    return {Code::bad_input, std::move(message), "", std::move(next)};
}

}  // namespace

Result<Answer> init_command(Context& context, const InitArguments& arguments) {
    const Path folder = arguments.folder.empty() ? context.project : Path(arguments.folder);
    derive::NewProject wish{folder, {}, {}, context.now};
    if (!arguments.like.empty()) wish.like = arguments.like;
    if (arguments.like.empty()) {
        wish.base = arguments.base.empty() ? TRY(shipped_base()) : Path(arguments.base);
        TRY(engine::load_model(context.env, wish.base));  // refused now, not when deriving
    }
    TRY(create_project(context.env, wish));
    const Path organisation = derive::Paths(folder).organisation();
    if (!context.env.exists(organisation))
        TRY(context.env.write_file(organisation, bytes_of(release::empty_organisation())));
    return Answer{{{"project", folder.string()}, {"test_clock", context.now.has_value()}},
                  fmt::format("new project in {}\n  recipe and policy: litura.toml; who you are: "
                              "organisation.toml\n  next: litura notice add, then litura import",
                              folder.string())};
}

Result<Answer> import_command(Context& context, const ImportArguments& arguments) {
    if (arguments.ground == "consent") {
        return bad_choice(
            "consent is an act of each person, not a flag of an import (GDPR Art. 4(11), 7(1))",
            "give the acts with --evidence ACTS.jsonl");
    }
    if (!arguments.ground.empty() && arguments.ground != "legitimate_interest") {
        return bad_choice("unknown ground",
                          "the only ground that may be claimed at import is legitimate_interest");
    }
    const corpus::Format* format = nullptr;
    if (arguments.format != kDebianChangelog) {
        format = TRY(corpus::find_format(arguments.format, arguments.path));
    }
    const std::string name(format != nullptr ? format->name : kDebianChangelog);
    const std::string source = arguments.source.empty() ? name : arguments.source;
    PersonalText author = TRY(read_author(context, arguments));
    const auto project = TRY(context.open());
    std::uint64_t acts = 0;
    if (!arguments.evidence.empty()) {
        auto transaction = TRY(project->db.begin());
        acts = TRY(record_acts(context.env, project->ledger(), arguments.evidence));
        TRY(transaction.commit());
    }
    const corpus::ImportCounts counts =
        TRY(import_records(*project, arguments, format, std::move(author), source));
    const std::uint64_t claimed =
        arguments.ground.empty() ? 0 : TRY(claim_for_others(*project, source));
    Json rejected = Json::object();
    for (const auto& [reason, count] : counts.rejected) rejected[reason] = count;
    TRY(project->ledger().note("import.done", {{"source", source},
                                               {"format", name},
                                               {"in", counts.in},
                                               {"imported", counts.imported},
                                               {"unchanged", counts.unchanged},
                                               {"rejected", rejected}}));
    TRY(derive::settle_classes(*project));
    const derive::Admission admission = TRY(project->admission());
    std::set<ledger::Rule> refusing;
    for (const auto& [rule, count] : admission.refused) refusing.insert(rule);
    const Json why_not = TRY(explained(*project, refusing));
    Answer answer;
    answer.json = {{"format", name},
                   {"in", counts.in},
                   {"imported", counts.imported},
                   {"unchanged", counts.unchanged},
                   {"rejected", rejected},
                   {"objections", counts.objections},
                   {"acts", acts},
                   {"legitimate_interest", claimed},
                   {"admitted",
                    {{"persons", admission.persons},
                     {"records", admission.records},
                     {"tokens", admission.tokens}}},
                   {"not_admitted", refused_json(admission)},
                   {"why_not", why_not}};
    answer.text = fmt::format(
        "{} records read: {} imported, {} unchanged, {} rejected{}\n{} acts, legitimate interest "
        "claimed for {}\n"
        "admitted now: {} records of {} people, {} tokens; not admitted:{}",
        counts.in, counts.imported, counts.unchanged,
        counts.in - counts.imported - counts.unchanged, counts_text(rejected), acts, claimed,
        admission.records, admission.persons, admission.tokens,
        admission.refused.empty() ? " none" : explained_text(answer.json["not_admitted"], why_not));
    return answer;
}

Result<Answer> source_command(Context& context, const SourceArguments& arguments) {
    const auto project = TRY(context.open());
    auto audience = ledger::Audience::unknown;
    if (!arguments.audience.empty()) audience = TRY(ledger::parse_audience(arguments.audience));
    if (!arguments.age.empty() && arguments.age != "adult")
        return bad_choice("unknown age statement", "the only one is --age adult");
    Bytes document;
    if (!arguments.document.empty()) document = TRY(context.env.read_file(arguments.document));
    const bool adults = arguments.age == "adult";
    TRY(project->ledger().declare_source(
        arguments.name, audience, adults,
        arguments.document.empty() ? std::nullopt : std::optional<ByteView>(document)));
    return Answer{
        {{"source", arguments.name}, {"audience", to_text(audience)}, {"adults_only", adults}},
        fmt::format("stated for {}: audience {}{}", arguments.name, to_text(audience),
                    adults ? ", adults only" : "")};
}

Result<Answer> notice_add_command(Context& context, const std::string& path) {
    const auto project = TRY(context.open());
    const Digest digest = TRY(project->ledger().add_notice(TRY(read_input(context.env, path))));
    return Answer{{{"notice", digest_text(digest)}}, digest_text(digest)};
}

Result<Answer> notice_serve_command(Context& context, const ServeArguments& arguments) {
    const auto project = TRY(context.open());
    const Digest notice = TRY(parse_digest(arguments.notice));
    const Instant at = TRY(parse_instant(arguments.at));
    TRY(project->ledger().serve_notice(notice, arguments.source, at));
    const Instant effect = at.plus_days(project->settings.policy.admission.grace_days);
    return Answer{{{"notice", digest_text(notice)},
                   {"source", arguments.source},
                   {"at", to_text(at)},
                   {"grace_until", to_text(effect)}},
                  fmt::format("served to {} at {}; the grace period ends at {}", arguments.source,
                              to_text(at), to_text(effect))};
}

Result<Answer> document_command(Context& context, const std::string& kind,
                                const std::string& path) {
    const auto project = TRY(context.open());
    const auto parsed = TRY(ledger::parse_document_kind(kind));
    const Digest digest = TRY(project->ledger().add_document(
        parsed, TRY(read_input(context.env, path)), project->settings.policy.admission.purpose));
    return Answer{{{"document", digest_text(digest)}, {"kind", kind}}, digest_text(digest)};
}

/// What a person may be handed at once: it names nobody. The opening of each commitment is in the
/// person's own report.
Result<Json> receipt_json(ledger::Ledger& ledger, const ledger::Act& act, ledger::Sequence event) {
    const Digest commitment = TRY(ledger.commitment(event));
    return Json{{"event", event},
                {"commitment", digest_text(commitment)},
                {"act", to_text(act.kind)},
                {"purpose", act.purpose},
                {"notice", act.notice.is_zero() ? Json() : Json(digest_text(act.notice))},
                {"channel", act.channel},
                {"at", to_text(act.at)}};
}

Result<Answer> ground_command(Context& context, const std::string& evidence) {
    const auto project = TRY(context.open());
    ledger::Ledger& ledger = project->ledger();
    auto transaction = TRY(project->db.begin());
    Json receipts = Json::array();
    Result<void> receipted;
    const std::uint64_t acts = TRY(record_acts(
        context.env, ledger, evidence, [&](const ledger::Act& act, ledger::Sequence event) {
            auto receipt = receipt_json(ledger, act, event);
            if (receipt) receipts.push_back(std::move(receipt).value());
            if (!receipt && receipted) receipted = receipt.error();
        }));
    TRY(std::move(receipted));
    TRY(transaction.commit());
    return Answer{{{"acts", acts}, {"receipts", receipts}}, fmt::format("{} acts recorded", acts)};
}

}  // namespace litura::cli
