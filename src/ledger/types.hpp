// The words of the law as types (docs/glossary.md). Enumerations are written to events as the
// names given here by to_text(), never as numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "base/time.hpp"
#include "keys/names.hpp"

namespace litura::ledger {

using Sequence = std::uint64_t;  ///< number of an event; the first is 1, 0 means none

/// The end of the chain. Before the first event: zeros.
struct Head {
    Sequence seq = 0;
    Instant at;
    Digest hash;
};

enum class Basis { consent, legitimate_interest };  ///< GDPR Art. 6(1)(a), (f)
enum class Audience {
    unknown,
    everyone,
    followers,
    restricted
};  ///< "public", "followers", "private" outside
enum class ActKind {
    consent,
    withdrawal,
    objection,
    explicit_consent,  ///< to the use of one's own record of a special category (Art. 9(2)(a))
    made_public        ///< "I made this about myself manifestly public" (Art. 9(2)(e))
};
enum class RequestKind {
    erasure,
    rectification,
    objection,
    withdrawal,
    restriction,
    lift_restriction,
    access,
    portability,  ///< Art. 20: what the person provided, in the form that `import` reads
    question      ///< free text that nobody has classified yet: never more than a person's reading
};
/// accepted: suppressed, waiting for verification; suppressed: nothing more to destroy, the model
/// is not derived again yet; destroyed: likewise after destruction; derived: the model is up to
/// date without it; answered (access, portability, question); denied; revoked by the person.
enum class RequestState { accepted, suppressed, destroyed, derived, answered, denied, revoked };
/// Who asks for somebody else (GDPR Art. 80(1); national law for the others).
enum class Role { agent, parent, estate, administrator };
enum class BarKind {
    objection,
    withdrawal,
    restriction,
    rectification,
    erasure,
    order,
    deletion,         ///< the platform says that the record was deleted there
    echo,             ///< words of somebody who left stand in the record
    name,             ///< the record names somebody without an account who objected
    special_category  ///< flagged by a person who reviewed the record (Art. 9)
};
enum class DocumentKind { assessment, order, base };

std::string_view to_text(Basis);
std::string_view to_text(Audience);
std::string_view to_text(ActKind);
std::string_view to_text(RequestKind);
std::string_view to_text(RequestState);
std::string_view to_text(Role);
std::string_view to_text(BarKind);
std::string_view to_text(DocumentKind);
Result<Basis> parse_basis(std::string_view);
Result<Audience> parse_audience(std::string_view);
Result<ActKind> parse_act_kind(std::string_view);
Result<RequestKind> parse_request_kind(std::string_view);
Result<RequestState> parse_request_state(std::string_view);
Result<Role> parse_role(std::string_view);
Result<BarKind> parse_bar_kind(std::string_view);
Result<DocumentKind> parse_document_kind(std::string_view);

/// "At least so many years old at that moment": no birthday is ever stored.
struct Age {
    std::int64_t years = 0;
    Instant at;
    /// The first moment at which whoever this is about is known to be `years_old`.
    Instant reaches(std::int64_t years_old) const;
    bool operator==(const Age&) const = default;
};

/// An account known to the ledger. `since` is the event that first saw it.
struct Account {
    Digest tag;
    Digest person;  ///< tag of the person's first account; others are linked to it by evidence
    Digest folded;
    std::string source;
    Sequence since = 0;
    // What is known of its person; set by a snapshot only.
    std::string country = {};  ///< of residence, "DE"; empty: unknown
    std::optional<Age> age = {};
};

/// What somebody says about a person; the latest statement counts.
struct Description {
    std::optional<std::string> country;
    std::optional<std::int64_t> age;  ///< in whole years
    Instant at;
};

/// A lawful basis with its evidence. For legitimate interest `at` is when it was claimed; its
/// effect is decided by assessment, notice and grace (decide.hpp).
struct Ground {
    Digest account;
    std::string source, purpose;
    Basis basis = Basis::consent;
    Instant at;
    std::optional<Instant> until;
    std::optional<Digest> notice;
    Sequence event = 0;
    /// Given below the age of digital consent of that day, and nobody with parental authority
    /// acted.
    bool by_minor = false;
};

/// Forbids. Exactly one target is set: a person, a record (with its barred wording, if only that),
/// or a folded name.
struct Bar {
    std::optional<Digest> person, record, wording, folded;
    BarKind kind = BarKind::objection;
    std::string purpose;  ///< empty: every purpose
    Sequence event = 0;
};

/// What an operator states about a source where its files do not prove it.
struct SourceStatement {
    std::string source;
    Audience audience = Audience::unknown;
    bool adults_only = false;
    Sequence event = 0;
};

struct NoticeServed {
    Digest notice;
    std::string source;
    Instant at;
    Sequence event = 0;
};

/// Somebody else's record in which words or a name were found, in this wording if only that.
struct FoundRecord {
    Digest record;
    std::optional<Digest> wording;
    auto operator<=>(const FoundRecord&) const = default;
};

/// The form of ISO 3166-1 alpha-2, such as "DE".
bool is_country(std::string_view text);

/// A name that no record may hold: of somebody without an account who objected.
struct BarredName {
    std::int64_t request = 0;
    keys::NameTag tag;
};

struct Request {
    std::string id;  ///< "q-" and digits
    RequestKind kind = RequestKind::access;
    RequestState state = RequestState::accepted;
    Digest person;       ///< zero: somebody without an account
    std::string handle;  ///< of the person; kept after erasure, so that the request can be answered
    std::optional<Digest> record;
    std::optional<std::string> verified_by;
    Instant accepted_at;  ///< when it was received: the clock runs from here
    Instant due;          ///< with the extension, if there is one
    std::optional<Instant> suppressed_at, destroyed_at, derived_at;
    std::optional<Instant> extended_at;     ///< the person was told of two further months
    std::optional<Instant> answered_at;     ///< the person was told what was done, or why not
    std::optional<Instant> lift_notice_at;  ///< restriction: told that it will be lifted
    std::optional<std::string> denied_for;  ///< code of the reason (denial.hpp)
    std::optional<Role> role;               ///< filed by somebody else
    bool authorised = true;                 ///< false: without evidence that they may
};

/// Nothing more can be done for it.
inline bool is_closed(const Request& request) {
    return request.state == RequestState::denied || request.state == RequestState::revoked;
}

}  // namespace litura::ledger
