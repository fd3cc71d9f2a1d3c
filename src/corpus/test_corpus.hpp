// A ledger and a corpus in one database, on a test clock. Tests only.
#pragma once

#include "base/test_support.hpp"
#include "corpus/corpus.hpp"
#include "corpus/record_rows.hpp"
#include "corpus/schema.hpp"

namespace litura::corpus {

/// The record as an older version left it, whose marks made `wording` of its text.
inline void mark_as_before(Database& db, const keys::ProjectSecrets& secrets, keys::KeyTable& keys,
                           const Digest& record, const PersonalText& wording) {
    auto transaction = must(db.begin());
    const FactsKey sealing = facts_key(secrets.project);
    RecordRows rows(db, sealing);
    const RecordRow there = *must(rows.row(record));
    RecordRow row = there;
    const auto key = must(keys.find(row.account, keys::KeyKind::records));
    const Json json = must(unseal_record(*key, record, row.wording, must(rows.sealed(record))));
    row.wording = keys::text_tag(secrets.deal, record, wording);
    must(rows.put(row, seal_record(*key, record, row.wording, json), &there));
    must(transaction.commit());
    must(db.execute("UPDATE schema_version SET version = 2; DROP TABLE tally"));
}

class TestCorpus {
public:
    explicit TestCorpus(Database db, Instant from = {}, Instant now = {}) : db_(std::move(db)) {
        must(bring_forward(db_, schema(secrets_)));
        must(ledger::Ledger::create(db_, secrets_, ledger::Ledger::Clock::test, from));
        ledger_.emplace(must(ledger::Ledger::open(db_, secrets_, *env_, now)));
        keys_.emplace(must(keys::KeyTable::open(db_, secrets_.root)));
        corpus_.emplace(must(Corpus::open(db_, secrets_, *keys_)));
    }
    TestCorpus(const TestCorpus&) = delete;
    TestCorpus& operator=(const TestCorpus&) = delete;

    Database& db() { return db_; }
    ledger::Ledger& ledger() { return *ledger_; }
    Corpus& corpus() { return *corpus_; }
    const keys::ProjectSecrets& secrets() const { return secrets_; }
    keys::KeyTable& keys() { return *keys_; }

private:
    static SecretKey key(std::uint8_t fill) {
        std::array<std::uint8_t, SecretKey::kSize> bytes;
        bytes.fill(fill);
        return SecretKey(bytes);
    }

    Database db_;
    keys::ProjectSecrets secrets_{key(1), key(2), key(3)};
    std::unique_ptr<Env> env_ = system_env();
    std::optional<ledger::Ledger> ledger_;
    std::optional<keys::KeyTable> keys_;
    std::optional<Corpus> corpus_;
};

}  // namespace litura::corpus
