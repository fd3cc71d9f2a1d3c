// Instructions of a court or authority: stop, exclude, hold, warning; decided, reported on, lifted.
#pragma once

#include <string>
#include <vector>

#include "ledger/order.hpp"
#include "service/words.hpp"

namespace litura::service {

Json to_json(const ledger::Order& order);

/// Who orders, and on what paper.
struct Instruction {
    std::string authority, reference;
    std::optional<Bytes> document;
    bool provisional = false;
    std::optional<Instant> until;
};

/// Nothing of `acts` is permitted until it is lifted; none named: nothing at all, or, of one model,
/// nothing that puts it to use.
Result<ledger::Order> stop(Session& session, const Instruction& from,
                           const std::vector<std::string>& acts,
                           const std::optional<Digest>& model);

struct Excluded {
    ledger::Order order;
    std::optional<Replacement> replacement;
};
/// `where`: a predicate (docs/law/orders.md). No record of which it does not answer "no" is used.
Result<Excluded> exclude(Session& session, const Instruction& from, const std::string& where);
Json to_json(const Excluded& excluded);

/// What an erasure destroys of such records is sealed to `key` first.
Result<ledger::Order> hold(Session& session, const Instruction& from, const std::string& where,
                           const Digest& key);
Result<ledger::Order> warn(Session& session, const Instruction& from);
Result<ledger::Order> decide_order(Session& session, const std::string& id,
                                   const std::string& decision);
/// Two people sign. What was held for it goes.
Result<ledger::Order> lift(Session& session, const std::string& id, const std::string& signed_by,
                           const std::string& countersigned_by);

struct OrderReport {
    std::string note;  ///< signed, for the authority
    std::string key;   ///< that checks it
    std::string text;  ///< of the note, without signatures
    Json facts;        ///< the same for programs
    bool obeyed = false;
};
Result<OrderReport> report_on_order(Session& session, const std::string& id);
Json to_json(const OrderReport& report);

}  // namespace litura::service
