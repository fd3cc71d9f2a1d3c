// The keys that can die: what there is of them, rotating them by hand; copies of the project; how
// far its ledger reaches.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "service/custody.hpp"

namespace litura::cli {
namespace {

std::string mirror_text(const std::optional<service::KeyStatus::Mirror>& mirror) {
    if (!mirror) return "\nno mirror: if this disk is lost, so is all that is sealed";
    if (!mirror->there) return "\nthe mirror is away or empty; next: litura keys rotate";
    return fmt::format("\nmirror: generation {}, up to event {}", mirror->generation,
                       mirror->sequence);
}

std::string render(const service::KeyStatus& status) {
    std::string text = fmt::format("generation {}", status.census.generation);
    for (const keys::KeyCensus::Kind& kind : status.census.kinds)
        text += fmt::format("\n{:<8} {:>9} keys in {} buckets", kind.kind, kind.keys, kind.buckets);
    text += status.pending() == 0
                ? "\nnothing waits for a rotation"
                : fmt::format(
                      "\n{} buckets lost keys since the last rotation; next: litura keys "
                      "rotate",
                      status.pending());
    return text + mirror_text(status.mirror);
}

std::string render(const derive::Soundness& sound) {
    const ledger::Verification& check = sound.ledger;
    if (!check.holds) return fmt::format("DOES NOT HOLD: {}", check.first_difference);
    std::string text = fmt::format(
        "the chain of {} events holds, and every table can be rebuilt from it\n  {} payloads are "
        "unreadable: their keys were destroyed by recorded erasures",
        check.events, check.unreadable);
    if (sound.records.bound_late > 0)
        text += fmt::format(
            "\n  {} of {} records were bound when the project was brought forward from an older "
            "version; what was changed in their rows before cannot be known",
            sound.records.bound_late, sound.records.records);
    if (sound.records.marked_again > 0)
        text += fmt::format(
            "\n  {} of {} records were marked again: today's marks cut other words of their texts "
            "than when they were read; models of before cannot be replayed",
            sound.records.marked_again, sound.records.records);
    return text;
}

}  // namespace

Result<Answer> keys_status_command(Context& context) {
    const auto session = TRY(context.session());
    const auto status = TRY(service::key_status(*session));
    return Answer(service::to_json(status), render(status));
}

Result<Answer> keys_rotate_command(Context& context) {
    const auto session = TRY(context.session());
    const auto status = TRY(service::rotate_keys(*session));
    return Answer(service::to_json(status), render(status));
}

Result<Answer> keys_take_mirror_command(Context& context) {
    const auto session = TRY(context.session());
    const auto status = TRY(service::take_mirror(*session));
    return Answer(service::to_json(status), render(status));
}

Result<Answer> backup_command(Context& context, const std::string& folder) {
    const auto session = TRY(context.session());
    const auto backup = TRY(service::backup(*session, folder));
    return Answer(service::to_json(backup),
                  fmt::format("{} records and {} nodes, sealed, up to event {}\n  no key is in it: "
                              "'litura restore' takes them from the mirror",
                              backup.made.records, backup.made.nodes, backup.made.head.seq));
}

Result<Answer> restore_command(Context& context, const RestoreArguments& arguments) {
    const auto out =
        TRY(service::restore(context.env, arguments.backup, arguments.mirror, context.project));
    return Answer(service::to_json(out),
                  fmt::format("{} records and {} nodes restored; {} records of the backup are dead "
                              "(erased or reworded since)\n  {} events came from the mirror, so no "
                              "accepted request is lost\n  next: litura derive",
                              out.records, out.nodes, out.dead, out.replayed));
}

Result<Answer> ledger_head_command(Context& context) {
    const auto session = TRY(context.session());
    const auto head = TRY(service::ledger_head(*session));
    return Answer(service::to_json(head), head.text);
}

Result<Answer> ledger_verify_command(Context& context, const std::string& head) {
    std::optional<Bytes> earlier;
    if (!head.empty()) earlier = TRY(context.env.read_file(head));
    const auto session = TRY(context.session());
    const auto check = TRY(service::verify_ledger(*session, earlier));
    return Answer(service::to_json(check), render(check), check.ledger.holds);
}

}  // namespace litura::cli
