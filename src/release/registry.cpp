#include "release/registry.hpp"

#include <algorithm>
#include <array>

#include "ledger/fields.hpp"

namespace litura::release {
namespace {

using ledger::Fields;
using ledger::ProjectEvent;
using proof::State;

constexpr ledger::EventName kAudited = "release.audited";
constexpr ledger::EventName kRegistryEvents[] = {
    "release.published", "release.superseded", "release.counted",    kAudited,
    "release.recalled",  "recipient.added",    "recipient.supplied", "recipient.removed",
    "recall.notified",   "recall.answered"};

constexpr std::array<std::string_view, 4> kReplies = {"none", "said_applied", "refused",
                                                      "unreachable"};

template <typename Items, typename Name>
auto* find_in(Items& items, std::string_view name, Name name_of) {
    const auto found =
        std::ranges::find_if(items, [&](const auto& item) { return name_of(item) == name; });
    return found == items.end() ? nullptr : &*found;
}

Error broken(const ProjectEvent& event) {
    return {Code::broken, "an event of the ledger lacks a field",
            "event " + std::to_string(event.seq), ""};
}

class RegistryFold {
public:
    explicit RegistryFold(Registry& registry) : out_(registry) {}

    Result<void> take(const ProjectEvent& event) {
        Fields in(event.payload);
        if (event.type == "release.published") TRY(published(event, in));
        if (event.type == "release.superseded") superseded(in);
        if (event.type == "release.counted") counted(in);
        if (event.type == std::string_view(kAudited))
            out_.audits.push_back(TRY(parse_diff_audit(in.text("result"))));
        if (event.type == "release.recalled") TRY(recalled(event, in));
        if (event.type == "recipient.added") TRY(added(in));
        if (event.type == "recipient.supplied") recipient(in).releases.insert(in.text("release"));
        if (event.type == "recipient.removed") recipient(in).removed = true;
        if (event.type == "recall.notified") recall(in).notified.insert(in.text("recipient"));
        if (event.type == "recall.answered") answered(in);
        return in.ok() && known_ ? done() : broken(event);
    }

private:
    Result<void> published(const ProjectEvent& event, Fields& in) {
        Published one;
        one.described = TRY(proof::parse_release(in.text("document")));
        one.manifest = in.digest("manifest");
        one.at = event.at;
        one.path = in.text("path");
        out_.releases.push_back(std::move(one));
        return done();
    }
    void superseded(Fields& in) {
        proof::Release& described = release(in).described;
        described.state = std::max(described.state, State::superseded);
        described.successor = in.text("successor");
    }
    void counted(Fields& in) {
        release(in).unnamed = static_cast<std::uint64_t>(in.integer("unnamed"));
    }
    Result<void> recalled(const ProjectEvent& event, Fields& in) {
        Recall one;
        one.id = in.text("recall");
        one.strength = TRY(proof::parse_state(in.text("state")));
        one.envelope = in.text("envelope");
        one.at = event.at;
        one.deadline = {in.integer("deadline")};
        Published& held = release(in);
        one.release = held.described.name;
        held.described.state = std::max(held.described.state, one.strength);
        out_.recalls.push_back(std::move(one));
        return done();
    }
    Result<void> added(Fields& in) {
        const proof::PublicKey key = TRY(proof::public_key_from(TRY(from_hex(in.text("key")))));
        out_.recipients.push_back({in.text("recipient"), key, {}, false});
        return done();
    }
    void answered(Fields& in) {
        const auto found = std::ranges::find(kReplies, in.text("reply"));
        known_ = known_ && found != kReplies.end();
        recall(in).replies[in.text("recipient")] = static_cast<Reply>(found - kReplies.begin());
    }

    template <typename T>
    T& or_spare(T* found, T& spare) {
        known_ = known_ && found != nullptr;
        return found != nullptr ? *found : spare;
    }
    Published& release(Fields& in) {
        return or_spare(find_in(out_.releases, in.text("release"),
                                [](const Published& p) { return p.described.name; }),
                        spare_release_);
    }
    Recall& recall(Fields& in) {
        return or_spare(
            find_in(out_.recalls, in.text("recall"), [](const Recall& r) { return r.id; }),
            spare_recall_);
    }
    Recipient& recipient(Fields& in) {
        return or_spare(
            find_in(out_.recipients, in.text("recipient"), [](const Recipient& r) { return r.id; }),
            spare_recipient_);
    }

    Registry& out_;
    bool known_ = true;  ///< everything named so far exists
    Published spare_release_;
    Recall spare_recall_;
    Recipient spare_recipient_;
};

}  // namespace

std::string_view to_text(Reply reply) { return kReplies[static_cast<std::size_t>(reply)]; }

const Published* Registry::find(std::string_view name) const {
    return find_in(releases, name, [](const Published& p) { return p.described.name; });
}
const DiffAudit* Registry::find_audit(const Digest& before, const Digest& after) const {
    const auto last = std::find_if(audits.rbegin(), audits.rend(), [&](const DiffAudit& audit) {
        return audit.old_model == before && audit.new_model == after;
    });
    return last == audits.rend() ? nullptr : &*last;
}
const Recall* Registry::find_recall(std::string_view id) const {
    return find_in(recalls, id, [](const Recall& r) { return r.id; });
}
const Recipient* Registry::find_recipient(std::string_view id) const {
    return find_in(recipients, id, [](const Recipient& r) { return r.id; });
}

Result<Registry> load_registry(derive::Project& project) {
    Registry registry;
    RegistryFold fold(registry);
    for (const ProjectEvent& event : TRY(project.ledger().events(kRegistryEvents)))
        TRY(fold.take(event));
    return registry;
}

Result<void> keep_audit(derive::Project& project, const std::string& result) {
    TRY(parse_diff_audit(result));
    return project.ledger().append(kAudited, {{"result", result}});
}

Reach reach_of(const Registry& registry, const Recall& recall) {
    Reach reach;
    for (const Recipient& recipient : registry.recipients) {
        if (!recipient.releases.contains(recall.release)) continue;
        ++reach.known;
        const auto reply = recall.replies.find(recipient.id);
        reach.answered += reply != recall.replies.end() && reply->second != Reply::unreachable;
    }
    const Published* release = registry.find(recall.release);
    if (release != nullptr) reach.unnamed = release->unnamed;
    return reach;
}

Path channel_folder(const derive::Project& project) { return project.paths.root / "channel"; }

}  // namespace litura::release
