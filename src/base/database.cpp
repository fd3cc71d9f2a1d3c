// The one file that includes sqlite3.h.
#include "base/database.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <thread>

namespace litura {
namespace {

constexpr int kBusyMs = 30'000;

/// Statements that nobody uses now, of every open connection: asked for again in the same words,
/// one is taken from here instead of being compiled. That is most of the cost of a small one.
class IdleStatements {
public:
    void open(sqlite3* db) {
        const std::lock_guard lock(mutex_);
        idle_[db];
    }

    void close(sqlite3* db) {
        const std::lock_guard lock(mutex_);
        for (const auto& [sql, statement] : idle_[db]) sqlite3_finalize(statement);
        idle_.erase(db);
    }

    sqlite3_stmt* take(sqlite3* db, std::string_view sql) {
        const std::lock_guard lock(mutex_);
        BySql& of_db = idle_[db];
        const auto found = of_db.find(sql);
        if (found == of_db.end()) return nullptr;
        sqlite3_stmt* statement = found->second;
        of_db.erase(found);
        return statement;
    }

    /// A statement that outlives its connection, or one too many, is finalized.
    void give_back(sqlite3* db, sqlite3_stmt* statement) {
        sqlite3_reset(statement);
        sqlite3_clear_bindings(statement);
        const std::lock_guard lock(mutex_);
        const auto of_db = idle_.find(db);
        if (of_db == idle_.end() || of_db->second.size() >= kMax) {
            sqlite3_finalize(statement);
        } else {
            of_db->second.emplace(sqlite3_sql(statement), statement);
        }
    }

private:
    static constexpr std::size_t kMax = 100;
    using BySql = std::multimap<std::string_view, sqlite3_stmt*>;  ///< the text is the statement's
    std::mutex mutex_;  ///< connections belong to one thread each, this to all
    std::map<sqlite3*, BySql> idle_;
};

IdleStatements& idle_statements() {
    static IdleStatements idle;
    return idle;
}

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

}  // namespace

Statement::Statement(Statement&& other) noexcept
    : db_(other.db_), statement_(std::exchange(other.statement_, nullptr)), bound_(other.bound_),
      bind_error_(other.bind_error_) {}

Statement::~Statement() {
    if (statement_ != nullptr) idle_statements().give_back(db_, statement_);
}

Statement& Statement::bind(std::int64_t value) {
    bind_error_ |= sqlite3_bind_int64(statement_, ++bound_, value);
    return *this;
}

Statement& Statement::bind(std::string_view text) {
    bind_error_ |=
        sqlite3_bind_text64(statement_, ++bound_, text.data() == nullptr ? "" : text.data(),
                            text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    return *this;
}

Statement& Statement::bind(ByteView blob) {
    static constexpr std::uint8_t kNothing = 0;
    bind_error_ |= sqlite3_bind_blob64(statement_, ++bound_, blob.empty() ? &kNothing : blob.data(),
                                       blob.size(), SQLITE_TRANSIENT);
    return *this;
}

Statement& Statement::bind_null() {
    bind_error_ |= sqlite3_bind_null(statement_, ++bound_);
    return *this;
}

Result<bool> Statement::step() {
    if (bind_error_ != SQLITE_OK)
        return Error{Code::broken, "cannot bind a value", "ledger.db", ""};
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    const Error error = sql_error(db_);
    reset();
    return error;
}

Result<void> Statement::run() {
    while (TRY(step())) {
    }
    reset();
    return done();
}

void Statement::reset() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
    bound_ = 0;
    bind_error_ = 0;
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_, column);
}

std::string Statement::text(int column) const {
    const auto* at = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return at == nullptr
               ? std::string()
               : std::string(at,
                             static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

Bytes Statement::blob(int column) const {
    const auto* at = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
    return at == nullptr ? Bytes() : Bytes(at, at + sqlite3_column_bytes(statement_, column));
}

Digest Statement::digest(int column) const {
    Digest digest;
    const auto* at = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
    CHECK(at != nullptr &&
          sqlite3_column_bytes(statement_, column) == static_cast<int>(digest.bytes.size()));
    std::copy(at, at + digest.bytes.size(), digest.bytes.begin());
    return digest;
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Bytes Statement::row() const {
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

Transaction::Transaction(Transaction&& other) noexcept
    : db_(std::exchange(other.db_, nullptr)), outer_(other.outer_) {}

Transaction::~Transaction() {
    if (db_ == nullptr) return;
    --db_->depth_;
    if (outer_) sqlite3_exec(db_->db_, "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<void> Transaction::commit() {
    CHECK(db_ != nullptr);
    if (outer_) TRY(db_->execute("COMMIT"));
    --db_->depth_;
    db_ = nullptr;
    return done();
}

Result<Database> Database::open(const Path& path, Access access) {
    sqlite3* handle = nullptr;
    const int flags = access == Access::read_only ? SQLITE_OPEN_READONLY
                                                  : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    const int code = sqlite3_open_v2(path.c_str(), &handle,
                                     flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    Database db(handle);
    if (code != SQLITE_OK) return sql_error(handle);
    idle_statements().open(handle);
    be_patient(handle, kBusyMs);
    TRY(db.execute(access == Access::read_only ? "PRAGMA temp_store=MEMORY" : kSettings));
    return db;
}

Result<Database> Database::in_memory() {
    sqlite3* handle = nullptr;
    const int code =
        sqlite3_open_v2(":memory:", &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    Database db(handle);
    if (code != SQLITE_OK) return sql_error(handle);
    idle_statements().open(handle);
    TRY(db.execute(kSettings));
    return db;
}

Database::Database(Database&& other) noexcept
    : db_(std::exchange(other.db_, nullptr)), depth_(other.depth_) {}

Database& Database::operator=(Database&& other) noexcept {
    std::swap(db_, other.db_);
    std::swap(depth_, other.depth_);
    return *this;
}

Database::~Database() {
    if (db_ != nullptr) idle_statements().close(db_);
    sqlite3_close_v2(db_);
}

Result<void> Database::execute(const std::string& sql) {
    if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        return sql_error(db_);
    return done();
}

Result<Statement> Database::prepare(std::string_view sql) {
    sqlite3_stmt* statement = idle_statements().take(db_, sql);
    if (statement != nullptr) return Statement(db_, statement);
    const int code = sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return sql_error(db_);
    return Statement(db_, statement);
}

Result<Transaction> Database::begin() {
    if (depth_ == 0) TRY(execute("BEGIN IMMEDIATE"));
    return Transaction(this, depth_++ == 0);
}

ReadView::ReadView(ReadView&& other) noexcept : db_(std::exchange(other.db_, nullptr)) {}

ReadView::~ReadView() {
    if (db_ != nullptr) (void)db_->execute("RELEASE one_state");
}

Result<ReadView> Database::read() {
    TRY(execute("SAVEPOINT one_state"));
    return ReadView(this);
}

// A truncating checkpoint waits for writers and readers through the busy handler, and reports what
// it could not do in its first column rather than as an error.
Result<void> Database::truncate_log(int patience_ms) {
    be_patient(db_, patience_ms);
    auto statement = TRY(prepare("PRAGMA wal_checkpoint(TRUNCATE)"));
    const auto answered = statement.step();
    be_patient(db_, kBusyMs);
    if (!answered) return answered.error();
    if (answered.value() && statement.integer(0) == 0) return done();
    return Error{Code::environment, "a reader keeps the database's log from being emptied",
                 "ledger.db", "end other commands on this project and run this one again"};
}

Result<std::int64_t> Database::data_version() {
    auto statement = TRY(prepare("PRAGMA data_version"));
    TRY(statement.step());
    return statement.integer(0);
}

}  // namespace litura
