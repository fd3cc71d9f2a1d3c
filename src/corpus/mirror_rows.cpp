#include "corpus/mirror_rows.hpp"

namespace litura::corpus {

Result<void> mirror_record_keys(Database& db) {
    return db.execute(
        "CREATE TABLE IF NOT EXISTS mirror.record_key AS"
        " SELECT record, wording, wrapped_key FROM main.record WHERE 0;"
        "DELETE FROM mirror.record_key;"
        "INSERT INTO mirror.record_key SELECT record, wording, wrapped_key FROM main.record");
}

Result<void> take_mirrored_record_keys(Database& db) {
    return db.execute(R"(
CREATE TEMP TABLE living (record BLOB, wording BLOB, wrapped_key BLOB,
  PRIMARY KEY (record, wording)) WITHOUT ROWID;
INSERT INTO living SELECT * FROM mirror.record_key;
DELETE FROM record WHERE NOT EXISTS (SELECT 1 FROM living
  WHERE living.record = main.record.record AND living.wording = main.record.wording);
UPDATE record SET wrapped_key = (SELECT living.wrapped_key FROM living
  WHERE living.record = main.record.record AND living.wording = main.record.wording);
DROP TABLE living;
)");
}

Result<void> leave_record_keys_out(Database& db) {
    return db.execute("UPDATE record SET wrapped_key = x''");
}

Result<std::uint64_t> count_records(Database& db) {
    auto select = TRY(db.prepare("SELECT count(*) FROM record"));
    TRY(select.step());
    return static_cast<std::uint64_t>(select.integer(0));
}

}  // namespace litura::corpus
