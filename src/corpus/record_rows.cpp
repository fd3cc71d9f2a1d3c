#include "corpus/record_rows.hpp"

#include <algorithm>
#include <array>

#include "keys/sealing.hpp"
#include "keys/tally_rows.hpp"

namespace litura::corpus {
namespace {

constexpr std::string_view kTable = "record";
constexpr std::int64_t kPage = 1000;
/// Of sealed content: whoever looks through a page is not held up for long by long records.
constexpr std::size_t kPageBytes = std::size_t{1} << 20;

constexpr const char* kColumns = "SELECT record, id, account, wording, facts, number";
constexpr int kFacts = 4, kNumber = 5, kSealed = 6;

constexpr std::string_view kFactsPlace = "litura record facts 1";
constexpr std::size_t kTags = 4;
using Tags = std::array<ByteView, kTags>;  ///< record, id, account, wording
using FactsPlace = std::array<std::uint8_t, 8 + kFactsPlace.size() + kTags * sizeof(Digest)>;

/// The text with its length, then the tags: in one piece, because a view asks for that of every
/// row.
FactsPlace facts_place(const Tags& tags) {
    FactsPlace place{kFactsPlace.size()};
    auto* at = std::ranges::copy(kFactsPlace, place.data() + 8).out;
    for (const ByteView tag : tags) at = std::ranges::copy(tag, at).out;
    return place;
}

Tags tags_of(const RecordRow& row) {
    return {row.record.view(), row.id.view(), row.account.view(), row.wording.view()};
}

Bytes tallied(const RecordRow& row) {
    return keys::tallied_row({row.record.view(), row.wording.view()});
}

Error changed(const Query& row) {
    return {Code::broken, "a record's row was changed outside of Litura",
            "row " + std::to_string(row.integer(kNumber)) + " of records",
            "see 'litura ledger verify', and restore the project from a backup"};
}

}  // namespace

Error no_such_record() {
    return {Code::bad_input, "no such record", "", "see person show for a person's records"};
}

FactsKey facts_key(const SecretKey& project) {
    return {keys::subkey(project, "litura.key.record.facts.1")};
}

Bytes seal_facts(const FactsKey& key, const RecordRow& row, Bound bound) {
    ByteWriter facts;
    facts.u8(bound == Bound::by_import ? 0 : 1);
    facts.i64(row.created_at.ms);
    facts.i64(row.version_ms);
    facts.text(ledger::to_text(row.audience));
    facts.text(row.source);
    for (const Digest& wording : row.formerly) facts.raw(wording.view());
    return keys::seal(key.key, facts.bytes(), facts_place(tags_of(row)));
}

Result<RecordRow> RecordRows::read(const Query& from, Bound* bound) const {
    const Tags tags = {from.view(0), from.view(1), from.view(2), from.view(3)};
    for (const ByteView tag : tags)
        if (tag.size() != sizeof(Digest)) return changed(from);
    if (!keys::unseal(facts_key_->key, from.view(kFacts), facts_place(tags), opened_))
        return changed(from);
    RecordRow row;
    row.record = from.digest(0);
    row.id = from.digest(1);
    row.account = from.digest(2);
    row.wording = from.digest(3);
    ByteReader facts(opened_);
    const bool imported = facts.u8() == 0;
    row.created_at.ms = facts.i64();
    row.version_ms = facts.i64();
    row.audience = TRY(ledger::parse_audience(facts.text()));
    row.source = facts.text();
    while (facts.ok() && !facts.at_end()) row.formerly.push_back(read_digest(facts));
    if (!facts.at_end()) return changed(from);
    if (bound != nullptr) *bound = imported ? Bound::by_import : Bound::by_migration;
    return row;
}

Result<std::optional<RecordRow>> RecordRows::row(const Digest& record) {
    Query find = TRY(db_->prepare(std::string(kColumns) + " FROM record WHERE record = ?"));
    find.bind(record);
    if (!TRY(find.step())) return std::optional<RecordRow>();
    return std::optional<RecordRow>(TRY(read(find)));
}

Result<std::vector<RecordRow>> RecordRows::rows_of(const Digest& account) {
    Query own =
        TRY(db_->prepare(std::string(kColumns) + " FROM record WHERE account = ? ORDER BY record"));
    own.bind(account);
    std::vector<RecordRow> rows;
    while (TRY(own.step())) rows.push_back(TRY(read(own)));
    return rows;
}

Result<std::vector<Digest>> RecordRows::records_with(const Digest& id) {
    Query find = TRY(db_->prepare("SELECT record FROM record WHERE id = ? ORDER BY record"));
    find.bind(id);
    std::vector<Digest> records;
    while (TRY(find.step())) records.push_back(find.digest(0));
    return records;
}

Result<SealedRecord> RecordRows::sealed(const Digest& record) {
    Query find = TRY(db_->prepare("SELECT wrapped_key, sealed FROM record WHERE record = ?"));
    find.bind(record);
    if (!TRY(find.step())) return no_such_record();
    return SealedRecord{find.blob(0), find.blob(1)};
}

Result<void> RecordRows::put(const RecordRow& row, const SealedRecord& sealed,
                             const RecordRow* there, Bound bound) {
    if (there != nullptr) db_->row_removed(kTable, tallied(*there));
    db_->row_added(kTable, tallied(row));
    Query insert = TRY(db_->prepare(
        "INSERT INTO record (record, id, account, wording, facts, wrapped_key, sealed)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (record) DO UPDATE SET id = excluded.id,"
        " account = excluded.account, wording = excluded.wording, facts = excluded.facts,"
        " wrapped_key = excluded.wrapped_key, sealed = excluded.sealed"));
    insert.bind(row.record).bind(row.id).bind(row.account).bind(row.wording);
    insert.bind(seal_facts(*facts_key_, row, bound));
    return insert.bind(ByteView(sealed.wrapped_key)).bind(ByteView(sealed.sealed)).run();
}

Result<void> RecordRows::wrap(const Digest& record, ByteView wrapped_key) {
    Query update = TRY(db_->prepare("UPDATE record SET wrapped_key = ? WHERE record = ?"));
    return update.bind(wrapped_key).bind(record).run();
}

Result<void> RecordRows::remove(const Digest& record) {
    Query remove =
        TRY(db_->prepare("DELETE FROM record WHERE record = ? RETURNING record, wording"));
    remove.bind(record);
    while (TRY(remove.step())) db_->row_removed(kTable, remove.row());
    return done();
}

Result<std::uint64_t> RecordRows::remove_of(const Digest& account) {
    Query remove =
        TRY(db_->prepare("DELETE FROM record WHERE account = ? RETURNING record, wording"));
    remove.bind(account);
    std::uint64_t rows = 0;
    for (; TRY(remove.step()); ++rows) db_->row_removed(kTable, remove.row());
    return rows;
}

Result<std::vector<RecordRows::Numbered>> RecordRows::page(std::int64_t& last, With with) {
    const bool sealed = with == With::sealed;
    Query next = TRY(db_->prepare(std::string(kColumns) + (sealed ? ", wrapped_key, sealed" : "") +
                                  " FROM record WHERE number > ? ORDER BY number LIMIT ?"));
    next.bind(last).bind(kPage);
    std::vector<Numbered> rows;
    std::size_t bytes = 0;
    while (bytes < kPageBytes && TRY(next.step())) {
        Numbered& at = rows.emplace_back();
        at.row = TRY(read(next, &at.bound));
        if (sealed) at.sealed = {next.blob(kSealed), next.blob(kSealed + 1)};
        bytes += at.sealed.sealed.size();
        last = next.integer(kNumber);
    }
    return rows;
}

}  // namespace litura::corpus
