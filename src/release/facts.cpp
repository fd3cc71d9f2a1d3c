// Collects the facts for documents: events by their types, then one walk over the corpus' rows.
#include "release/facts.hpp"

#include <algorithm>
#include <map>

#include "derive/derive.hpp"
#include "derive/manifest.hpp"
#include "ledger/decide.hpp"
#include "ledger/fields.hpp"
#include "ledger/snapshots.hpp"
#include "release/channel_writer.hpp"
#include "release/registry.hpp"

namespace litura::release {
namespace {

using derive::Manifest;
using derive::Sample;
using ledger::Basis;
using ledger::ProjectEvent;

constexpr std::size_t kLicenceMax = 100;  ///< bytes; longer ones count among the others

struct Group {
    std::set<Digest> persons;
    std::uint64_t records = 0;

    void add(const Digest& person) {
        persons.insert(person);
        ++records;
    }
    void add(const Group& other) {
        persons.insert(other.persons.begin(), other.persons.end());
        records += other.records;
    }
    bool few() const { return !persons.empty() && persons.size() < kFewest; }
    Tally tally(Tally::Detail detail = Tally::Detail::exact) const {
        return few() ? Tally{Tally::Detail::few} : Tally{detail, persons.size(), records};
    }
};

/// A sum of groups that may be shown; what stays out makes it "at least".
struct Total {
    Group shown;
    bool whole = true;

    void add(const Group& group) {
        if (group.few()) {
            whole = false;
        } else {
            shown.add(group);
        }
    }
    Tally tally() const {
        if (!whole && shown.persons.empty()) return {Tally::Detail::few};
        return shown.tally(whole ? Tally::Detail::exact : Tally::Detail::at_least);
    }
};

/// What is held of one source, people still told apart.
struct Gathered {
    Group held, consent, interest;
    std::set<ledger::Audience> audiences;
    std::map<std::string, Group> licences;
};

class Collector {
public:
    Collector(derive::Project& project, FactsOf of) : project_(project), of_(of) {}

    Result<Facts> collect() {
        const auto before = TRY(derive::visible_model(project_.db));
        const bool stale = before && !TRY(derive::usable_as_it_is(project_, *before));
        const ReadView one_state = TRY(project_.db.read());
        TRY(settings());
        if (const auto visible = TRY(derive::visible_model(project_.db))) TRY(model(*visible));
        if (facts_.model) facts_.model->stale = stale;
        TRY(events());
        TRY(registry());
        TRY(rows());
        TRY(sources());
        return std::move(facts_);
    }

private:
    Result<void> settings() {
        const derive::Policy& policy = project_.settings.policy;
        facts_.purpose = policy.admission.purpose;
        facts_.grace_days = policy.admission.grace_days;
        facts_.quarantine_days = policy.quarantine_days;
        facts_.consent = project_.settings.recipe.stage_of(Basis::consent).has_value();
        facts_.test_clock = project_.ledger().clock() == ledger::Ledger::Clock::test;
        const ledger::Head head = TRY(project_.ledger().head());
        facts_.sequence = head.seq;
        facts_.as_of = head.at;
        Organisation organisation =
            TRY(load_organisation(project_.env, project_.paths.organisation()));
        facts_.stated = std::move(organisation.stated);
        for (DeclaredSource& declared : organisation.sources) {
            SourceFacts& source = source_of(declared.name);
            source.kind = std::move(declared.kind);
            source.description = std::move(declared.description);
        }
        return done();
    }

    Result<void> model(const derive::VisibleModel& visible) {
        manifest_ = TRY(project_.manifests().load(visible.manifest));
        const bool remembers = manifest_->weights != manifest_->model;
        if (of_ == FactsOf::weights) manifest_ = TRY(derive::of_weights(std::move(*manifest_)));
        recipe_ = TRY(derive::parse_settings(manifest_->settings_text)).recipe;
        ModelFacts model;
        model.model = manifest_->model;
        model.manifest = visible.manifest;
        model.base = manifest_->base;
        model.settings = sha256(manifest_->settings_text);
        model.purpose = manifest_->purpose;
        model.as_of = manifest_->used.as_of;
        model.sequence = manifest_->used.sequence;
        model.tokens = manifest_->used.tokens();
        model.update = recipe_.train.method.lora.rank == 0 ? "full" : "lora";
        model.chosen_on = recipe_.chosen_on;
        model.suppressed = visible.suppressed;
        model.remembers = remembers;
        facts_.model = std::move(model);
        return done();
    }

    using Take = void (Collector::*)(const ProjectEvent&, ledger::Fields&);

    Result<void> events() {
        struct Taken {
            ledger::EventName type;
            Take take;
        };
        constexpr Taken kTypes[] = {{"notice.served", &Collector::served},
                                    {"document.added", &Collector::document},
                                    {"import.done", &Collector::imported},
                                    {"model.exported", &Collector::exported}};
        for (const auto& [type, take] : kTypes) {
            for (const ProjectEvent& event : TRY(project_.ledger().events(type))) {
                ledger::Fields in(event.payload);
                (this->*take)(event, in);
                if (!in.ok())
                    return Error{Code::broken, "an event of the ledger lacks a field",
                                 "event " + std::to_string(event.seq), ""};
            }
        }
        return done();
    }
    void served(const ProjectEvent&, ledger::Fields& in) {
        source_of(in.text("source")).served.push_back({in.digest("notice"), {in.integer("at")}});
    }
    void document(const ProjectEvent& event, ledger::Fields& in) {
        const std::string kind = in.text("kind"), purpose = in.text("purpose");
        facts_.documents.push_back({kind, in.digest("document"), purpose, event.at});
        const bool assessed = kind == to_text(ledger::DocumentKind::assessment) &&
                              purpose == facts_.purpose &&
                              project_.settings.recipe.stage_of(Basis::legitimate_interest);
        facts_.interest = facts_.interest || assessed;
    }
    void imported(const ProjectEvent& event, ledger::Fields& in) {
        SourceFacts& source = source_of(in.text("source"));
        source.formats.insert(in.text("format"));
        source.imported = event.at;
        if (facts_.model && event.seq <= facts_.model->sequence) facts_.model->acquired = event.at;
    }
    void exported(const ProjectEvent&, ledger::Fields&) { ++facts_.exports; }

    Result<void> registry() {
        const Registry registry = TRY(load_registry(project_));
        facts_.releases = registry.releases.size();
        const auto& all = registry.recipients;
        facts_.recipients =
            static_cast<std::uint64_t>(std::ranges::count(all, false, &Recipient::removed));
        const Path channel = channel_folder(project_);
        if (project_.env.exists(channel / "timestamp.json"))
            facts_.channel = TRY(ChannelWriter::open(project_.env, channel, {})).address();
        if (!facts_.model) return done();
        for (const Published& one : registry.releases) {
            if (one.described.model != manifest_->weights) continue;
            facts_.model->release = one.described.name;
            facts_.model->lease_until = one.described.lease_until;
            facts_.model->recalled = one.described.state >= proof::State::soft_recall;
        }
        return done();
    }

    Result<void> rows() {
        std::map<ledger::Sequence, Basis> grounds;
        if (manifest_) {
            const auto kept = TRY(project_.ledger().snapshots().latest());
            const ledger::Snapshot& ledger = *kept;
            for (const auto& [tag, account] : ledger.accounts) {
                for (const ledger::Ground& ground : account.grounds)
                    grounds.emplace(ground.event, ground.basis);
            }
        }
        return project_.corpus().each_page(
            [&](std::span<const corpus::RecordRow> page) -> Result<void> {
                for (const corpus::RecordRow& row : page) {
                    Gathered& gathered = gathered_[row.source];
                    gathered.held.add(row.person);
                    const Sample* sample = sample_of(row.record);
                    if (sample != nullptr) TRY(used(row, *sample, grounds, gathered));
                }
                return done();
            });
    }
    const Sample* sample_of(const Digest& record) const {
        if (!manifest_) return nullptr;
        const auto& samples = manifest_->used.samples;
        const auto found = std::ranges::lower_bound(samples, record, {}, &Sample::record);
        return found != samples.end() && found->record == record ? &*found : nullptr;
    }
    Result<void> used(const corpus::RecordRow& row, const Sample& sample,
                      const std::map<ledger::Sequence, Basis>& grounds, Gathered& gathered) {
        const auto ground = grounds.find(sample.evidence);
        const Basis basis = ground == grounds.end() ? recipe_.stages.at(sample.stage).grounds.at(0)
                                                    : ground->second;
        (basis == Basis::consent ? gathered.consent : gathered.interest).add(row.person);
        gathered.audiences.insert(row.audience);
        const PersonalText record = TRY(project_.corpus().original(row.record));
        const Json json = TRY(parse_json(record.reveal(), "a stored record"));
        const auto licence = json.find("license");
        if (licence != json.end() && licence->is_string())
            gathered.licences[licence->get<std::string>()].add(row.person);
        return done();
    }

    Result<void> sources() {
        for (const auto& [name, statement] : TRY(project_.ledger().snapshots().latest())->sources) {
            source_of(name).audience = to_text(statement.audience);
            source_of(name).adults_only = statement.adults_only;
        }
        Total held, used;
        for (auto& [name, gathered] : gathered_) count(gathered, source_of(name), held, used);
        facts_.held = held.tally();
        for (auto& [name, source] : sources_) facts_.sources.push_back(std::move(source));
        if (!facts_.model) return done();
        facts_.model->used = used.tally();
        constexpr std::uint64_t kCoarse = 1'000'000'000;
        std::uint64_t& tokens = facts_.model->tokens;
        const bool few = facts_.model->used.detail == Tally::Detail::few;
        tokens = few ? tokens / kCoarse * kCoarse : two_digits(tokens);
        return done();
    }
    /// A difference between two figures is a group too: who is held and not in a group that is
    /// shown must be nobody, or not few.
    static void count(const Gathered& from, SourceFacts& into, Total& held, Total& used) {
        into.consent = from.consent.tally();
        into.interest = from.interest.tally();
        Total in_model;
        for (const Group* group : {&from.consent, &from.interest}) {
            in_model.add(*group);
            used.add(*group);
        }
        const std::uint64_t rest = from.held.persons.size() - in_model.shown.persons.size();
        if (rest == 0 || rest >= kFewest || in_model.shown.persons.empty()) {
            into.held = from.held.tally();
            held.add(from.held);
        } else {
            into.held = in_model.shown.tally(Tally::Detail::at_least);
            held.add(in_model.shown);
            held.whole = false;
        }
        for (const ledger::Audience audience : from.audiences)
            into.audiences.emplace(audience == ledger::Audience::unknown ? into.audience
                                                                         : to_text(audience));
        for (const auto& [licence, group] : from.licences) {
            if (group.few() || licence.size() > kLicenceMax) {
                into.other_licences = true;
            } else {
                into.licences.insert(licence);
            }
        }
    }

    SourceFacts& source_of(const std::string& name) {
        SourceFacts& source = sources_[name];
        source.name = name;
        return source;
    }

    derive::Project& project_;
    const FactsOf of_;
    Facts facts_;
    std::map<std::string, SourceFacts> sources_;
    std::map<std::string, Gathered> gathered_;
    std::optional<Manifest> manifest_;
    derive::Recipe recipe_;  ///< the manifest's
};

}  // namespace

std::string_view to_text(Tally::Detail detail) {
    switch (detail) {
        case Tally::Detail::exact: return "exact";
        case Tally::Detail::at_least: return "at_least";
        case Tally::Detail::few: return "few";
    }
    CHECK(false);
    return {};
}

std::uint64_t two_digits(std::uint64_t number) {
    std::uint64_t unit = 1;
    while (number / unit >= 100) unit *= 10;
    return number / unit * unit;
}

Tally rounded(Tally tally) {
    if (tally.detail == Tally::Detail::few || tally.none()) return tally;
    return {Tally::Detail::at_least, tally.persons / kFewest * kFewest, two_digits(tally.records)};
}

Result<Facts> collect_facts(derive::Project& project, FactsOf of) {
    return Collector(project, of).collect();
}

}  // namespace litura::release
