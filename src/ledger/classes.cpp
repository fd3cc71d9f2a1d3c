// Registers entities, takes up class actions, looks members up. Entities' names are always sealed.
#include "ledger/classes.hpp"

#include <algorithm>
#include <set>

#include "ledger/fields.hpp"
#include "ledger/account_rows.hpp"
#include "ledger/class_rows.hpp"
#include "ledger/core.hpp"
#include "ledger/snapshots.hpp"
#include "ledger/persons.hpp"

namespace litura::ledger {

namespace {

constexpr std::string_view kEntityPrefix = "e-";
constexpr std::string_view kClassPrefix = "c-";
constexpr std::size_t kCountriesMax = 64;
/// A described class reads what is known of everybody once a batch.
constexpr std::size_t kBatchesOfDescribed = 32;

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

Result<void> check_country(std::string_view country) {
    const bool two = country.size() == 2 &&
                     std::ranges::all_of(country, [](char c) { return 'A' <= c && c <= 'Z'; });
    if (two) return done();
    return Error{Code::bad_input, "a country is two capital letters (ISO 3166-1)", "",
                 "for example --residence AT"};
}

Error unknown_class() {
    return {Code::bad_input, "there is no such class", "", "see `litura class list`"};
}

Result<void> check_terms(const Terms& terms) {
    const bool known = terms.kind == RequestKind::objection ||
                       terms.kind == RequestKind::withdrawal || terms.kind == RequestKind::erasure;
    if (!known) {
        return Error{Code::bad_input, "a class objects, withdraws or asks for erasure", "",
                     "give --kind objection, withdrawal or erasure"};
    }
    TRY(check_name(terms.purpose, "a purpose"));
    if (terms.residence.size() > kCountriesMax)
        return Error{Code::bad_input, "too many countries", "", ""};
    for (const std::string& country : terms.residence) TRY(check_country(country));
    if (terms.mode == Mode::opt_out && terms.residence.empty()) {
        return Error{Code::bad_input,
                     "an opt-out class names the countries in which silence is a yes "
                     "(Directive 2020/1828 Art. 9(3): who lives abroad must say yes)",
                     "", "add --residence"};
    }
    if (terms.where.has_value() != terms.list.has_value()) return done();
    return Error{Code::bad_input, "a class is either described or listed", "",
                 "give --where PREDICATE or --list FILE"};
}

}  // namespace

std::string Terms::text() const {
    std::string text = "litura.class.1\nentity " + entity + "\nkind ";
    text += std::string(to_text(kind)) + "\npurpose " + purpose + "\nmode " +
            std::string(to_text(mode)) + "\nresidence " + joined(residence);
    text += list ? "\nlist sha256:" + list->hex() : "\nwhere " + where->text();
    if (until) text += "\nuntil " + to_text(*until);
    return text + "\n";
}

// Entities.

Result<Entity> Classes::add_entity(const Entity& entity) {
    TRY(check_name(entity.name, "an entity's name"));
    TRY(check_name(entity.listed_as, "its place on the public list"));
    TRY(check_country(entity.country));
    auto transaction = TRY(core_->db->begin());
    for (const Entity& known : TRY(entities())) {
        if (known.key == entity.key) {
            TRY(transaction.commit());
            return known;
        }
    }
    const std::int64_t number = std::ssize(TRY(read_entities(*core_->db))) + 1;
    TRY(core_->append(type::kEntityAdded, std::nullopt,
                      Json{{"entity", number},
                           {"name", entity.name},
                           {"country", entity.country},
                           {"listed_as", entity.listed_as},
                           {"key", entity.key.hex()}}));
    TRY(transaction.commit());
    Entity added = entity;
    added.id = std::string(kEntityPrefix) + std::to_string(number);
    return added;
}

Result<std::vector<Entity>> Classes::entities() {
    std::vector<Entity> found;
    for (const EntityRow& row : TRY(read_entities(*core_->db))) {
        const Event event = TRY(core_->chain.event(row.event));
        Fields in(event.payload);
        found.push_back({std::string(kEntityPrefix) + std::to_string(row.number), in.text("name"),
                         in.text("country"), in.text("listed_as"), in.digest("key")});
    }
    return found;
}

Result<Entity> Classes::entity(std::string_view id) {
    for (Entity& known : TRY(entities())) {
        if (known.id == id) return std::move(known);
    }
    return Error{Code::bad_input, "no qualified entity is registered under this number", "",
                 "litura entity add (Directive 2020/1828 Art. 4: it stands on a public list)"};
}

// Taking up.

Result<ClassAction> Classes::accept(const Terms& terms, const MemberList* list,
                                    ByteView signature) {
    TRY(check_terms(terms));
    if (terms.list && list == nullptr) return Error{Code::bad_input, "the list is missing", "", ""};
    auto transaction = TRY(core_->db->begin());
    const Entity entity = TRY(this->entity(terms.entity));
    for (const ClassAction& known : TRY(read(Waiting::not_counted))) {
        if (known.terms.text() == terms.text()) {
            return Error{Code::forbidden, "this class was accepted already", known.id,
                         "litura class show " + known.id};
        }
    }
    const std::int64_t number = TRY(next_class(*core_->db));
    const std::int64_t by = TRY(parse_number(entity.id, kEntityPrefix));
    Json payload{{"class", number},
                 {"entity", by},
                 {"kind", to_text(terms.kind)},
                 {"purpose", terms.purpose},
                 {"mode", to_text(terms.mode)},
                 {"residence", joined(terms.residence)},
                 {"where", terms.where ? terms.where->text() : ""}};
    if (terms.list) {
        payload["list"] = terms.list->hex();
        payload["salt"] = list->salt().hex();
        payload["on_list"] = list->size();
    }
    if (terms.until) payload["until"] = terms.until->ms;
    TRY(core_->append(type::kClassAccepted, std::nullopt, std::move(payload), signature));
    TRY(transaction.commit());
    return action(std::string(kClassPrefix) + std::to_string(number));
}

// Reading.

Result<std::vector<ClassAction>> Classes::all() { return read(Waiting::counted); }

Result<std::vector<ClassAction>> Classes::read(Waiting waiting) {
    std::vector<ClassAction> found;
    for (ClassRow& row : TRY(read_classes(*core_->db))) {
        ClassAction action;
        action.id = std::string(kClassPrefix) + std::to_string(row.number);
        action.terms = {std::string(kEntityPrefix) + std::to_string(row.entity),
                        row.kind,
                        std::move(row.purpose),
                        row.mode,
                        split(row.residence),
                        {},
                        row.list,
                        row.until};
        if (!row.scope.empty()) action.terms.where = TRY(Predicate::parse(row.scope));
        action.accepted_at = row.at;
        action.looked_up = row.looked_up;
        action.matched = row.matched;
        action.elsewhere = row.elsewhere;
        action.event = row.event;
        if (waiting == Waiting::counted)
            action.waiting = TRY(count_accounts_after(*core_->db, row.settled));
        action.represented = row.represented;
        action.left = row.left;
        action.erased = action.matched - action.represented - action.left;
        const Event event = TRY(core_->chain.event(action.event));
        Fields in(event.payload);
        action.salt = in.digest_if("salt").value_or(Digest());
        action.on_list = static_cast<std::uint64_t>(in.integer_if("on_list").value_or(0));
        action.settled = row.settled;
        found.push_back(std::move(action));
    }
    return found;
}

Result<ClassAction> Classes::action(std::string_view id) {
    for (ClassAction& known : TRY(all())) {
        if (known.id == id) return std::move(known);
    }
    return unknown_class();
}

Result<std::vector<Digest>> Classes::members(std::string_view id) {
    return members_of(*core_->db, TRY(parse_number(id, kClassPrefix)));
}

// Looking up.

namespace {

Described described_by_account(const Account& account, std::string_view purpose) {
    Described described;
    described.source = account.source;
    described.purpose = purpose;
    described.person = &account.person;
    described.country = account.country;
    return described;
}

/// Whether accounts are meant by one class, and by no earlier one in the same matter.
class LookUp {
public:
    /// `snapshot`: for a described class; it holds what is known of the accounts' persons.
    LookUp(EventChain& chain, Database& db, const ClassAction& action, std::int64_t number,
           const MemberList* list, std::shared_ptr<const Snapshot> snapshot)
        : chain_(&chain), db_(&db), action_(&action), number_(number), list_(list),
          snapshot_(std::move(snapshot)) {}

    Result<bool> means(const Account& account) {
        if (list_ == nullptr) return described(account.tag);
        const Event seen = TRY(chain_->event(account.since));
        const PersonalText name(Fields(seen.payload).text("author"));
        return list_->holds(TRY(member_hash(list_->salt(), account.source, name)));
    }

    /// Has the person said yes or no themselves?
    Result<bool> said(const Account& account) {
        return TRY(standing_of(*db_, number_, account.since)).has_value();
    }

    /// By a class that was accepted before this one.
    Result<bool> represented_elsewhere(const Account& account) {
        if (number_ == 1) return false;
        const auto first = TRY(speaks_already(*db_, account.person, number_, action_->terms.kind,
                                              action_->terms.purpose));
        return first && *first < number_;
    }

private:
    /// Is some record of theirs meant, as far as one knows without looking at records?
    bool described(const Digest& tag) const {
        const auto known = snapshot_->accounts.find(tag);
        const auto action =
            std::ranges::find(snapshot_->classes, action_->event, &Representation::event);
        CHECK(known != snapshot_->accounts.end() && action != snapshot_->classes.end());
        const Account& account = known->second;
        return represents(*action, account,
                          described_by_account(account, action_->terms.purpose)) != Truth::no;
    }
    EventChain* chain_;
    Database* db_;
    const ClassAction* action_;
    std::int64_t number_;
    const MemberList* list_;
    std::shared_ptr<const Snapshot> snapshot_;
};

}  // namespace

Result<bool> Classes::settle(std::string_view id, const MemberList* list, std::size_t batch) {
    const std::int64_t number = TRY(parse_number(id, kClassPrefix));
    auto transaction = TRY(core_->db->begin());
    const auto known = TRY(read(Waiting::not_counted));
    const auto found = std::ranges::find(known, id, &ClassAction::id);
    if (found == known.end()) return unknown_class();
    const ClassAction& action = *found;
    CHECK(action.terms.list.has_value() == (list != nullptr));
    std::shared_ptr<const Snapshot> snapshot;
    if (list == nullptr) {
        snapshot = TRY(Snapshots(*core_).latest());
        batch *= kBatchesOfDescribed;
    }
    LookUp look(core_->chain, *core_->db, action, number, list, std::move(snapshot));
    const std::vector<Account> accounts = TRY(accounts_after(*core_->db, action.settled, batch));
    Json members = Json::array();
    std::int64_t elsewhere = 0;
    for (const Account& account : accounts) {
        if (!TRY(look.means(account)) || TRY(look.said(account))) continue;
        if (TRY(look.represented_elsewhere(account))) {
            ++elsewhere;
        } else {
            members.push_back(account.since);
        }
    }
    if (accounts.empty()) return false;
    const Json payload{{"class", number},
                       {"to", accounts.back().since},
                       {"looked_up", accounts.size()},
                       {"members", std::move(members)},
                       {"elsewhere", elsewhere}};
    TRY(core_->append(type::kClassSettled, std::nullopt, payload));
    TRY(transaction.commit());
    return accounts.size() == batch;
}

// A person's own word.

Result<void> Classes::join(std::string_view id, const Digest& person) {
    return say(id, person, Standing::joined);
}

Result<void> Classes::leave(std::string_view id, const Digest& person) {
    return say(id, person, Standing::left);
}

Result<void> Classes::say(std::string_view id, const Digest& person, Standing standing) {
    const std::int64_t number = TRY(parse_number(id, kClassPrefix));
    auto transaction = TRY(core_->db->begin());
    const ClassAction action = TRY(this->action(id));
    if (action.terms.until && TRY(core_->now()) >= *action.terms.until) {
        return Error{Code::forbidden,
                     "the time to join or leave this class is over (Directive 2020/1828 Art. 9(2))",
                     to_text(*action.terms.until),
                     "everybody keeps rights of their own: litura request objection"};
    }
    const auto accounts = TRY(Persons(*core_).of(person));
    if (accounts.empty()) {
        return Error{Code::bad_input, "nobody is known under this handle", "",
                     "see `litura person list`"};
    }
    if (standing == Standing::joined) {
        if (const auto other = TRY(speaks_already(*core_->db, person, number, action.terms.kind,
                                                  action.terms.purpose))) {
            const std::string speaking = std::string(kClassPrefix) + std::to_string(*other);
            return Error{Code::forbidden,
                         "another class speaks for this person in the same matter "
                         "(Directive 2020/1828 Art. 9(4))",
                         speaking, "litura class leave " + speaking + " first"};
        }
    }
    Json numbers = Json::array();
    std::int64_t unseen = 0;
    bool same = true;
    for (const Account& account : accounts) {
        const auto known = TRY(standing_of(*core_->db, number, account.since));
        same = same && known == standing;
        unseen += known ? 0 : 1;
        numbers.push_back(account.since);
    }
    if (!same) {
        TRY(core_->append(type::kClassSaid, std::nullopt,
                          Json{{"class", number},
                               {"standing", to_text(standing)},
                               {"accounts", std::move(numbers)},
                               {"new", unseen}}));
    }
    return transaction.commit();
}

}  // namespace litura::ledger
