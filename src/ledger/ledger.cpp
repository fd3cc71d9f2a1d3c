// A ledger's beginning, its clock, its next event, and looking people up.
#include "ledger/ledger.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "ledger/classes.hpp"
#include "ledger/core.hpp"
#include "ledger/documents.hpp"
#include "ledger/fields.hpp"
#include "ledger/findings.hpp"
#include "ledger/intake.hpp"
#include "ledger/orders.hpp"
#include "ledger/persons.hpp"
#include "ledger/requests.hpp"
#include "ledger/rules.hpp"
#include "ledger/schema.hpp"
#include "ledger/snapshots.hpp"

namespace litura::ledger {
namespace {

constexpr std::size_t kNameBytesMax = 200;
constexpr std::size_t kDocumentBytesMax = 256u << 20;

constexpr std::string_view kTestClock = "test";
constexpr std::string_view kRealClock = "real";

Result<Ledger::Clock> clock_of(EventChain& chain) {
    const Event first = TRY(chain.event(1));
    const std::string clock = Fields(first.payload).text("clock");
    if (clock == kTestClock) return Ledger::Clock::test;
    if (clock == kRealClock) return Ledger::Clock::real;
    return Error{Code::broken, "the first event names no clock", "event 1",
                 "restore the project from a backup"};
}

/// More than this between two events is asked about: what waits for a day (evidence held for a
/// court, grace, quarantine) must not end because a machine woke up in another year.
constexpr std::int64_t kLeapMs = std::int64_t{45} * 24 * 60 * 60 * 1000;
constexpr std::int64_t kOneDayMs = std::int64_t{24} * 60 * 60 * 1000;

bool is_leap(Instant last, Instant machine) { return machine.ms - last.ms > kLeapMs; }

Error before_last(Instant last) {
    return {Code::forbidden, "the moment lies before the last event", to_text(last),
            "give a later moment"};
}

}  // namespace

Result<void> Ledger::create(Database& db, const keys::ProjectSecrets& secrets, Clock clock,
                            Instant at) {
    auto transaction = TRY(db.begin());
    auto keys = TRY(keys::KeyTable::open(db, secrets.root));
    Event first{0,
                at,
                std::string(type::kCreated),
                type::kCreated.type().version,
                std::nullopt,
                Json::object(),
                {}};
    first.payload["clock"] = clock == Clock::test ? kTestClock : kRealClock;
    EventChain chain(db, keys, secrets.project);
    TRY(chain.append(first));
    TRY(fold(db, first));
    Event rules = TRY(rules_event(bytes_of(shipped_rules()), at));
    TRY(chain.append(rules));
    TRY(fold(db, rules));
    return transaction.commit();
}

Result<Ledger> Ledger::open(Database& db, const keys::ProjectSecrets& secrets, Env& env,
                            std::optional<Instant> now) {
    auto core =
        std::make_unique<Core>(db, secrets, env, TRY(keys::KeyTable::open(db, secrets.root)));
    core->clock = TRY(clock_of(core->chain));
    core->given = now;
    if (now && core->clock == Clock::real) {
        return Error{Code::forbidden, "this project runs on the real clock", "",
                     "leave --now away"};
    }
    const Head last = TRY(core->chain.head());
    TRY(core->moment(last));
    return Ledger(std::move(core));
}

Ledger::Ledger(std::unique_ptr<Core> core) : core_(std::move(core)) {}
Ledger::Ledger(Ledger&&) noexcept = default;
Ledger::~Ledger() = default;

Intake Ledger::intake() { return Intake(*core_); }
Persons Ledger::persons() const { return Persons(*core_); }
Documents Ledger::documents() { return Documents(*core_); }
Rules Ledger::rules() { return Rules(*core_); }
Requests Ledger::requests() { return Requests(*core_); }
Findings Ledger::findings() { return Findings(*core_); }
Orders Ledger::orders() const { return Orders(*core_); }
Classes Ledger::classes() { return Classes(*core_); }
Snapshots Ledger::snapshots() { return Snapshots(*core_); }

// Another process may have appended since: the head is read each time.
Result<Sequence> Ledger::sequence() const { return TRY(head()).seq; }

Result<Head> Ledger::head() const { return core_->chain.head(); }

Result<Digest> Ledger::commitment(Sequence event) {
    return digest_from_bytes(TRY(core_->chain.read(event)).commitment);
}

Result<bool> Ledger::holds(const Head& head) {
    if (head.seq > TRY(sequence())) return false;
    const StoredEvent found = TRY(core_->chain.read(head.seq));
    return std::ranges::equal(found.hash, head.hash.view());
}

Result<Instant> Ledger::now() const {
    const Head last = TRY(core_->chain.head());
    const auto moment = core_->moment(last);
    return moment ? moment.value() : last.at;
}

void Ledger::set_calendar(Calendar calendar) { core_->calendar = std::move(calendar); }

Result<std::optional<Ledger::Leap>> Ledger::leap() const {
    const Head last = TRY(core_->chain.head());
    const Instant machine = core_->env->now();
    if (core_->clock == Clock::test || !is_leap(last.at, machine)) return std::optional<Leap>();
    return std::optional(Leap{last.at, machine});
}

Result<void> Ledger::confirm_clock(Instant today) {
    const bool test = core_->clock == Clock::test;
    const Instant machine = test ? TRY(now()) : core_->env->now();
    if (test || machine < today || machine.ms - today.ms >= kOneDayMs) {
        return Error{Code::bad_input, "the machine's clock does not say this day", to_text(machine),
                     "set the clock right, then confirm the day that it is"};
    }
    core_->believed = true;
    const auto confirmed = core_->append(type::kClockConfirmed, std::nullopt, Json::object());
    core_->believed = false;
    return confirmed.ok() ? done() : Result<void>(confirmed.error());
}

Ledger::Clock Ledger::clock() const { return core_->clock; }

Result<Instant> Core::moment(const Head& last) const {
    if (clock == Ledger::Clock::real) {
        const Instant machine = std::max(env->now(), last.at);
        return believed || !is_leap(last.at, machine) ? machine : last.at;
    }
    if (given && *given < last.at) return before_last(last.at);
    return given.value_or(last.at);
}

Result<Event> Core::append(EventName name, const std::optional<Digest>& person, Json payload,
                           ByteView attachment) {
    const EventType& type = name.type();
    CHECK(person.has_value() == (type.seal == Seal::account));
    auto transaction = TRY(db->begin());
    const Head last = TRY(chain.head());
    const Instant at = TRY(moment(last));
    Event event{0,
                at,
                std::string(type.name),
                type.version,
                person,
                std::move(payload),
                {attachment.begin(), attachment.end()}};
    TRY(chain.append(event));
    TRY(fold(*db, event));
    TRY(transaction.commit());
    return event;
}

Result<void> Ledger::append(EventName type, const Json& payload) {
    CHECK(type.type().owner != Owner::ledger);
    TRY(core_->append(type, std::nullopt, payload));
    return done();
}

Result<std::vector<ProjectEvent>> Ledger::events(std::span<const EventName> types) {
    std::vector<Sequence> found;
    for (const EventName& type : types) {
        const auto some = TRY(core_->chain.of_project(type));
        found.insert(found.end(), some.begin(), some.end());
    }
    std::ranges::sort(found);
    std::vector<ProjectEvent> events;
    for (const Sequence seq : found) {
        Event event = TRY(core_->chain.event(seq));
        events.push_back({event.seq, event.at, std::move(event.type), std::move(event.payload)});
    }
    return events;
}

bool is_about(const ProjectEvent& event, const Request& request) {
    const auto names = [&](const Json& number) {
        return number.is_number_integer() &&
               request.id == "q-" + std::to_string(number.get<std::int64_t>());
    };
    if (const auto one = event.payload.find("request"); one != event.payload.end())
        return names(*one);
    const auto list = event.payload.find("requests");
    return list != event.payload.end() && list->is_array() && std::ranges::any_of(*list, names);
}

// What does not open any more was erased: the event of the erasure says what is left of it.
Result<void> Core::fold_into(Database& into, Sequence last) {
    return chain.walk([&](const StoredEvent& stored) -> Result<void> {
        if (stored.seq > last) return done();
        std::optional<Digest> person;
        if (stored.person) person = TRY(digest_from_bytes(*stored.person));
        const auto key = TRY(chain.key_of(person));
        if (!key) return done();
        const auto event = EventChain::open(stored, *key);
        if (!event && person) return done();  // of an account that came back under a new key
        return event ? fold(into, event.value()) : Result<void>(event.error());
    });
}

Result<void> Ledger::rebuild() {
    auto transaction = TRY(core_->db->begin());
    TRY(clear_folds(*core_->db));
    TRY(core_->fold_into(*core_->db, TRY(sequence())));
    return transaction.commit();
}

Result<Digest> Core::checked(ByteView text) {
    if (!text.empty() && text.size() <= kDocumentBytesMax) return sha256(text);
    return Error{Code::bad_input,
                 text.empty() ? "a document is empty" : "a document is larger than 256 MiB", "",
                 "give the file that people were shown or that was signed"};
}

Result<void> check_name(std::string_view value, std::string_view what) {
    const bool control =
        std::ranges::any_of(value, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
    if (!value.empty() && value.size() <= kNameBytesMax && !control && is_utf8(value)) {
        return done();
    }
    return Error{
        Code::bad_input,
        std::string(what) + (value.empty() ? " is missing" : " is not a short line of text"), "",
        "give 1 to 200 bytes of UTF-8"};
}

Result<std::int64_t> parse_number(std::string_view id, std::string_view prefix) {
    std::int64_t number = 0;
    const std::string_view digits =
        id.starts_with(prefix) ? id.substr(prefix.size()) : std::string_view();
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (!digits.empty() && error == std::errc() && end == digits.data() + digits.size()) {
        return number;
    }
    return Error{Code::bad_input, "not an id of the form " + std::string(prefix) + "1", "",
                 "see `litura status`"};
}

}  // namespace litura::ledger
