// What comes in about people: accounts, acts with their evidence, claims of legitimate interest,
// what a platform says was deleted, what a person has flagged. All are idempotent where the same
// thing is said twice.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "ledger/types.hpp"

namespace litura::ledger {

struct Core;

/// An act of a person with evidence: one line of ACTS.jsonl.
struct Act {
    PersonalText author;
    std::string source, purpose;
    ActKind kind = ActKind::consent;
    Digest notice;
    std::string channel, locale;
    Instant at;
    std::optional<Instant> until = {};
    /// How it was shown that whoever acts holds parental responsibility; empty: nobody says so.
    std::string authority = {};
    /// The id of the author's own record that an exception (ActKind) is about.
    PersonalText record = {};
    bool preset = false;  ///< set beforehand, or read out of silence: refused
};

class Intake {
public:
    explicit Intake(Core& core) : core_(&core) {}

    /// Added at first sight. Code::forbidden for a name that an erasure has barred on this source:
    /// nothing is stored about it.
    Result<Account> account(std::string_view source, const PersonalText& author);
    /// Code::bad_input unless a yes has all its evidence (GDPR Art. 7(1)), for one purpose that its
    /// notice names, and was not set beforehand; a withdrawal or objection needs none. The event
    /// that records it, for a receipt. An act of a barred name is passed over, without an event: an
    /// archive may be imported again.
    Result<std::optional<Sequence>> record(const Act& act);
    /// An archive says that its author or the platform deleted this: `target` is a record's tag, or
    /// the tag of an id that no record may have any more. Barred for every purpose.
    Result<void> bar_deleted(const Digest& target);
    /// A person has reviewed this record and found that it must not be used. It stands.
    Result<void> flag(const Digest& record, BarKind kind);
    Result<void> claim_legitimate_interest(const Account& account, std::string_view purpose);

private:
    Core* core_;
};

}  // namespace litura::ledger
