#include "service/intake.hpp"

#include <variant>

#include "corpus/importers/format.hpp"
#include "derive/classes.hpp"
#include "ledger/decide.hpp"
#include "ledger/intake.hpp"
#include "ledger/persons.hpp"
#include "service/turns.hpp"

namespace litura::service {
namespace {

constexpr std::string_view kDebianChangelog = "debian-changelog";

Error bad_choice(std::string message, std::string next) {
    return {Code::bad_input, std::move(message), "", std::move(next)};
}

Result<void> check_ground(const std::string& ground) {
    if (ground == "consent") {
        return bad_choice(
            "consent is an act of each person, not a flag of an import (GDPR Art. 4(11), 7(1))",
            "give the acts with --evidence ACTS.jsonl");
    }
    if (!ground.empty() && ground != "legitimate_interest") {
        return bad_choice("unknown ground",
                          "the only ground that may be claimed at import is legitimate_interest");
    }
    return done();
}

/// What the importers hand over, written in the order in which they found it: gathered while files
/// are read, and written when a transaction's worth is there.
class Writer {
public:
    Writer(Session& session, const std::string& source)
        : session_(session), source_(source), turns_(session) {}

    corpus::Receiver receiver() {
        return {.record = [this](corpus::IncomingRecord record) -> Result<corpus::Added> {
                    const std::size_t bytes =
                        record.text.reveal().size() + record.rest.reveal().size();
                    TRY(gather(std::move(record), bytes));
                    ++records_;
                    return corpus::Added{};  // until finish()
                },
                .deleted = [this](const PersonalText& id) { return gather(Deleted{id.clone()}); },
                .objected =
                    [this](const PersonalText& author, Instant at) {
                        return gather(Objected{author.clone(), at});
                    }};
    }
    /// What became of the records, in `counts`, where all that were gathered stand as imported.
    Result<void> finish(corpus::ImportCounts& counts) {
        TRY(write());
        counts.imported = counts.imported - records_ + counts_.imported;
        counts.unchanged += counts_.unchanged;
        for (const auto& [reason, count] : counts_.rejected) counts.rejected[reason] += count;
        return done();
    }

private:
    struct Deleted {
        PersonalText id;
    };
    struct Objected {
        PersonalText author;
        Instant at;
    };
    using Found = std::variant<corpus::IncomingRecord, Deleted, Objected>;

    Result<void> gather(Found found, std::size_t bytes = 0) {
        gathered_.push_back(std::move(found));
        bytes_ += bytes;
        return gathered_.size() == Turns::kStepsMax || bytes_ >= Turns::kBytesMax ? write()
                                                                                  : done();
    }
    Result<void> write() {
        for (const Found& found : gathered_) {
            TRY(turns_.step(0));
            TRY(std::visit([this](const auto& one) { return take(one); }, found));
        }
        gathered_.clear();
        bytes_ = 0;
        return turns_.finish();
    }
    Result<void> take(const corpus::IncomingRecord& record) {
        const ledger::Snapshot* bars = TRY(turns_.bars());
        const corpus::Added added =
            TRY(session_.corpus().add(session_.ledger(), *bars, source_, record));
        switch (added.outcome) {
            case corpus::Outcome::imported: ++counts_.imported; break;
            case corpus::Outcome::unchanged: ++counts_.unchanged; break;
            case corpus::Outcome::rejected: ++counts_.rejected[added.reason]; break;
        }
        return done();
    }
    Result<void> take(const Deleted& deleted) {
        return session_.corpus().bar_deleted(session_.ledger(), source_, deleted.id);
    }
    /// A preference against training that stands in somebody's files is an objection, like one made
    /// here.
    Result<void> take(const Objected& objected) {
        ledger::Act act;
        act.author = objected.author.clone();
        act.source = source_;
        act.purpose = session_.purpose();
        act.kind = ledger::ActKind::objection;
        act.channel = "preference in the platform's files";
        act.at = std::min(objected.at, TRY(session_.now()));
        TRY(session_.ledger().intake().record(act));
        return done();
    }

    Session& session_;
    const std::string& source_;
    Turns turns_;
    std::vector<Found> gathered_;
    std::size_t bytes_ = 0;
    std::uint64_t records_ = 0;  ///< ever gathered
    corpus::ImportCounts counts_;
};

/// `format` is null for debian-changelog.
Result<corpus::ImportCounts> import_records(Session& session, const ImportArguments& arguments,
                                            const corpus::Format* format,
                                            const std::string& source) {
    Writer writer(session, source);
    const corpus::Receiver receiver = writer.receiver();
    corpus::ImportCounts counts;
    if (format != nullptr) {
        counts = TRY(
            corpus::import_files(*format, arguments.path, {arguments.author.clone()}, receiver));
    } else {
        const derive::Trainer* trainer = TRY(session.project().trainer());
        const auto count = [&](std::string_view text) {
            return trainer->count_targets(PersonalText(std::string(text)));
        };
        counts = TRY(corpus::import_debian_changelogs(arguments.path, {}, count, receiver.record));
    }
    TRY(writer.finish(counts));
    if (counts.in + counts.objections == 0) {
        return Error{Code::bad_input, "nothing in it that the format reads", "",
                     "check the path and the format; docs/importing.md says what is read"};
    }
    return counts;
}

/// "acts first, legitimate interest for the others": everyone of the source without any act.
Result<std::uint64_t> claim_for_others(Session& session, const std::string& source) {
    Turns turns(session);
    std::uint64_t claimed = 0;
    for (const ledger::Account& account : TRY(session.ledger().persons().all())) {
        if (account.source != source) continue;
        TRY(turns.step(0));
        const ledger::Snapshot* bars = TRY(turns.bars());
        const auto known = bars->accounts.find(account.tag);
        if (known == bars->accounts.end() || !known->second.grounds.empty()) continue;
        TRY(session.ledger().intake().claim_legitimate_interest(account, session.purpose()));
        ++claimed;
    }
    TRY(turns.finish());
    return claimed;
}

Json rejected_json(const corpus::ImportCounts& counts) {
    Json json = Json::object();
    for (const auto& [reason, count] : counts.rejected) json[reason] = count;
    return json;
}

}  // namespace

std::vector<std::string> format_names() {
    std::vector<std::string> names = {std::string(kDebianChangelog)};
    for (const corpus::Format& format : corpus::formats()) names.emplace_back(format.name);
    return names;
}

Result<Imported> import(Session& session, const ImportArguments& arguments) {
    TRY(check_ground(arguments.ground));
    const corpus::Format* format = nullptr;
    if (arguments.format != kDebianChangelog)
        format = TRY(corpus::find_format(arguments.format, arguments.path));
    Imported imported;
    imported.format = format != nullptr ? format->name : kDebianChangelog;
    const std::string& source = arguments.source.empty() ? imported.format : arguments.source;
    if (arguments.evidence)
        imported.acts = TRY(record_acts(session, *arguments.evidence, Receipts::none)).acts;
    imported.counts = TRY(import_records(session, arguments, format, source));
    if (!arguments.ground.empty()) imported.claimed = TRY(claim_for_others(session, source));
    TRY(session.ledger().append("import.done", {{"source", source},
                                                {"format", imported.format},
                                                {"in", imported.counts.in},
                                                {"imported", imported.counts.imported},
                                                {"unchanged", imported.counts.unchanged},
                                                {"rejected", rejected_json(imported.counts)}}));
    TRY(derive::settle_classes(session.project()));
    imported.admission = TRY(session.project().admission());
    std::set<ledger::Rule> refusing;
    for (const auto& [rule, count] : imported.admission.refused) refusing.insert(rule);
    imported.why_not = TRY(explained(session, refusing));
    return imported;
}

Json to_json(const Imported& imported) {
    const derive::Admission& admission = imported.admission;
    Json refused = Json::object();
    for (const auto& [rule, count] : admission.refused)
        refused[std::string(ledger::to_text(rule))] = count;
    return {{"format", imported.format},
            {"in", imported.counts.in},
            {"imported", imported.counts.imported},
            {"unchanged", imported.counts.unchanged},
            {"rejected", rejected_json(imported.counts)},
            {"objections", imported.counts.objections},
            {"acts", imported.acts},
            {"legitimate_interest", imported.claimed},
            {"admitted",
             {{"persons", admission.persons},
              {"records", admission.records},
              {"tokens", admission.tokens}}},
            {"not_admitted", std::move(refused)},
            {"why_not", to_json(imported.why_not)}};
}

}  // namespace litura::service
