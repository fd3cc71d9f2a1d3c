// Who a person is, beyond one account: accounts linked by evidence, handles, what is stated of
// them; and what is sealed under an account's key, opened for the person's own report (GDPR Art.
// 15).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/secret.hpp"
#include "ledger/intake.hpp"
#include "ledger/types.hpp"

namespace litura::ledger {

struct Core;

/// What opens an event's commitment: whoever has it can show for ever what was recorded, also after
/// the event's key was destroyed. SHA-256 of litura.event.payload.1, nonce and payload, each
/// framed.
struct Receipt {
    Sequence event = 0;
    Instant at;
    std::string type;
    Digest commitment;
    Bytes nonce, payload;
};

class Persons {
public:
    explicit Persons(Core& core) : core_(&core) {}

    /// Sealed under the account's key. It says something of its whole person, and of nobody else.
    Result<void> describe(const Account& account, const Description& description);
    /// From now on the accounts of `other` are this person's: requests reach all of them, and what
    /// was refused for one is refused for all. Their deal, their grounds and the handle of `other`
    /// stay. The evidence is kept sealed under the person's key. Nothing is linked by itself: equal
    /// names may be different people. Code::forbidden while a request of either waits.
    Result<void> link(const Digest& person, const Digest& other, ByteView evidence);
    /// The accounts of an author on every source. Empty if unknown.
    Result<std::vector<Account>> of_author(const PersonalText& author);
    Result<std::optional<Account>> account(const Digest& tag);
    Result<std::vector<Account>> all();
    Result<std::vector<Account>> of(const Digest& person);
    /// From handle ("p-...") to person. Code::bad_input if unknown.
    Result<Digest> person(std::string_view handle);
    std::string handle(const Digest& person) const;
    /// How many events are sealed under this account's key.
    Result<std::uint64_t> events_under(const Digest& account);

    // For the person's own report and for nobody else.
    Result<PersonalText> author(const Account& account);
    Result<std::vector<Act>> acts(const Account& account);
    /// Of everything that is recorded under the account's key.
    Result<std::vector<Receipt>> receipts(const Account& account);
    /// The evidence by which other accounts were linked to this one.
    Result<std::vector<PersonalText>> link_evidence(const Account& account);

private:
    Core* core_;
};

}  // namespace litura::ledger
