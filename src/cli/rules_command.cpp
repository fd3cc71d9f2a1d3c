// The rules of admission, and what an operator found out about a record.
#include "service/rules.hpp"

#include <fmt/format.h>

#include "cli/commands.hpp"

namespace litura::cli {

Result<Answer> rules_adopt_command(Context& context, const std::string& path) {
    const Bytes text = TRY(read_input(context.env, path));
    const auto session = TRY(context.session());
    const auto adopted = TRY(service::adopt_rules(*session, text));
    const ledger::RulePack& pack = *adopted.rules.pack;
    return Answer(service::to_json(adopted),
                  fmt::format("{} {} rules from {} on; {}{}", pack.name, pack.version,
                              to_text(pack.valid_from), digest_text(adopted.rules.digest),
                              replacement_text(adopted.replacement)));
}

Result<Answer> rules_list_command(Context& context) {
    const auto session = TRY(context.session());
    const auto held = TRY(service::rules(*session));
    std::string text;
    for (const ledger::AdoptedRules& each : held.adopted) {
        std::string headings;
        for (const auto& question : each.pack->assessment)
            headings += (headings.empty() ? "" : ", ") + question.heading;
        text += fmt::format(
            "{}{} {} from {}{}\n  {}\n  an assessment answers: {}\n", text.empty() ? "" : "\n",
            each.pack->name, each.pack->version, to_text(each.pack->valid_from),
            held.in_force == each.digest ? ", in force" : "", digest_text(each.digest), headings);
        for (const ledger::RulePack::Invalid& invalid : each.pack->invalid)
            text += fmt::format("  {} never carries {}: {} ({})\n", to_text(invalid.basis),
                                invalid.purpose, invalid.reason, invalid.source);
    }
    return Answer(service::to_json(held), text);
}

Result<Answer> record_flag_command(Context& context, const std::string& record) {
    const auto session = TRY(context.session());
    const auto flagged = TRY(service::flag_record(*session, record));
    return Answer(service::to_json(flagged),
                  flagged.record + " is not used any more" + replacement_text(flagged.replacement));
}

}  // namespace litura::cli
