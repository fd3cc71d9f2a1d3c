// The record table. Of two versions of one record the greater stays, by an order that knows nothing
// of imports: version, wording, the narrower audience, the earlier creation, last the content. So
// every order of the same imports leaves the same rows. Two authors who use one id have two records
// (keys::record_tag).
#include "corpus/corpus.hpp"

#include <algorithm>
#include <compare>
#include <tuple>

#include "base/text.hpp"
#include "corpus/marks.hpp"
#include "corpus/names.hpp"
#include "corpus/record_box.hpp"

namespace litura::corpus {
namespace {

using keys::KeyKind;

constexpr std::size_t kTextMax = 256 << 10;
constexpr std::int64_t kPage = 1000;

constexpr const char* kSchema = R"(
CREATE TABLE IF NOT EXISTS record (
    record BLOB PRIMARY KEY NOT NULL,
    id BLOB NOT NULL,
    account BLOB NOT NULL,
    wording BLOB NOT NULL,
    source TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    version_ms INTEGER NOT NULL,
    audience TEXT NOT NULL,
    wrapped_key BLOB NOT NULL,
    sealed BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS record_account ON record (account);
CREATE INDEX IF NOT EXISTS record_id ON record (id);
)";

/// The columns of read_row(), and `more`. Whose an account is, is the ledger's to say.
std::string select_row(std::string_view more = "") {
    return "SELECT record, account, account.person, wording, record.source, created_at,"
           " version_ms, audience, id, record.rowid" +
           std::string(more) + " FROM record JOIN account ON account.tag = record.account ";
}
constexpr int kRowId = 9;
constexpr std::string_view kAndSealed = ", wrapped_key, sealed";  ///< long ones lie on pages apart
constexpr int kSealed = 10;

Result<RecordRow> read_row(const Statement& from) {
    RecordRow row;
    row.record = from.digest(0);
    row.account = from.digest(1);
    row.person = from.digest(2);
    row.wording = from.digest(3);
    row.source = from.text(4);
    row.created_at.ms = from.integer(5);
    row.version_ms = from.integer(6);
    row.audience = TRY(ledger::parse_audience(from.text(7)));
    row.id = from.digest(8);
    return row;
}

Error no_such_record() {
    return {Code::bad_input, "no such record", "", "see person show for a person's records"};
}

Error key_destroyed() {
    return {Code::forbidden, "the record's key was destroyed", "",
            "its text cannot be read again, by anybody"};
}

/// What training may use of a text, or why nothing: a reason of a rejection.
struct Usable {
    PersonalText effective;
    std::string_view problem;
};

Usable usable(std::string_view text) {
    if (text.size() > kTextMax) return {{}, "too_long"};
    if (!is_utf8(text)) return {{}, "not_utf8"};
    PersonalText effective(effective_text(text));
    const bool own = holds_own_words(effective.reveal());
    return {std::move(effective), own ? "" : "empty_text"};
}

Added rejected(std::string_view reason) { return {Outcome::rejected, std::string(reason)}; }

/// A name that was barred before this account was ever seen: an erased person's, come back.
bool name_barred(const ledger::Snapshot& bars, const Digest& folded, const Digest& account) {
    const auto found = bars.bars.find(folded);
    if (found == bars.bars.end()) return false;
    const auto known = bars.accounts.find(account);
    return std::any_of(found->second.begin(), found->second.end(), [&](const ledger::Bar& bar) {
        return bar.folded.has_value() &&
               (known == bars.accounts.end() || known->second.since > bar.event);
    });
}

bool wording_barred(const ledger::Snapshot& bars, const Digest& record, const Digest& wording) {
    const auto found = bars.bars.find(record);
    return found != bars.bars.end() &&
           std::any_of(found->second.begin(), found->second.end(), [&](const ledger::Bar& bar) {
               return bar.kind == ledger::BarKind::rectification && bar.wording == wording;
           });
}

/// Asked to be erased by itself, its author staying.
bool record_erased(const ledger::Snapshot& bars, const Digest& record) {
    const auto found = bars.bars.find(record);
    return found != bars.bars.end() &&
           std::ranges::any_of(found->second, [](const ledger::Bar& bar) {
               return bar.kind == ledger::BarKind::erasure;
           });
}

bool deleted_at_source(const ledger::Snapshot& bars, const Digest& id) {
    const auto found = bars.bars.find(id);
    return found != bars.bars.end() &&
           std::ranges::any_of(found->second, [](const ledger::Bar& bar) {
               return bar.kind == ledger::BarKind::deletion;
           });
}

/// Compares all that a row shows; the content decides only where this is equal.
std::strong_ordering compare(const RecordRow& a, const RecordRow& b) {
    return std::tuple(a.version_ms, a.wording, a.audience, b.created_at) <=>
           std::tuple(b.version_ms, b.wording, b.audience, a.created_at);
}

/// What became of an incoming version that is not greater than the one there is.
Added not_taken(const RecordRow& there, const RecordRow& incoming) {
    if (there.wording != incoming.wording) return rejected("older_version");
    return {Outcome::unchanged, ""};
}

/// Calls `each_row` at every row, in the order in which they lie on disk, and `after_page` where
/// none is being read. `select`: of select_row().
template <typename EachRow, typename AfterPage>
Result<void> walk(Database& db, const std::string& select, EachRow each_row, AfterPage after_page) {
    std::int64_t last = 0, rows = 0;
    do {
        Statement next =
            TRY(db.prepare(select + "WHERE record.rowid > ? ORDER BY record.rowid LIMIT ?"));
        next.bind(last).bind(kPage);
        for (rows = 0; TRY(next.step()); ++rows) {
            TRY(each_row(next));
            last = next.integer(kRowId);
        }
        next.reset();
        TRY(after_page());
    } while (rows == kPage);
    return done();
}

/// Reads and writes single rows; the rules are Corpus's.
class RecordTable {
public:
    explicit RecordTable(Database& db) : db_(db) {}

    Result<std::optional<RecordRow>> row(const Digest& record) {
        Statement find = TRY(db_.prepare(select_row() + "WHERE record = ?"));
        find.bind(record);
        if (!TRY(find.step())) return std::optional<RecordRow>();
        return std::optional<RecordRow>(TRY(read_row(find)));
    }

    Result<RecordRow> existing_row(const Digest& record) {
        std::optional<RecordRow> found = TRY(row(record));
        if (!found.has_value()) return no_such_record();
        return std::move(*found);
    }

    Result<SealedRecord> sealed(const Digest& record) {
        Statement find =
            TRY(db_.prepare("SELECT wrapped_key, sealed FROM record WHERE record = ?"));
        find.bind(record);
        if (!TRY(find.step())) return no_such_record();
        return SealedRecord{find.blob(0), find.blob(1)};
    }

    Result<void> put(const RecordRow& row, const SealedRecord& sealed) {
        Statement insert =
            TRY(db_.prepare("REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
        insert.bind(row.record).bind(row.id).bind(row.account).bind(row.wording);
        insert.bind(row.source)
            .bind(row.created_at.ms)
            .bind(row.version_ms)
            .bind(ledger::to_text(row.audience));
        insert.bind(ByteView(sealed.wrapped_key)).bind(ByteView(sealed.sealed));
        return insert.run();
    }

private:
    Database& db_;
};

Result<void> bar_names_in(ledger::Ledger& ledger, const ledger::Snapshot& bars,
                          const SecretKey& identity, const RecordRow& row,
                          const PersonalText& effective) {
    if (bars.names.empty()) return done();
    const NameFinder names(identity, bars.names);
    for (const std::int64_t request : TRY(names.requests_of(effective.reveal())))
        TRY(ledger.bar_named(request, {row.record, row.wording}));
    return done();
}

/// The record's JSON, if the key of the account's records still is.
Result<Json> open_sealed(keys::KeyTable& keys, const RecordRow& row, const SealedRecord& sealed) {
    const std::optional<SecretKey> key = TRY(keys.find(row.account, KeyKind::records));
    if (!key.has_value()) return key_destroyed();
    return unseal_record(*key, row.record, row.wording, sealed);
}

Result<Json> open_record(Database& db, keys::KeyTable& keys, const RecordRow& row) {
    return open_sealed(keys, row, TRY(RecordTable(db).sealed(row.record)));
}

}  // namespace

std::vector<Digest> records_of(std::span<const RecordRow> rows) {
    std::vector<Digest> records;
    for (const RecordRow& row : rows) records.push_back(row.record);
    return records;
}

Result<Corpus> Corpus::open(Database& db, const keys::ProjectSecrets& secrets,
                            keys::KeyTable& keys) {
    TRY(db.execute(kSchema));
    return Corpus(db, secrets, keys);
}

Result<Added> Corpus::add(ledger::Ledger& ledger, const ledger::Snapshot& bars,
                          std::string_view source, const IncomingRecord& incoming) {
    const auto [effective, problem] = usable(incoming.text.reveal());
    if (!problem.empty()) return rejected(problem);
    RecordRow row;
    row.source = std::string(source);
    row.account = TRY(keys::account_tag(secrets_->deal, source, incoming.author));
    row.record = keys::record_tag(secrets_->deal, row.account, incoming.id);
    row.id = keys::id_tag(secrets_->deal, source, incoming.id);
    row.created_at = incoming.created_at;
    row.version_ms = incoming.edited_at.value_or(incoming.created_at).ms;
    row.audience = incoming.audience;
    row.wording = keys::text_tag(secrets_->deal, row.record, effective);

    const Digest folded = TRY(keys::folded_tag(secrets_->identity, source, incoming.author));
    if (name_barred(bars, folded, row.account)) return rejected("name_barred");
    if (record_erased(bars, row.record)) return rejected("record_erased");
    if (wording_barred(bars, row.record, row.wording)) return rejected("wording_barred");
    if (deleted_.contains(row.id) || deleted_at_source(bars, row.id)) return rejected("deleted");

    const auto content = record_json(incoming);
    if (!content.ok()) return rejected("bad_field");
    const Json& json = content.value();
    Transaction transaction = TRY(db_->begin());
    const std::optional<RecordRow> there = TRY(RecordTable(*db_).row(row.record));
    if (there.has_value()) {
        auto order = compare(row, *there);
        if (order == 0) order = compact(json) <=> compact(TRY(open_record(*db_, *keys_, *there)));
        if (order <= 0) return not_taken(*there, row);
    }
    TRY(ledger.account(source, incoming.author));
    const SecretKey key = TRY(keys_->get_or_create(row.account, KeyKind::records));
    TRY(RecordTable(*db_).put(row, seal_record(key, row.record, row.wording, json)));
    if (there.has_value()) TRY(ledger.note("record.replaced", Json::object()));
    TRY(bar_names_in(ledger, bars, secrets_->identity, row, effective));
    TRY(transaction.commit());
    const bool same_text = there.has_value() && there->wording == row.wording;
    return Added{same_text ? Outcome::unchanged : Outcome::imported, ""};
}

Result<void> Corpus::bar_deleted(ledger::Ledger& ledger, std::string_view source,
                                 const PersonalText& id) {
    const Digest tag = keys::id_tag(secrets_->deal, source, id);
    Transaction transaction = TRY(db_->begin());
    TRY(ledger.bar_deleted(tag));
    deleted_.insert(tag);
    Statement find = TRY(db_->prepare("SELECT record FROM record WHERE id = ?"));
    find.bind(tag);
    while (TRY(find.step())) TRY(ledger.bar_deleted(find.digest(0)));
    return transaction.commit();
}

Result<std::vector<std::optional<RecordRow>>> Corpus::rows(std::span<const Digest> records) {
    const ReadView one_state = TRY(db_->read());
    Statement find = TRY(db_->prepare(select_row() + "WHERE record = ?"));
    std::vector<std::optional<RecordRow>> rows(records.size());
    for (std::size_t index = 0; index < records.size(); ++index) {
        find.bind(records[index]);
        if (TRY(find.step())) rows[index] = TRY(read_row(find));
        find.reset();
    }
    return rows;
}

Result<std::vector<RecordRow>> Corpus::rows_of(const Digest& person) {
    Statement own = TRY(db_->prepare(select_row() + "WHERE account.person = ? ORDER BY record"));
    own.bind(person);
    std::vector<RecordRow> rows;
    while (TRY(own.step())) rows.push_back(TRY(read_row(own)));
    return rows;
}

Result<void> Corpus::each_page(
    const std::function<Result<void>(std::span<const RecordRow>)>& visit) {
    std::vector<RecordRow> page;
    const auto keep = [&](const Statement& at) -> Result<void> {
        page.push_back(TRY(read_row(at)));
        return done();
    };
    return walk(*db_, select_row(), keep, [&]() -> Result<void> {
        if (!page.empty()) TRY(visit(page));
        page.clear();
        return done();
    });
}

Result<std::optional<RecordRow>> Corpus::row(const Digest& record) {
    return RecordTable(*db_).row(record);
}

Result<RecordRow> Corpus::find(const PersonalText& id_or_handle) {
    std::vector<RecordRow> found;
    TRY(each_page([&](std::span<const RecordRow> page) -> Result<void> {
        for (const RecordRow& row : page) {
            const bool by_id =
                keys::record_tag(secrets_->deal, row.account, id_or_handle) == row.record;
            const bool by_handle =
                keys::record_handle(secrets_->deal, row.record) == id_or_handle.reveal();
            if (by_id || by_handle) found.push_back(row);
        }
        return done();
    }));
    if (found.empty()) return no_such_record();
    if (found.size() > 1) {
        return Error{Code::bad_input, "several records have this id", "",
                     "name it by its handle (r-...)"};
    }
    return std::move(found.front());
}

Result<void> Corpus::each(const std::function<Result<void>(const RecordRow&, const Json&)>& use) {
    const auto open = [&](const Statement& at) -> Result<void> {
        const RecordRow row = TRY(read_row(at));
        return use(row, TRY(open_sealed(*keys_, row, {at.blob(kSealed), at.blob(kSealed + 1)})));
    };
    return walk(*db_, select_row(kAndSealed), open, done);
}

Result<PersonalText> Corpus::effective_text(const Digest& record) {
    const RecordRow row = TRY(RecordTable(*db_).existing_row(record));
    const Json json = TRY(open_record(*db_, *keys_, row));
    PersonalText effective(corpus::effective_text(json.at("text").get_ref<const std::string&>()));
    if (keys::text_tag(secrets_->deal, record, effective) != row.wording) {
        return Error{Code::broken, "a record's text is not the one its row names", "",
                     "restore the project's folder"};
    }
    return effective;
}

Result<PersonalText> Corpus::original(const Digest& record) {
    const RecordRow row = TRY(RecordTable(*db_).existing_row(record));
    return PersonalText(compact(TRY(open_record(*db_, *keys_, row))));
}

Result<Digest> Corpus::rectify(const Digest& record, const PersonalText& text, Instant at) {
    const auto [effective, problem] = usable(text.reveal());
    if (!problem.empty()) {
        return Error{Code::bad_input, "the corrected text cannot be used", std::string(problem),
                     "give UTF-8 text of your own words, at most 256 KiB"};
    }
    Transaction transaction = TRY(db_->begin());
    RecordRow row = TRY(RecordTable(*db_).existing_row(record));
    Json json = TRY(open_record(*db_, *keys_, row));
    const Digest wording = keys::text_tag(secrets_->deal, record, effective);
    json["text"] = text.reveal();
    json["edited_at"] = to_text(at);
    row.wording = wording;
    row.version_ms = std::max(row.version_ms, at.ms);
    TRY(renew_records_key(row));
    const SecretKey key = TRY(keys_->get_or_create(row.account, KeyKind::records));
    TRY(RecordTable(*db_).put(row, seal_record(key, record, wording, json)));
    TRY(transaction.commit());
    return wording;
}

// A record's key can only be told from its neighbours' by what wraps them: the account's other
// record keys move to a new one.
Result<void> Corpus::renew_records_key(const RecordRow& dying) {
    const std::optional<SecretKey> before = TRY(keys_->find(dying.account, KeyKind::records));
    if (!before.has_value()) return key_destroyed();
    TRY(keys_->destroy(dying.account, KeyKind::records));
    const SecretKey after = TRY(keys_->get_or_create(dying.account, KeyKind::records));
    Statement others = TRY(
        db_->prepare("SELECT record, wrapped_key FROM record WHERE account = ? AND record <> ?"));
    others.bind(dying.account).bind(dying.record);
    std::vector<std::pair<Digest, Bytes>> living;
    while (TRY(others.step())) living.emplace_back(others.digest(0), others.blob(1));
    Statement update = TRY(db_->prepare("UPDATE record SET wrapped_key = ? WHERE record = ?"));
    for (const auto& [record, wrapped] : living) {
        const Bytes again = TRY(wrap_again(*before, after, record, wrapped));
        TRY(update.bind(ByteView(again)).bind(record).run());
    }
    return done();
}

Result<void> Corpus::erase_record(const Digest& record) {
    Transaction transaction = TRY(db_->begin());
    TRY(renew_records_key(TRY(RecordTable(*db_).existing_row(record))));
    Statement remove = TRY(db_->prepare("DELETE FROM record WHERE record = ?"));
    TRY(remove.bind(record).run());
    return transaction.commit();
}

Result<void> Corpus::bar_names(ledger::Ledger& ledger, const ledger::Snapshot& bars,
                               const Digest& record) {
    const RecordRow row = TRY(RecordTable(*db_).existing_row(record));
    return bar_names_in(ledger, bars, secrets_->identity, row, TRY(effective_text(record)));
}

Result<std::uint64_t> Corpus::erase(const Digest& person) {
    Statement remove = TRY(db_->prepare(
        "DELETE FROM record WHERE account IN (SELECT tag FROM account WHERE person = ?)"
        " RETURNING record"));
    remove.bind(person);
    std::uint64_t rows = 0;
    while (TRY(remove.step())) ++rows;
    return rows;
}

}  // namespace litura::corpus
