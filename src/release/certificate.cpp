// Moments are the ledger's events about the request, and what the parts above noted since.
#include "release/certificate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "derive/manifest.hpp"
#include "derive/visible.hpp"
#include "ledger/requests.hpp"
#include "release/exposure.hpp"
#include "release/project_log.hpp"
#include "release/statements.hpp"

namespace litura::release {
namespace {

struct Moment {
    std::string what;
    Instant at;
    ledger::Sequence event = 0;
    std::optional<std::string> model;  ///< the one that was visible from then on
};

/// The model that was visible at an event.
Result<std::optional<std::string>> model_at(derive::Project& project, ledger::Sequence seq) {
    std::optional<std::string> model;
    for (const ledger::ProjectEvent& event : TRY(project.ledger().events("model.visible")))
        if (event.seq <= seq) model = "sha256:" + event.payload.value("model", "");
    return model;
}

/// The types of the ledger's own events that speak of requests, in plain words.
struct Word {
    ledger::EventName type;
    const char* words;
};
constexpr Word kWords[] = {
    {"request.accepted", "accepted"},
    {"request.classified", "somebody read the message and said which request it is"},
    {"request.authorised", "whoever filed it has shown that they may"},
    {"request.verified", "the person was verified"},
    {"request.extended", "the person was told of two further months (GDPR Art. 12(3))"},
    {"request.lift_notice", "the person was told that the restriction will be lifted"},
    {"request.suppressed", "out of the model in use"},
    {"erasure.begun", "keys and records deleted"},
    {"request.destroyed", "destroyed: nothing of it is left in the project's files"},
    {"request.derived", "the model is complete again, without it"},
    {"request.handed_over", "the person was handed their data"},
    {"request.answered", "the person was told what was done"},
    {"request.denied", "denied, with reasons and remedies (GDPR Art. 12(4))"},
    {"request.revoked", "taken back by the person"}};

Result<std::vector<Moment>> moments_of(derive::Project& project, const ledger::Request& request) {
    std::vector<Moment> moments;
    for (const auto& [type, words] : kWords) {
        for (const ledger::ProjectEvent& event : TRY(project.ledger().events(type))) {
            if (!ledger::is_about(event, request)) continue;
            Moment moment{words, event.at, event.seq, {}};
            if (event.type == "request.suppressed" || event.type == "request.derived")
                moment.model = TRY(model_at(project, event.seq));
            moments.push_back(std::move(moment));
        }
    }
    const ledger::Sequence accepted = moments.empty() ? 0 : moments.front().event;
    for (const ledger::ProjectEvent& event : TRY(project.ledger().events(kLeftTheHouse))) {
        if (event.seq > accepted) moments.push_back({words_of(event), event.at, event.seq, {}});
    }
    std::ranges::stable_sort(moments, {}, &Moment::event);
    return moments;
}

/// Records of this person in the list behind the visible model.
Result<std::optional<std::uint64_t>> records_in_model(derive::Project& project,
                                                      const Digest& person) {
    const auto visible = TRY(derive::visible_model(project.db));
    if (!visible) return std::optional<std::uint64_t>();
    const derive::Manifest manifest = TRY(project.manifests().load(visible->manifest));
    std::uint64_t count = 0;
    for (const derive::Sample& sample : manifest.used.samples) count += sample.person == person;
    return std::optional<std::uint64_t>(count);
}

Json moment_json(const Moment& moment) {
    return {{"what", moment.what},
            {"at", to_text(moment.at)},
            {"event", moment.event},
            {"model", moment.model ? Json(*moment.model) : Json()}};
}

Json statement_json(const std::optional<Stated>& stated) {
    if (!stated) return {};
    return {{"statement", to_text(stated->statement.digest())},
            {"model", to_text(stated->statement.model)},
            {"suppressed", stated->statement.suppressed},
            {"log", stated->statement.origin},
            {"index", stated->index}};
}

std::vector<std::string> not_covered(const std::optional<Stated>& stated, bool test_clock) {
    std::vector<std::string> list = {"other names of the person", "others' words about the person",
                                     "what the base knew before",
                                     "copies that left the project, beyond what is listed",
                                     "backups and snapshots that the operator's systems may hold"};
    if (!stated)
        list.push_back("the list behind the model: nothing was stated and logged about it yet");
    if (test_clock) list.push_back("the moments: this is a test project's clock");
    return list;
}

std::string words_of(const ledger::Request& request, const std::vector<Moment>& moments,
                     const std::optional<std::uint64_t>& records,
                     const std::optional<Stated>& stated, const std::vector<Exposure>& exposures,
                     const std::vector<std::string>& uncovered, Instant now) {
    std::string text =
        fmt::format("Certificate of request {}: {}, for {}\nwritten {}, due {}\n\n", request.id,
                    to_text(request.kind), request.handle, to_text(now), to_text(request.due));
    for (const Moment& moment : moments)
        text += fmt::format("{}  {} (ledger event {}){}\n", to_text(moment.at), moment.what,
                            moment.event, moment.model ? ", model " + *moment.model : "");
    text += "\n";
    if (records)
        text += fmt::format("The list behind the present model has {} records of this person.\n",
                            *records);
    if (stated)
        text += fmt::format(
            "That list is committed to in statement sha256:{}, entry {} of the log {}.\n",
            stated->statement.digest().hex(), stated->index, stated->statement.origin);
    for (const Exposure& exposure : exposures) text += words_of(exposure);
    text += "Not covered:";
    for (const std::string& each : uncovered) text += "\n- " + each;
    return text + "\n";
}

}  // namespace

Result<Certificate> certify(derive::Project& project, std::string_view id) {
    const ledger::Request request = TRY(project.ledger().requests().read(id));
    const auto moments = TRY(moments_of(project, request));
    const auto records = TRY(records_in_model(project, request.person));
    const auto stated = TRY(last_statement(project));
    const auto exposures = TRY(exposures_of(project, request.person));
    const bool test_clock = project.ledger().clock() == ledger::Ledger::Clock::test;
    const auto uncovered = not_covered(stated, test_clock);
    const Instant now = TRY(project.ledger().now());
    Certificate out;
    const ProjectLog log = TRY(open_log(project));
    out.note = log.sign(words_of(request, moments, records, stated, exposures, uncovered, now));
    out.json = {{"request", request.id},
                {"kind", to_text(request.kind)},
                {"person", request.handle},
                {"state", to_text(request.state)},
                {"written_at", to_text(now)},
                {"due", to_text(request.due)},
                {"moments", Json::array()},
                {"records_in_model", records ? Json(*records) : Json()},
                {"statement", statement_json(stated)},
                {"releases", Json::array()},
                {"not_covered", uncovered},
                {"signed", out.note.encode()},
                {"key", log.log.verifier().text()}};
    for (const Moment& moment : moments) out.json["moments"].push_back(moment_json(moment));
    for (const Exposure& exposure : exposures) out.json["releases"].push_back(to_json(exposure));
    return out;
}

}  // namespace litura::release
