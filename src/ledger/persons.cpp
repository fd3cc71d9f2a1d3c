// Who a person is, beyond one account: accounts linked by evidence; and what is sealed under an
// account's key, opened for the person's own report.
#include "ledger/fields.hpp"
#include "ledger/impl.hpp"

namespace litura::ledger {
namespace {

/// The other way round of what record_act wrote.
Result<Act> act_in(const Event& event, PersonalText author) {
    Fields in(event.payload);
    Act act;
    act.author = std::move(author);
    act.source = in.text("source");
    act.purpose = in.text("purpose");
    act.kind = TRY(parse_act_kind(in.text("kind")));
    act.notice = in.digest_if("notice").value_or(Digest());
    act.channel = in.text("channel");
    act.locale = in.text("locale");
    act.at.ms = in.integer("at");
    if (const auto until = in.integer_if("until")) act.until = Instant{*until};
    if (in.ok()) return act;
    return Error{Code::broken, "an event's payload lacks a field",
                 "event " + std::to_string(event.seq), ""};
}

}  // namespace

Result<void> Ledger::link(const Digest& person, const Digest& other, ByteView evidence) {
    TRY(Impl::checked(evidence));
    if (person == other) {
        return Error{Code::bad_input, "these accounts are one person's already", "",
                     "see `litura person show`"};
    }
    auto transaction = TRY(impl_->db->begin());
    for (const Digest& each : {person, other}) {
        if (!TRY(impl_->any("SELECT 1 FROM account WHERE person = ?", each))) {
            return Error{Code::bad_input, "nobody is known under this handle", "",
                         "see `litura person list`"};
        }
        if (TRY(impl_->any("SELECT 1 FROM request WHERE state = 'accepted' AND person = ?",
                           each))) {
            return Error{Code::forbidden, "a request of one of these persons is waiting", "",
                         "finish it first: see `litura status`"};
        }
    }
    const Json payload{{"person", person.hex()}, {"other", other.hex()}};
    TRY(impl_->append(type::kLinked, person, payload, evidence));
    return transaction.commit();
}

Result<std::vector<Event>> Ledger::Impl::events_of(const Digest& account, std::string_view type) {
    auto rows =
        TRY(db->prepare("SELECT seq FROM event WHERE person = ? AND type = ? ORDER BY seq"));
    rows.bind(account).bind(type);
    std::vector<Event> events;
    while (TRY(rows.step()))
        events.push_back(TRY(chain.event(static_cast<Sequence>(rows.integer(0)))));
    return events;
}

Result<PersonalText> Ledger::author(const Account& account) {
    const Event seen = TRY(impl_->chain.event(account.since));
    return PersonalText(Fields(seen.payload).text("author"));
}

Result<std::vector<Act>> Ledger::acts(const Account& account) {
    std::vector<Act> acts;
    for (const Event& event : TRY(impl_->events_of(account.tag, type::kAct)))
        acts.push_back(TRY(act_in(event, TRY(author(account)))));
    return acts;
}

Result<std::vector<PersonalText>> Ledger::link_evidence(const Account& account) {
    std::vector<PersonalText> evidence;
    for (const Event& event : TRY(impl_->events_of(account.tag, type::kLinked)))
        evidence.emplace_back(std::string(text_of(event.attachment)));
    return evidence;
}

}  // namespace litura::ledger
