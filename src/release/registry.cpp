#include "release/registry.hpp"

#include <algorithm>
#include <array>

#include "ledger/fields.hpp"

namespace litura::release {
namespace {

using ledger::Fields;
using ledger::Note;
using proof::State;

constexpr const char* kAudited = "release.audited";

constexpr std::array<std::string_view, 4> kReplies = {"none", "said_applied", "refused",
                                                      "unreachable"};

template <typename Items, typename Name>
auto* find_in(Items& items, std::string_view name, Name name_of) {
    const auto found =
        std::ranges::find_if(items, [&](const auto& item) { return name_of(item) == name; });
    return found == items.end() ? nullptr : &*found;
}

Error broken(const Note& note) {
    return {Code::broken, "a note of the ledger lacks a field", "event " + std::to_string(note.seq),
            ""};
}

class Folder {
public:
    explicit Folder(Registry& registry) : out_(registry) {}

    Result<void> fold(const Note& note) {
        Fields in(note.payload);
        if (note.type == "release.published") TRY(published(note, in));
        if (note.type == "release.superseded") superseded(in);
        if (note.type == "release.counted") counted(in);
        if (note.type == kAudited) out_.audits.push_back(TRY(parse_diff_audit(in.text("result"))));
        if (note.type == "release.recalled") TRY(recalled(note, in));
        if (note.type == "recipient.added") TRY(added(in));
        if (note.type == "recipient.supplied") recipient(in).releases.insert(in.text("release"));
        if (note.type == "recipient.removed") recipient(in).removed = true;
        if (note.type == "recall.notified") recall(in).notified.insert(in.text("recipient"));
        if (note.type == "recall.answered") answered(in);
        return in.ok() && known_ ? done() : broken(note);
    }

private:
    Result<void> published(const Note& note, Fields& in) {
        Published one;
        one.described = TRY(proof::parse_release(in.text("document")));
        one.manifest = in.digest("manifest");
        one.at = note.at;
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
    Result<void> recalled(const Note& note, Fields& in) {
        Recall one;
        one.id = in.text("recall");
        one.strength = TRY(proof::parse_state(in.text("state")));
        one.envelope = in.text("envelope");
        one.at = note.at;
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
    Folder folder(registry);
    for (const Note& note : TRY(project.ledger().notes("re"))) TRY(folder.fold(note));
    return registry;
}

Result<void> keep_audit(derive::Project& project, const std::string& result) {
    TRY(parse_diff_audit(result));
    return project.ledger().note(kAudited, {{"result", result}});
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

}  // namespace litura::release
