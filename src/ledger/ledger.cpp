// A ledger's beginning, its clock, its next event, and looking people up.
#include "ledger/ledger.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "ledger/fields.hpp"
#include "ledger/impl.hpp"
#include "ledger/schema.hpp"

namespace litura::ledger {
namespace {

constexpr std::size_t kNameBytesMax = 200;
constexpr std::size_t kDocumentBytesMax = 256u << 20;

constexpr std::string_view kTestClock = "test";
constexpr std::string_view kRealClock = "real";

Result<Ledger::Clock> clock_of(Chain& chain) {
    const Event first = TRY(chain.event(1));
    const std::string clock = Fields(first.payload).text("clock");
    if (clock == kTestClock) return Ledger::Clock::test;
    if (clock == kRealClock) return Ledger::Clock::real;
    return Error{Code::broken, "the first event names no clock", "event 1",
                 "restore the project from a backup"};
}

Error before_last(Instant last) {
    return {Code::forbidden, "the moment lies before the last event", to_text(last),
            "give a later moment"};
}

}  // namespace

Result<void> Ledger::create(Database& db, const keys::ProjectSecrets& secrets, Clock clock,
                            Instant at) {
    auto transaction = TRY(db.begin());
    TRY(db.execute(kEventSchema));
    TRY(db.execute(kFoldSchema));
    auto keys = TRY(keys::KeyTable::open(db, secrets.root));
    Event first{0, at, std::string(type::kCreated), 1, std::nullopt, Json::object(), {}};
    first.payload["clock"] = clock == Clock::test ? kTestClock : kRealClock;
    Chain chain(db, keys, secrets.project);
    TRY(chain.append(first));
    TRY(fold(db, first));
    Event rules = TRY(rules_event(bytes_of(shipped_rules()), at));
    TRY(chain.append(rules));
    TRY(fold(db, rules));
    return transaction.commit();
}

Result<Ledger> Ledger::open(Database& db, const keys::ProjectSecrets& secrets, Env& env,
                            std::optional<Instant> now) {
    auto impl =
        std::make_unique<Impl>(db, secrets, env, TRY(keys::KeyTable::open(db, secrets.root)));
    impl->clock = TRY(clock_of(impl->chain));
    impl->given = now;
    if (now && impl->clock == Clock::real) {
        return Error{Code::forbidden, "this project runs on the real clock", "",
                     "leave --now away"};
    }
    const Head last = TRY(impl->chain.head());
    TRY(impl->moment(last));
    return Ledger(std::move(impl));
}

Ledger::Ledger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Ledger::Ledger(Ledger&&) noexcept = default;
Ledger::~Ledger() = default;

// Another process may have appended since: the head is read each time.
Result<Sequence> Ledger::sequence() const { return TRY(head()).seq; }

Result<Head> Ledger::head() const { return impl_->chain.head(); }

Result<bool> Ledger::holds(const Head& head) {
    if (head.seq > TRY(sequence())) return false;
    const StoredEvent found = TRY(impl_->chain.read(head.seq));
    return std::ranges::equal(found.hash, head.hash.view());
}

Result<Instant> Ledger::now() const {
    const Head last = TRY(impl_->chain.head());
    const auto moment = impl_->moment(last);
    return moment ? moment.value() : last.at;
}

void Ledger::set_calendar(Calendar calendar) { impl_->calendar = std::move(calendar); }

Ledger::Clock Ledger::clock() const { return impl_->clock; }

Result<Instant> Ledger::Impl::moment(const Head& last) const {
    if (clock == Clock::real) return std::max(env->now(), last.at);
    if (given && *given < last.at) return before_last(last.at);
    return given.value_or(last.at);
}

Result<Event> Ledger::Impl::append(std::string_view type, const std::optional<Digest>& person,
                                   Json payload, ByteView attachment) {
    auto transaction = TRY(db->begin());
    const Head last = TRY(chain.head());
    const Instant at = TRY(moment(last));
    Event event{0,
                at,
                std::string(type),
                1,
                person,
                std::move(payload),
                {attachment.begin(), attachment.end()}};
    TRY(chain.append(event));
    TRY(fold(*db, event));
    TRY(transaction.commit());
    return event;
}

Result<void> Ledger::note(std::string_view type, const Json& payload) {
    TRY(check_name(type, "a note's type"));
    CHECK(!is_own_type(type));
    TRY(impl_->append(type, std::nullopt, payload));
    return done();
}

Result<std::uint64_t> Ledger::events_under(const Digest& account) {
    auto rows = TRY(impl_->db->prepare("SELECT count(*) FROM event WHERE person = ?"));
    TRY(rows.bind(account).step());
    return static_cast<std::uint64_t>(rows.integer(0));
}

// The index on the project's own types (schema.cpp) makes this a range of it: '~' comes after
// whatever a type is written with.
Result<std::vector<Note>> Ledger::notes(std::string_view prefix) {
    auto rows = TRY(impl_->db->prepare(
        "SELECT seq FROM event WHERE person IS NULL AND type >= ? AND type < ? ORDER BY seq"));
    rows.bind(prefix).bind(std::string(prefix) + "~");
    std::vector<Note> notes;
    while (TRY(rows.step())) {
        Event event = TRY(impl_->chain.event(static_cast<Sequence>(rows.integer(0))));
        notes.push_back({event.seq, event.at, std::move(event.type), std::move(event.payload)});
    }
    return notes;
}

bool is_about(const Note& note, const Request& request) {
    const auto names = [&](const Json& number) {
        return number.is_number_integer() &&
               request.id == "q-" + std::to_string(number.get<std::int64_t>());
    };
    if (const auto one = note.payload.find("request"); one != note.payload.end())
        return names(*one);
    const auto list = note.payload.find("requests");
    return list != note.payload.end() && list->is_array() && std::ranges::any_of(*list, names);
}

// What does not open any more was erased: the event of the erasure says what is left of it.
Result<void> Ledger::Impl::fold_into(Database& into, Sequence last) {
    return chain.walk([&](const StoredEvent& stored) -> Result<void> {
        if (stored.seq > last) return done();
        std::optional<Digest> person;
        if (stored.person) person = TRY(digest_from_bytes(*stored.person));
        const auto key = TRY(chain.key_of(person));
        if (!key) return done();
        const auto event = Chain::open(stored, *key);
        if (!event && person) return done();  // of an account that came back under a new key
        return event ? fold(into, event.value()) : Result<void>(event.error());
    });
}

Result<void> Ledger::rebuild() {
    auto transaction = TRY(impl_->db->begin());
    for (const FoldTable& table : kFoldTables)
        TRY(impl_->db->execute("DELETE FROM \"" + std::string(table.name) + "\""));
    TRY(impl_->fold_into(*impl_->db, TRY(sequence())));
    return transaction.commit();
}

Result<std::vector<Account>> Ledger::Impl::accounts_where(std::string_view condition,
                                                          const std::optional<Digest>& value,
                                                          std::string_view order) {
    auto rows = TRY(db->prepare("SELECT tag, person, folded, source, event FROM account " +
                                std::string(condition) + " ORDER BY " + std::string(order)));
    if (value) rows.bind(*value);
    std::vector<Account> accounts;
    while (TRY(rows.step())) {
        accounts.push_back({rows.digest(0), rows.digest(1), rows.digest(2), rows.text(3),
                            static_cast<Sequence>(rows.integer(4))});
    }
    return accounts;
}

Result<std::optional<Account>> Ledger::Impl::known(const Digest& tag) {
    auto found = TRY(accounts_where("WHERE tag = ?", tag));
    return found.empty() ? std::optional<Account>()
                         : std::optional<Account>(std::move(found.front()));
}

Result<bool> Ledger::Impl::any(std::string_view sql, const Digest& value) {
    auto rows = TRY(db->prepare(sql));
    return rows.bind(value).step();
}

Result<std::vector<Account>> Ledger::accounts() { return impl_->accounts_where("", std::nullopt); }

Result<std::vector<Account>> Ledger::accounts_of(const Digest& person) {
    return impl_->accounts_where("WHERE person = ?", person);
}

// New rules need no event to come into force. Harmless are events that only add somebody, something
// said about a request, or a ground; an act may be a refusal, which is a bar then. Bars are only ever
// added at the end of their table.
Result<bool> Ledger::forbade_since(Sequence since) {
    auto last_bar = TRY(impl_->db->prepare("SELECT event FROM bar ORDER BY rowid DESC LIMIT 1"));
    if (TRY(last_bar.step()) && last_bar.integer(0) > static_cast<std::int64_t>(since)) return true;
    auto rules = TRY(impl_->db->prepare(
        "SELECT 1 FROM rules WHERE valid_from_ms <= ? AND valid_from_ms >"
        " (SELECT at_ms FROM event WHERE seq = ?)"));
    if (TRY(rules.bind(TRY(now()).ms).bind(since).step())) return true;
    auto other = TRY(impl_->db->prepare(
        "SELECT 1 FROM event WHERE seq > ? AND type NOT IN ('account.seen', 'act.recorded',"
        " 'interest.claimed', 'request.verified', 'request.suppressed', 'request.destroyed',"
        " 'request.derived', 'import.done', 'model.exported', 'model.visible', 'statement.made',"
        " 'statement.attested', 'project.backed_up', 'class.settled', 'entity.added', 'act.refused',"
        " 'derivation.stopped', 'order.decided', 'hold.sealed') LIMIT 1"));
    return other.bind(since).step();
}

Result<std::vector<Account>> Ledger::find_accounts(const PersonalText& author) {
    auto sources = TRY(impl_->db->prepare("SELECT DISTINCT source FROM account ORDER BY source"));
    std::vector<Account> accounts;
    while (TRY(sources.step())) {
        const Digest tag = TRY(keys::account_tag(impl_->secrets->deal, sources.text(0), author));
        if (auto account = TRY(impl_->known(tag))) accounts.push_back(std::move(*account));
    }
    return accounts;
}

Result<std::optional<Digest>> person_of(Database& db, std::string_view handle) {
    auto rows =
        TRY(db.prepare("SELECT DISTINCT person FROM account WHERE handle = ? ORDER BY person"));
    rows.bind(handle);
    if (!TRY(rows.step())) return std::optional<Digest>();
    const Digest person = rows.digest(0);
    if (TRY(rows.step())) {
        return Error{Code::broken, "two persons share a handle", std::string(handle), ""};
    }
    return std::optional<Digest>(person);
}

Result<Digest> Ledger::person(std::string_view handle) {
    if (const auto person = TRY(person_of(*impl_->db, handle))) return *person;
    return Error{Code::bad_input, "nobody is known under this handle", "",
                 "see `litura person list`"};
}

std::string Ledger::handle(const Digest& person) const {
    return keys::person_handle(impl_->secrets->deal, person);
}

Result<Digest> Ledger::Impl::checked(ByteView text) {
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
