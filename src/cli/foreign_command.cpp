// Requests that other systems send, from files: filed as what they are here, once; the answer goes to
// a file in their own form, and says the same whether or not the person is known.
#include <fmt/format.h>

#include <set>

#include "cli/commands.hpp"
#include "cli/request_json.hpp"
#include "derive/rights.hpp"
#include "release/drp.hpp"
#include "release/opendsr.hpp"

namespace litura::cli {
namespace {

/// What every protocol comes down to.
struct Foreign {
    std::string_view channel;
    std::string mark, sender;
    std::optional<ledger::RequestKind> kind;  ///< nothing: somebody has to read it
    std::vector<PersonalText> names;
    bool authorised = false;  ///< the sender has checked who it speaks for
};

/// The one person known under these names, by exact name only: a name alone proves nothing, and equal
/// ones may be different people.
Result<std::optional<Digest>> one_person(derive::Project& project,
                                         const std::vector<PersonalText>& names) {
    std::set<Digest> people;
    for (const PersonalText& name : names) {
        for (const ledger::Account& account : TRY(project.ledger().find_accounts(name)))
            people.insert(account.person);
    }
    if (people.size() != 1) return std::optional<Digest>();
    return std::optional<Digest>(*people.begin());
}

Result<ledger::Request> file_it(Context& context, derive::Project& project, const Foreign& foreign,
                                ByteView bytes) {
    std::optional<Digest> person;
    if (foreign.kind) person = TRY(one_person(project, foreign.names));
    if (!person) {
        return project.ledger().accept_text(bytes, {},
                                            project.settings.policy.admission.purpose,
                                            ledger::Ledger::Filing{foreign.mark, bytes});
    }
    derive::Ask ask;
    ask.kind = *foreign.kind;
    ask.person = *person;
    ask.mark = foreign.mark;
    ask.came = ledger::Ledger::Channel{foreign.channel, bytes};
    ask.by = ledger::Ledger::Representative{ledger::Role::agent, bytes_of(foreign.sender), {}};
    if (foreign.authorised) ask.by->authority = bytes;
    return TRY(derive::exercise(project, ask, context.started)).request;
}

/// A name for the outside that tells nothing about how many requests there are.
std::string outside_id(const derive::Project& project, const ledger::Request& request) {
    const Digest digest = hmac(project.secrets.identity.reveal(),
                               bytes_of("litura.request.outside.1 " + request.id));
    const std::string hex = digest.hex();
    const std::string_view text = hex;
    return fmt::format("{}-{}-4{}-{}{}-{}", text.substr(0, 8), text.substr(8, 4),
                       text.substr(13, 3), "89ab"[digest.bytes[8] % 4], text.substr(17, 3),
                       text.substr(20, 12));
}

Answer answered(const ledger::Request& request, Instant now, Json reply) {
    Answer answer{request_json(request, now), request_line(request, now)};
    answer.json["answer"] = std::move(reply);
    return answer;
}

Error seen_before(std::string_view what) {
    return {Code::forbidden, "this very message was taken before", std::string(what),
            "see `litura status`; a sender that means it again signs it again"};
}

Result<Answer> import_drp(Context& context, derive::Project& project,
                          const ForeignArguments& arguments, ByteView file) {
    const auto directory =
        TRY(release::read_drp_directory(text_of(TRY(read_input(context.env, arguments.keys)))));
    const Instant now = TRY(project.ledger().now());
    release::DrpRequest request =
        TRY(release::read_drp(text_of(file), directory, arguments.business, now));
    if (TRY(project.ledger().is_filed(request.mark))) return seen_before(request.agent);
    if (request.denied) {
        TRY(project.ledger().note("request.refused", {{"channel", "drp"},
                                                      {"sender", request.agent},
                                                      {"asked", request.exercise},
                                                      {"reason", "claim_not_covered"}}));
        const Json reply = release::drp_status(request, "", now, now);
        return Answer{{{"request", nullptr}, {"answer", reply}},
                      "denied: nothing is sold here, and a consent is an act of the person"};
    }
    Foreign foreign{"drp", request.mark, request.agent, request.kind, {}, false};
    foreign.authorised = !request.verified_names.empty() || request.power_of_attorney;
    foreign.names = std::move(request.verified_names);
    if (foreign.names.empty()) foreign.names = std::move(request.other_names);
    const ledger::Request filed = TRY(file_it(context, project, foreign, file));
    return answered(filed, now,
                    release::drp_status(request, outside_id(project, filed), filed.accepted_at,
                                        filed.due));
}

/// The controller has identified the person and asks its processor. The same id again is the same
/// request.
Result<Answer> import_opendsr(Context& context, derive::Project& project,
                              const ForeignArguments& arguments, ByteView file) {
    const Bytes certificate = TRY(read_input(context.env, arguments.keys));
    release::DsrRequest request =
        TRY(release::read_opendsr(text_of(file), text_of(certificate)));
    Foreign foreign{"opendsr",    "opendsr " + request.id, "the controller",
                    request.kind, std::move(request.names), true};
    const Bytes body(request.body.begin(), request.body.end());
    const ledger::Request filed = TRY(file_it(context, project, foreign, body));
    return answered(filed, TRY(project.ledger().now()),
                    release::opendsr_accepted(request, filed.accepted_at, filed.due));
}

}  // namespace

Result<Answer> request_import_command(Context& context, const ForeignArguments& arguments) {
    const bool drp = arguments.protocol == "drp";
    if (!drp && arguments.protocol != "opendsr")
        return Error{Code::bad_input, "no such protocol", "", "drp or opendsr"};
    if (drp && arguments.business.empty())
        return Error{Code::bad_input, "a request of this protocol is addressed to a business", "",
                     "say who you are there: --business ID"};
    const auto project = TRY(context.open());
    const Bytes file = TRY(read_input(context.env, arguments.file));
    auto answer = drp ? import_drp(context, *project, arguments, file)
                      : import_opendsr(context, *project, arguments, file);
    if (arguments.out.empty()) return answer;
    const Json reply = answer.ok() ? answer->json.at("answer")
                       : drp       ? release::drp_error(answer.error())
                                   : release::opendsr_error(answer.error());
    TRY(context.env.write_file(arguments.out, bytes_of(reply.dump() + "\n")));
    return answer;
}

}  // namespace litura::cli
