// Who a person is, beyond one account: accounts linked by evidence; and what is sealed under an
// account's key, opened for the person's own report.
#include <algorithm>

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
    act.authority = in.text_if("authority").value_or("");
    act.record = PersonalText(in.text_if("record_id").value_or(""));
    if (in.ok()) return act;
    return Error{Code::broken, "an event's payload lacks a field",
                 "event " + std::to_string(event.seq), ""};
}

constexpr std::int64_t kAgeMax = 150;

Result<void> check_description(const Description& said, Instant now) {
    const bool country =
        !said.country ||
        (said.country->size() == 2 &&
         std::ranges::all_of(*said.country, [](char c) { return c >= 'A' && c <= 'Z'; }));
    if (!country)
        return Error{Code::bad_input, "a country is two capital letters", "country",
                     "write it by ISO 3166, such as DE"};
    if (said.age && (*said.age < 0 || *said.age > kAgeMax))
        return Error{Code::bad_input, "an age is a whole number of years", "age", "such as 15"};
    if (said.at > now)
        return Error{Code::bad_input, "a description lies in the future", "at", "check its time"};
    if (said.country || said.age) return done();
    return Error{Code::bad_input, "nothing is said of the person", "", "give a country or an age"};
}

}  // namespace

Result<void> Ledger::describe(const Account& account, const Description& said) {
    TRY(check_description(said, TRY(now())));
    auto transaction = TRY(impl_->db->begin());
    const auto known = TRY(impl_->known(account.tag));
    if (!known) {
        return Error{Code::bad_input, "the ledger does not know the account", "",
                     "import its records first"};
    }
    auto same = TRY(
        impl_->db->prepare("SELECT 1 FROM described WHERE person = ? AND coalesce(country, '') = ?"
                           " AND coalesce(age, -1) = ? AND at_ms = ?"));
    same.bind(known->person).bind(said.country.value_or("")).bind(said.age.value_or(-1));
    if (!TRY(same.bind(said.at.ms).step())) {
        Json payload{{"person", known->person.hex()}, {"at", said.at.ms}};
        if (said.country) payload["country"] = *said.country;
        if (said.age) payload["age"] = *said.age;
        TRY(impl_->append(type::kDescribed, account.tag, std::move(payload)));
    }
    return transaction.commit();
}

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

Result<std::vector<Receipt>> Ledger::receipts(const Account& account) {
    const auto key = TRY(impl_->chain.key_of(account.tag));
    std::vector<Receipt> receipts;
    if (!key) return receipts;
    auto rows = TRY(impl_->db->prepare("SELECT seq FROM event WHERE person = ? ORDER BY seq"));
    rows.bind(account.tag);
    while (TRY(rows.step())) {
        const StoredEvent stored = TRY(impl_->chain.read(static_cast<Sequence>(rows.integer(0))));
        auto opening = Chain::opening(stored, *key);
        if (!opening) continue;  // of an account that came back under a new key
        auto [nonce, payload] = std::move(opening).value();
        const Digest commitment = TRY(digest_from_bytes(stored.commitment));
        receipts.push_back(
            {stored.seq, stored.at, stored.type, commitment, std::move(nonce), std::move(payload)});
    }
    return receipts;
}

Result<Digest> Ledger::commitment(Sequence event) {
    return digest_from_bytes(TRY(impl_->chain.read(event)).commitment);
}

Result<std::vector<PersonalText>> Ledger::link_evidence(const Account& account) {
    std::vector<PersonalText> evidence;
    for (const Event& event : TRY(impl_->events_of(account.tag, type::kLinked)))
        evidence.emplace_back(std::string(text_of(event.attachment)));
    return evidence;
}

}  // namespace litura::ledger
