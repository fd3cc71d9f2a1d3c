#include "corpus/mark_again.hpp"

#include "corpus/marks.hpp"
#include "corpus/record_rows.hpp"
#include "keys/key_table.hpp"

namespace litura::corpus {
namespace {

/// Nothing if nobody can read the record: it is dead, or damaged, which `ledger verify` names.
Result<std::optional<Json>> open_if_living(keys::KeyTable& keys, const RecordRows::Numbered& at) {
    const auto key = TRY(keys.find(at.row.account, keys::KeyKind::records));
    if (!key) return std::optional<Json>();
    auto json = unseal_record(*key, at.row.record, at.row.wording, at.sealed);
    return json ? std::optional(std::move(json).value()) : std::nullopt;
}

Result<void> mark_again(RecordRows& rows, keys::KeyTable& keys, const SecretKey& deal,
                        const RecordRows::Numbered& at) {
    const auto json = TRY(open_if_living(keys, at));
    if (!json) return done();
    const PersonalText effective(effective_text(json->at("text").get_ref<const std::string&>()));
    RecordRow row = at.row;
    row.wording = keys::text_tag(deal, row.record, effective);
    if (row.wording == at.row.wording) return done();
    row.formerly.push_back(at.row.wording);
    const SecretKey key = TRY(keys.get_or_create(row.account, keys::KeyKind::records));
    return rows.put(row, seal_record(key, row.record, row.wording, *json), &at.row, at.bound);
}

}  // namespace

Result<void> mark_again(Database& db, const keys::ProjectSecrets& secrets) {
    auto transaction = TRY(db.begin());
    const FactsKey sealing = facts_key(secrets.project);
    RecordRows rows(db, sealing);
    std::optional<keys::KeyTable> keys;  // of a backup, root and tables are not there yet
    std::int64_t last = 0;
    while (true) {
        const auto page = TRY(rows.page(last, RecordRows::With::sealed));
        if (page.empty()) return transaction.commit();
        for (const RecordRows::Numbered& at : page) {
            if (at.sealed.wrapped_key.empty()) continue;
            if (!keys) keys.emplace(TRY(keys::KeyTable::open(db, secrets.root)));
            TRY(mark_again(rows, *keys, secrets.deal, at));
        }
    }
}

}  // namespace litura::corpus
