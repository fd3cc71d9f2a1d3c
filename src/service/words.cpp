#include "service/words.hpp"

#include <set>

#include "derive/project.hpp"
#include "derive/rights.hpp"
#include "derive/visible.hpp"
#include "ledger/persons.hpp"

namespace litura::service {

std::string digest_text(const Digest& digest) { return "sha256:" + digest.hex(); }

Json optional_time(const std::optional<Instant>& at) { return at ? Json(to_text(*at)) : Json(); }

Result<Digest> parse_public_key(ByteView bytes) {
    std::string_view text = text_of(bytes);
    while (text.ends_with('\n')) text.remove_suffix(1);
    const auto key = bytes.size() == 32 ? digest_from_bytes(bytes) : parse_digest(text);
    if (key.ok()) return key;
    return Error{Code::bad_input, "not a public key", "", "give its 32 bytes, or 64 hex digits"};
}

Result<Digest> find_person(Session& session, const PersonName& name) {
    if (!name.handle.empty()) return session.ledger().persons().person(name.handle);
    std::set<Digest> people;
    if (!name.identifier.empty()) {
        for (const ledger::Account& account :
             TRY(session.ledger().persons().of_author(name.identifier)))
            people.insert(account.person);
    }
    if (people.empty()) {
        return Error{
            Code::bad_input, "no such person", "",
            "see 'litura person list'; give an identifier with --person - or --person-file"};
    }
    if (people.size() == 1) return *people.begin();
    std::string handles;
    for (const Digest& person : people)
        handles += (handles.empty() ? "" : ", ") + session.ledger().persons().handle(person);
    return Error{Code::bad_input, "several accounts have that name", handles,
                 "name one by its handle"};
}

std::string record_handle(Session& session, const Digest& record) {
    return keys::record_handle(session.project().secrets.deal, record);
}

Result<std::optional<Replacement>> leave_out_barred(Session& session) {
    const auto before = TRY(derive::visible_model(session.project().db));
    const auto model = TRY(derive::leave_out_barred(session.project()));
    if (!model || (before && model->model == before->model)) return std::optional<Replacement>();
    return std::optional(Replacement{model->model, model->deferred, model->suppressed});
}

Json to_json(const std::optional<Replacement>& replacement) {
    if (!replacement) return nullptr;
    return {{"model", digest_text(replacement->model)},
            {"deferred_records", replacement->deferred}};
}

}  // namespace litura::service
