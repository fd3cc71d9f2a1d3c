// The words of commands about what leaves the house.
#include "cli/grammar.hpp"

namespace litura::cli {

void add_release_commands(Grammar& on) {
    struct Bound {
        ChannelArguments channel;
        PublishArguments publish;
        std::string release;
        std::uint64_t copies = 0;
        PatchArguments patch;
        RecallArguments recall;
    };
    Bound& in = on.keep<Bound>();
    Command channel = on.family("channel", "where recipients ask what may still be used");
    auto init = on.command(channel, "init", "make it, with new keys",
                           [&in](Context& c) { return channel_init_command(c, in.channel); });
    init.option("--address", in.channel.address, "where it will be found; told to all");
    auto tend = on.command(channel, "tend", "sign again what grows old, with the keys at hand",
                           [&in](Context& c) { return channel_tend_command(c, in.channel); });
    auto rotate = on.command(channel, "rotate", "a new key for a role",
                             [&in](Context& c) { return channel_rotate_command(c, in.channel); });
    rotate.option("ROLE", in.channel.role, "root, targets, recall, releases, snapshot, timestamp")
        .required();
    for (Command sub : {init, tend, rotate})
        sub.option("--keys", in.channel.keys, "folder of the roles' keys").required();

    auto publish = on.command("publish", "the model for others, signed and announced",
                              [&in](Context& c) { return publish_command(c, in.publish); });
    publish.option("DIR", in.publish.folder, "a new folder").required();
    publish.option("--keys", in.publish.keys, "folder of the roles' keys").required();
    publish.option("--order", in.publish.order, "digest of the order that asks for it");
    publish.option("--audit", in.publish.audit, "the result of somebody else's audit");
    Command release = on.family("release", "what was published");
    on.command(release, "list", "releases, recalls and how far they got",
               [](Context& c) { return release_list_command(c); });
    auto count =
        on.command(release, "count", "copies that went to nobody knows whom",
                   [&in](Context& c) { return release_count_command(c, in.release, in.copies); });
    count.option("RELEASE", in.release).required();
    count.option("COPIES", in.copies).required();

    auto patch =
        on.command("patch", "from one release's weights to another's, for holders of the first",
                   [&in](Context& c) { return patch_command(c, in.patch); });
    patch.option("OLD", in.patch.before, "a weight file of a release").required();
    patch.option("NEW", in.patch.after, "the same of its successor").required();
    patch.option("--out", in.patch.out, "file to write").required();

    auto recall = on.command("recall", "say that a release must not be used any more",
                             [&in](Context& c) { return recall_command(c, in.recall); });
    recall.option("RELEASE", in.recall.release).required();
    recall.option("--keys", in.recall.keys, "folder of recall, snapshot and timestamp keys")
        .required();
    recall.flag("--hard", in.recall.hard, "delete it; without: do not start using it, replace it");
    recall.option("--reason", in.recall.reason,
                  "rights, order, minor, special_category or security");
    recall.option("--deadline-days", in.recall.deadline_days).between(0, 3650);
    recall.option("--contact", in.recall.contact, "of the publisher");
}

void add_recipient_commands(Grammar& on) {
    struct Bound {
        RecipientArguments recipient;
        NotifyArguments notify;
        ReplyArguments reply;
    };
    Bound& in = on.keep<Bound>();
    Command recipient = on.family("recipient", "who got releases");
    auto add = on.command(recipient, "add", "put somebody on the list",
                          [&in](Context& c) { return recipient_add_command(c, in.recipient); });
    add.option("FILE", in.recipient.file, "JSON with name, contact and key; - for standard input");
    auto supply =
        on.command(recipient, "supply", "somebody on the list got a release",
                   [&in](Context& c) { return recipient_supply_command(c, in.recipient); });
    auto remove = on.command(recipient, "remove", "delete name and address", [&in](Context& c) {
        return recipient_remove_command(c, in.recipient);
    });
    for (Command sub : {supply, remove}) sub.option("ID", in.recipient.id, "rc-...").required();
    for (Command sub : {add, supply})
        sub.option("--release", in.recipient.releases, "v1 ...").required(sub == supply);
    on.command(recipient, "list", "everyone on it",
               [](Context& c) { return recipient_list_command(c); });

    auto notify = on.command("notify", "write a recall's notices to recipients",
                             [&in](Context& c) { return notify_command(c, in.notify); });
    notify.option("RECALL", in.notify.recall, "recall-...").required();
    notify.option("--out", in.notify.out, "folder for the notices").required();
    auto reply = on.command("reply", "take a recipient's signed answer",
                            [&in](Context& c) { return reply_command(c, in.reply); });
    reply.option("FILE", in.reply.file, "- for standard input");
    auto unreachable =
        reply.option("--unreachable", in.reply.unreachable, "rc-...: no answer can be had");
    unreachable.needs(reply.option("--recall", in.reply.recall, "recall-..., with --unreachable"));
}

}  // namespace litura::cli
