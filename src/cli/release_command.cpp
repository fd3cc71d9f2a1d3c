// The commands `channel`, `publish`, `release`, `recall`, `recipient`, `notify` and `reply`.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "service/releases.hpp"

namespace litura::cli {
namespace {

std::string render(const release::Reach& reach) {
    return fmt::format("known {}, answered {}, cannot be named {}", reach.known, reach.answered,
                       reach.unnamed ? std::to_string(*reach.unnamed) : "(nobody counted)");
}

std::string render(const service::SignedChannel& channel) {
    std::string text = fmt::format("channel {}, epoch {}", channel.channel.string(), channel.epoch);
    for (const auto& [role, at] : channel.ending)
        text += fmt::format("\n  {} ends {}", role, to_text(at));
    return text;
}

std::string render(const release::Registry& registry) {
    std::string text;
    for (const release::Published& one : registry.releases) {
        const proof::Release& described = one.described;
        text += fmt::format("{}{:<5} {:<10} {} lease until {}", text.empty() ? "" : "\n",
                            described.name, to_text(described.state), digest_text(described.model),
                            to_text(described.lease_until));
    }
    for (const release::Recall& recall : registry.recalls)
        text += fmt::format("\n{} of {}, {}, deadline {}: {}", recall.id, recall.release,
                            to_text(recall.strength), to_text(recall.deadline),
                            render(release::reach_of(registry, recall)));
    return text.empty() ? "nothing was published" : text;
}

std::string render(const service::RecipientList& list) {
    std::string text;
    for (const service::RecipientList::Entry& entry : list.entries)
        text += fmt::format("{}{:<6} {} {}: {}", text.empty() ? "" : "\n", entry.id,
                            entry.contact ? entry.contact->name.reveal() : "(removed)",
                            entry.contact ? entry.contact->address.reveal() : "",
                            fmt::join(entry.releases, ", "));
    return text.empty() ? "nobody is in the list" : text;
}

}  // namespace

Result<Answer> channel_init_command(Context& context, const ChannelArguments& arguments) {
    const auto session = TRY(context.session());
    const auto channel = TRY(service::begin_channel(*session, arguments.keys, arguments.address));
    return Answer(service::to_json(channel),
                  fmt::format("channel in {}, keys in {}\n  keep root, targets and recall keys "
                              "offline; give 1.root.json to recipients on a way of its own",
                              channel.channel.string(), arguments.keys));
}

Result<Answer> channel_tend_command(Context& context, const ChannelArguments& arguments) {
    const auto session = TRY(context.session());
    const auto channel = TRY(service::tend_channel(*session, arguments.keys));
    return Answer(service::to_json(channel), render(channel));
}

Result<Answer> channel_rotate_command(Context& context, const ChannelArguments& arguments) {
    const auto session = TRY(context.session());
    const auto channel = TRY(service::rotate_channel_key(*session, arguments.keys, arguments.role));
    return Answer(service::to_json(channel), render(channel));
}

Result<Answer> publish_command(Context& context, const PublishArguments& arguments) {
    release::PublishWish wish{arguments.folder, arguments.keys, {}, {}};
    if (!arguments.order.empty()) wish.order = TRY(parse_digest(arguments.order));
    if (!arguments.audit.empty())
        wish.audit = std::string(text_of(TRY(read_input(context.env, arguments.audit))));
    const auto session = TRY(context.session());
    const auto out = TRY(service::publish(*session, wish));
    const std::string_view memory =
        out.answer.without_memory
            ? "\n  it is the weights alone: the memory beside them stays in the house"
            : "";
    return Answer(service::to_json(out),
                  fmt::format("{} is {} in {}\n  epoch {} of the channel; its lease ends {}{}\n "
                              " a copy outside the project is out of reach of later requests; "
                              "'litura recall' tells those who ask",
                              out.answer.release, digest_text(out.answer.model), arguments.folder,
                              out.answer.epoch, to_text(out.answer.lease_until), memory));
}

Result<Answer> release_list_command(Context& context) {
    const auto session = TRY(context.session());
    const auto registry = TRY(service::releases(*session));
    return Answer(service::to_json(registry), render(registry));
}

Result<Answer> release_count_command(Context& context, const std::string& name,
                                     std::uint64_t copies) {
    const auto session = TRY(context.session());
    const auto counted = TRY(service::count_unnamed(*session, {name, copies}));
    return Answer(service::to_json(counted),
                  fmt::format("{} copies of {} went to nobody knows whom", copies, name));
}

Result<Answer> patch_command(Context& context, const PatchArguments& arguments) {
    const auto session = TRY(context.session());
    const auto patch =
        TRY(service::make_patch(*session, arguments.before, arguments.after, arguments.out));
    return Answer(service::to_json(patch),
                  fmt::format("{}: from {} to {}, {} bytes instead of {}\n  only a holder of "
                              "the old weights can open it: litura-check apply {} OLD --out "
                              "NEW",
                              arguments.out, patch.made.from, patch.made.to, patch.made.bytes,
                              patch.made.new_bytes, arguments.out));
}

Result<Answer> recall_command(Context& context, const RecallArguments& arguments) {
    const auto strength = arguments.hard ? proof::State::hard_recall : proof::State::soft_recall;
    const release::Reason reason = TRY(release::parse_reason(arguments.reason));
    const release::RecallWish wish{arguments.release,       strength,          reason,
                                   arguments.deadline_days, arguments.contact, arguments.keys};
    const auto session = TRY(context.session());
    const auto out = TRY(service::recall(*session, wish));
    return Answer(service::to_json(out),
                  fmt::format("{}: {} is recalled ({}), deadline {}\n  {}\n  next: litura "
                              "notify {} --out DIR",
                              out.recall.id, out.recall.release, to_text(out.recall.strength),
                              to_text(out.recall.deadline), render(out.reach), out.recall.id));
}

Result<Answer> recipient_add_command(Context& context, const RecipientArguments& arguments) {
    const Bytes file = TRY(read_input(context.env, arguments.file));
    const auto session = TRY(context.session());
    const auto added = TRY(service::add_recipient(*session, text_of(file), arguments.releases));
    return Answer(service::to_json(added), fmt::format("{} is in the list", added.recipient));
}

Result<Answer> recipient_supply_command(Context& context, const RecipientArguments& arguments) {
    const auto session = TRY(context.session());
    const auto supplied = TRY(service::supply(*session, {arguments.id, arguments.releases}));
    return Answer(service::to_json(supplied), arguments.id + " got it");
}

Result<Answer> recipient_remove_command(Context& context, const RecipientArguments& arguments) {
    const auto session = TRY(context.session());
    const auto removed = TRY(service::remove_recipient(*session, arguments.id));
    return Answer(service::to_json(removed),
                  fmt::format("name and address of {} are deleted", arguments.id));
}

Result<Answer> recipient_list_command(Context& context) {
    const auto session = TRY(context.session());
    const auto list = TRY(service::recipients(*session));
    return Answer(service::to_json(list), render(list));
}

Result<Answer> notify_command(Context& context, const NotifyArguments& arguments) {
    const auto session = TRY(context.session());
    const auto out = TRY(service::notify(*session, arguments.recall, arguments.out));
    return Answer(service::to_json(out),
                  fmt::format("{} notices in {}: send them\n  {}", out.notices.size(),
                              arguments.out, render(out.reach)));
}

Result<Answer> reply_command(Context& context, const ReplyArguments& arguments) {
    Bytes file;
    if (arguments.unreachable.empty()) file = TRY(read_input(context.env, arguments.file));
    const auto session = TRY(context.session());
    const auto out =
        arguments.unreachable.empty()
            ? TRY(service::take_reply(*session, text_of(file)))
            : TRY(service::note_unreachable(*session, arguments.recall, arguments.unreachable));
    const release::Answered& answered = out.answered;
    return Answer(service::to_json(out),
                  fmt::format("{} on {}: {}\n  {}", answered.recipient, answered.recall,
                              to_text(answered.reply), render(out.reach)));
}

}  // namespace litura::cli
