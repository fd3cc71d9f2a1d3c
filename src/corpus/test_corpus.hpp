// A ledger and a corpus in one database, on a test clock. Tests only.
#pragma once

#include "base/test_support.hpp"
#include "corpus/corpus.hpp"

namespace litura::corpus {

class TestCorpus {
public:
    explicit TestCorpus(Database db, Instant from = {}, Instant now = {}) : db_(std::move(db)) {
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
