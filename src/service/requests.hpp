// Rights as they are exercised and answered: asking, who asks, verification, what is found in other
// people's records, letters and messages, receipts.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "service/request_json.hpp"

namespace litura::service {

struct RequestShown {
    ledger::Request request;
    Instant now;
};
Json to_json(const RequestShown& shown);

/// Since when somebody has waited for this call, for the two durations in its result.
using Since = std::chrono::steady_clock::time_point;

/// Who asks for the person, and what shows that they may.
struct Agent {
    ledger::Role role = ledger::Role::agent;
    Bytes name;
    std::optional<Bytes> authority;
};
struct RequestArguments {
    ledger::RequestKind kind = ledger::RequestKind::access;
    PersonName person;
    std::string record;  ///< of a rectification, or erasure of one: "r-...", its id or address
    PersonalText text;   ///< of a rectification: the corrected wording
    std::optional<std::string> verified_by;  ///< how the person was verified
    std::optional<Agent> by;
    std::string mark;  ///< the sender's own: what is sent twice is one request
    Path receipt;      ///< of an erasure: written for the person before their keys die
    Since since = std::chrono::steady_clock::now();
};

/// Handles of other people's records that a request reached.
struct InOthersRecords {
    std::optional<std::uint64_t> searched;  ///< if they were searched just now
    std::vector<std::string> barred, to_decide;
};

/// A request as it stands after a step, and what the step did.
struct Exercised {
    ledger::Request request;
    Instant now;
    double old_model_stopped_ms = 0, suppressed_ms = 0;
    std::optional<Replacement> replacement;
    std::optional<InOthersRecords> in_others;
    /// Access and portability, once verified: what is held (access_report.hpp). Whoever calls hands
    /// it over and then says so: handed_over().
    std::optional<Json> held;
    /// Of a person's erasure that is done.
    struct Erased {
        Path receipt;  ///< empty: nobody can show what the ledger held of them
    };
    std::optional<Erased> erased;
};
Json to_json(const Exercised& exercised);

/// Access and portability: what was held (Exercised::held) was written, whole, to where it went.
/// Before that the request is open.
Result<void> handed_over(Session& session, const std::string& id);

Result<Exercised> request(Session& session, const RequestArguments& arguments);
/// The person was verified: goes on.
Result<Exercised> verify_request(Session& session, const std::string& id, const std::string& method,
                                 const Path& receipt, Since since);
/// Who asks for the person has shown that they may.
Result<Exercised> authorise_request(Session& session, const std::string& id, ByteView authority,
                                    Since since);
/// The person takes it back.
Result<Exercised> revoke_request(Session& session, const std::string& id, const std::string& method,
                                 Since since);
/// Says which request a message is.
Result<Exercised> classify_request(Session& session, const std::string& id,
                                   const RequestArguments& as);

/// An objection of somebody without an account: against records that hold their name, or against
/// records that a person has looked at.
struct OutsiderArguments {
    PersonalText name;
    std::vector<std::string> records;  ///< handles
    Since since = std::chrono::steady_clock::now();
};
Result<Exercised> object_without_account(Session& session, const OutsiderArguments& arguments);

struct FoundShown {
    ledger::Request request;
    InOthersRecords in_others;
};
/// What of somebody stands in other people's records.
Result<FoundShown> found(Session& session, const std::string& id);
Json to_json(const FoundShown& found);

/// A person's decision about what waits for one: exactly one of the three.
struct Decision {
    bool all = false;  ///< and a name in later imports
    bool none = false;
    std::optional<std::vector<std::string>> records;  ///< only these, by handle
};
Result<Exercised> decide_found(Session& session, const std::string& id, const Decision& decision,
                               Since since);

// Letters and messages.
Result<RequestShown> extend_request(Session& session, const std::string& id,
                                    const std::string& reason, ByteView letter);
Result<RequestShown> deny_request(Session& session, const std::string& id,
                                  const std::string& reason, ByteView letter);
Result<RequestShown> answer_request(Session& session, const std::string& id, ByteView letter);
Result<RequestShown> announce_lifting(Session& session, const std::string& id, ByteView letter);
/// A message that came in: somebody reads it. `received`: the clock runs from there.
Result<RequestShown> take_message(Session& session, ByteView text, std::optional<Instant> received);

struct RequestPapers {
    RequestShown shown;
    struct Paper {
        std::string what;
        Instant at;
        std::optional<std::string> text;  ///< nothing: not a text
    };
    std::vector<Paper> papers;
};
Result<RequestPapers> request_papers(Session& session, const std::string& id);
Json to_json(const RequestPapers& papers);

/// What an erasure or rectification found, and what became of it (derive/report.hpp).
struct RequestReport {
    struct Artefact {
        std::string what, result, note;
        std::uint64_t count = 0;
    };
    ledger::Request request;
    std::vector<Artefact> artefacts;
};
/// Code::forbidden unless the request destroyed something.
Result<RequestReport> report_on_request(Session& session, const std::string& id);
Json to_json(const RequestReport& report);

struct ReceiptChecked {
    std::string request;
    std::uint64_t events = 0;
    std::string first_difference;  ///< empty: it holds
    bool holds() const { return first_difference.empty(); }
};
Result<ReceiptChecked> check_receipt(Session& session, std::string_view receipt);
Json to_json(const ReceiptChecked& checked);

}  // namespace litura::service
