// Statements, tickets, certificates; witnesses and time stamps by file.
#include <fmt/format.h>

#include <set>
#include <thread>

#include "cli/commands.hpp"
#include "derive/visible.hpp"
#include "proof/log_proof.hpp"
#include "proof/time_stamp.hpp"
#include "release/certificate.hpp"
#include "release/project_log.hpp"
#include "release/statements.hpp"

namespace litura::cli {
namespace {

/// The names a ticket answers for: the one that was given, and those that are linked to it. Nobody
/// need be known: that nothing is held is an answer too.
Result<std::vector<PersonalText>> ticket_names(Context& context, derive::Project& project,
                                               const PersonArguments& arguments) {
    if (arguments.person.starts_with("p-"))
        return release::names_of(project, TRY(project.ledger().person(arguments.person)));
    if (arguments.person != "-" && arguments.person_file.empty())
        return Error{Code::bad_input, "nobody is named", "the command line",
                     "give a handle, or an identifier with --person - or --person-file"};
    PersonalText given = TRY(read_identifier(context.env, arguments.person_file));
    std::set<Digest> people;
    for (const ledger::Account& account : TRY(project.ledger().find_accounts(given)))
        people.insert(account.person);
    if (people.size() == 1) return release::names_of(project, *people.begin());
    std::vector<PersonalText> names;
    names.push_back(std::move(given));
    return names;
}

Json statement_json(const release::Stated& stated, const proof::VerifierKey& key) {
    const proof::Statement& statement = stated.statement;
    return {{"statement", digest_text(statement.digest())},
            {"model", digest_text(statement.model)},
            {"suppressed", statement.suppressed},
            {"items", statement.items},
            {"items_root", digest_text(statement.items_root)},
            {"labels", statement.labels},
            {"map_root", digest_text(statement.map_root)},
            {"made", to_text(statement.made)},
            {"expires", to_text(statement.expires)},
            {"log", key.text()},
            {"index", stated.index},
            {"made_now", stated.made_now},
            {"note", stated.note.encode()}};
}

Result<release::Stated> need_statement(derive::Project& project) {
    auto stated = TRY(release::last_statement(project));
    if (stated) return std::move(*stated);
    return Error{Code::forbidden, "nothing was stated about the visible model", "",
                 "run 'litura statement'"};
}

Result<std::string> read_text(Env& env, const std::string& path) {
    const Bytes bytes = TRY(read_input(env, path));
    return std::string(text_of(bytes));
}

Result<Answer> import_answer(Context& context, derive::Project& project,
                             const release::Stated& stated, const AttestArguments& arguments) {
    const std::string file = TRY(read_text(context.env, arguments.import));
    const proof::VerifierKey auditor = TRY(release::import_attestation(project, stated, file));
    return Answer{
        {{"holds", true},
         {"difference", Json()},
         {"statement", digest_text(stated.statement.digest())},
         {"auditor", auditor.text()}},
        fmt::format("taken over from {}: make sure that the key is theirs", auditor.text())};
}

}  // namespace

Result<Answer> statement_command(Context& context, bool openings) {
    const auto project = TRY(context.open());
    const release::Stated stated = TRY(release::state_visible_model(*project));
    const release::ProjectLog log = TRY(release::open_log(*project));
    Answer answer{statement_json(stated, log.log.verifier()), ""};
    answer.text = fmt::format("{}\nentry {} of the log; its key: {}", stated.note.text,
                              stated.index, log.log.verifier().text());
    if (openings) answer.json["openings"] = TRY(release::openings(*project, stated));
    if (openings) answer.text += "\nthe openings are in the answer with --json, for auditors only";
    return answer;
}

Result<Answer> ticket_command(Context& context, const TicketArguments& arguments) {
    const auto project = TRY(context.open());
    const auto names = TRY(ticket_names(context, *project, arguments.person));
    const release::Stated stated = TRY(release::state_visible_model(*project));
    const proof::Ticket ticket = TRY(release::make_ticket(*project, stated, names));
    TRY(context.env.write_file(arguments.path, bytes_of(ticket.encode())));
    return Answer{
        {{"ticket", arguments.path},
         {"entries", ticket.entries.size()},
         {"model", digest_text(stated.statement.model)},
         {"statement", digest_text(stated.statement.digest())},
         {"expires", to_text(stated.statement.expires)},
         {"log", ticket.log.text()}},
        fmt::format("{}: {} entries about {}\n  check it with: litura-check ticket {}\n  "
                    "publish this key where everybody finds it: {}",
                    arguments.path, ticket.entries.size(), digest_text(stated.statement.model),
                    arguments.path, ticket.log.text())};
}

Result<Answer> attest_command(Context& context, const AttestArguments& arguments) {
    const auto project = TRY(context.open());
    const release::Stated stated = TRY(need_statement(*project));
    if (!arguments.import.empty()) return import_answer(context, *project, stated, arguments);
    if (arguments.key.empty() || !proof::is_key_name(arguments.name))
        return Error{Code::bad_input, "an auditor signs with a key and its name", "--key, --name",
                     "a name has no white space and no plus"};
    const proof::SigningKey key = TRY(proof::load_signing_key(context.env, arguments.key));
    const int threads = arguments.threads > 0
                            ? arguments.threads
                            : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    const release::Attested out =
        TRY(release::attest(*project, stated, arguments.name, key, threads));
    if (out.holds && !arguments.out.empty())
        TRY(context.env.write_file(arguments.out, bytes_of(release::encode(*out.attestation))));
    Answer answer;
    answer.holds = out.holds;
    answer.json = {{"holds", out.holds},
                   {"difference", out.holds ? Json() : Json(out.difference)},
                   {"statement", digest_text(stated.statement.digest())},
                   {"auditor", out.attestation ? Json(out.attestation->auditor.text()) : Json()}};
    answer.text = out.holds ? fmt::format("replayed and rebuilt: all agrees; signed as {}",
                                          out.attestation->auditor.text())
                            : fmt::format("DIFFERENT: {}; nothing was signed", out.difference);
    return answer;
}

Result<Answer> certificate_command(Context& context, const std::string& request) {
    const auto project = TRY(context.open());
    const release::Certificate certificate = TRY(release::certify(*project, request));
    std::string text = certificate.note.encode();
    text.pop_back();
    return Answer{certificate.json, text};
}

Result<Answer> witness_request_command(Context& context, const WitnessArguments& arguments) {
    const auto project = TRY(context.open());
    release::ProjectLog log = TRY(release::open_log(*project));
    const proof::WitnessRequest request = TRY(log.log.witness_request(arguments.old_size));
    TRY(context.env.write_file(arguments.path, bytes_of(request.encode())));
    return Answer{
        {{"request", arguments.path},
         {"old", request.old_size},
         {"log", log.log.verifier().text()}},
        fmt::format("{}: from size {}\n  the witness runs: litura-check witness {} --log {}",
                    arguments.path, request.old_size, arguments.path, log.log.verifier().text())};
}

Result<Answer> witness_add_command(Context& context, const WitnessArguments& arguments) {
    const auto project = TRY(context.open());
    const proof::VerifierKey witness = TRY(proof::parse_verifier_key(arguments.witness));
    const auto lines =
        TRY(proof::parse_signature_lines(TRY(read_text(context.env, arguments.path))));
    release::ProjectLog log = TRY(release::open_log(*project));
    TRY(log.log.add_cosignatures(lines, {&witness, 1}));
    const proof::Checkpoint head = TRY(log.log.checkpoint());
    return Answer{{{"witness", witness.text()}, {"size", head.size}},
                  fmt::format("{} saw the log at size {}", witness.name, head.size)};
}

Result<Answer> timestamp_request_command(Context& context, const std::string& path) {
    const auto project = TRY(context.open());
    const release::Stated stated = TRY(release::state_visible_model(*project));
    const Digest digest = stated.statement.digest();
    TRY(context.env.write_file(path, proof::time_stamp_request(digest)));
    return Answer{{{"request", path}, {"statement", digest_text(digest)}},
                  fmt::format("{}: a request (RFC 3161) for {}", path, digest_text(digest))};
}

Result<Answer> timestamp_add_command(Context& context, const TimestampArguments& arguments) {
    const auto project = TRY(context.open());
    const release::Stated stated = TRY(need_statement(*project));
    const Bytes response = TRY(read_input(context.env, arguments.path));
    const std::string authorities = TRY(read_text(context.env, arguments.authorities));
    const Instant at =
        TRY(proof::verify_time_stamp(stated.statement.digest(), response, authorities));
    TRY(release::keep_time_stamp(*project, stated, response));
    return Answer{{{"statement", digest_text(stated.statement.digest())}, {"at", to_text(at)}},
                  fmt::format("the statement existed at {}", to_text(at))};
}

}  // namespace litura::cli
