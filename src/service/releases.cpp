#include "service/releases.hpp"

#include "derive/project.hpp"

namespace litura::service {
namespace {

Result<void> need_keys(const Path& keys) {
    if (!keys.empty()) return done();
    return Error{Code::bad_input, "the folder of the channel's keys is not given", "--keys",
                 "litura channel init --keys DIR makes it"};
}

Result<release::ChannelWriter> writer_of(Session& session, const Path& keys) {
    TRY(need_keys(keys));
    return release::ChannelWriter::open(session.env(), release::channel_folder(session.project()),
                                        keys);
}

Result<SignedChannel> sign(Session& session, release::ChannelWriter& writer) {
    SignedChannel out;
    out.channel = release::channel_folder(session.project());
    out.epoch = TRY(release::sign_channel(session.project(), writer));
    out.renewed = writer.renewed();
    out.ending = writer.ending(TRY(session.now()).plus_days(kWarnDays));
    return out;
}

Result<release::Reach> reach_of(Session& session, const std::string& recall) {
    const release::Registry registry = TRY(release::load_registry(session.project()));
    return release::reach_of(registry, *registry.find_recall(recall));
}

}  // namespace

Result<BegunChannel> begin_channel(Session& session, const Path& keys, const std::string& address) {
    TRY(need_keys(keys));
    TRY(release::begin_channel(session.project(), keys, address));
    const Path folder = release::channel_folder(session.project());
    return BegunChannel{folder, folder / "1.root.json", keys};
}

Result<SignedChannel> tend_channel(Session& session, const Path& keys) {
    auto writer = TRY(writer_of(session, keys));
    return sign(session, writer);
}

Result<SignedChannel> rotate_channel_key(Session& session, const Path& keys,
                                         const std::string& role) {
    auto writer = TRY(writer_of(session, keys));
    TRY(writer.rotate(role));
    return sign(session, writer);
}

Result<Publication> publish(Session& session, const release::PublishWish& wish) {
    TRY(need_keys(wish.keys));
    const release::PublishAnswer answer = TRY(release::publish(session.project(), wish));
    return Publication{wish.folder, answer};
}

Result<release::Registry> releases(Session& session) {
    return release::load_registry(session.project());
}

Result<Unnamed> count_unnamed(Session& session, const Unnamed& counted) {
    TRY(release::count_unnamed(session.project(), counted.release, counted.copies));
    return counted;
}

Result<Patched> make_patch(Session& session, const Path& before, const Path& after,
                           const Path& out) {
    const release::PatchMade made =
        TRY(release::make_release_patch(session.project(), before, after, out));
    return Patched{out, made};
}

Result<Recalled> recall(Session& session, const release::RecallWish& wish) {
    TRY(need_keys(wish.keys));
    Recalled out;
    out.recall = TRY(release::recall(session.project(), wish));
    out.reach = TRY(reach_of(session, out.recall.id));
    return out;
}

Result<Notified> notify(Session& session, const std::string& recall, const Path& folder) {
    const Path channel = release::channel_folder(session.project());
    const auto writer = TRY(release::ChannelWriter::open(session.env(), channel, {}));
    auto notices = TRY(release::notify(session.project(), recall, folder, writer.address()));
    const release::Reach reach = TRY(reach_of(session, recall));
    return Notified{recall, folder, std::move(notices), reach};
}

Result<Replied> take_reply(Session& session, std::string_view envelope) {
    Replied out;
    out.answered = TRY(release::take_answer(session.project(), envelope));
    out.reach = TRY(reach_of(session, out.answered.recall));
    return out;
}

Result<Replied> note_unreachable(Session& session, const std::string& recall,
                                 const std::string& recipient) {
    Replied out;
    out.answered = TRY(release::note_unreachable(session.project(), recall, recipient));
    out.reach = TRY(reach_of(session, recall));
    return out;
}

Result<Supplied> add_recipient(Session& session, std::string_view description,
                               const std::vector<std::string>& releases) {
    std::string id = TRY(release::add_recipient(session.project(), description, releases));
    return Supplied{std::move(id), releases};
}

Result<Supplied> supply(Session& session, const Supplied& more) {
    for (const std::string& name : more.releases)
        TRY(release::supply(session.project(), more.recipient, name));
    return more;
}

Result<RemovedRecipient> remove_recipient(Session& session, const std::string& recipient) {
    TRY(release::remove_recipient(session.project(), recipient));
    return RemovedRecipient{recipient};
}

Result<RecipientList> recipients(Session& session) {
    const release::Registry registry = TRY(release::load_registry(session.project()));
    RecipientList list;
    for (const release::Recipient& recipient : registry.recipients) {
        auto contact = TRY(release::contact_of(session.project(), recipient.id));
        list.entries.push_back({recipient.id, std::move(contact), recipient.releases});
    }
    return list;
}

}  // namespace litura::service
