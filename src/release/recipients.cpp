#include "release/recipients.hpp"

#include <fmt/format.h>

#include "derive/rights.hpp"
#include "keys/sealing.hpp"
#include "proof/answer.hpp"
#include "proof/json_fields.hpp"
#include "proof/note.hpp"
#include "release/recipient_rows.hpp"

namespace litura::release {
namespace {

/// Each recipient has a key, which dies when they are removed: a copy of the table that was made
/// before opens no more.
Digest key_name(const std::string& id) { return sha256("litura.recipient.1 " + id); }

/// Of versions until November 2026: one that every copy of the project holds.
SecretKey old_key(const derive::Project& project) {
    return keys::subkey(project.secrets.project, "litura.key.recipients.1");
}

Error unknown(const char* what, const std::string& name) {
    return {Code::bad_input, std::string("there is no ") + what + " of this name", name,
            "see 'litura recipient list' and 'litura release list'"};
}

Result<void> check_known(const Registry& registry, const std::vector<std::string>& releases) {
    for (const std::string& release : releases) {
        if (registry.find(release) == nullptr) return unknown("release", release);
    }
    return done();
}

Result<std::string> field(const Json& json, const char* name) {
    if (std::string found = proof::text_or_empty(json, name); !found.empty()) return found;
    return Error{Code::bad_input, "a recipient's file lacks a field", name,
                 "it needs name, contact and key; 'litura-check key FILE NAME' makes a key"};
}

Result<void> seal_contact(derive::Project& project, const std::string& id, ByteView plain) {
    const SecretKey key = TRY(project.keys().get_or_create(key_name(id), keys::KeyKind::recipient));
    return put_contact(project.db, id, keys::seal(key, plain, bytes_of(id)));
}

Result<void> save_contact(derive::Project& project, const std::string& id, const Json& json) {
    const std::string name = TRY(field(json, "name")), contact = TRY(field(json, "contact"));
    return seal_contact(project, id, bytes_of(compact({{"name", name}, {"contact", contact}})));
}

/// A row without a key is of an earlier version, and gets one; or a restored copy brought it back.
Result<std::optional<Bytes>> open_keyless(derive::Project& project, const std::string& id,
                                          ByteView sealed) {
    const Registry registry = TRY(load_registry(project));
    const Recipient* recipient = registry.find_recipient(id);
    if (recipient == nullptr || recipient->removed) {
        TRY(delete_contact(project.db, id));
        return std::optional<Bytes>();
    }
    Bytes plain = TRY(keys::unseal(old_key(project), sealed, bytes_of(id)));
    auto transaction = TRY(project.db.begin());
    TRY(seal_contact(project, id, plain));
    TRY(transaction.commit());
    return std::optional<Bytes>(std::move(plain));
}

Result<std::optional<Bytes>> open_contact(derive::Project& project, const std::string& id) {
    const auto sealed = TRY(find_contact(project.db, id));
    if (!sealed) return std::optional<Bytes>();
    const auto key = TRY(project.keys().find(key_name(id), keys::KeyKind::recipient));
    if (!key) return open_keyless(project, id, *sealed);
    return std::optional<Bytes>(TRY(keys::unseal(*key, *sealed, bytes_of(id))));
}

Result<Answered> keep_answer(derive::Project& project, const Registry& registry,
                             const Answered& answer, const Json& envelope) {
    const Recall* recall = registry.find_recall(answer.recall);
    const Recipient* recipient = registry.find_recipient(answer.recipient);
    if (recall == nullptr || recipient == nullptr || !recipient->releases.contains(recall->release))
        return unknown("recall or recipient", answer.recall);
    TRY(project.ledger().append("recall.answered", {{"recall", answer.recall},
                                                    {"recipient", answer.recipient},
                                                    {"reply", to_text(answer.reply)},
                                                    {"envelope", envelope}}));
    return answer;
}

}  // namespace

Result<std::string> add_recipient(derive::Project& project, std::string_view text,
                                  const std::vector<std::string>& releases) {
    const Json json = TRY(parse_json(text, "recipient"));
    const proof::PublicKey key = TRY(proof::parse_verifier_key(TRY(field(json, "key")))).key;
    auto transaction = TRY(project.db.begin());
    const Registry registry = TRY(load_registry(project));
    TRY(check_known(registry, releases));
    const std::string id = fmt::format("rc-{}", registry.recipients.size() + 1);
    TRY(save_contact(project, id, json));
    TRY(project.ledger().append("recipient.added", {{"recipient", id}, {"key", hex(key.view())}}));
    for (const std::string& release : releases)
        TRY(project.ledger().append("recipient.supplied",
                                    {{"recipient", id}, {"release", release}}));
    TRY(transaction.commit());
    return id;
}

Result<void> supply(derive::Project& project, const std::string& recipient,
                    const std::string& release) {
    const Registry registry = TRY(load_registry(project));
    TRY(check_known(registry, {release}));
    if (registry.find_recipient(recipient) == nullptr) return unknown("recipient", recipient);
    return project.ledger().append("recipient.supplied",
                                   {{"recipient", recipient}, {"release", release}});
}

Result<void> remove_recipient(derive::Project& project, const std::string& recipient) {
    if (TRY(load_registry(project)).find_recipient(recipient) == nullptr)
        return unknown("recipient", recipient);
    auto transaction = TRY(project.db.begin());
    TRY(delete_contact(project.db, recipient));
    TRY(project.keys().destroy(key_name(recipient), keys::KeyKind::recipient));
    TRY(project.ledger().append("recipient.removed", {{"recipient", recipient}}));
    TRY(transaction.commit());
    return derive::rotate_keys(project);  // only then is the key dead in older copies too
}

Result<std::optional<Contact>> contact_of(derive::Project& project, const std::string& recipient) {
    const auto plain = TRY(open_contact(project, recipient));
    if (!plain) return std::optional<Contact>();
    const Json json = TRY(parse_json(text_of(*plain), "recipient"));
    Contact contact;
    contact.name = PersonalText(TRY(field(json, "name")));
    contact.address = PersonalText(TRY(field(json, "contact")));
    return std::optional<Contact>(std::move(contact));
}

Result<void> count_unnamed(derive::Project& project, const std::string& release,
                           std::uint64_t copies) {
    TRY(check_known(TRY(load_registry(project)), {release}));
    return project.ledger().append("release.counted", {{"release", release}, {"unnamed", copies}});
}

Result<std::vector<std::string>> notify(derive::Project& project, const std::string& id,
                                        const Path& folder, const std::string& channel) {
    const Registry registry = TRY(load_registry(project));
    const Recall* recall = registry.find_recall(id);
    if (recall == nullptr) return unknown("recall", id);
    TRY(project.env.make_folders(folder));
    const Json statement = TRY(parse_json(recall->envelope, "recall"));
    std::vector<std::string> told;
    for (const Recipient& recipient : registry.recipients) {
        if (recipient.removed || !recipient.releases.contains(recall->release)) continue;
        const Json notice = {{"recall", id},
                             {"recipient", recipient.id},
                             {"deadline", to_text(recall->deadline)},
                             {"channel", channel},
                             {"statement", statement}};
        TRY(project.env.write_file(folder / (recipient.id + ".json"),
                                   bytes_of(notice.dump(1) + "\n")));
        if (!recall->notified.contains(recipient.id))
            TRY(project.ledger().append("recall.notified",
                                        {{"recall", id}, {"recipient", recipient.id}}));
        told.push_back(recipient.id);
    }
    TRY(project.env.sync_folder(folder));
    return told;
}

Result<Answered> take_answer(derive::Project& project, std::string_view text) {
    const proof::Envelope envelope = TRY(proof::parse_envelope(text));
    const proof::RecipientAnswer said = TRY(proof::answer_in(envelope));
    const Registry registry = TRY(load_registry(project));
    const Recipient* recipient = registry.find_recipient(said.recipient);
    if (recipient == nullptr) return unknown("recipient", said.recipient);
    if (!proof::is_signed_by(envelope, recipient->key))
        return Error{Code::check_failed, "this answer is not signed by the recipient's key",
                     said.recipient, "ask the recipient"};
    return keep_answer(
        project, registry,
        {said.recall, said.recipient, said.applied ? Reply::said_applied : Reply::refused},
        to_json(envelope));
}

Result<Answered> note_unreachable(derive::Project& project, const std::string& recall,
                                  const std::string& recipient) {
    return keep_answer(project, TRY(load_registry(project)),
                       {recall, recipient, Reply::unreachable}, nullptr);
}

}  // namespace litura::release
