#include "release/gate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/json.hpp"
#include "derive/graph.hpp"

namespace litura::release {
namespace {

using derive::Manifest;

Error refused(std::string message, std::string next) {
    return {Code::forbidden, std::move(message), "publish", std::move(next)};
}

/// Everybody's records and wordings, and whether any of them is trained in a shard alone.
struct Person {
    std::set<std::pair<Digest, Digest>> words;
    bool alone = false;
};

Result<std::map<Digest, Person>> people_of(const Manifest& manifest) {
    const derive::Recipe recipe = TRY(derive::parse_settings(manifest.settings_text)).recipe;
    const auto places = derive::place(manifest.used, recipe);
    std::map<Digest, Person> people;
    for (std::size_t index = 0; index < places.size(); ++index) {
        const derive::Sample& sample = manifest.used.samples[index];
        Person& person = people[sample.person];
        person.words.emplace(sample.record, sample.wording);
        person.alone = person.alone || places[index].shard.starts_with("solo-");
    }
    return people;
}

Result<std::string> deal_seed(const Manifest& manifest) {
    return TRY(derive::parse_settings(manifest.settings_text)).recipe.deal_seed;
}

Result<void> check_audit(const GateFacts& facts, double bound) {
    const auto& audit = facts.audit;
    const std::string command =
        "litura audit diff OLD --controls FILE (docs/releases.md says what it measures)";
    if (!audit)
        return refused("what the difference to the last release gives away was not measured",
                       command);
    if (audit->old_model != facts.earlier.back()->model ||
        audit->new_model != facts.manifest->model)
        return refused("the audit compares other models", command);
    if (!(audit->measured <= bound))
        return refused(
            fmt::format("the audit measured {:.3f}, more than release_audit_bound = {:.3f}",
                        audit->measured, bound),
            "derive with more people changed, or with a weaker update, and measure again");
    return done();
}

/// Can whoever holds both subtract a few people from the one to get the other?
Result<Changed> check_apart(const Manifest& earlier, const Manifest& now, std::size_t enough) {
    if (TRY(deal_seed(now)) == TRY(deal_seed(earlier)))
        return refused(
            "the deal is that of an earlier release, so that the weights' difference is that of a "
            "few shards",
            "give [deal] a new seed in litura.toml, derive, and publish");
    const Changed changed = TRY(changed_people(earlier, now));
    if (changed.people > 0 && changed.shared == 0)
        return refused(
            "only people with a shard alone have changed: subtraction would show their updates",
            "publish when others have changed too");
    if (changed.shared < enough)
        return refused(fmt::format("{} people have changed since an earlier release, fewer than {}",
                                   changed.shared, enough),
                       "wait, or name the order that asks for it: --order DIGEST");
    return changed;
}

Result<Changed> check_successor(const GateFacts& facts, const derive::ReleasePolicy& policy) {
    const Instant due = facts.last_at.plus_days(policy.every_days);
    if (!facts.ordered && facts.now < due)
        return refused("successors come on schedule, so that a release says nothing about who left",
                       "publish from " + to_text(due) +
                           " on, or name the order that asks for it: --order DIGEST");
    const auto enough = static_cast<std::size_t>(facts.ordered ? 1 : policy.people);
    Changed changed;
    for (const Manifest* earlier : facts.earlier)
        changed = TRY(check_apart(*earlier, *facts.manifest, enough));
    TRY(check_audit(facts, policy.audit_bound));
    return changed;
}

}  // namespace

Result<DiffAudit> parse_diff_audit(std::string_view text) {
    const Json json = TRY(parse_json(text, "audit"));
    const auto has = [&](const char* name, auto is) {
        return json.contains(name) && (json[name].*is)();
    };
    if (!json.is_object() || !has("old", &Json::is_string) || !has("new", &Json::is_string) ||
        !has("measured", &Json::is_number) || !has("by", &Json::is_string) ||
        !json.contains("audit") || json["audit"] != "diff")
        return Error{Code::bad_input, "not the result of an audit of a difference", "audit",
                     "docs/releases.md has its format"};
    DiffAudit out;
    out.old_model = TRY(parse_digest(json["old"].get_ref<const std::string&>()));
    out.new_model = TRY(parse_digest(json["new"].get_ref<const std::string&>()));
    out.measured = json["measured"].get<double>();
    out.by = json["by"].get<std::string>();
    return out;
}

Result<Changed> changed_people(const Manifest& last, const Manifest& now) {
    const auto before = TRY(people_of(last)), after = TRY(people_of(now));
    std::map<Digest, bool> changed;  // and whether they had a shard alone
    for (const auto* side : {&before, &after}) {
        const auto& other = side == &before ? after : before;
        for (const auto& [tag, person] : *side) {
            const auto there = other.find(tag);
            if (there == other.end() || there->second.words != person.words)
                changed[tag] = changed[tag] || person.alone;
        }
    }
    Changed out{changed.size(), 0};
    for (const auto& [tag, alone] : changed) out.shared += !alone;
    return out;
}

Result<Changed> check_gate(const GateFacts& facts, const derive::ReleasePolicy& policy) {
    if (facts.suppressed)
        return refused("a suppressed model is for serving only and never leaves the house",
                       "run 'litura derive', then publish");
    if (facts.manifest->used.as_of.plus_days(policy.cutoff_days) < facts.now)
        return refused("the model looked at the ledger too long ago",
                       "run 'litura derive', then publish");
    if (facts.manifest->used.samples.empty())
        return refused("nobody is in this model", "publish the base by itself");
    return facts.earlier.empty() ? Result<Changed>(Changed{}) : check_successor(facts, policy);
}

Result<void> check_not_recalled(const proof::Release& earlier, const proof::Release& wanted) {
    if (earlier.state < proof::State::soft_recall) return done();
    const bool shares = std::ranges::any_of(
        wanted.tensors, [&](const Digest& tensor) { return earlier.tensors.contains(tensor); });
    if (!shares && earlier.model != wanted.model) return done();
    return Error{Code::forbidden, "this model holds weights of a recalled release", earlier.name,
                 "give [deal] a new seed in litura.toml, derive, and publish"};
}

}  // namespace litura::release
