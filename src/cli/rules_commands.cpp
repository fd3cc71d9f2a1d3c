// The rules of admission, and what an operator found out about a record.
#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.hpp"
#include "derive/rights.hpp"

namespace litura::cli {
namespace {

Json invalid_json(const ledger::RulePack& pack) {
    Json list = Json::array();
    for (const ledger::RulePack::Invalid& each : pack.invalid)
        list.push_back({{"basis", to_text(each.basis)},
                        {"purpose", each.purpose},
                        {"reason", each.reason},
                        {"source", each.source}});
    return list;
}

Json rules_json(const ledger::AdoptedRules& rules, bool in_force) {
    const ledger::RulePack& pack = *rules.pack;
    Json headings = Json::array();
    for (const ledger::RulePack::Question& question : pack.assessment)
        headings.push_back(question.heading);
    return {{"rules", digest_text(rules.digest)},
            {"name", pack.name},
            {"version", pack.version},
            {"valid_from", to_text(pack.valid_from)},
            {"in_force", in_force},
            {"event", rules.event},
            {"grace_days", pack.grace_days},
            {"assessment", headings},
            {"invalid", invalid_json(pack)}};
}

std::string joined(const Json& texts) {
    std::string list;
    for (const Json& text : texts) list += (list.empty() ? "" : ", ") + text.get<std::string>();
    return list;
}

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

}  // namespace

Result<Json> explained(derive::Project& project, const std::set<ledger::Rule>& rules) {
    Json list = Json::array();
    const auto adopted = TRY(project.ledger().rules());
    const auto* now = ledger::in_force(adopted, TRY(project.ledger().now()));
    for (const ledger::Rule rule : rules) {
        if (now == nullptr) break;
        const auto why = explanation(*now->pack, rule, project.settings.policy.admission.purpose);
        list.push_back({{"rule", to_text(rule)},
                        {"what", why.what},
                        {"article", why.article},
                        {"next", why.next}});
    }
    return list;
}

Result<Answer> rules_adopt_command(Context& context, const std::string& path) {
    const auto project = TRY(context.open());
    const Bytes text = TRY(read_input(context.env, path));
    const ledger::RulePack pack = TRY(ledger::RulePack::parse(text_of(text)));
    if (project->settings.policy.admission.grace_days < pack.grace_days) {
        // From their day on every command would refuse the policy.
        return refused(pack, ledger::Refusal::grace_too_short,
                       fmt::format("{} days at least", pack.grace_days),
                       fmt::format("litura.toml, line {}", project->settings.policy.grace_line));
    }
    const Digest digest = TRY(project->ledger().adopt_rules(text));
    for (const ledger::AdoptedRules& rules : TRY(project->ledger().rules())) {
        if (rules.digest != digest) continue;
        const std::string from = to_text(rules.pack->valid_from);
        Answer answer{{{"rules", digest_text(digest)}, {"valid_from", from}},
                      fmt::format("{} {} rules from {} on; {}", rules.pack->name,
                                  rules.pack->version, from, digest_text(digest))};
        add_suppressed(answer, TRY(derive::leave_out_barred(*project)));
        return answer;
    }
    return Error{Code::broken, "the adopted rules are not there", "", ""};
}

Result<Answer> rules_list_command(Context& context) {
    const auto project = TRY(context.open());
    const auto adopted = TRY(project->ledger().rules());
    const auto* now = ledger::in_force(adopted, TRY(project->ledger().now()));
    Answer answer{{{"rules", Json::array()}}, ""};
    for (const ledger::AdoptedRules& each : adopted) {
        answer.json["rules"].push_back(rules_json(each, &each == now));
        const Json& json = answer.json["rules"].back();
        answer.text +=
            fmt::format("{}{} {} from {}{}\n  {}\n  an assessment answers: {}\n",
                        answer.text.empty() ? "" : "\n", each.pack->name, each.pack->version,
                        to_text(each.pack->valid_from), &each == now ? ", in force" : "",
                        digest_text(each.digest), joined(json["assessment"]));
        for (const ledger::RulePack::Invalid& invalid : each.pack->invalid)
            answer.text += fmt::format("  {} never carries {}: {} ({})\n", to_text(invalid.basis),
                                       invalid.purpose, invalid.reason, invalid.source);
    }
    return answer;
}

Result<Answer> record_flag_command(Context& context, const std::string& record) {
    const auto project = TRY(context.open());
    const Digest found = TRY(project->corpus().find(PersonalText(record))).record;
    TRY(project->ledger().flag(found, ledger::BarKind::special_category));
    const std::string handle = keys::record_handle(project->secrets.deal, found);
    Answer answer{{{"record", handle}, {"bar", to_text(ledger::BarKind::special_category)}},
                  fmt::format("{} is not used any more", handle)};
    add_suppressed(answer, TRY(derive::leave_out_barred(*project)));
    return answer;
}

}  // namespace litura::cli
