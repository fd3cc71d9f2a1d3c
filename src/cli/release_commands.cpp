// Channel, releases, recalls and their recipients.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "release/patch.hpp"
#include "release/recall.hpp"
#include "release/recipients.hpp"

namespace litura::cli {
namespace {

constexpr std::int64_t kWarnDays = 30;

Error no_keys() {
    return {Code::bad_input, "the folder of the channel's keys is not given", "--keys",
            "litura channel init --keys DIR makes it"};
}

Result<release::ChannelWriter> writer_of(derive::Project& project, const std::string& keys) {
    if (keys.empty()) return no_keys();
    return release::ChannelWriter::open(project.env, release::channel_folder(project), keys);
}

Json numbers(const release::Reach& reach) {
    return {{"known", reach.known},
            {"answered", reach.answered},
            {"cannot_be_named", reach.unnamed ? Json(*reach.unnamed) : Json()}};
}

std::string numbers_text(const release::Reach& reach) {
    return fmt::format("known {}, answered {}, cannot be named {}", reach.known, reach.answered,
                       reach.unnamed ? std::to_string(*reach.unnamed) : "(nobody counted)");
}

/// What signing left behind: the epoch, and which keys will be needed soon.
Result<Answer> signed_answer(derive::Project& project, release::ChannelWriter& writer) {
    const std::uint64_t epoch = TRY(release::sign_channel(project, writer));
    Answer answer;
    answer.json = {{"channel", release::channel_folder(project).string()},
                   {"epoch", epoch},
                   {"signed", writer.renewed()},
                   {"ending", Json::object()}};
    answer.text =
        fmt::format("channel {}, epoch {}", release::channel_folder(project).string(), epoch);
    for (const auto& [role, at] : writer.ending(TRY(project.ledger().now()).plus_days(kWarnDays))) {
        answer.json["ending"][role] = to_text(at);
        answer.text += fmt::format("\n  {} ends {}", role, to_text(at));
    }
    return answer;
}

}  // namespace

Result<Answer> channel_init_command(Context& context, const ChannelArguments& arguments) {
    if (arguments.keys.empty()) return no_keys();
    const auto project = TRY(context.open());
    TRY(release::begin_channel(*project, arguments.keys, arguments.address));
    const Path folder = release::channel_folder(*project);
    return Answer{{{"channel", folder.string()},
                   {"root", (folder / "1.root.json").string()},
                   {"keys", arguments.keys}},
                  fmt::format("channel in {}, keys in {}\n  keep root, targets and recall keys "
                              "offline; give 1.root.json to recipients on a way of its own",
                              folder.string(), arguments.keys)};
}

Result<Answer> channel_tend_command(Context& context, const ChannelArguments& arguments) {
    const auto project = TRY(context.open());
    auto writer = TRY(writer_of(*project, arguments.keys));
    return signed_answer(*project, writer);
}

Result<Answer> channel_rotate_command(Context& context, const ChannelArguments& arguments) {
    const auto project = TRY(context.open());
    auto writer = TRY(writer_of(*project, arguments.keys));
    TRY(writer.rotate(arguments.role));
    return signed_answer(*project, writer);
}

Result<Answer> publish_command(Context& context, const PublishArguments& arguments) {
    if (arguments.keys.empty()) return no_keys();
    const auto project = TRY(context.open());
    release::PublishWish wish{arguments.folder, arguments.keys, {}, {}};
    if (!arguments.order.empty()) wish.order = TRY(parse_digest(arguments.order));
    if (!arguments.audit.empty())
        wish.audit = std::string(text_of(TRY(read_input(context.env, arguments.audit))));
    const release::PublishAnswer out = TRY(release::publish(*project, wish));
    return Answer{
        {{"release", out.release},
         {"model", digest_text(out.model)},
         {"path", arguments.folder},
         {"changed_people", out.changed.people},
         {"lease_until", to_text(out.lease_until)},
         {"supersedes", out.supersedes ? Json(*out.supersedes) : Json()},
         {"epoch", out.epoch}},
        fmt::format(
            "{} is {} in {}\n  epoch {} of the channel; its lease ends {}\n  a copy outside the "
            "project is out of reach of later requests; 'litura recall' tells those who ask",
            out.release, digest_text(out.model), arguments.folder, out.epoch,
            to_text(out.lease_until))};
}

Result<Answer> release_list_command(Context& context) {
    const auto project = TRY(context.open());
    const release::Registry registry = TRY(release::load_registry(*project));
    Answer answer{{{"releases", Json::array()}, {"recalls", Json::array()}}, ""};
    for (const release::Published& one : registry.releases) {
        const proof::Release& described = one.described;
        answer.json["releases"].push_back(
            {{"release", described.name},
             {"model", digest_text(described.model)},
             {"manifest", digest_text(one.manifest)},
             {"published_at", to_text(one.at)},
             {"lease_until", to_text(described.lease_until)},
             {"state", to_text(described.state)},
             {"successor", described.successor.empty() ? Json() : Json(described.successor)}});
        answer.text += fmt::format(
            "{}{:<5} {:<10} {} lease until {}", answer.text.empty() ? "" : "\n", described.name,
            to_text(described.state), digest_text(described.model), to_text(described.lease_until));
    }
    for (const release::Recall& recall : registry.recalls) {
        const release::Reach reach = release::reach_of(registry, recall);
        Json replies = Json::object();
        for (const auto& [id, reply] : recall.replies) replies[id] = to_text(reply);
        answer.json["recalls"].push_back({{"recall", recall.id},
                                          {"release", recall.release},
                                          {"state", to_text(recall.strength)},
                                          {"deadline", to_text(recall.deadline)},
                                          {"recipients", numbers(reach)},
                                          {"replies", replies}});
        answer.text +=
            fmt::format("\n{} of {}, {}, deadline {}: {}", recall.id, recall.release,
                        to_text(recall.strength), to_text(recall.deadline), numbers_text(reach));
    }
    if (answer.text.empty()) answer.text = "nothing was published";
    return answer;
}

Result<Answer> release_count_command(Context& context, const std::string& name,
                                     std::uint64_t copies) {
    const auto project = TRY(context.open());
    TRY(release::count_unnamed(*project, name, copies));
    return Answer{{{"release", name}, {"cannot_be_named", copies}},
                  fmt::format("{} copies of {} went to nobody knows whom", copies, name)};
}

Result<Answer> patch_command(Context& context, const PatchArguments& arguments) {
    const auto project = TRY(context.open());
    const release::PatchMade made = TRY(
        release::make_release_patch(*project, arguments.before, arguments.after, arguments.out));
    return Answer{
        {{"patch", arguments.out},
         {"from", made.from},
         {"to", made.to},
         {"tensors", made.tensors},
         {"kept", made.kept},
         {"whole", made.whole},
         {"bytes", made.bytes},
         {"new_bytes", made.new_bytes}},
        fmt::format("{}: from {} to {}, {} bytes instead of {}\n  only a holder of the old weights "
                    "can open it: litura-check apply {} OLD --out NEW",
                    arguments.out, made.from, made.to, made.bytes, made.new_bytes, arguments.out)};
}

Result<Answer> recall_command(Context& context, const RecallArguments& arguments) {
    if (arguments.keys.empty()) return no_keys();
    const auto project = TRY(context.open());
    const auto strength = arguments.hard ? proof::State::hard_recall : proof::State::soft_recall;
    const release::Reason reason = TRY(release::parse_reason(arguments.reason));
    const release::RecallWish wish{arguments.release,       strength,          reason,
                                   arguments.deadline_days, arguments.contact, arguments.keys};
    const release::Recall out = TRY(release::recall(*project, wish));
    const release::Registry registry = TRY(release::load_registry(*project));
    const release::Reach reach = release::reach_of(registry, *registry.find_recall(out.id));
    return Answer{
        {{"recall", out.id},
         {"release", out.release},
         {"state", to_text(out.strength)},
         {"deadline", to_text(out.deadline)},
         {"recipients", numbers(reach)}},
        fmt::format(
            "{}: {} is recalled ({}), deadline {}\n  {}\n  next: litura notify {} --out DIR",
            out.id, out.release, to_text(out.strength), to_text(out.deadline), numbers_text(reach),
            out.id)};
}

Result<Answer> recipient_add_command(Context& context, const RecipientArguments& arguments) {
    const auto project = TRY(context.open());
    const Bytes file = TRY(read_input(context.env, arguments.file));
    const std::string id = TRY(release::add_recipient(*project, text_of(file), arguments.releases));
    return Answer{{{"recipient", id}, {"releases", arguments.releases}},
                  fmt::format("{} is in the list", id)};
}

Result<Answer> recipient_supply_command(Context& context, const RecipientArguments& arguments) {
    const auto project = TRY(context.open());
    for (const std::string& name : arguments.releases)
        TRY(release::supply(*project, arguments.id, name));
    return Answer{{{"recipient", arguments.id}, {"releases", arguments.releases}},
                  arguments.id + " got it"};
}

Result<Answer> recipient_remove_command(Context& context, const RecipientArguments& arguments) {
    const auto project = TRY(context.open());
    TRY(release::remove_recipient(*project, arguments.id));
    return Answer{{{"recipient", arguments.id}, {"removed", true}},
                  fmt::format("name and address of {} are deleted", arguments.id)};
}

Result<Answer> recipient_list_command(Context& context) {
    const auto project = TRY(context.open());
    const release::Registry registry = TRY(release::load_registry(*project));
    Answer answer{{{"recipients", Json::array()}}, ""};
    for (const release::Recipient& recipient : registry.recipients) {
        const auto contact = TRY(release::contact_of(*project, recipient.id));
        const std::string name = contact ? contact->name.reveal() : std::string();
        const std::string address = contact ? contact->address.reveal() : std::string();
        answer.json["recipients"].push_back({{"recipient", recipient.id},
                                             {"name", contact ? Json(name) : Json()},
                                             {"contact", contact ? Json(address) : Json()},
                                             {"releases", recipient.releases}});
        answer.text +=
            fmt::format("{}{:<6} {} {}: {}", answer.text.empty() ? "" : "\n", recipient.id,
                        contact ? name : "(removed)", address, fmt::join(recipient.releases, ", "));
    }
    if (answer.text.empty()) answer.text = "nobody is in the list";
    return answer;
}

Result<Answer> notify_command(Context& context, const NotifyArguments& arguments) {
    const auto project = TRY(context.open());
    auto writer =
        TRY(release::ChannelWriter::open(project->env, release::channel_folder(*project), {}));
    const auto told =
        TRY(release::notify(*project, arguments.recall, arguments.out, writer.address()));
    const release::Registry registry = TRY(release::load_registry(*project));
    const release::Reach reach =
        release::reach_of(registry, *registry.find_recall(arguments.recall));
    return Answer{{{"recall", arguments.recall},
                   {"notices", told},
                   {"path", arguments.out},
                   {"recipients", numbers(reach)}},
                  fmt::format("{} notices in {}: send them\n  {}", told.size(), arguments.out,
                              numbers_text(reach))};
}

Result<Answer> reply_command(Context& context, const ReplyArguments& arguments) {
    const auto project = TRY(context.open());
    release::Answered out;
    if (arguments.unreachable.empty()) {
        const Bytes file = TRY(read_input(context.env, arguments.file));
        out = TRY(release::take_answer(*project, text_of(file)));
    } else {
        out = TRY(release::note_unreachable(*project, arguments.recall, arguments.unreachable));
    }
    const release::Registry registry = TRY(release::load_registry(*project));
    const release::Reach reach = release::reach_of(registry, *registry.find_recall(out.recall));
    return Answer{{{"recall", out.recall},
                   {"recipient", out.recipient},
                   {"reply", to_text(out.reply)},
                   {"recipients", numbers(reach)}},
                  fmt::format("{} on {}: {}\n  {}", out.recipient, out.recall, to_text(out.reply),
                              numbers_text(reach))};
}

}  // namespace litura::cli
