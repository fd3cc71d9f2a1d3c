// Orders from outside, and the Permit by which a stop order reaches whoever acts. Names of
// authorities and of those who sign stand in the sealed events only.
#include <filesystem>
#include <mutex>

#include "base/text.hpp"
#include "ledger/fields.hpp"
#include "ledger/impl.hpp"

namespace litura::ledger {
namespace {

constexpr std::string_view kPrefix = "o-";
constexpr std::string_view kInForce =
    "SELECT number FROM \"order\" WHERE lifted_ms IS NULL ORDER BY number LIMIT 1";

std::string order_id(std::int64_t number) { return std::string(kPrefix) + std::to_string(number); }

Result<Order> order_in(Chain& chain, const Statement& row) {
    const Event event = TRY(chain.event(static_cast<Sequence>(row.integer(3))));
    Fields fields(event.payload);
    Order order{order_id(row.integer(0)),
                fields.text("authority"),
                fields.text("reference"),
                {row.integer(1)},
                {}};
    if (!row.is_null(2)) order.lifted_at = Instant{row.integer(2)};
    return order;
}

class LedgerPermit final : public Permit {
public:
    LedgerPermit(Path path, Database db, Statement in_force)
        : path_(std::move(path)), db_(std::move(db)), in_force_(std::move(in_force)) {}

    Result<void> check(litura::Act) const override {
        const std::lock_guard lock(mutex_);
        std::error_code missing;
        if (!std::filesystem::exists(path_, missing)) return unreadable();
        const auto found = in_force_.step();
        const std::int64_t number = found && found.value() ? in_force_.integer(0) : 0;
        in_force_.reset();  // an open read would keep the log from being truncated
        if (!found) return unreadable();
        if (number == 0) return done();
        return Error{Code::forbidden, "a stop order is in force", order_id(number),
                     "see `litura status`; an order ends with `litura order lift`"};
    }

private:
    static Error unreadable() {
        return {Code::forbidden, "the ledger cannot be read, so nothing is permitted", "ledger.db",
                "check the project folder and its permissions"};
    }
    Path path_;
    mutable std::mutex mutex_;
    Database db_;
    mutable Statement in_force_;
};

}  // namespace

Result<Order> Ledger::stop(std::string_view authority, std::string_view reference,
                           std::optional<ByteView> document) {
    TRY(check_name(authority, "an order's authority"));
    TRY(check_name(reference, "an order's reference"));
    auto transaction = TRY(impl_->db->begin());
    auto last = TRY(impl_->db->prepare("SELECT coalesce(max(number), 0) FROM \"order\""));
    TRY(last.step());
    const std::int64_t number = last.integer(0) + 1;
    Json payload{{"order", number}, {"authority", authority}, {"reference", reference}};
    if (document) payload["document"] = TRY(Impl::checked(*document)).hex();
    const Event event = TRY(impl_->append(type::kStopped, std::nullopt, std::move(payload),
                                          document.value_or(ByteView())));
    TRY(transaction.commit());
    return Order{order_id(number), std::string(authority), std::string(reference), event.at, {}};
}

Result<Order> Ledger::lift(std::string_view id, std::string_view signed_by,
                           std::string_view countersigned_by) {
    TRY(check_name(signed_by, "the signature"));
    TRY(check_name(countersigned_by, "the countersignature"));
    if (TRY(folded(signed_by)) == TRY(folded(countersigned_by))) {
        return Error{Code::bad_input, "an order is lifted by two people", "",
                     "let a second person countersign"};
    }
    const std::int64_t number = TRY(parse_number(id, kPrefix));
    auto transaction = TRY(impl_->db->begin());
    auto rows = TRY(impl_->db->prepare(
        "SELECT number, from_ms, lifted_ms, event FROM \"order\" WHERE number = ?"));
    rows.bind(number);
    if (!TRY(rows.step())) {
        return Error{Code::bad_input, "there is no such order", order_id(number),
                     "see `litura status`"};
    }
    Order order = TRY(order_in(impl_->chain, rows));
    if (!order.lifted_at) {
        const Json payload{
            {"order", number}, {"signed_by", signed_by}, {"countersigned_by", countersigned_by}};
        order.lifted_at = TRY(impl_->append(type::kLifted, std::nullopt, payload)).at;
    }
    TRY(transaction.commit());
    return order;
}

Result<std::vector<Order>> Ledger::orders() {
    auto rows = TRY(impl_->db->prepare(
        "SELECT number, from_ms, lifted_ms, event FROM \"order\" ORDER BY number"));
    std::vector<Order> orders;
    while (TRY(rows.step())) orders.push_back(TRY(order_in(impl_->chain, rows)));
    return orders;
}

Result<std::unique_ptr<Permit>> Ledger::permit(const Path& path) const {
    auto db = TRY(Database::open(path, Database::Access::read_only));
    auto in_force = TRY(db.prepare(kInForce));
    return std::unique_ptr<Permit>(new LedgerPermit(path, std::move(db), std::move(in_force)));
}

}  // namespace litura::ledger
