// Instructions from outside as the ledger keeps them. A stop reaches whoever acts through the
// Permit; an exclusion reaches every record through decide(); a hold reaches erasures, which then
// seal what they destroy to whoever holds its key; a warning reaches nobody but the reader of
// `status`. All hold until two people lift them: an order that was given until a date
// does not end by itself, since only whoever reads it can say whether it was prolonged.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/permit.hpp"
#include "ledger/types.hpp"

namespace litura::ledger {

enum class OrderKind { stop, exclude, hold, warning };
std::string_view to_text(OrderKind);
Result<OrderKind> parse_order_kind(std::string_view);

/// "train", "checkpoint", "promote", "serve", "publish".
std::string_view to_text(Operation);
Result<Operation> parse_operation(std::string_view);
/// Several, with spaces between.
Result<std::vector<Operation>> parse_operations(std::string_view text);

inline const std::vector<Operation> kEveryOperation = {
    Operation::step, Operation::write, Operation::promote, Operation::serve, Operation::publish};

/// Was this refused because of a stop order? Then `where` is the order.
bool names_order(const Error& refusal);

/// Who orders, and on what paper.
struct Instruction {
    std::string_view authority, reference;
    std::optional<ByteView> document = {};
    bool provisional = false;
    std::optional<Instant> until = {};
};

struct Order {
    std::string id;  ///< "o-" and digits
    OrderKind kind = OrderKind::stop;
    std::string authority, reference;
    std::vector<Operation> acts;  ///< of a stop
    std::optional<Digest> model;  ///< of a stop about one model
    std::string scope;            ///< of an exclusion or a hold: the predicate's canonical form
    std::optional<Digest> key;    ///< of a hold: X25519, public; nobody here can open
    bool provisional = false;
    Instant from;
    std::optional<Instant> until;  ///< by its own words; it ends by lifting only
    std::optional<Instant> lifted_at;
    /// What was decided about it last, and when.
    struct Decision {
        std::string text;
        Instant at;
    };
    std::optional<Decision> decision;
    Sequence event = 0;
};

}  // namespace litura::ledger
