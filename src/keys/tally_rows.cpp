#include "keys/tally_rows.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "keys/sealing.hpp"

namespace litura::keys {
namespace {

struct Sum {
    std::uint64_t rows = 0, sum = 0;
    bool operator==(const Sum&) const = default;
};

SecretKey tally_key(const SecretKey& project) { return subkey(project, "litura.key.tally.1"); }

std::uint64_t hash_of(const SecretKey& key, std::string_view table, ByteView row) {
    ByteWriter fields;
    fields.text(table);
    fields.raw(row);
    return short_hash(key, fields.bytes());
}

Bytes place_of(std::string_view table) {
    ByteWriter place;
    place.text("litura tally 1");
    place.text(table);
    return place.take();
}

Result<Sum> counted(Database& db, const SecretKey& key, const Tallied& tallied) {
    auto rows =
        TRY(db.prepare("SELECT " + std::string(tallied.columns) + " FROM " + tallied.table));
    Sum sum;
    for (; TRY(rows.step()); ++sum.rows) sum.sum += hash_of(key, tallied.table, rows.row());
    return sum;
}

/// Nothing if it is not there or does not open: what somebody did to it is for `ledger verify` to
/// name, and holds up nobody's request.
Result<std::optional<Sum>> sealed_sum(Database& db, const SecretKey& key, std::string_view table) {
    auto select = TRY(db.prepare("SELECT sealed FROM tally WHERE name = ?"));
    if (!TRY(select.bind(table).step())) return std::optional<Sum>();
    const auto plain = unseal(key, select.blob(0), place_of(table));
    if (!plain) return std::optional<Sum>();
    ByteReader fields(plain.value());
    Sum sum;
    sum.rows = fields.u64();
    sum.sum = fields.u64();
    return fields.at_end() ? std::optional(sum) : std::nullopt;
}

Result<void> write_sum(Database& db, const SecretKey& key, std::string_view table, const Sum& sum) {
    ByteWriter fields;
    fields.u64(sum.rows);
    fields.u64(sum.sum);
    auto insert =
        TRY(db.prepare("INSERT INTO tally (name, sealed) VALUES (?, ?)"
                       " ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed"));
    return insert.bind(table).bind(seal(key, fields.bytes(), place_of(table))).run();
}

Result<void> settle(Database& db, const SecretKey& key, const Tallied& tallied,
                    const TableChange& change) {
    if (change.anew) return write_sum(db, key, tallied.table, TRY(counted(db, key, tallied)));
    auto sum = TRY(sealed_sum(db, key, tallied.table));
    if (!sum) return done();
    sum->rows += static_cast<std::uint64_t>(change.rows);
    sum->sum += change.sum;
    return write_sum(db, key, tallied.table, *sum);
}

class Tallies final : public RowAccount {
public:
    Tallies(SecretKey key, std::span<const Tallied> tables)
        : key_(std::move(key)), tables_(tables) {}

    std::uint64_t hash(std::string_view table, ByteView row) const override {
        return hash_of(key_, table, row);
    }
    Result<void> settle(Database& db, const TableChanges& changes) override {
        for (const auto& [table, change] : changes) {
            const auto tallied = std::ranges::find(tables_, table, &Tallied::table);
            CHECK(tallied != tables_.end());
            TRY(litura::keys::settle(db, key_, *tallied, change));
        }
        return done();
    }

private:
    SecretKey key_;
    std::span<const Tallied> tables_;
};

}  // namespace

Bytes tallied_row(std::initializer_list<ByteView> blobs) {
    constexpr std::uint8_t kBlob = 4;
    ByteWriter row;
    for (const ByteView blob : blobs) {
        row.u8(kBlob);
        row.blob(blob);
    }
    return row.take();
}

void keep_tallies(Database& db, const SecretKey& project, std::span<const Tallied> tables) {
    db.keep_account(std::make_shared<Tallies>(tally_key(project), tables));
}

Result<void> tally_all(Database& db, const SecretKey& project, std::span<const Tallied> tables) {
    const SecretKey key = tally_key(project);
    for (const Tallied& tallied : tables)
        TRY(write_sum(db, key, tallied.table, TRY(counted(db, key, tallied))));
    return done();
}

Result<std::string> first_tally_difference(Database& db, const SecretKey& project,
                                           std::span<const Tallied> tables) {
    const ReadView one_state = TRY(db.read());
    const SecretKey key = tally_key(project);
    for (const Tallied& tallied : tables) {
        const auto sum = TRY(sealed_sum(db, key, tallied.table));
        if (!sum || *sum != TRY(counted(db, key, tallied)))
            return "table " + std::string(tallied.table) +
                   ": its rows are not those that were sealed";
    }
    return std::string();
}

}  // namespace litura::keys
