// Who a person is, beyond one account: accounts linked by evidence; and what is sealed under an
// account's key, opened for the person's own report.
#include <algorithm>

#include "ledger/fields.hpp"
#include "ledger/account_rows.hpp"
#include "ledger/core.hpp"
#include "ledger/persons.hpp"
#include "ledger/request_rows.hpp"

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

constexpr std::int64_t kLivedAgeMax = 150;

Result<void> check_description(const Description& said, Instant now) {
    if (said.country && !is_country(*said.country))
        return Error{Code::bad_input, "a country is two capital letters", "country",
                     "write it by ISO 3166, such as DE"};
    if (said.age && (*said.age < 0 || *said.age > kLivedAgeMax))
        return Error{Code::bad_input, "an age is a whole number of years", "age", "such as 15"};
    if (said.at > now)
        return Error{Code::bad_input, "a description lies in the future", "at", "check its time"};
    if (said.country || said.age) return done();
    return Error{Code::bad_input, "nothing is said of the person", "", "give a country or an age"};
}

/// The one account of the source whose name is another spelling of `author`. Two whose names differ
/// in spelling alone are not guessed between.
Result<std::optional<Account>> spelt_otherwise(Core& core, std::string_view source,
                                               const PersonalText& author) {
    std::optional<Account> only;
    for (const Digest& name : TRY(keys::barred_as(core.secrets->identity, source, author))) {
        for (Account& account : TRY(accounts_named(*core.db, name))) {
            if (account.source != source || (only && only->tag == account.tag)) continue;
            if (only) return std::optional<Account>();
            only = std::move(account);
        }
    }
    return only;
}

}  // namespace

Result<std::optional<Account>> Persons::account(const Digest& tag) {
    return read_account(*core_->db, tag);
}

Result<std::vector<Account>> Persons::all() { return read_accounts(*core_->db); }

Result<std::vector<Account>> Persons::of(const Digest& person) {
    return accounts_of_person(*core_->db, person);
}

Result<std::vector<Account>> Persons::of_author(const PersonalText& author) {
    std::vector<Account> accounts;
    for (const std::string& source : TRY(known_sources(*core_->db))) {
        const Digest tag = TRY(keys::account_tag(core_->secrets->deal, source, author));
        if (auto known = TRY(account(tag))) {
            accounts.push_back(std::move(*known));
        } else if (auto spelt = TRY(spelt_otherwise(*core_, source, author))) {
            accounts.push_back(std::move(*spelt));
        }
    }
    return accounts;
}

Result<Digest> Persons::person(std::string_view handle) {
    if (const auto person = TRY(person_of(*core_->db, handle))) return *person;
    return Error{Code::bad_input, "nobody is known under this handle", "",
                 "see `litura person list`"};
}

std::string Persons::handle(const Digest& person) const { return core_->handle(person); }

Result<std::uint64_t> Persons::events_under(const Digest& account) {
    return TRY(core_->chain.of_account(account)).size();
}

Result<void> Persons::describe(const Account& account, const Description& said) {
    TRY(check_description(said, TRY(core_->now())));
    auto transaction = TRY(core_->db->begin());
    const auto known = TRY(read_account(*core_->db, account.tag));
    if (!known) {
        return Error{Code::bad_input, "the ledger does not know the account", "",
                     "import its records first"};
    }
    if (!TRY(is_described(*core_->db, known->person, said))) {
        Json payload{{"person", known->person.hex()}, {"at", said.at.ms}};
        if (said.country) payload["country"] = *said.country;
        if (said.age) payload["age"] = *said.age;
        TRY(core_->append(type::kDescribed, account.tag, std::move(payload)));
    }
    return transaction.commit();
}

Result<void> Persons::link(const Digest& person, const Digest& other, ByteView evidence) {
    TRY(Core::checked(evidence));
    if (person == other) {
        return Error{Code::bad_input, "these accounts are one person's already", "",
                     "see `litura person show`"};
    }
    auto transaction = TRY(core_->db->begin());
    for (const Digest& each : {person, other}) {
        if (!TRY(knows_person(*core_->db, each))) {
            return Error{Code::bad_input, "nobody is known under this handle", "",
                         "see `litura person list`"};
        }
        const auto open = [](const RequestRow& row) {
            return row.request.state == RequestState::accepted;
        };
        if (std::ranges::any_of(TRY(requests_of(*core_->db, each)), open)) {
            return Error{Code::forbidden, "a request of one of these persons is waiting", "",
                         "finish it first: see `litura status`"};
        }
    }
    const Json payload{{"person", person.hex()}, {"other", other.hex()}};
    TRY(core_->append(type::kLinked, person, payload, evidence));
    return transaction.commit();
}

Result<std::vector<Event>> Core::events_of(const Digest& account, EventName type) {
    std::vector<Event> events;
    for (const Sequence seq : TRY(chain.of_account(account, type)))
        events.push_back(TRY(chain.event(seq)));
    return events;
}

Result<PersonalText> Persons::author(const Account& account) {
    const Event seen = TRY(core_->chain.event(account.since));
    return PersonalText(Fields(seen.payload).text("author"));
}

Result<std::vector<Act>> Persons::acts(const Account& account) {
    std::vector<Act> acts;
    for (const Event& event : TRY(core_->events_of(account.tag, type::kAct)))
        acts.push_back(TRY(act_in(event, TRY(author(account)))));
    return acts;
}

Result<std::vector<Receipt>> Persons::receipts(const Account& account) {
    const auto key = TRY(core_->chain.key_of(account.tag));
    std::vector<Receipt> receipts;
    if (!key) return receipts;
    for (const Sequence seq : TRY(core_->chain.of_account(account.tag))) {
        const StoredEvent stored = TRY(core_->chain.read(seq));
        auto opening = EventChain::opening(stored, *key);
        if (!opening) continue;  // of an account that came back under a new key
        auto [nonce, payload] = std::move(opening).value();
        const Digest commitment = TRY(digest_from_bytes(stored.commitment));
        receipts.push_back(
            {stored.seq, stored.at, stored.type, commitment, std::move(nonce), std::move(payload)});
    }
    return receipts;
}

Result<std::vector<PersonalText>> Persons::link_evidence(const Account& account) {
    std::vector<PersonalText> evidence;
    for (const Event& event : TRY(core_->events_of(account.tag, type::kLinked)))
        evidence.emplace_back(std::string(text_of(event.attachment)));
    return evidence;
}

}  // namespace litura::ledger
