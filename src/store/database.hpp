// Rows behind one seam: statements, transactions, locks, and the settings that make a commit
// durable and a delete final. The engine is SQLite (WAL, synchronous=FULL, secure_delete, temporary
// tables in memory); another one would stand behind this header too, so SQL outside this part keeps
// to what both understand (docs/store.md). Knows no table of ours. A Database belongs to one
// thread; open another one for another thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/digest.hpp"
#include "base/result.hpp"
#include "store/lock.hpp"

struct sqlite3_stmt;

namespace litura {

class Connection;
class Database;

/// What a transaction does to the rows of a table.
struct TableChange {
    std::int64_t rows = 0;  ///< more of them
    std::uint64_t sum = 0;  ///< of a hash of each row added, less those of rows taken away
    bool anew = false;      ///< nobody summed: the table has to be counted
};
using TableChanges = std::map<std::string, TableChange, std::less<>>;

/// Keeps an account of which rows there are.
class RowAccount {
public:
    virtual ~RowAccount() = default;
    virtual std::uint64_t hash(std::string_view table, ByteView row) const = 0;
    /// In the transaction, before it is committed.
    virtual Result<void> settle(Database& db, const TableChanges& changes) = 0;
};

/// A prepared statement, from Database::prepare. Bind in order, then step() until it yields false.
///   auto s = TRY(db.prepare("SELECT at FROM event WHERE seq = ?"));
///   s.bind(seq);  while (TRY(s.step())) use(s.integer(0));
/// Bound bytes and text are copied. Columns count from 0.
class Query {
public:
    Query(Query&& other) noexcept;
    Query& operator=(Query&&) = delete;
    ~Query();

    Query& bind(std::int64_t value);
    Query& bind(std::string_view text);
    Query& bind(ByteView blob);
    Query& bind(const Digest& digest) { return bind(digest.view()); }
    Query& bind_null();
    Query& bind_columns(const Query& row);  ///< all columns of another one's row

    Result<bool> step();
    Result<void> run();  ///< steps once to the end and resets, ready to be bound again
    void reset();

    std::int64_t integer(int column) const;
    std::string text(int column) const;
    Bytes blob(int column) const;
    ByteView view(int column) const;  ///< of a blob, until the next step
    Digest digest(int column) const;
    bool is_null(int column) const;
    /// All columns with their types; equal for equal rows only.
    Bytes row() const;

private:
    friend class Database;
    Query(std::shared_ptr<Connection> of, sqlite3_stmt* compiled);
    std::shared_ptr<Connection> connection_;
    sqlite3_stmt* statement_;
    int bound_ = 0;
    int bind_error_ = 0;
};

/// Runs `into` once for every row of `from`, with the row's columns bound in order. How many.
Result<std::uint64_t> copy_rows(Query& from, Query& into);

/// Holds the database's write lock until commit(); rolled back when destroyed without. Nested ones
/// join the outer.
class Transaction {
public:
    Transaction(Transaction&& other) noexcept = default;
    ~Transaction();
    Result<void> commit();

private:
    friend class Database;
    explicit Transaction(std::shared_ptr<Connection> of);
    std::shared_ptr<Connection> connection_;
    bool outer_;
};

/// While it lives, all reads see one state of the database, whatever others commit. Nests, also in
/// a transaction; takes no lock that stops a writer. No transaction begins inside.
class ReadView {
public:
    ReadView(ReadView&& other) noexcept = default;
    ~ReadView();

private:
    friend class Database;
    explicit ReadView(std::shared_ptr<Connection> of) : connection_(std::move(of)) {}
    std::shared_ptr<Connection> connection_;
};

class Database {
public:
    enum class Access { read_write, read_only };
    enum class Wait { yes, no };

    /// Code::environment if the file cannot be opened, Code::broken if it is not a sound database.
    static Result<Database> open(const std::filesystem::path& path,
                                 Access access = Access::read_write);
    /// A private database in memory, for rebuilding folds and for tests.
    static Result<Database> in_memory();

    /// Several statements without parameters.
    Result<void> execute(const std::string& sql);
    Result<Query> prepare(std::string_view sql);
    Result<Transaction> begin();
    Result<ReadView> read();

    /// Called when a transaction of this connection has been committed, before commit() returns,
    /// which gives its error back. Not for transactions of its own, nor inside of beside().
    void after_commit(std::function<Result<void>()> act);
    /// For the account of rows, by whoever writes them, in a transaction: a row of `table` came or
    /// went, in whatever bytes name it; or, of a small table, something changed.
    void row_added(std::string_view table, ByteView row);
    void row_removed(std::string_view table, ByteView row);
    void rows_changed(std::string_view table);
    /// Settles what is said from here on; without one it is forgotten. Its error is commit()'s.
    void keep_account(std::shared_ptr<RowAccount> account);
    /// Runs `act` with another database file at hand as `name`, made if it is not there; what is
    /// committed there is as durable and what is deleted as gone as here. Not in a transaction.
    Result<void> beside(const std::filesystem::path& path, std::string_view name,
                        const std::function<Result<void>()>& act);

    /// Excludes every other holder of this name on this database, in this process too.
    /// Code::forbidden if there is one and wait is no. See store/lock.hpp.
    Result<std::unique_ptr<Lock>> lock(std::string_view name, Wait wait);

    /// Moves the write-ahead log into the database and truncates it, so that deleted rows are gone
    /// from both. Waits while a reader is in the way; Code::environment if one still is after
    /// `patience_ms`.
    Result<void> truncate_log(int patience_ms = 5000);
    /// A copy of one state, in a new file, without the pages that nobody uses.
    Result<void> copy_to(const std::filesystem::path& path);

    /// Changes whenever another connection commits: a cheap "has anything happened".
    Result<std::int64_t> data_version();
    Result<bool> has_table(std::string_view name);
    /// Of a table here, or of one beside; none if there is no such table.
    Result<std::vector<std::string>> columns(std::string_view table,
                                             std::string_view beside = "main");
    /// Makes an empty table of this name and these columns beside; one with other columns, as an
    /// older program wrote it, is dropped.
    Result<void> make_beside(std::string_view table, std::string_view beside);
    /// The table beside then holds the rows of the one here, and no other.
    Result<void> replace_beside(std::string_view table, std::string_view beside);
    /// The table here then holds the rows of the one beside, and no other.
    Result<void> replace_from_beside(std::string_view table, std::string_view beside);

private:
    friend class Transaction;
    TableChange* change_of(std::string_view table);
    explicit Database(std::shared_ptr<Connection> opened);
    std::shared_ptr<Connection> connection_;
};

}  // namespace litura
