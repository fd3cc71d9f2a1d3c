// Databases, statements and transactions over SQLite: the one file that includes sqlite3.h.
#include "store/database.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "base/env.hpp"

namespace litura {

/// Statements that nobody uses now are kept: asked for again in the same words, one is taken from
/// here instead of being compiled. That is most of the cost of a small one.
class Connection {
public:
    Connection(sqlite3* opened, Path where) : handle(opened), folder(std::move(where)) {}
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() {
        for (const auto& [sql, statement] : idle_) sqlite3_finalize(statement);
        sqlite3_close(handle);
    }

    sqlite3_stmt* take(std::string_view sql) {
        const auto found = idle_.find(sql);
        if (found == idle_.end()) return nullptr;
        sqlite3_stmt* statement = found->second;
        idle_.erase(found);
        return statement;
    }

    void give_back(sqlite3_stmt* statement) {
        sqlite3_reset(statement);
        sqlite3_clear_bindings(statement);
        if (idle_.size() >= kIdleMax) {
            sqlite3_finalize(statement);
        } else {
            idle_.emplace(sqlite3_sql(statement), statement);
        }
    }

    sqlite3* const handle;
    const Path folder;  ///< of the file, for locks; empty: in memory
    int depth = 0;      ///< of transactions
    std::function<Result<void>()> after_commit;
    std::shared_ptr<RowAccount> account;
    TableChanges changes;  ///< of the present transaction
    bool quiet = false;    ///< nobody is told of commits now

    Result<void> tell_of_commit() {
        if (!after_commit || quiet) return done();
        quiet = true;
        const auto told = after_commit();
        quiet = false;
        return told;
    }

private:
    static constexpr std::size_t kIdleMax = 100;
    std::multimap<std::string_view, sqlite3_stmt*> idle_;  ///< the text is the statement's
};

namespace {

constexpr int kBusyMs = 30'000;

/// SQLite's own waiting sleeps up to a tenth of a second at a time and would miss the gaps that a
/// long writer leaves for others.
int wait_a_millisecond(void* patience_ms, int times) {
    if (times >= reinterpret_cast<std::intptr_t>(patience_ms)) return 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return 1;
}

void be_patient(sqlite3* db, int ms) {
    sqlite3_busy_handler(db, wait_a_millisecond, reinterpret_cast<void*>(std::intptr_t{ms}));
}

Error sql_error(sqlite3* db) {
    const int code = sqlite3_errcode(db) & 0xff;
    const std::string text = sqlite3_errmsg(db);
    switch (code) {
        case SQLITE_FULL:
            return {Code::environment, "the disk is full", "ledger.db",
                    "free some space and run the command again"};
        case SQLITE_IOERR:
            return {Code::environment, "cannot write the database: " + text, "ledger.db",
                    "check the disk"};
        case SQLITE_BUSY:
            return {Code::environment, "the database is busy", "ledger.db",
                    "run the command again"};
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return {Code::environment, "cannot open the database: " + text, "ledger.db",
                    "check the path and its permissions"};
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return {Code::broken, "the database is damaged: " + text, "ledger.db",
                    "restore the project from a backup"};
        default: return {Code::broken, "database: " + text, "ledger.db", ""};
    }
}

constexpr const char* kSettings =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA "
    "temp_store=MEMORY;"
    "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;"
    "PRAGMA cache_size=-65536;";  // 64 MiB: tags are random, so every page of an index is hot

Result<void> execute(Connection& connection, const char* sql) {
    if (sqlite3_exec(connection.handle, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        return sql_error(connection.handle);
    return done();
}

class LockedFile : public Lock {
public:
    explicit LockedFile(FileLock held) : held_(std::move(held)) {}

private:
    FileLock held_;
};

}  // namespace

Query::Query(std::shared_ptr<Connection> of, sqlite3_stmt* compiled)
    : connection_(std::move(of)), statement_(compiled) {}

Query::Query(Query&& other) noexcept
    : connection_(std::move(other.connection_)),
      statement_(std::exchange(other.statement_, nullptr)), bound_(other.bound_),
      bind_error_(other.bind_error_) {}

Query::~Query() {
    if (statement_ != nullptr) connection_->give_back(statement_);
}

Query& Query::bind(std::int64_t value) {
    bind_error_ |= sqlite3_bind_int64(statement_, ++bound_, value);
    return *this;
}

Query& Query::bind(std::string_view text) {
    bind_error_ |=
        sqlite3_bind_text64(statement_, ++bound_, text.data() == nullptr ? "" : text.data(),
                            text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    return *this;
}

Query& Query::bind(ByteView blob) {
    static constexpr std::uint8_t kNothing = 0;
    bind_error_ |= sqlite3_bind_blob64(statement_, ++bound_, blob.empty() ? &kNothing : blob.data(),
                                       blob.size(), SQLITE_TRANSIENT);
    return *this;
}

Query& Query::bind_null() {
    bind_error_ |= sqlite3_bind_null(statement_, ++bound_);
    return *this;
}

Query& Query::bind_columns(const Query& row) {
    for (int column = 0; column < sqlite3_column_count(row.statement_); ++column)
        bind_error_ |=
            sqlite3_bind_value(statement_, ++bound_, sqlite3_column_value(row.statement_, column));
    return *this;
}

Result<std::uint64_t> copy_rows(Query& from, Query& into) {
    std::uint64_t rows = 0;
    for (; TRY(from.step()); ++rows) TRY(into.bind_columns(from).run());
    return rows;
}

Result<bool> Query::step() {
    if (bind_error_ != SQLITE_OK)
        return Error{Code::broken, "cannot bind a value", "ledger.db", ""};
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    const Error error = sql_error(connection_->handle);
    reset();
    return error;
}

Result<void> Query::run() {
    while (TRY(step())) {
    }
    reset();
    return done();
}

void Query::reset() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
    bound_ = 0;
    bind_error_ = 0;
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Query::text(int column) const {
    const auto* at = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return at == nullptr
               ? std::string()
               : std::string(at,
                             static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

ByteView Query::view(int column) const {
    const auto* at = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
    if (at == nullptr) return {};
    return {at, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Bytes Query::blob(int column) const {
    const ByteView bytes = view(column);
    return {bytes.begin(), bytes.end()};
}

Digest Query::digest(int column) const {
    Digest digest;
    const auto* at = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
    CHECK(at != nullptr &&
          sqlite3_column_bytes(statement_, column) == static_cast<int>(digest.bytes.size()));
    std::copy(at, at + digest.bytes.size(), digest.bytes.begin());
    return digest;
}

bool Query::is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Bytes Query::row() const {
    ByteWriter fields;
    for (int column = 0; column < sqlite3_column_count(statement_); ++column) {
        const int type = sqlite3_column_type(statement_, column);
        fields.u8(static_cast<std::uint8_t>(type));
        if (type == SQLITE_INTEGER) {
            fields.i64(integer(column));
        } else if (type != SQLITE_NULL) {
            const auto* at =
                static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
            fields.blob({at, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))});
        }
    }
    return fields.take();
}

Transaction::Transaction(std::shared_ptr<Connection> of)
    : connection_(std::move(of)), outer_(connection_->depth++ == 0) {}

Transaction::~Transaction() {
    if (connection_ == nullptr) return;
    --connection_->depth;
    if (!outer_) return;
    connection_->changes.clear();
    (void)execute(*connection_, "ROLLBACK");
}

Result<void> Transaction::commit() {
    CHECK(connection_ != nullptr);
    if (outer_) {
        if (!connection_->changes.empty()) {
            Database here(connection_);
            TRY(connection_->account->settle(here, connection_->changes));
        }
        TRY(execute(*connection_, "COMMIT"));
        connection_->changes.clear();
    }
    --connection_->depth;
    const auto committed = std::exchange(connection_, nullptr);
    return outer_ ? committed->tell_of_commit() : done();
}

ReadView::~ReadView() {
    if (connection_ != nullptr) (void)execute(*connection_, "RELEASE one_state");
}

Result<Database> Database::open(const Path& path, Access access) {
    sqlite3* handle = nullptr;
    const int flags = access == Access::read_only ? SQLITE_OPEN_READONLY
                                                  : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    const int code = sqlite3_open_v2(path.c_str(), &handle,
                                     flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    Database db(std::make_shared<Connection>(handle, path.parent_path()));
    if (code != SQLITE_OK) return sql_error(handle);
    be_patient(handle, kBusyMs);
    TRY(db.execute(access == Access::read_only ? "PRAGMA temp_store=MEMORY" : kSettings));
    return db;
}

Result<Database> Database::in_memory() {
    sqlite3* handle = nullptr;
    const int code =
        sqlite3_open_v2(":memory:", &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    Database db(std::make_shared<Connection>(handle, Path()));
    if (code != SQLITE_OK) return sql_error(handle);
    TRY(db.execute(kSettings));
    return db;
}

Database::Database(std::shared_ptr<Connection> opened) : connection_(std::move(opened)) {}

Result<void> Database::execute(const std::string& sql) {
    return litura::execute(*connection_, sql.c_str());
}

Result<Query> Database::prepare(std::string_view sql) {
    sqlite3* db = connection_->handle;
    sqlite3_stmt* statement = connection_->take(sql);
    if (statement != nullptr) return Query(connection_, statement);
    const int code = sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return sql_error(db);
    return Query(connection_, statement);
}

Result<Transaction> Database::begin() {
    if (connection_->depth == 0) TRY(execute("BEGIN IMMEDIATE"));
    return Transaction(connection_);
}

Result<ReadView> Database::read() {
    TRY(execute("SAVEPOINT one_state"));
    return ReadView(connection_);
}

// A truncating checkpoint waits for writers and readers through the busy handler, but not for
// another checkpoint, such as the one at the end of a long import's transaction: it is asked again.
// It reports what it could not do in its first column rather than as an error.
Result<void> Database::truncate_log(int patience_ms) {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point end = Clock::now() + std::chrono::milliseconds(patience_ms);
    auto statement = TRY(prepare("PRAGMA wal_checkpoint(TRUNCATE)"));
    be_patient(connection_->handle, patience_ms);
    Result<bool> answered = statement.step();
    while (answered.ok() && answered.value() && statement.integer(0) != 0 && Clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        statement.reset();
        answered = statement.step();
    }
    be_patient(connection_->handle, kBusyMs);
    if (!answered) return answered.error();
    if (answered.value() && statement.integer(0) == 0) return done();
    return Error{Code::environment, "a reader keeps the database's log from being emptied",
                 "ledger.db", "end other commands on this project and run this one again"};
}

Result<void> Database::copy_to(const Path& path) {
    auto copy = TRY(prepare("VACUUM INTO ?"));
    return copy.bind(path.string()).run();
}

Result<std::int64_t> Database::data_version() {
    auto statement = TRY(prepare("PRAGMA data_version"));
    TRY(statement.step());
    return statement.integer(0);
}

void Database::after_commit(std::function<Result<void>()> act) {
    connection_->after_commit = std::move(act);
}

void Database::keep_account(std::shared_ptr<RowAccount> account) {
    CHECK(connection_->depth == 0);
    connection_->account = std::move(account);
}

TableChange* Database::change_of(std::string_view table) {
    CHECK(connection_->depth > 0);
    if (connection_->account == nullptr) return nullptr;
    const auto known = connection_->changes.find(table);
    if (known != connection_->changes.end()) return &known->second;
    return &connection_->changes[std::string(table)];
}

void Database::row_added(std::string_view table, ByteView row) {
    TableChange* change = change_of(table);
    if (change == nullptr) return;
    ++change->rows;
    change->sum += connection_->account->hash(table, row);
}

void Database::row_removed(std::string_view table, ByteView row) {
    TableChange* change = change_of(table);
    if (change == nullptr) return;
    --change->rows;
    change->sum -= connection_->account->hash(table, row);
}

void Database::rows_changed(std::string_view table) {
    if (TableChange* change = change_of(table)) change->anew = true;
}

Result<void> Database::beside(const Path& path, std::string_view name,
                              const std::function<Result<void>()>& act) {
    const std::string as(name);
    {
        auto attach = TRY(prepare("ATTACH ? AS " + as));
        TRY(attach.bind(path.string()).run());
    }
    const bool quiet_before = std::exchange(connection_->quiet, true);
    const auto acted = [&]() -> Result<void> {
        TRY(execute("PRAGMA " + as + ".secure_delete=ON; PRAGMA " + as + ".synchronous=FULL;"));
        return act();
    }();
    connection_->quiet = quiet_before;
    TRY(execute("DETACH " + as));
    return acted;
}

Result<std::vector<std::string>> Database::columns(std::string_view table,
                                                   std::string_view beside) {
    auto select = TRY(prepare("SELECT name FROM pragma_table_info(?, ?) ORDER BY cid"));
    select.bind(table).bind(beside);
    std::vector<std::string> names;
    while (TRY(select.step())) names.push_back(select.text(0));
    return names;
}

Result<void> Database::make_beside(std::string_view table, std::string_view beside) {
    const auto there = TRY(columns(table, beside));
    if (!there.empty() && there != TRY(columns(table)))
        TRY(execute(fmt::format("DROP TABLE {}.{}", beside, table)));
    return execute(fmt::format(
        "CREATE TABLE IF NOT EXISTS {1}.{0} AS SELECT * FROM main.{0} WHERE 0", table, beside));
}

Result<void> Database::replace_beside(std::string_view table, std::string_view beside) {
    TRY(make_beside(table, beside));
    return execute(fmt::format("DELETE FROM {1}.{0}; INSERT INTO {1}.{0} SELECT * FROM main.{0}",
                               table, beside));
}

Result<void> Database::replace_from_beside(std::string_view table, std::string_view beside) {
    return execute(fmt::format("DELETE FROM main.{0}; INSERT INTO main.{0} SELECT * FROM {1}.{0}",
                               table, beside));
}

Result<bool> Database::has_table(std::string_view name) {
    auto select = TRY(prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"));
    return select.bind(name).step();
}

// Whoever holds a lock keeps a file locked beside the database; the kernel lets go of it when the
// process dies. A database in memory has one process only.
Result<std::unique_ptr<Lock>> Database::lock(std::string_view name, Wait wait) {
    if (connection_->folder.empty()) return std::make_unique<Lock>();
    const Path path = connection_->folder / (std::string(name) + ".lock");
    const auto patience = wait == Wait::yes ? FileLock::Wait::yes : FileLock::Wait::no;
    FileLock held = TRY(FileLock::take(path, FileLock::Mode::exclusive, patience));
    return std::unique_ptr<Lock>(new LockedFile(std::move(held)));
}

}  // namespace litura
