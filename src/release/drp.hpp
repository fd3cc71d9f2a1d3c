// The Data Rights Protocol 1.0 (Consumer Reports), as far as files go: a signed request of an agent in,
// a status out. The endpoints come with the service.
//
//   file := base64 of (64 bytes of Ed25519 signature, then the JSON that it signs)
//
// Checked in this order: base64, signature by the key that the directory has of the agent, agent,
// business, issued-at, expires-at. Tolerated, because the reference implementation does it: base64
// without padding, a lease of up to 15 minutes, `sale:opt_in`. docs/law/requests.md has the table of
// what an `exercise` is here.
#pragma once

#include "base/json.hpp"
#include "base/secret.hpp"
#include "ledger/types.hpp"
#include "proof/signature.hpp"

namespace litura::release {

struct DrpAgent {
    std::string id, name;
    proof::PublicKey key;
};
/// A directory: entries {"id": "[A-Z_]+", "name", "verify_key": base64 of 32 bytes}, in a list or
/// alone.
Result<std::vector<DrpAgent>> read_drp_directory(std::string_view json);

/// Whose signature it bears, and what it says.
struct DrpMessage {
    std::string agent;
    Json claims;
    Digest body;  ///< SHA-256 of signature and JSON
};
Result<DrpMessage> open_drp(std::string_view file, const std::vector<DrpAgent>& directory);

struct DrpRequest {
    std::string agent, agent_request_id, exercise, regime;
    Instant issued, expires;
    /// What it is here; nothing: denied, or for somebody to read.
    std::optional<ledger::RequestKind> kind;
    bool denied = false;  ///< nothing here does what it asks for
    /// Names under which the person may be known here, exactly as given; verified by the agent.
    std::vector<PersonalText> verified_names, other_names;
    bool power_of_attorney = false;
    std::string mark;  ///< of this very message, so that it is taken once
};
/// Code::check_failed for a signature or a claim that is not right; Code::forbidden for one out of
/// its time; Code::bad_input for what is no request.
Result<DrpRequest> read_drp(std::string_view file, const std::vector<DrpAgent>& directory,
                            std::string_view business, Instant now);

/// What the agent is told. The same for a person who is known and for one who is not.
Json drp_status(const DrpRequest& request, std::string_view id, Instant received, Instant due);
/// {"code": "400", "message", "fatal"}: a code is a text in this protocol.
Json drp_error(const Error& error);

}  // namespace litura::release
