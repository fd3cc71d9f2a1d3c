// Orders from outside (order.hpp): giving, deciding about and lifting them, and the Permit by which
// a stop reaches whoever acts.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/env.hpp"
#include "ledger/order.hpp"
#include "ledger/predicate.hpp"

namespace litura::ledger {

struct Core;

class Orders {
public:
    explicit Orders(Core& core) : core_(&core) {}

    /// Nothing of `acts` is permitted until it is lifted.
    /// With `model`: nothing of it that concerns this model.
    Result<Order> stop(const Instruction& from,
                       const std::vector<Operation>& acts = kEveryOperation,
                       const std::optional<Digest>& model = {});
    /// No record of which `scope` does not answer "no" is admitted until it is lifted.
    Result<Order> exclude(const Instruction& from, const Predicate& scope);
    /// What an erasure destroys of such records is first sealed to `key` (X25519), until `until` or
    /// until it is lifted. It forbids nothing.
    Result<Order> hold(const Instruction& from, const Predicate& scope, const Digest& key);
    /// Somebody warns and sets a deadline (`until`). It forbids nothing.
    Result<Order> warn(const Instruction& from);
    /// What was decided about an order or a warning, in words (kept sealed).
    Result<Order> decide(std::string_view id, std::string_view text);
    /// Code::bad_input unless two people sign.
    Result<Order> lift(std::string_view id, std::string_view signed_by,
                       std::string_view countersigned_by);
    Result<std::vector<Order>> all();
    /// A Permit over its own read-only connection to `path`: an act is refused while an order that
    /// stops it is in force, and every act when the ledger cannot be read. Safe to use from several
    /// threads.
    Result<std::unique_ptr<Permit>> permit(const Path& path) const;

private:
    Core* core_;
};

}  // namespace litura::ledger
