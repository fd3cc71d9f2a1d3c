// The commands for statements, tickets and certificates, and for witnesses and time stamps by file.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "service/proofs.hpp"

namespace litura::cli {
namespace {

std::string render(const service::MadeStatement& made) {
    std::string text = fmt::format("{}\nentry {} of the log; its key: {}", made.stated.note.text,
                                   made.stated.index, made.log);
    if (!made.openings.is_null())
        text += "\nthe openings are in the answer with --json, for auditors only";
    return text;
}

Result<std::string> read_text(Env& env, const std::string& path) {
    const Bytes bytes = TRY(read_input(env, path));
    return std::string(text_of(bytes));
}

}  // namespace

Result<Answer> statement_command(Context& context, bool openings) {
    const auto session = TRY(context.session());
    const auto made = TRY(service::state(*session, openings));
    return Answer(service::to_json(made), render(made));
}

Result<Answer> ticket_command(Context& context, const TicketArguments& arguments) {
    auto name = TRY(person_name(context, arguments.person));
    const auto session = TRY(context.session());
    const auto made = TRY(service::ticket(*session, std::move(name), arguments.path));
    return Answer(service::to_json(made),
                  fmt::format("{}: {} entries about {}\n  check it with: litura-check ticket "
                              "{}\n  publish this key where everybody finds it: {}",
                              arguments.path, made.entries, digest_text(made.model), arguments.path,
                              made.log));
}

Result<Answer> attest_command(Context& context, const AttestArguments& arguments) {
    const auto session = TRY(context.session());
    if (!arguments.import.empty()) {
        const std::string file = TRY(read_text(context.env, arguments.import));
        const auto taken = TRY(service::import_attestation(*session, file));
        return Answer(
            service::to_json(taken),
            fmt::format("taken over from {}: make sure that the key is theirs", taken.auditor));
    }
    const auto made = TRY(service::attest(
        *session, {arguments.key, arguments.name, arguments.out, arguments.threads}));
    const std::string text =
        made.holds ? fmt::format("replayed and rebuilt: all agrees; signed as {}", made.auditor)
                   : fmt::format("DIFFERENT: {}; nothing was signed", made.difference);
    return Answer(service::to_json(made), text, made.holds);
}

Result<Answer> certificate_command(Context& context, const std::string& request) {
    const auto session = TRY(context.session());
    const auto certificate = TRY(service::certify(*session, request));
    std::string text = certificate.note.encode();
    text.pop_back();
    return Answer(service::to_json(certificate), std::move(text));
}

Result<Answer> witness_request_command(Context& context, const WitnessArguments& arguments) {
    const auto session = TRY(context.session());
    const auto made = TRY(service::request_witness(*session, arguments.path, arguments.old_size));
    return Answer(service::to_json(made),
                  fmt::format("{}: from size {}\n  the witness runs: litura-check witness {} "
                              "--log {}",
                              arguments.path, made.old_size, arguments.path, made.log));
}

Result<Answer> witness_add_command(Context& context, const WitnessArguments& arguments) {
    const std::string lines = TRY(read_text(context.env, arguments.path));
    const auto session = TRY(context.session());
    const auto seen = TRY(service::add_witness(*session, arguments.witness, lines));
    return Answer(service::to_json(seen),
                  fmt::format("{} saw the log at size {}", seen.name, seen.size));
}

Result<Answer> timestamp_request_command(Context& context, const std::string& path) {
    const auto session = TRY(context.session());
    const auto made = TRY(service::request_time_stamp(*session, path));
    return Answer(service::to_json(made), fmt::format("{}: a request (RFC 3161) for {}", path,
                                                      digest_text(made.statement)));
}

Result<Answer> timestamp_add_command(Context& context, const TimestampArguments& arguments) {
    const Bytes response = TRY(read_input(context.env, arguments.path));
    const std::string authorities = TRY(read_text(context.env, arguments.authorities));
    const auto session = TRY(context.session());
    const auto stamped = TRY(service::add_time_stamp(*session, response, authorities));
    return Answer(service::to_json(stamped),
                  fmt::format("the statement existed at {}", to_text(stamped.at)));
}

}  // namespace litura::cli
