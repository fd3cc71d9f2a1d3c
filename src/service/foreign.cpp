#include "service/foreign.hpp"

#include <fmt/format.h>

#include <set>

#include "derive/project.hpp"
#include "derive/rights.hpp"
#include "ledger/persons.hpp"
#include "ledger/requests.hpp"
#include "release/drp.hpp"
#include "release/opendsr.hpp"

namespace litura::service {
namespace {

/// What every protocol comes down to.
struct Foreign {
    std::string_view channel;
    std::string mark, sender;
    std::optional<ledger::RequestKind> kind;  ///< nothing: somebody has to read it
    std::vector<PersonalText> names;
    bool authorised = false;  ///< the sender has checked who it speaks for
};

/// The one person known under these names, by exact name only: a name alone proves nothing, and
/// equal ones may be different people.
Result<std::optional<Digest>> one_person(Session& session, const std::vector<PersonalText>& names) {
    std::set<Digest> people;
    for (const PersonalText& name : names) {
        for (const ledger::Account& account : TRY(session.ledger().persons().of_author(name)))
            people.insert(account.person);
    }
    if (people.size() != 1) return std::optional<Digest>();
    return std::optional<Digest>(*people.begin());
}

Result<RequestShown> file_it(Session& session, const Foreign& foreign, ByteView bytes) {
    std::optional<Digest> person;
    if (foreign.kind) person = TRY(one_person(session, foreign.names));
    RequestShown shown;
    shown.now = TRY(session.now());
    if (!person) {
        shown.request = TRY(session.ledger().requests().accept_text(
            bytes, {}, session.purpose(), ledger::Filing{foreign.mark, bytes}));
        return shown;
    }
    derive::Ask ask;
    ask.kind = *foreign.kind;
    ask.person = *person;
    ask.mark = foreign.mark;
    ask.came = ledger::Channel{foreign.channel, bytes};
    ask.by = ledger::Representative{ledger::Role::agent, bytes_of(foreign.sender), {}};
    if (foreign.authorised) ask.by->authority = bytes;
    shown.request = TRY(derive::exercise(session.project(), ask)).request;
    return shown;
}

/// A name for the outside that tells nothing about how many requests there are.
std::string outside_id(Session& session, const ledger::Request& request) {
    const Digest digest = hmac(session.project().secrets.identity.reveal(),
                               bytes_of("litura.request.outside.1 " + request.id));
    const std::string hex = digest.hex();
    const std::string_view text = hex;
    return fmt::format("{}-{}-4{}-{}{}-{}", text.substr(0, 8), text.substr(8, 4),
                       text.substr(13, 3), "89ab"[digest.bytes[8] % 4], text.substr(17, 3),
                       text.substr(20, 12));
}

Result<ForeignTaken> take_drp(Session& session, const ForeignArguments& arguments) {
    if (arguments.business.empty())
        return Error{Code::bad_input, "a request of this protocol is addressed to a business", "",
                     "say who you are there: --business ID"};
    const auto directory = TRY(release::read_drp_directory(text_of(arguments.keys)));
    const Instant now = TRY(session.now());
    release::DrpRequest request =
        TRY(release::read_drp(text_of(arguments.message), directory, arguments.business, now));
    if (TRY(session.ledger().requests().is_filed(request.mark))) {
        return Error{Code::forbidden, "this very message was taken before", request.agent,
                     "see `litura status`; a sender that means it again signs it again"};
    }
    ForeignTaken taken;
    if (request.denied) {
        TRY(session.ledger().append("request.refused", {{"channel", "drp"},
                                                        {"sender", request.agent},
                                                        {"asked", request.exercise},
                                                        {"reason", "claim_not_covered"}}));
        taken.answer = release::drp_status(request, "", now, now);
        return taken;
    }
    Foreign foreign{"drp", request.mark, request.agent, request.kind, {}, false};
    foreign.authorised = !request.verified_names.empty() || request.power_of_attorney;
    foreign.names = std::move(request.verified_names);
    if (foreign.names.empty()) foreign.names = std::move(request.other_names);
    taken.request = TRY(file_it(session, foreign, arguments.message));
    const ledger::Request& filed = taken.request->request;
    taken.answer =
        release::drp_status(request, outside_id(session, filed), filed.accepted_at, filed.due);
    return taken;
}

/// The controller has identified the person and asks its processor. The same id again is the same
/// request.
Result<ForeignTaken> take_opendsr(Session& session, const ForeignArguments& arguments) {
    release::DsrRequest request =
        TRY(release::read_opendsr(text_of(arguments.message), text_of(arguments.keys)));
    Foreign foreign{"opendsr",    "opendsr " + request.id,  "the controller",
                    request.kind, std::move(request.names), true};
    ForeignTaken taken;
    taken.request = TRY(file_it(session, foreign, bytes_of(request.body)));
    const ledger::Request& filed = taken.request->request;
    taken.answer = release::opendsr_accepted(request, filed.accepted_at, filed.due);
    return taken;
}

}  // namespace

Result<ForeignTaken> take_foreign(Session& session, const ForeignArguments& arguments) {
    if (arguments.protocol == "drp") return take_drp(session, arguments);
    if (arguments.protocol == "opendsr") return take_opendsr(session, arguments);
    return Error{Code::bad_input, "no such protocol", "", "drp or opendsr"};
}

Json to_json(const ForeignTaken& taken) {
    if (!taken.request) return {{"request", nullptr}, {"answer", taken.answer}};
    Json json = to_json(*taken.request);
    json["answer"] = taken.answer;
    return json;
}

Json foreign_error(const std::string& protocol, const Error& error) {
    return protocol == "drp" ? release::drp_error(error) : release::opendsr_error(error);
}

}  // namespace litura::service
