// Orders from outside, and the Permit by which a stop order reaches whoever acts. Names of
// authorities and of those who sign stand in the sealed events only.
#include <algorithm>
#include <filesystem>
#include <mutex>

#include "base/text.hpp"
#include "ledger/fields.hpp"
#include "ledger/account_rows.hpp"
#include "ledger/core.hpp"
#include "ledger/order_rows.hpp"
#include "ledger/orders.hpp"

namespace litura::ledger {
namespace {

constexpr std::string_view kOrderPrefix = "o-";
template <typename Value>
struct Named {
    std::string_view name;
    Value value;
};
constexpr Named<OrderKind> kKinds[] = {{"stop", OrderKind::stop},
                                       {"exclude", OrderKind::exclude},
                                       {"hold", OrderKind::hold},
                                       {"warning", OrderKind::warning}};
constexpr Named<Operation> kOperations[] = {{"train", Operation::step},
                                            {"checkpoint", Operation::write},
                                            {"promote", Operation::promote},
                                            {"serve", Operation::serve},
                                            {"publish", Operation::publish}};

std::string joined(const std::vector<Operation>& acts) {
    std::string text;
    for (const auto& [name, act] : kOperations) {
        if (std::ranges::find(acts, act) != acts.end())
            text += (text.empty() ? "" : " ") + std::string(name);
    }
    return text;
}

Error no_such_order(std::int64_t number) {
    return {Code::bad_input, "there is no such order", order_id(number), "see `litura status`"};
}

class LedgerPermit final : public Permit {
public:
    LedgerPermit(Path path, Database db, Query in_force)
        : path_(std::move(path)), db_(std::move(db)), in_force_(std::move(in_force)) {}

    Result<void> check(Operation act) const override { return asked(act, nullptr); }
    Result<void> check_with(Operation act, const Digest& model) const override {
        return asked(act, &model);
    }

private:
    Result<void> asked(Operation act, const Digest* model) const {
        const std::lock_guard lock(mutex_);
        std::error_code missing;
        if (!std::filesystem::exists(path_, missing)) return unreadable();
        model != nullptr ? in_force_.bind(*model) : in_force_.bind_null();
        const auto found = in_force_.bind(to_text(act)).step();
        const std::int64_t number = found && found.value() ? in_force_.integer(0) : 0;
        in_force_.reset();  // an open read would keep the log from being truncated
        if (!found) return unreadable();
        if (number == 0) return done();
        return Error{Code::forbidden, "a stop order is in force (GDPR Art. 58(2)(f))",
                     order_id(number),
                     "see `litura status`; an order ends with `litura order lift`"};
    }

    static Error unreadable() {
        return {Code::forbidden, "the ledger cannot be read, so nothing is permitted", "ledger.db",
                "check the project folder and its permissions"};
    }
    Path path_;
    mutable std::mutex mutex_;
    Database db_;
    mutable Query in_force_;
};

}  // namespace

std::string order_id(std::int64_t number) {
    return std::string(kOrderPrefix) + std::to_string(number);
}

std::string_view to_text(OrderKind kind) {
    return std::ranges::find(kKinds, kind, &Named<OrderKind>::value)->name;
}

std::string_view to_text(Operation act) {
    return std::ranges::find(kOperations, act, &Named<Operation>::value)->name;
}

bool names_order(const Error& refusal) {
    return refusal.code == Code::forbidden && parse_number(refusal.where, kOrderPrefix).ok();
}

Result<OrderKind> parse_order_kind(std::string_view text) {
    const auto found = std::ranges::find(kKinds, text, &Named<OrderKind>::name);
    if (found != std::end(kKinds)) return found->value;
    return Error{Code::bad_input, "no such kind of order", "", "stop, exclude, hold or warning"};
}

Result<Operation> parse_operation(std::string_view text) {
    const auto found = std::ranges::find(kOperations, text, &Named<Operation>::name);
    if (found != std::end(kOperations)) return found->value;
    return Error{Code::bad_input, "no such act", "",
                 "train, checkpoint, promote, serve or publish"};
}

Result<std::vector<Operation>> parse_operations(std::string_view text) {
    std::vector<Operation> acts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        acts.push_back(TRY(parse_operation(text.substr(0, end))));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return acts;
}

Result<void> Core::check_scope(const Predicate& scope) {
    for (const std::string& handle : scope.handles()) {
        if (!TRY(person_of(*db, handle))) {
            return Error{Code::bad_input, "nobody is known under a handle that the order names",
                         handle, "see `litura person list`"};
        }
    }
    return done();
}

Result<Order> Core::order(OrderKind kind, const Instruction& from, Json what) {
    TRY(check_name(from.authority, "an order's authority"));
    TRY(check_name(from.reference, "an order's reference"));
    auto transaction = TRY(db->begin());
    const std::int64_t number = TRY(next_order(*db));
    Json payload{{"order", number},
                 {"kind", to_text(kind)},
                 {"authority", from.authority},
                 {"reference", from.reference},
                 {"acts", ""},
                 {"scope", ""},
                 {"provisional", from.provisional}};
    payload.update(what);
    if (from.until) payload["until"] = from.until->ms;
    if (from.document) payload["document"] = TRY(checked(*from.document)).hex();
    TRY(append(type::kOrdered, std::nullopt, std::move(payload),
               from.document.value_or(ByteView())));
    Order order = *TRY(read_order(*db, chain, number));
    TRY(transaction.commit());
    return order;
}

Result<Order> Orders::stop(const Instruction& from, const std::vector<Operation>& acts,
                           const std::optional<Digest>& model) {
    if (acts.empty()) return Error{Code::bad_input, "a stop order names at least one act", "", ""};
    Json what{{"acts", joined(acts)}};
    if (model) what["model"] = model->hex();
    return core_->order(OrderKind::stop, from, std::move(what));
}

Result<Order> Orders::exclude(const Instruction& from, const Predicate& scope) {
    TRY(core_->check_scope(scope));
    return core_->order(OrderKind::exclude, from, {{"scope", scope.text()}});
}

Result<Order> Orders::hold(const Instruction& from, const Predicate& scope, const Digest& key) {
    if (!from.until) {
        return Error{Code::bad_input, "a hold has an end, at which what it keeps is destroyed", "",
                     "add --until"};
    }
    TRY(core_->check_scope(scope));
    return core_->order(OrderKind::hold, from, {{"scope", scope.text()}, {"key", key.hex()}});
}

Result<Order> Orders::warn(const Instruction& from) {
    if (!from.until)
        return Error{Code::bad_input, "a warning has a deadline", "", "add --deadline"};
    return core_->order(OrderKind::warning, from, Json::object());
}

Result<Order> Orders::decide(std::string_view id, std::string_view text) {
    TRY(check_name(text, "the decision"));
    const std::int64_t number = TRY(parse_number(id, kOrderPrefix));
    auto transaction = TRY(core_->db->begin());
    if (!TRY(read_order(*core_->db, core_->chain, number))) return no_such_order(number);
    TRY(core_->append(type::kOrderDecided, std::nullopt,
                      Json{{"order", number}, {"decision", text}}));
    Order order = *TRY(read_order(*core_->db, core_->chain, number));
    TRY(transaction.commit());
    return order;
}

Result<Order> Orders::lift(std::string_view id, std::string_view signed_by,
                           std::string_view countersigned_by) {
    TRY(check_name(signed_by, "the signature"));
    TRY(check_name(countersigned_by, "the countersignature"));
    if (TRY(folded(signed_by)) == TRY(folded(countersigned_by))) {
        return Error{Code::bad_input, "an order is lifted by two people", "",
                     "let a second person countersign"};
    }
    const std::int64_t number = TRY(parse_number(id, kOrderPrefix));
    auto transaction = TRY(core_->db->begin());
    const auto found = TRY(read_order(*core_->db, core_->chain, number));
    if (!found) return no_such_order(number);
    Order order = *found;
    if (!order.lifted_at) {
        const Json payload{
            {"order", number}, {"signed_by", signed_by}, {"countersigned_by", countersigned_by}};
        order.lifted_at = TRY(core_->append(type::kLifted, std::nullopt, payload)).at;
    }
    TRY(transaction.commit());
    return order;
}

Result<std::vector<Order>> Orders::all() { return read_orders(*core_->db, core_->chain); }

Result<std::unique_ptr<Permit>> Orders::permit(const Path& path) const {
    auto db = TRY(Database::open(path, Database::Access::read_only));
    auto in_force = TRY(select_stop(db));
    return std::unique_ptr<Permit>(new LedgerPermit(path, std::move(db), std::move(in_force)));
}

}  // namespace litura::ledger
