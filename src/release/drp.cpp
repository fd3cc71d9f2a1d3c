#include "release/drp.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "proof/base64.hpp"
#include "proof/json_fields.hpp"

namespace litura::release {
namespace {

using ledger::RequestKind;

constexpr std::size_t kDrpBytesMax = 1 << 20, kAgentsMax = 10'000, kDrpFieldBytesMax = 4096;
constexpr std::int64_t kLeaseMs = 15 * 60 * 1000;

Error no_drp(std::string_view what) {
    return {Code::bad_input, "not a request of the Data Rights Protocol: " + std::string(what), "",
            "give the body as it came"};
}

struct Meaning {
    std::string_view exercise;
    bool gdpr;  ///< only under this regime
    std::optional<RequestKind> kind;
    bool denied;
};
/// Nothing is sold here: to opt out of it is an objection, and to opt in is no consent (Art. 7(1)).
constexpr Meaning kMeanings[] = {
    {"deletion", false, RequestKind::erasure, false},
    {"access", false, RequestKind::access, false},
    {"access:categories", false, RequestKind::access, false},
    {"access:specific", false, RequestKind::access, false},
    {"sale:opt-out", false, RequestKind::objection, false},
    {"sale:opt_out", false, RequestKind::objection, false},
    {"sale:opt-in", false, {}, true},
    {"sale:opt_in", false, {}, true},
    {"object:ai-training", true, RequestKind::objection, false},
    {"withdraw-consent", true, RequestKind::withdrawal, false},
    {"restriction", true, RequestKind::restriction, false},
    {"portability", true, RequestKind::portability, false},
    {"rectification", true, {}, false},
    {"memorization-claim", true, {}, false},
};

/// Padding may lack, space may stand around.
Result<Bytes> decoded(std::string_view file) {
    std::string text;
    for (const char c : file)
        if (c != '\n' && c != '\r' && c != ' ' && c != '\t') text += c;
    while (text.size() % 4 != 0) text += '=';
    return proof::from_base64(text);
}

class Claims {
public:
    explicit Claims(const Json& json) : json_(&json) {}
    /// Empty if it is not there or no text.
    std::string text(const char* name) const {
        std::string value = proof::text_or_empty(*json_, name);
        return value.size() <= kDrpFieldBytesMax ? value : std::string();
    }
    bool yes(const char* name) const {
        const Json* found = proof::field_in(*json_, name);
        return found != nullptr && found->is_boolean() && found->get<bool>();
    }

private:
    const Json* json_;
};

Result<void> check_time(const DrpRequest& request, Instant now) {
    const auto refuse = [&](Code code, const char* what) {
        return Error{code, what, request.agent, "the agent sends it again"};
    };
    if (request.expires < request.issued || request.expires.ms - request.issued.ms > kLeaseMs)
        return refuse(Code::bad_input, "a signed request is good for 15 minutes at most");
    if (now < request.issued)
        return refuse(Code::forbidden, "the request was issued in the future");
    if (now > request.expires) return refuse(Code::forbidden, "the request has expired");
    return done();
}

void add_names(const Claims& claims, DrpRequest& request) {
    for (const char* name : {"email", "phone_number"}) {
        std::string value = claims.text(name);
        if (value.empty()) continue;
        const bool verified = claims.yes((std::string(name) + "_verified").c_str());
        auto& names = verified ? request.verified_names : request.other_names;
        names.emplace_back(std::move(value));
    }
}

Result<void> give_meaning(DrpRequest& request) {
    for (const Meaning& each : kMeanings) {
        if (each.exercise != request.exercise || (each.gdpr && request.regime != "gdpr")) continue;
        request.kind = each.kind;
        request.denied = each.denied;
        return done();
    }
    return no_drp("an exercise that this protocol, or this regime, does not have");
}

}  // namespace

Result<std::vector<DrpAgent>> read_drp_directory(std::string_view text) {
    if (text.size() > kDrpBytesMax) return no_drp("a directory of more than 1 MiB");
    const Json json = TRY(parse_json(text, "the directory"));
    const Json list = json.is_array() ? json : Json::array({json});
    if (list.size() > kAgentsMax) return no_drp("a directory of more than 10,000 agents");
    std::vector<DrpAgent> agents;
    for (const Json& entry : list) {
        if (!entry.is_object()) return no_drp("an entry of the directory is no object");
        const Claims claims(entry);
        DrpAgent agent;
        agent.id = claims.text("id");
        agent.name = claims.text("name");
        agent.key = TRY(proof::public_key_from(TRY(proof::from_base64(claims.text("verify_key")))));
        if (agent.id.empty()) return no_drp("an entry of the directory has no id");
        agents.push_back(std::move(agent));
    }
    return agents;
}

Result<DrpMessage> open_drp(std::string_view file, const std::vector<DrpAgent>& directory) {
    constexpr std::size_t kSignature = 64;
    if (file.size() > kDrpBytesMax) return no_drp("more than 1 MiB");
    auto body = decoded(file);
    if (!body || body->size() <= kSignature)
        return no_drp("no base64 of a signature and what it signs");
    const ByteView signature = ByteView(*body).first(kSignature);
    const ByteView message = ByteView(*body).subspan(kSignature);
    auto json = parse_json(text_of(message), "the request");
    if (!json || !json->is_object()) return no_drp("what is signed is no JSON object");
    const std::string claimed = Claims(*json).text("agent-id");
    const auto agent = std::ranges::find(directory, claimed, &DrpAgent::id);
    if (agent == directory.end() || !proof::verify_signature(agent->key, message, signature)) {
        return Error{Code::check_failed, "no agent of the directory signed this request", "",
                     "check the file given with --keys"};
    }
    return DrpMessage{claimed, std::move(*json), sha256(*body)};
}

Result<DrpRequest> read_drp(std::string_view file, const std::vector<DrpAgent>& directory,
                            std::string_view business, Instant now) {
    const DrpMessage message = TRY(open_drp(file, directory));
    const Claims claims(message.claims);
    DrpRequest request;
    request.agent = message.agent;
    if (claims.text("business-id") != business) {
        return Error{Code::check_failed, "the request is addressed to another business", "",
                     "check --business"};
    }
    request.issued = TRY(parse_instant(claims.text("issued-at")));
    request.expires = TRY(parse_instant(claims.text("expires-at")));
    TRY(check_time(request, now));
    request.agent_request_id = claims.text("agent-request-id");
    request.exercise = claims.text("exercise");
    request.regime = claims.text("regime");
    request.power_of_attorney = !claims.text("power_of_attorney").empty();
    request.mark = "drp " + request.agent + " " + message.body.hex();
    add_names(claims, request);
    TRY(give_meaning(request));
    return request;
}

Json drp_status(const DrpRequest& request, std::string_view id, Instant received, Instant due) {
    Json status = {{"request_id", id},
                   {"agent_request_id", request.agent_request_id},
                   {"received_at", to_text(received)}};
    if (request.denied) {
        status["status"] = "denied";
        status["reason"] = "claim_not_covered";
        status["processing_details"] =
            "nothing is sold here; a consent is an act of the person, recorded with its evidence";
        return status;
    }
    status["expected_by"] = to_text(due);
    status["status"] = "in_progress";
    status["reason"] = "need_user_verification";
    status["processing_details"] =
        "whoever is known under what was given is out of the model in use; what is destroyed or "
        "disclosed waits until the person was verified";
    return status;
}

Json drp_error(const Error& error) {
    Json json = {{"code", error.code == Code::check_failed ? "403" : "400"},
                 {"message", error.message}};
    if (error.code == Code::forbidden) json["fatal"] = true;
    return json;
}

}  // namespace litura::release
