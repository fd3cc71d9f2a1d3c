// The table of records, and what of a row is sealed. Tags stand in clear, because rows are found by
// them; source, moments and audience are sealed under a key of the project and bound to the tags
// beside them, so that no column can be changed or exchanged without a secret, and a copy of the
// table tells none of them. Whose an account is, is the ledger's to say. Not public.
#pragma once

#include <optional>
#include <vector>

#include "corpus/corpus.hpp"
#include "corpus/record_box.hpp"
#include "store/database.hpp"

namespace litura::corpus {

/// Who bound a row: an import, or the step of the schema that found it unbound.
enum class Bound { by_import, by_migration };

/// Reads and writes rows; the rules are Corpus's. RecordRow::person is left open.
class RecordRows {
public:
    /// Both outlive this.
    RecordRows(Database& db, const FactsKey& key) : db_(&db), facts_key_(&key) {}

    Result<std::optional<RecordRow>> row(const Digest& record);
    Result<std::vector<RecordRow>> rows_of(const Digest& account);
    /// Records to which a platform gives this id.
    Result<std::vector<Digest>> records_with(const Digest& id);
    Result<SealedRecord> sealed(const Digest& record);

    /// In place of `there`, the row of the same record, if there is one. This and what removes rows
    /// stands in a transaction.
    Result<void> put(const RecordRow& row, const SealedRecord& sealed, const RecordRow* there,
                     Bound bound = Bound::by_import);
    Result<void> wrap(const Digest& record, ByteView wrapped_key);
    Result<void> remove(const Digest& record);
    Result<std::uint64_t> remove_of(const Digest& account);

    /// A page of rows after row `last` (0 at first), which moves on; empty at the end.
    struct Numbered {
        RecordRow row;
        SealedRecord sealed;  ///< where it was asked for: long ones lie on pages apart
        Bound bound = Bound::by_import;
    };
    enum class With { row_only, sealed };
    Result<std::vector<Numbered>> page(std::int64_t& last, With with);

private:
    Result<RecordRow> read(const Query& from, Bound* bound = nullptr) const;
    Database* db_;
    const FactsKey* facts_key_;
    mutable Bytes opened_;  ///< of the row that was read last
};

Error no_such_record();

/// What stands sealed in the column `facts`.
FactsKey facts_key(const SecretKey& project);
Bytes seal_facts(const FactsKey& key, const RecordRow& row, Bound bound);

}  // namespace litura::corpus
