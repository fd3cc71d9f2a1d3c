#include "service/rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "derive/project.hpp"
#include "ledger/decide.hpp"
#include "ledger/intake.hpp"
#include "ledger/rules.hpp"

namespace litura::service {
namespace {

/// Why a basis does not carry this purpose is said where the rules exclude it.
ledger::Explanation explanation(const ledger::RulePack& pack, ledger::Rule rule,
                                std::string_view purpose) {
    ledger::Explanation why = pack.explain(rule);
    const auto entry =
        std::ranges::find(pack.invalid, purpose, &ledger::RulePack::Invalid::purpose);
    if (rule != ledger::Rule::basis_invalid || entry == pack.invalid.end()) return why;
    why.what = entry->reason;
    why.article = entry->source;
    return why;
}

Json pack_json(const ledger::AdoptedRules& rules, bool in_force) {
    const ledger::RulePack& pack = *rules.pack;
    Json headings = Json::array(), invalid = Json::array();
    for (const ledger::RulePack::Question& question : pack.assessment)
        headings.push_back(question.heading);
    for (const ledger::RulePack::Invalid& each : pack.invalid)
        invalid.push_back({{"basis", to_text(each.basis)},
                           {"purpose", each.purpose},
                           {"reason", each.reason},
                           {"source", each.source}});
    return {{"rules", digest_text(rules.digest)},
            {"name", pack.name},
            {"version", pack.version},
            {"valid_from", to_text(pack.valid_from)},
            {"in_force", in_force},
            {"event", rules.event},
            {"grace_days", pack.grace_days},
            {"assessment", headings},
            {"invalid", invalid}};
}

}  // namespace

Result<std::vector<Explained>> explained(Session& session, const std::set<ledger::Rule>& rules) {
    std::vector<Explained> list;
    const auto adopted = TRY(session.ledger().rules().all());
    const auto* now = ledger::in_force(adopted, TRY(session.now()));
    if (now == nullptr) return list;
    for (const ledger::Rule rule : rules) {
        const auto why = explanation(*now->pack, rule, session.purpose());
        list.push_back({rule, why.what, why.article, why.next});
    }
    return list;
}

Json to_json(const std::vector<Explained>& rules) {
    Json list = Json::array();
    for (const Explained& why : rules)
        list.push_back({{"rule", to_text(why.rule)},
                        {"what", why.what},
                        {"article", why.article},
                        {"next", why.next}});
    return list;
}

Result<Adopted> adopt_rules(Session& session, ByteView text) {
    const derive::Policy& policy = session.project().settings.policy;
    const ledger::RulePack pack = TRY(ledger::RulePack::parse(text_of(text)));
    if (policy.admission.grace_days < pack.grace_days) {
        // From their day on every command would refuse the policy.
        return refused(pack, ledger::Refusal::grace_too_short,
                       fmt::format("{} days at least", pack.grace_days),
                       fmt::format("litura.toml, line {}", policy.grace_line));
    }
    const Digest digest = TRY(session.ledger().rules().adopt(text));
    for (const ledger::AdoptedRules& rules : TRY(session.ledger().rules().all())) {
        if (rules.digest != digest) continue;
        Adopted adopted{rules, {}};
        adopted.replacement = TRY(leave_out_barred(session));
        return adopted;
    }
    return Error{Code::broken, "the adopted rules are not there", "", ""};
}

Json to_json(const Adopted& adopted) {
    return {{"rules", digest_text(adopted.rules.digest)},
            {"valid_from", to_text(adopted.rules.pack->valid_from)},
            {"suppressed", to_json(adopted.replacement)}};
}

Result<RulesHeld> rules(Session& session) {
    RulesHeld held;
    held.adopted = TRY(session.ledger().rules().all());
    if (const auto* now = ledger::in_force(held.adopted, TRY(session.now())); now != nullptr)
        held.in_force = now->digest;
    return held;
}

Json to_json(const RulesHeld& held) {
    Json list = Json::array();
    for (const ledger::AdoptedRules& each : held.adopted)
        list.push_back(pack_json(each, held.in_force == each.digest));
    return {{"rules", std::move(list)}};
}

Result<Flagged> flag_record(Session& session, const std::string& record) {
    const Digest found = TRY(session.corpus().find(PersonalText(record))).record;
    Flagged flagged;
    TRY(session.ledger().intake().flag(found, flagged.bar));
    flagged.record = record_handle(session, found);
    flagged.replacement = TRY(leave_out_barred(session));
    return flagged;
}

Json to_json(const Flagged& flagged) {
    return {{"record", flagged.record},
            {"bar", to_text(flagged.bar)},
            {"suppressed", to_json(flagged.replacement)}};
}

}  // namespace litura::service
