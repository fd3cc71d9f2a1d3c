// SQLite, behind one file: statements, transactions, and the settings that make a commit durable
// and a delete final (WAL, synchronous=FULL, secure_delete, temp_store in memory). Knows no table
// of ours. A Database belongs to one thread; open another one for another thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/digest.hpp"
#include "base/env.hpp"
#include "base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace litura {

class Database;

/// A prepared statement, from Database::prepare. Bind in order, then step() until it yields false.
///   auto s = TRY(db.prepare("SELECT at FROM event WHERE seq = ?"));
///   s.bind(seq);  while (TRY(s.step())) use(s.integer(0));
/// Bound bytes and text are copied. Columns count from 0.
class Statement {
public:
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&&) = delete;
    ~Statement();

    Statement& bind(std::int64_t value);
    Statement& bind(std::string_view text);
    Statement& bind(ByteView blob);
    Statement& bind(const Digest& digest) { return bind(digest.view()); }
    Statement& bind_null();

    Result<bool> step();
    Result<void> run();  ///< steps once to the end and resets, ready to be bound again
    void reset();

    std::int64_t integer(int column) const;
    std::string text(int column) const;
    Bytes blob(int column) const;
    Digest digest(int column) const;
    bool is_null(int column) const;
    /// All columns with their types; equal for equal rows only.
    Bytes row() const;

private:
    friend class Database;
    Statement(sqlite3* db, sqlite3_stmt* statement) : db_(db), statement_(statement) {}
    sqlite3* db_;
    sqlite3_stmt* statement_;
    int bound_ = 0;
    int bind_error_ = 0;
};

/// BEGIN IMMEDIATE .. COMMIT; rolled back when destroyed without commit(). Nested ones join the
/// outer.
class Transaction {
public:
    Transaction(Transaction&& other) noexcept;
    ~Transaction();
    Result<void> commit();

private:
    friend class Database;
    explicit Transaction(Database* db, bool outer) : db_(db), outer_(outer) {}
    Database* db_;
    bool outer_;
};

/// While it lives, all reads see one state of the database, whatever others commit. Nests, also in
/// a transaction; takes no lock that stops a writer. No transaction begins inside.
class ReadView {
public:
    ReadView(ReadView&& other) noexcept;
    ~ReadView();

private:
    friend class Database;
    explicit ReadView(Database* db) : db_(db) {}
    Database* db_;
};

class Database {
public:
    enum class Access { read_write, read_only };

    /// Code::environment if the file cannot be opened, Code::broken if it is not a sound database.
    static Result<Database> open(const Path& path, Access access = Access::read_write);
    /// A private database in memory, for rebuilding folds and for tests.
    static Result<Database> in_memory();
    Database(Database&& other) noexcept;
    Database& operator=(Database&& other) noexcept;
    ~Database();

    /// Several statements without parameters: schemas.
    Result<void> execute(const std::string& sql);
    Result<Statement> prepare(std::string_view sql);
    Result<Transaction> begin();
    Result<ReadView> read();

    /// Moves the write-ahead log into the database and truncates it, so that deleted rows are gone
    /// from both. Waits while a reader is in the way; Code::environment if one still is after
    /// `patience_ms`.
    Result<void> truncate_log(int patience_ms = 5000);

    /// Changes whenever another connection commits: a cheap "has anything happened".
    Result<std::int64_t> data_version();

private:
    friend class Transaction;
    explicit Database(sqlite3* db) : db_(db) {}
    sqlite3* db_ = nullptr;
    int depth_ = 0;
};

}  // namespace litura
