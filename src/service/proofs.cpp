#include "service/proofs.hpp"

#include <set>

#include "base/threads.hpp"
#include "derive/project.hpp"
#include "proof/log_proof.hpp"
#include "proof/time_stamp.hpp"
#include "ledger/persons.hpp"
#include "release/project_log.hpp"

namespace litura::service {
namespace {

Result<std::vector<PersonalText>> ticket_names(Session& session, PersonName name) {
    if (!name.handle.empty())
        return release::names_of(session.project(),
                                 TRY(session.ledger().persons().person(name.handle)));
    if (name.identifier.empty())
        return Error{Code::bad_input, "nobody is named", "the command line",
                     "give a handle, or an identifier with --person - or --person-file"};
    std::set<Digest> people;
    for (const ledger::Account& account :
         TRY(session.ledger().persons().of_author(name.identifier)))
        people.insert(account.person);
    if (people.size() == 1) return release::names_of(session.project(), *people.begin());
    std::vector<PersonalText> names;
    names.push_back(std::move(name.identifier));
    return names;
}

Result<release::Stated> need_statement(derive::Project& project) {
    auto stated = TRY(release::last_statement(project));
    if (stated) return std::move(*stated);
    return Error{Code::forbidden, "nothing was stated about the visible model", "",
                 "run 'litura statement'"};
}

}  // namespace

Result<MadeStatement> state(Session& session, bool openings) {
    MadeStatement made;
    made.stated = TRY(release::state_visible_model(session.project()));
    made.log = TRY(release::open_log(session.project())).log.verifier().text();
    if (openings) made.openings = TRY(release::openings(session.project(), made.stated));
    return made;
}

Result<MadeTicket> ticket(Session& session, PersonName name, const Path& to) {
    const auto names = TRY(ticket_names(session, std::move(name)));
    const release::Stated stated = TRY(release::state_visible_model(session.project()));
    const proof::Ticket made = TRY(release::make_ticket(session.project(), stated, names));
    TRY(session.env().write_file(to, bytes_of(made.encode())));
    return MadeTicket{to,
                      made.entries.size(),
                      stated.statement.model,
                      stated.statement.digest(),
                      stated.statement.expires,
                      made.log.text()};
}

Result<MadeAttestation> attest(Session& session, const AttestWish& wish) {
    const release::Stated stated = TRY(need_statement(session.project()));
    if (wish.key.empty() || !proof::is_key_name(wish.name))
        return Error{Code::bad_input, "an auditor signs with a key and its name", "--key, --name",
                     "a name has no white space and no plus"};
    const proof::SigningKey key = TRY(proof::load_signing_key(session.env(), wish.key));
    const release::Attested out =
        TRY(release::attest(session.project(), stated, wish.name, key, thread_count(wish.threads)));
    MadeAttestation made{out.holds, out.difference, stated.statement.digest(), {}};
    if (!out.holds) return made;
    made.auditor = out.attestation->auditor.text();
    if (!wish.out.empty())
        TRY(session.env().write_file(wish.out, bytes_of(release::encode(*out.attestation))));
    return made;
}

Result<MadeAttestation> import_attestation(Session& session, std::string_view file) {
    const release::Stated stated = TRY(need_statement(session.project()));
    const auto auditor = TRY(release::import_attestation(session.project(), stated, file));
    return MadeAttestation{true, {}, stated.statement.digest(), auditor.text()};
}

Result<release::Certificate> certify(Session& session, std::string_view request) {
    return release::certify(session.project(), request);
}

Result<WitnessRequest> request_witness(Session& session, const Path& to,
                                       std::optional<std::uint64_t> old_size) {
    release::ProjectLog log = TRY(release::open_log(session.project()));
    const proof::WitnessRequest made = TRY(log.log.witness_request(old_size));
    TRY(session.env().write_file(to, bytes_of(made.encode())));
    return WitnessRequest{to, made.old_size, log.log.verifier().text()};
}

Result<Witnessed> add_witness(Session& session, std::string_view key, std::string_view lines) {
    const proof::VerifierKey witness = TRY(proof::parse_verifier_key(key));
    const auto signatures = TRY(proof::parse_signature_lines(lines));
    release::ProjectLog log = TRY(release::open_log(session.project()));
    TRY(log.log.add_cosignatures(signatures, {&witness, 1}));
    const proof::Checkpoint head = TRY(log.log.checkpoint());
    return Witnessed{witness.text(), witness.name, head.size};
}

Result<StampRequest> request_time_stamp(Session& session, const Path& to) {
    const release::Stated stated = TRY(release::state_visible_model(session.project()));
    const Digest digest = stated.statement.digest();
    TRY(session.env().write_file(to, proof::time_stamp_request(digest)));
    return StampRequest{to, digest};
}

Result<Stamped> add_time_stamp(Session& session, ByteView response,
                               const std::string& authorities) {
    const release::Stated stated = TRY(need_statement(session.project()));
    const Digest digest = stated.statement.digest();
    const Instant at = TRY(proof::verify_time_stamp(digest, response, authorities));
    TRY(release::keep_time_stamp(session.project(), stated, response));
    return Stamped{digest, at};
}

Json to_json(const MadeStatement& made) {
    const proof::Statement& statement = made.stated.statement;
    Json json = {{"statement", digest_text(statement.digest())},
                 {"model", digest_text(statement.model)},
                 {"suppressed", statement.suppressed},
                 {"items", statement.items},
                 {"items_root", digest_text(statement.items_root)},
                 {"sources", statement.sources},
                 {"sources_root", digest_text(statement.sources_root)},
                 {"map_root", digest_text(statement.map_root)},
                 {"made", to_text(statement.made)},
                 {"expires", to_text(statement.expires)},
                 {"log", made.log},
                 {"index", made.stated.index},
                 {"made_now", made.stated.made_now},
                 {"note", made.stated.note.encode()}};
    if (!made.openings.is_null()) json["openings"] = made.openings;
    return json;
}

Json to_json(const MadeTicket& ticket) {
    return {{"ticket", ticket.path.string()},     {"entries", ticket.entries},
            {"model", digest_text(ticket.model)}, {"statement", digest_text(ticket.statement)},
            {"expires", to_text(ticket.expires)}, {"log", ticket.log}};
}

Json to_json(const MadeAttestation& attestation) {
    return {{"holds", attestation.holds},
            {"difference", attestation.holds ? Json() : Json(attestation.difference)},
            {"statement", digest_text(attestation.statement)},
            {"auditor", attestation.auditor.empty() ? Json() : Json(attestation.auditor)}};
}

Json to_json(const release::Certificate& certificate) { return certificate.json; }

Json to_json(const WitnessRequest& request) {
    return {{"request", request.path.string()}, {"old", request.old_size}, {"log", request.log}};
}

Json to_json(const StampRequest& request) {
    return {{"request", request.path.string()}, {"statement", digest_text(request.statement)}};
}

Json to_json(const Witnessed& witnessed) {
    return {{"witness", witnessed.witness}, {"size", witnessed.size}};
}

Json to_json(const Stamped& stamped) {
    return {{"statement", digest_text(stamped.statement)}, {"at", to_text(stamped.at)}};
}

}  // namespace litura::service
