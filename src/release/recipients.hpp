// Who got a release, what they were told, and what they answered (GDPR Art. 19: each recipient is
// told; who they are is the person's to know). Three numbers are always given together: known,
// answered, cannot be named.
//
// clang-format off
//   recipient := {"name": TEXT, "contact": TEXT, "key": a verifier key, as 'litura-check key' prints it}
//   notice    := {"recall": ID, "recipient": ID, "deadline": TIME, "channel": TEXT, "statement": envelope}
//   answer    := a DSSE envelope of {"recall": ID, "recipient": ID, "reply": "said_applied" | "refused"}, signed by
//                the recipient's key, type "application/vnd.litura.answer+json"
// clang-format on
#pragma once

#include "base/secret.hpp"
#include "release/registry.hpp"

namespace litura::release {

struct Contact {
    PersonalText name, address;
};

/// Code::bad_input for an unknown release or a file that is no recipient. The id.
Result<std::string> add_recipient(derive::Project& project, std::string_view json,
                                  const std::vector<std::string>& releases);
/// A known recipient got another release.
Result<void> supply(derive::Project& project, const std::string& recipient,
                    const std::string& release);
/// Name and address are deleted and their key dies, also for older copies; the number stays.
Result<void> remove_recipient(derive::Project& project, const std::string& recipient);
/// Nothing if it was removed.
Result<std::optional<Contact>> contact_of(derive::Project& project, const std::string& recipient);
/// How many copies of a release went to nobody knows whom.
Result<void> count_unnamed(derive::Project& project, const std::string& release,
                           std::uint64_t copies);

/// One notice for each recipient of the recalled release, as `folder`/ID.json, and an event each in
/// the ledger; sending them is the operator's. The ids.
Result<std::vector<std::string>> notify(derive::Project& project, const std::string& recall,
                                        const Path& folder, const std::string& channel);

struct Answered {
    std::string recall, recipient;
    Reply reply = Reply::none;
};
/// Code::check_failed unless the recipient's key signed it. "Said applied" is what was said, not
/// what is.
Result<Answered> take_answer(derive::Project& project, std::string_view envelope);
/// The recipient could not be reached.
Result<Answered> note_unreachable(derive::Project& project, const std::string& recall,
                                  const std::string& recipient);

}  // namespace litura::release
