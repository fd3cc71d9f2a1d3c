// What others can check: statements, tickets, attestations, certificates; witnesses and time
// stamps.
#pragma once

#include <string>

#include "release/certificate.hpp"
#include "release/statements.hpp"
#include "service/words.hpp"

namespace litura::service {

struct MadeStatement {
    release::Stated stated;
    std::string log;  ///< the key that checks it
    Json openings;    ///< for auditors only; null if not asked for
};
/// About the visible model.
Result<MadeStatement> state(Session& session, bool openings);
Json to_json(const MadeStatement& statement);

struct MadeTicket {
    Path path;
    std::size_t entries = 0;
    Digest model, statement;
    Instant expires;
    std::string log;
};
/// Answers for the name that was given and those that are linked to it. Nobody need be known: that
/// nothing is held is an answer too. Code::bad_input for no name.
Result<MadeTicket> ticket(Session& session, PersonName name, const Path& to);
Json to_json(const MadeTicket& ticket);

struct MadeAttestation {
    bool holds = false;
    std::string difference;  ///< what did not hold
    Digest statement;
    std::string auditor;  ///< its key; empty if it does not hold
};
/// Replays the stated model and rebuilds what was stated; signs if all agrees.
struct AttestWish {
    Path key;          ///< the auditor's, a file
    std::string name;  ///< the auditor's
    Path out;          ///< a copy of the attestation; empty: none
    int threads = 0;
};
Result<MadeAttestation> attest(Session& session, const AttestWish& wish);
/// Takes over what an auditor wrote elsewhere.
Result<MadeAttestation> import_attestation(Session& session, std::string_view file);
Json to_json(const MadeAttestation& attestation);

/// For one person, about their request.
Result<release::Certificate> certify(Session& session, std::string_view request);
Json to_json(const release::Certificate& certificate);

struct WitnessRequest {
    Path path;  ///< of the file for the witness
    std::uint64_t old_size = 0;
    std::string log;
};
Result<WitnessRequest> request_witness(Session& session, const Path& to,
                                       std::optional<std::uint64_t> old_size);
Json to_json(const WitnessRequest& request);

struct Witnessed {
    std::string witness, name;  ///< its key, and the name in it
    std::uint64_t size = 0;     ///< of the log as it saw it
};
/// `lines`: what the witness answered.
Result<Witnessed> add_witness(Session& session, std::string_view key, std::string_view lines);
Json to_json(const Witnessed& witnessed);

struct StampRequest {
    Path path;  ///< RFC 3161
    Digest statement;
};
Result<StampRequest> request_time_stamp(Session& session, const Path& to);
Json to_json(const StampRequest& request);

struct Stamped {
    Digest statement;
    Instant at;
};
/// `authorities`: certificates (PEM) that are trusted.
Result<Stamped> add_time_stamp(Session& session, ByteView response, const std::string& authorities);
Json to_json(const Stamped& stamped);

}  // namespace litura::service
