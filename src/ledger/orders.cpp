// Orders from outside, and the Permit by which a stop order reaches whoever acts. Names of
// authorities and of those who sign stand in the sealed events only.
#include <algorithm>
#include <filesystem>
#include <mutex>

#include "base/text.hpp"
#include "ledger/fields.hpp"
#include "ledger/impl.hpp"

namespace litura::ledger {
namespace {

constexpr std::string_view kPrefix = "o-";
constexpr std::string_view kRows =
    "SELECT number, kind, acts, scope, from_ms, until_ms, lifted_ms, event, model, decided"
    " FROM \"order\"";
constexpr std::string_view kInForce =
    "SELECT number FROM \"order\" WHERE lifted_ms IS NULL AND kind = 'stop' AND"
    " (model IS NULL OR model = ?) AND"
    " instr(' ' || acts || ' ', ' ' || ? || ' ') > 0 ORDER BY number LIMIT 1";

template <typename Value>
struct Named {
    std::string_view name;
    Value value;
};
constexpr Named<OrderKind> kKinds[] = {{"stop", OrderKind::stop},
                                       {"exclude", OrderKind::exclude},
                                       {"hold", OrderKind::hold},
                                       {"warning", OrderKind::warning}};
constexpr Named<litura::Act> kActs[] = {{"train", litura::Act::step},
                                        {"checkpoint", litura::Act::write},
                                        {"promote", litura::Act::promote},
                                        {"serve", litura::Act::serve},
                                        {"publish", litura::Act::publish}};

std::string order_id(std::int64_t number) { return std::string(kPrefix) + std::to_string(number); }

std::string joined(const std::vector<litura::Act>& acts) {
    std::string text;
    for (const auto& [name, act] : kActs) {
        if (std::ranges::find(acts, act) != acts.end())
            text += (text.empty() ? "" : " ") + std::string(name);
    }
    return text;
}

Result<std::vector<litura::Act>> split(std::string_view text) {
    std::vector<litura::Act> acts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        acts.push_back(TRY(parse_permitted_act(text.substr(0, end))));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return acts;
}

Result<Order> order_in(Chain& chain, const Statement& row) {
    const auto moment = [&](int column) {
        return row.is_null(column) ? std::nullopt : std::optional(Instant{row.integer(column)});
    };
    const Event event = TRY(chain.event(static_cast<Sequence>(row.integer(7))));
    Fields fields(event.payload);
    Order order;
    order.id = order_id(row.integer(0));
    order.kind = TRY(parse_order_kind(row.text(1)));
    order.authority = fields.text("authority");
    order.reference = fields.text("reference");
    order.acts = TRY(split(row.text(2)));
    order.scope = row.text(3);
    order.provisional = fields.flag("provisional");
    order.from = {row.integer(4)};
    order.until = moment(5);
    order.lifted_at = moment(6);
    order.event = event.seq;
    if (!row.is_null(8)) order.model = row.digest(8);
    order.key = fields.digest_if("key");
    if (!row.is_null(9)) {
        const Event decision = TRY(chain.event(static_cast<Sequence>(row.integer(9))));
        order.decision = {Fields(decision.payload).text("decision"), decision.at};
    }
    return order;
}

Error no_such_order(std::int64_t number) {
    return {Code::bad_input, "there is no such order", order_id(number), "see `litura status`"};
}

class LedgerPermit final : public Permit {
public:
    LedgerPermit(Path path, Database db, Statement in_force)
        : path_(std::move(path)), db_(std::move(db)), in_force_(std::move(in_force)) {}

    Result<void> check(litura::Act act) const override { return asked(act, nullptr); }
    Result<void> check_with(litura::Act act, const Digest& model) const override {
        return asked(act, &model);
    }

private:
    Result<void> asked(litura::Act act, const Digest* model) const {
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
    mutable Statement in_force_;
};

}  // namespace

std::string_view to_text(OrderKind kind) {
    return std::ranges::find(kKinds, kind, &Named<OrderKind>::value)->name;
}

std::string_view to_text(litura::Act act) {
    return std::ranges::find(kActs, act, &Named<litura::Act>::value)->name;
}

bool names_order(const Error& refusal) {
    return refusal.code == Code::forbidden && parse_number(refusal.where, kPrefix).ok();
}

Result<OrderKind> parse_order_kind(std::string_view text) {
    const auto found = std::ranges::find(kKinds, text, &Named<OrderKind>::name);
    if (found != std::end(kKinds)) return found->value;
    return Error{Code::bad_input, "no such kind of order", "", "stop, exclude, hold or warning"};
}

Result<litura::Act> parse_permitted_act(std::string_view text) {
    const auto found = std::ranges::find(kActs, text, &Named<litura::Act>::name);
    if (found != std::end(kActs)) return found->value;
    return Error{Code::bad_input, "no such act", "",
                 "train, checkpoint, promote, serve or publish"};
}

Result<void> Ledger::Impl::check_scope(const Predicate& scope) {
    for (const std::string& handle : scope.handles()) {
        if (!TRY(person_of(*db, handle))) {
            return Error{Code::bad_input, "nobody is known under a handle that the order names",
                         handle, "see `litura person list`"};
        }
    }
    return done();
}

Result<Order> Ledger::Impl::order(OrderKind kind, const Instruction& from, Json what) {
    TRY(check_name(from.authority, "an order's authority"));
    TRY(check_name(from.reference, "an order's reference"));
    auto transaction = TRY(db->begin());
    auto last = TRY(db->prepare("SELECT coalesce(max(number), 0) FROM \"order\""));
    TRY(last.step());
    const std::int64_t number = last.integer(0) + 1;
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
    auto row = TRY(db->prepare(std::string(kRows) + " WHERE number = ?"));
    TRY(row.bind(number).step());
    Order order = TRY(order_in(chain, row));
    TRY(transaction.commit());
    return order;
}

Result<Order> Ledger::stop(const Instruction& from, const std::vector<litura::Act>& acts,
                           const std::optional<Digest>& model) {
    if (acts.empty()) return Error{Code::bad_input, "a stop order names at least one act", "", ""};
    Json what{{"acts", joined(acts)}};
    if (model) what["model"] = model->hex();
    return impl_->order(OrderKind::stop, from, std::move(what));
}

Result<Order> Ledger::exclude(const Instruction& from, const Predicate& scope) {
    TRY(impl_->check_scope(scope));
    return impl_->order(OrderKind::exclude, from, {{"scope", scope.text()}});
}

Result<Order> Ledger::hold(const Instruction& from, const Predicate& scope, const Digest& key) {
    if (!from.until) {
        return Error{Code::bad_input, "a hold has an end, at which what it keeps is destroyed", "",
                     "add --until"};
    }
    TRY(impl_->check_scope(scope));
    return impl_->order(OrderKind::hold, from, {{"scope", scope.text()}, {"key", key.hex()}});
}

Result<Order> Ledger::warn(const Instruction& from) {
    if (!from.until)
        return Error{Code::bad_input, "a warning has a deadline", "", "add --deadline"};
    return impl_->order(OrderKind::warning, from, Json::object());
}

Result<Order> Ledger::decide_order(std::string_view id, std::string_view text) {
    TRY(check_name(text, "the decision"));
    const std::int64_t number = TRY(parse_number(id, kPrefix));
    auto transaction = TRY(impl_->db->begin());
    auto rows = TRY(impl_->db->prepare(std::string(kRows) + " WHERE number = ?"));
    if (!TRY(rows.bind(number).step())) return no_such_order(number);
    rows.reset();
    TRY(impl_->append(type::kOrderDecided, std::nullopt,
                      Json{{"order", number}, {"decision", text}}));
    TRY(rows.bind(number).step());
    Order order = TRY(order_in(impl_->chain, rows));
    TRY(transaction.commit());
    return order;
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
    auto rows = TRY(impl_->db->prepare(std::string(kRows) + " WHERE number = ?"));
    rows.bind(number);
    if (!TRY(rows.step())) return no_such_order(number);
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
    auto rows = TRY(impl_->db->prepare(std::string(kRows) + " ORDER BY number"));
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
