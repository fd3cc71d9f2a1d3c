#include "audit/difference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/observer.hpp"
#include "corpus/importers/import.hpp"
#include "corpus/marks.hpp"
#include "derive/visible.hpp"
#include "engine/kernels.hpp"
#include "engine/llama_next_token.hpp"
#include "keys/tags.hpp"
#include "ledger/decide.hpp"
#include "ledger/persons.hpp"
#include "ledger/snapshots.hpp"

namespace litura::audit {
namespace {

using derive::Manifest;
using Tokens = std::vector<std::uint32_t>;

/// Also those whom a suppressed model leaves out for now: they have not left.
std::set<Digest> people_in(const Manifest& manifest) {
    std::set<Digest> people;
    for (const derive::Sample& sample : manifest.used.samples) people.insert(sample.person);
    for (const derive::Sample& sample : manifest.deferred) people.insert(sample.person);
    return people;
}

/// May their words be read to measure what models give away of them? An objection or a pending
/// erasure is against training, and this shows that it was carried out; restriction (Art. 18 GDPR)
/// leaves storage only.
bool may_be_read(const ledger::Snapshot& ledger, const Digest& account) {
    const auto known = ledger.accounts.find(account);
    return known == ledger.accounts.end() ||
           std::ranges::none_of(known->second.bars, [](const ledger::Bar& bar) {
               return bar.kind == ledger::BarKind::restriction ||
                      bar.kind == ledger::BarKind::order || bar.kind == ledger::BarKind::deletion;
           });
}

/// The people of one manifest and not of the other, with the words that the model saw.
Result<People> only_in(derive::Project& project, const Manifest& saw, const Manifest& did_not,
                       Group& group) {
    const std::set<Digest> others = people_in(did_not);
    const auto kept = TRY(project.ledger().snapshots().latest());
    const ledger::Snapshot& ledger = *kept;
    std::map<Digest, std::vector<PersonalText>> found;
    for (const derive::Sample& sample : saw.used.samples) {
        if (others.contains(sample.person)) continue;
        auto& texts = found[sample.person];
        const auto row = TRY(project.corpus().row(sample.record));
        if (!row || row->wording != sample.wording || !may_be_read(ledger, sample.account) ||
            found.size() > kMostPeople)
            continue;
        texts.push_back(TRY(project.corpus().effective_text(sample.record)));
    }
    group.people = found.size();
    People people;
    for (auto& [tag, texts] : found)
        if (!texts.empty()) people.push_back(std::move(texts));
    group.measured = people.size();
    return people;
}

struct Seen {
    std::vector<double> scores;
    Extraction extraction;
    std::size_t sampled = 0;
};

/// In nats a token: what the model that saw the texts finds easier about them.
Result<double> easier(const Pair& pair, const std::vector<Tokens>& texts) {
    const auto windows = engine::pack(texts, pair.tokenizer.separator(), pair.saw.shape().sequence);
    if (windows.empty()) return 0.0;
    const auto saw = TRY(engine::total_loss(pair.saw, windows));
    const auto did_not = TRY(engine::total_loss(pair.did_not, windows));
    return (did_not.sum - saw.sum) / static_cast<double>(saw.targets);
}

Result<Seen> look_at(const Pair& pair, Contrast& contrast, const People& people,
                     const std::vector<Tokens>& samples, const Permit& permit, Observer& observer) {
    Seen seen;
    Work work(observer, "auditing", people.size(), "people");
    for (const auto& texts : people) {
        std::vector<Tokens> tokens;
        for (const PersonalText& text : texts)
            tokens.push_back(pair.tokenizer.encode(text.reveal()));
        seen.scores.push_back(TRY(easier(pair, tokens)));
        seen.sampled += std::ranges::any_of(
            tokens, [&](const Tokens& text) { return found_in(samples, text); });
        const std::size_t asked = seen.scores.size() <= kPeopleAsked ? kTextsEach : 0;
        for (const Tokens& text : std::span(tokens).first(std::min(asked, tokens.size())))
            TRY(contrast.try_extract(text, seen.extraction, permit));
        for (Tokens& text : tokens) wipe(text.data(), text.size() * sizeof(std::uint32_t));
        work.advance(1);
    }
    return seen;
}

Result<void> measure(const Pair& pair, const People& people, const People& controls,
                     const Permit& permit, Observer& observer, Group& group) {
    if (people.size() < kFewestPeople) return done();
    Contrast contrast(pair);
    const auto samples = TRY(contrast.draw_samples(permit));
    const auto of_people = TRY(look_at(pair, contrast, people, samples, permit, observer));
    const auto of_controls = TRY(look_at(pair, contrast, controls, samples, permit, observer));
    group.membership = separate(of_people.scores, of_controls.scores);
    group.extraction = of_people.extraction;
    group.of_controls = of_controls.extraction;
    group.sampled = of_people.sampled;
    group.sampled_controls = of_controls.sampled;
    return done();
}

Result<void> check_alike(const engine::Model& before, const engine::Model& after) {
    if (before.config == after.config && before.tokenizer.digest() == after.tokenizer.digest())
        return done();
    return Error{Code::bad_input, "the models are of two kinds", "audit diff",
                 "compare two releases of one base"};
}

Result<void> check_enough(const Difference& out) {
    const bool people = std::max(out.departed.measured, out.joined.measured) >= kFewestPeople;
    if (people && out.controls >= kFewestControls) return done();
    return Error{
        Code::forbidden,
        fmt::format("too few people to measure: {} departed and {} joined of whom words can be "
                    "read, {} controls",
                    out.departed.measured, out.joined.measured, out.controls),
        "audit diff",
        fmt::format("it takes {} of the one or the other and {} controls; measure before pending "
                    "erasures are verified, or wait until more have joined",
                    kFewestPeople, kFewestControls)};
}

Json group_json(const Group& group, std::size_t controls) {
    const auto extraction = [](const Extraction& of) {
        return Json{{"prompts", of.prompts},
                    {"by_the_model_that_saw_them", of.saw},
                    {"by_the_other", of.did_not},
                    {"by_contrast", of.contrast}};
    };
    Json json = {{"people", group.people}, {"measured", group.measured}};
    if (group.measured < kFewestPeople) return json;
    json["membership"] = {{"auc", group.membership.auc},
                          {"auc_95", group.membership.auc_95},
                          {"true_positive_rate", group.membership.true_positive_rate},
                          {"false_positive_rate", group.membership.false_positive_rate},
                          {"by_chance", group.membership.by_chance}};
    json["exact"] = {{"people", extraction(group.extraction)},
                     {"controls", extraction(group.of_controls)}};
    json["in_samples"] = {{"people", group.sampled}, {"controls", group.sampled_controls}};
    json["excess"] = group.excess(controls);
    return json;
}

}  // namespace

double Group::excess(std::size_t controls) const {
    const double in_samples = static_cast<double>(sampled) / static_cast<double>(measured) -
                              static_cast<double>(sampled_controls) / static_cast<double>(controls);
    return std::max({membership.excess(), extraction.rate() - of_controls.rate(), in_samples, 0.0});
}

double Difference::measured() const {
    double most = 0;
    for (const Group* group : {&departed, &joined})
        if (group->measured >= kFewestPeople) most = std::max(most, group->excess(controls));
    return most;
}

Result<People> read_controls(derive::Project& project, const Path& file, const Manifest& before,
                             const Manifest& after) {
    std::set<Digest> seen;
    for (const Manifest* manifest : {&before, &after})
        for (const derive::Sample& sample : manifest->used.samples) seen.insert(sample.account);
    std::set<std::string> sources;
    for (const ledger::Account& account : TRY(project.ledger().persons().all()))
        sources.insert(account.source);
    std::map<Digest, std::vector<PersonalText>> found;
    std::size_t members = 0;
    const corpus::Sink sink = [&](corpus::IncomingRecord record) -> Result<corpus::Added> {
        Digest who;
        for (const std::string& source : sources) {
            who = TRY(keys::account_tag(project.secrets.deal, source, record.author));
            members += seen.contains(who);
        }
        if (found.contains(who) || found.size() < kMostPeople)
            found[who].emplace_back(corpus::effective_text(record.text.reveal()));
        return corpus::Added{};
    };
    TRY(corpus::import_jsonl(file, sink));
    if (members > 0)
        return Error{Code::bad_input, "somebody among the controls is in one of the models",
                     "--controls", "give records of people whom neither model saw"};
    People people;
    for (auto& [who, texts] : found) people.push_back(std::move(texts));
    return people;
}

Result<Difference> compare(derive::Project& project, const Path& old_folder, const Path& new_folder,
                           const Path& controls_file, int threads) {
    TRY(project.permit().check(Operation::serve));
    TRY(engine::choose_kernels());
    const engine::Model before = TRY(engine::load_model(project.env, old_folder));
    const engine::Model after = TRY(engine::load_model(project.env, new_folder));
    TRY(check_alike(before, after));
    Difference out;
    out.old_model = engine::model_digest(before.config, before.weights, before.tokenizer);
    out.new_model = engine::model_digest(after.config, after.weights, after.tokenizer);
    const Manifest old_list =
        TRY(derive::of_weights(TRY(derive::manifest_of_model(project, out.old_model))));
    const Manifest new_list =
        TRY(derive::of_weights(TRY(derive::manifest_of_model(project, out.new_model))));
    const People departed = TRY(only_in(project, old_list, new_list, out.departed));
    const People joined = TRY(only_in(project, new_list, old_list, out.joined));
    const People controls = TRY(read_controls(project, controls_file, old_list, new_list));
    out.controls = controls.size();
    TRY(check_enough(out));
    ThreadPool pool(threads);
    engine::LlamaNextToken old_next(before, pool), new_next(after, pool);
    const engine::Tokenizer& tokenizer = before.tokenizer;
    const Permit& permit = project.permit();
    TRY(measure({old_next, new_next, tokenizer}, departed, controls, permit, project.observer,
                out.departed));
    TRY(measure({new_next, old_next, tokenizer}, joined, controls, permit, project.observer,
                out.joined));
    return out;
}

Json to_json(const Difference& difference) {
    return {{"audit", "diff"},
            {"old", to_text(difference.old_model)},
            {"new", to_text(difference.new_model)},
            {"measured", difference.measured()},
            {"by", "litura audit diff"},
            {"controls", difference.controls},
            {"departed", group_json(difference.departed, difference.controls)},
            {"joined", group_json(difference.joined, difference.controls)}};
}

}  // namespace litura::audit
