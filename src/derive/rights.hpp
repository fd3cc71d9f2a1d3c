// Rights as operations of the trainer: what a request does to bars, nodes, records, keys and the
// visible model, in an order that a crash at any instant cannot turn into a loss
// (docs/derivation.md has the steps). Suppression needs only control of the account and comes at
// once; destruction waits for verification.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "derive/carry_out.hpp"
#include "ledger/requests.hpp"

namespace litura::derive {

/// Called before the verification is recorded that lets something be destroyed; an error leaves the
/// request as it was, suppressed and waiting. For what only the person can keep
/// (release/receipt.hpp).
using BeforeDestruction = std::function<Result<void>(const ledger::Request&)>;

struct Ask {
    ledger::RequestKind kind = ledger::RequestKind::access;
    Digest person;
    std::optional<Digest> record;  ///< rectification; erasure of one record
    PersonalText text;             ///< rectification: the corrected wording
    std::optional<std::string> verified_by;
    std::optional<ledger::Representative> by = {};
    std::optional<ledger::Channel> came = {};
    std::string mark = {};  ///< the sender's own; empty: none
    BeforeDestruction before_destruction = {};
};

/// An objection of somebody without an account: against a name in other people's records, or
/// against records that a person has looked at.
struct OutsiderAsk {
    PersonalText name;
    std::vector<Digest> records;
};

Result<Exercised> exercise(Project& project, const Ask& ask);
/// Erasures of several persons, each a request of its own with its report, carried out at once: one
/// search of the others' records and one destruction for all.
Result<void> erase_together(Project& project, std::span<const Digest> persons,
                            std::string_view verified_by);
/// Goes on with a request that waited for verification.
Result<Exercised> verify_request(Project& project, std::string_view id, std::string_view method,
                                 const BeforeDestruction& before = {});
/// Goes on with one that waited for its representative's authority.
Result<Exercised> authorise_request(Project& project, std::string_view id, ByteView authority);
/// Makes a message that somebody has read the request that it is (Ledger::classify).
Result<Exercised> classify_request(Project& project, std::string_view id, const Ask& as);
/// The person takes it back: the model is again what it was, nothing is trained.
Result<Exercised> revoke_request(Project& project, std::string_view id, std::string_view method);

Result<Exercised> exercise_outsider(Project& project, const OutsiderAsk& ask);
/// A person's decision about the records that wait (Ledger::found): these are barred, the others
/// are not. With `name_too`, later imports are looked through for the name.
Result<Exercised> decide_found(Project& project, std::string_view id,
                               const std::vector<Digest>& bar, bool name_too);
/// After something other than a request barred records (an order, a class, a flag, an age, a rule,
/// a signal): nodes that saw one are set aside, and the visible model makes place for one without
/// them. Nothing if there was no model, or a stop order forbids a new one.
Result<std::optional<Derived>> leave_out_barred(Project& project);

/// Finishes what a killed process left half done: suppression, destruction, unlinking, temporary
/// files. Does nothing while another process is at it.
Result<void> resume(Project& project);

/// Long writers call this between two of their transactions: it leaves the database to whoever
/// waits for it, and waits while a request is carried out.
Result<void> give_way(Project& project);

/// Draws a new root and, for what lost a key since the last time, new bucket keys: from then on no
/// older copy of the key tables opens. Erasure and rectification do it by themselves.
Result<void> rotate_keys(Project& project);
/// A copy takes over the mirror, and with it the place of the project that it was a copy of
/// (custody.hpp).
Result<void> take_mirror(Project& project);

}  // namespace litura::derive
