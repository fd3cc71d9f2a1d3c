// The corpus: people's records, sealed one by one. A row holds tags, placement facts and the record
// under its own key, which is wrapped under the key of its account's records. The effective text
// (what training may use, after the constant marks of marks.hpp) is named by its tag, so that views
// are built without opening anything. Belongs to one thread.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "store/database.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"
#include "keys/key_table.hpp"
#include "keys/tags.hpp"
#include "ledger/decide.hpp"
#include "ledger/ledger.hpp"

namespace litura::corpus {

/// A record as an importer read it. Text is valid UTF-8.
struct IncomingRecord {
    PersonalText id, author, text;
    Instant created_at;
    std::optional<Instant> edited_at;
    ledger::Audience audience = ledger::Audience::unknown;
    /// JSON of every other field (thread, mentions, license, ...), kept sealed; may be empty.
    PersonalText rest;
    /// Names under which earlier versions, or another of the platform's files, have the same
    /// account: a bar on one of them holds, and an account that is known by one stays that account.
    std::vector<PersonalText> earlier_names = {};
};

/// A row without its sealed content. `wording` tags the effective text; `id` the platform's id,
/// which two accounts may use.
struct RecordRow {
    Digest record, id, account, person, wording;
    std::string source;
    Instant created_at;
    std::int64_t version_ms = 0;  ///< edited_at, else created_at
    ledger::Audience audience = ledger::Audience::unknown;
    std::vector<Digest> formerly;  ///< wordings that earlier marks made of the same text
    ledger::RecordFacts facts() const {
        return {record, account, wording, source, audience, created_at, formerly};
    }
};

std::vector<Digest> records_of(std::span<const RecordRow> rows);

enum class Outcome { imported, unchanged, rejected };
struct Added {
    Outcome outcome = Outcome::imported;
    std::string reason;  ///< of a rejection; the README lists them all
};

/// What of the rows' columns is sealed with; made by facts_key() (record_rows.hpp).
struct FactsKey {
    SecretKey key;
};

class Corpus {
public:
    /// Over the table of schema.hpp. All three outlive the Corpus.
    static Result<Corpus> open(Database& db, const keys::ProjectSecrets& secrets,
                               keys::KeyTable& keys);

    /// Seals and stores one record of `source`. The same id of the same author again: the same text
    /// is `unchanged`; of two texts the greater (version_ms, then text tag) stays, whatever the
    /// order of import. A barred name or wording is rejected, and a barred name becomes no account.
    /// A text that names somebody who objected is stored and its wording barred.
    Result<Added> add(ledger::Ledger& ledger, const ledger::Snapshot& bars, std::string_view source,
                      const IncomingRecord& record);

    /// The platform deleted what it calls `id`: what is here of it is barred, and later imports of
    /// it are rejected ("deleted").
    Result<void> bar_deleted(ledger::Ledger& ledger, std::string_view source,
                             const PersonalText& id);

    /// Tags by which a record that is erased, or a wording that is disputed, is recognised in other
    /// spellings. At most one of each.
    struct Spellings {
        std::vector<Digest> id, wording;
    };
    Result<Spellings> spellings(ledger::Ledger& ledger, const Digest& record);

    Result<std::optional<RecordRow>> row(const Digest& record);
    /// Of these records, in their order; nothing for one that is not held.
    Result<std::vector<std::optional<RecordRow>>> rows(std::span<const Digest> records);
    /// One person's, ordered by record tag.
    Result<std::vector<RecordRow>> rows_of(const Digest& person);
    /// All rows in pages, in no promised order: nobody holds as many as an import may bring.
    /// Between two pages others may write.
    Result<void> each_page(const std::function<Result<void>(std::span<const RecordRow>)>& visit);
    /// By handle "r-..." or by the source's own id (any source and author; Code::bad_input if
    /// unknown or ambiguous).
    Result<RecordRow> find(const PersonalText& id_or_handle);

    /// Calls `use` with every record as stored (see original()), in the order of each_page(). An
    /// error of `use` ends the walk; no transaction begins in it. Between two pages, where nothing
    /// is being read, `between` is called.
    Result<void> each(const std::function<Result<void>(const RecordRow&, const Json&)>& use,
                      const std::function<Result<void>()>& between = done);

    /// What training may use of the record. Code::forbidden if its key was destroyed.
    Result<PersonalText> effective_text(const Digest& record);
    /// The same, only if the record says this still. Nothing if it is gone or was reworded.
    Result<std::optional<PersonalText>> effective_text(const Digest& record, const Digest& wording);
    /// The record as stored: {"id", "created_at", "text", ...rest}, for access by the person.
    Result<PersonalText> original(const Digest& record);

    /// Replaces the text in place: same id, account and created_at; the old row and its key are
    /// gone, and no older copy of it opens under the account's new records key. Part of the
    /// caller's transaction. Returns the new wording's tag: the old one's if both texts say the
    /// same.
    Result<Digest> rectify(const Digest& record, const PersonalText& text, Instant at);
    /// Bars the record's wording if it holds a name of `bars`: after a rectification, as add()
    /// does.
    Result<void> bar_names(ledger::Ledger& ledger, const ledger::Snapshot& bars,
                           const Digest& record);
    /// Deletes every row of the person, whose accounts the ledger forgets after that. Part of the
    /// caller's transaction. Returns how many.
    Result<std::uint64_t> erase(const Digest& person);
    /// Deletes one record; likewise no older copy of it opens. Part of the caller's transaction.
    Result<void> erase_record(const Digest& record);

private:
    Corpus(Database& db, const keys::ProjectSecrets& secrets, keys::KeyTable& keys, FactsKey facts)
        : db_(&db), secrets_(&secrets), keys_(&keys), facts_key_(std::move(facts)),
          bar_tags_(secrets.identity) {}
    Result<void> renew_records_key(const RecordRow& dying);
    Database* db_;
    const keys::ProjectSecrets* secrets_;
    keys::KeyTable* keys_;
    FactsKey facts_key_;
    keys::BarTags bar_tags_;
    std::set<Digest> deleted_;  ///< ids barred since, which a caller's older snapshot cannot show
};

}  // namespace litura::corpus
