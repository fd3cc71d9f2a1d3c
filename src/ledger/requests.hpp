// Requests: rights as they are exercised, from acceptance with its bars to each moment that
// follows. accept() commits the bars with the request: from its return on nobody is admitted
// against it.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "keys/names.hpp"
#include "ledger/types.hpp"

namespace litura::ledger {

struct Core;

/// Names a request's own key (keys::KeyKind::request).
Digest request_key(std::string_view id);

/// Somebody who asks for the person. Without evidence of authority nobody is barred: the
/// request waits for it, or for the person to be verified.
struct Representative {
    Role role = Role::agent;
    ByteView name;
    std::optional<ByteView> authority;
};
/// A signal or another system's document, as it came.
struct Channel {
    std::string_view name;
    ByteView bytes;
};
/// The sender's own mark of a request, and what else of its content must be the same.
struct Filing {
    std::string_view mark;
    ByteView content;
};
struct Ask {
    RequestKind kind;
    Digest person;
    std::optional<Digest> record;  ///< rectification; erasure of one record
    std::optional<std::string> verified_by;
    std::optional<Representative> by = {};
    std::optional<Channel> came = {};
    std::optional<Filing> filing = {};
};

/// What is kept sealed under the request's key: letters, messages, authority.
struct Paper {
    std::string what;
    Instant at;
    Bytes text;
};

class Requests {
public:
    explicit Requests(Core& core) : core_(&core) {}

    /// The same again, by the person or under the same mark, is the same request. Code::bad_input
    /// for a mark that was used for something else. An erasure is not taken as verified while the
    /// same person waits for their data.
    Result<Request> accept(const Ask& ask, std::string_view purpose);
    /// A message that came in: a question, until somebody has read and classified it. It is never
    /// closed by itself. The clock runs from `received` (default: now).
    Result<Request> accept_text(ByteView text, std::optional<Instant> received,
                                std::string_view purpose, std::optional<Filing> filing = {});
    /// An objection of somebody without an account: against records that hold a name, or against
    /// the records that Findings::bar() is told. The same name again is the same request.
    Result<Request> accept_outsider(const std::optional<keys::NameTag>& name,
                                    std::string_view purpose);
    /// Was something taken under this mark already?
    Result<bool> is_filed(std::string_view mark);
    Result<Request> classify(std::string_view id, const Ask& as, std::string_view purpose);
    /// The representative's authority was shown: the bars are set now.
    Result<Request> authorise(std::string_view id, ByteView authority);
    /// Code::forbidden for a method too weak for the kind; while the same person waits for the data
    /// that this would destroy; for a closed request.
    Result<Request> verify(std::string_view id, std::string_view method);
    /// Two further months, once, within the first one, for "complexity" or "number"; `letter` is
    /// what the person was told (GDPR Art. 12(3)). Code::forbidden otherwise.
    Result<Request> extend(std::string_view id, std::string_view reason, ByteView letter);
    /// With one of the reasons of denial.hpp and a letter that names the remedies (Art. 12(4)).
    /// What was suppressed stays suppressed.
    Result<Request> deny(std::string_view id, std::string_view reason, ByteView letter);
    /// The person was told what was done: the clock ends.
    Result<Request> answer(std::string_view id, ByteView letter);
    /// The person was told that a restriction will be lifted (Art. 18(3)).
    Result<Request> announce_lifting(std::string_view id, ByteView letter);
    /// By the person: its bars fall. Code::forbidden where something was destroyed or handed out.
    Result<Request> revoke(std::string_view id, std::string_view method);
    Result<std::vector<Paper>> papers(std::string_view id);
    /// Code::bad_input if there is none.
    Result<Request> read(std::string_view id);
    Result<std::vector<Request>> all();
    /// Of those that something will still be done for: accepted, and their bar stands or waits for
    /// evidence of authority.
    Result<std::set<std::string>> ids_to_carry_out();
    Result<void> mark_suppressed(std::string_view id);
    /// The keys of the person's accounts, the accounts, grounds and person bars go; the folded
    /// names are barred for ever. Of a request about one record: that record is barred for ever.
    /// Part of the caller's transaction, which also removes records, marks nodes and rotates the
    /// keys. Not yet "destroyed": see mark_destroyed. `spellings`: tags of the record's id that no
    /// record may have any more, however it is written.
    Result<void> begin_erasure(std::string_view id, std::span<const Digest> spellings = {});
    /// The rectified record's bar is lifted and the old wording is barred, with `spellings` of it.
    /// Part of the caller's transaction.
    Result<void> begin_rectification(std::string_view id, const Digest& old_wording,
                                     std::span<const Digest> spellings = {});
    /// After unlinking and truncation: sets destroyed_at.
    Result<void> mark_destroyed(std::string_view id);
    /// The person has been handed their data: the answer was written, whole, to where it went.
    /// Before that a request to disclose is open, and an erasure of the same person waits for it.
    Result<void> mark_handed_over(std::string_view id);
    /// Every request whose effect the derived model now has.
    Result<void> mark_derived();

private:
    Core* core_;
};

}  // namespace litura::ledger
