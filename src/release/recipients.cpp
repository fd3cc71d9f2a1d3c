#include "release/recipients.hpp"

#include <fmt/format.h>

#include "keys/sealing.hpp"
#include "proof/answer.hpp"
#include "proof/json_fields.hpp"
#include "proof/note.hpp"

namespace litura::release {
namespace {

constexpr const char* kSchema =
    "CREATE TABLE IF NOT EXISTS recipient_contact (id TEXT PRIMARY KEY, sealed BLOB NOT NULL) "
    "STRICT, WITHOUT ROWID;";

SecretKey contact_key(const derive::Project& project) {
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

Result<void> save_contact(derive::Project& project, const std::string& id, const Json& json) {
    TRY(project.db.execute(kSchema));
    const std::string name = TRY(field(json, "name")), contact = TRY(field(json, "contact"));
    const std::string plain = compact({{"name", name}, {"contact", contact}});
    auto insert = TRY(project.db.prepare("INSERT INTO recipient_contact VALUES (?, ?)"));
    return insert.bind(id)
        .bind(keys::seal(contact_key(project), bytes_of(plain), bytes_of(id)))
        .run();
}

Result<Answered> keep_answer(derive::Project& project, const Registry& registry,
                             const Answered& answer, const Json& envelope) {
    const Recall* recall = registry.find_recall(answer.recall);
    const Recipient* recipient = registry.find_recipient(answer.recipient);
    if (recall == nullptr || recipient == nullptr || !recipient->releases.contains(recall->release))
        return unknown("recall or recipient", answer.recall);
    TRY(project.ledger().note("recall.answered", {{"recall", answer.recall},
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
    TRY(project.ledger().note("recipient.added", {{"recipient", id}, {"key", hex(key.view())}}));
    for (const std::string& release : releases)
        TRY(project.ledger().note("recipient.supplied", {{"recipient", id}, {"release", release}}));
    TRY(transaction.commit());
    return id;
}

Result<void> supply(derive::Project& project, const std::string& recipient,
                    const std::string& release) {
    const Registry registry = TRY(load_registry(project));
    TRY(check_known(registry, {release}));
    if (registry.find_recipient(recipient) == nullptr) return unknown("recipient", recipient);
    return project.ledger().note("recipient.supplied",
                                 {{"recipient", recipient}, {"release", release}});
}

Result<void> remove_recipient(derive::Project& project, const std::string& recipient) {
    if (TRY(load_registry(project)).find_recipient(recipient) == nullptr)
        return unknown("recipient", recipient);
    auto transaction = TRY(project.db.begin());
    TRY(project.db.execute(kSchema));
    auto removal = TRY(project.db.prepare("DELETE FROM recipient_contact WHERE id = ?"));
    TRY(removal.bind(recipient).run());
    TRY(project.ledger().note("recipient.removed", {{"recipient", recipient}}));
    TRY(transaction.commit());
    return project.db.truncate_log();
}

Result<std::optional<Contact>> contact_of(derive::Project& project, const std::string& recipient) {
    TRY(project.db.execute(kSchema));
    auto rows = TRY(project.db.prepare("SELECT sealed FROM recipient_contact WHERE id = ?"));
    if (!TRY(rows.bind(recipient).step())) return std::optional<Contact>();
    const Bytes plain = TRY(keys::unseal(contact_key(project), rows.blob(0), bytes_of(recipient)));
    const Json json = TRY(parse_json(text_of(plain), "recipient"));
    Contact contact;
    contact.name = PersonalText(TRY(field(json, "name")));
    contact.address = PersonalText(TRY(field(json, "contact")));
    return std::optional<Contact>(std::move(contact));
}

Result<void> count_unnamed(derive::Project& project, const std::string& release,
                           std::uint64_t copies) {
    TRY(check_known(TRY(load_registry(project)), {release}));
    return project.ledger().note("release.counted", {{"release", release}, {"unnamed", copies}});
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
            TRY(project.ledger().note("recall.notified",
                                      {{"recall", id}, {"recipient", recipient.id}}));
        told.push_back(recipient.id);
    }
    TRY(project.env.sync_folder(folder));
    return told;
}

Result<Answered> take_answer(derive::Project& project, std::string_view text) {
    const proof::Envelope envelope = TRY(proof::parse_envelope(text));
    const proof::Answer said = TRY(proof::answer_in(envelope));
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
