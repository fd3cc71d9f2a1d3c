#include "check/weights_command.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "check/options.hpp"
#include "check/weight_files.hpp"
#include "formats/tensor_identity.hpp"
#include "proof/answer.hpp"
#include "proof/json_fields.hpp"
#include "proof/release_list.hpp"

namespace litura::check {
namespace {

constexpr int kUnknown = 5;
constexpr std::int64_t kHour = 3'600'000;
constexpr std::size_t kNoticeMax = 32u << 20;  ///< it holds a recall

Result<proof::Evidence> evidence_of(const Path& path) {
    const MappedFile file = TRY(MappedFile::open(path));
    proof::Evidence evidence{sha256(file.bytes()), {}, {}, 0};
    // A file that is no weights at all may still be known by its digest.
    const auto identity = formats::weight_identity(file.bytes());
    if (!identity) return evidence;
    for (const auto& tensor : identity.value().tensors) evidence.tensors.push_back(tensor.digest);
    evidence.model = identity.value().model;
    evidence.unreadable = identity.value().unreadable;
    return evidence;
}

/// Gravest first: a recall, what is not known, a successor, nothing.
int gravity(int status) { return status == 4 ? 3 : status == kUnknown ? 2 : status == 3 ? 1 : 0; }

const char* word_of(int status) {
    return status == 0   ? "active"
           : status == 3 ? "superseded"
           : status == 4 ? "RECALLED"
                         : "unknown";
}

class Report {
public:
    Report(const proof::ChannelView& view, const std::vector<proof::Release>& releases, Instant now)
        : view_(view), releases_(releases), now_(now) {
        if (now >= view.expires) raise(kUnknown);
        const std::int64_t age = std::max<std::int64_t>(0, (now.ms - view.issued.ms) / kHour);
        const bool stale = now >= view.expires;
        out_.json = {{"channel",
                      {{"epoch", view.epoch},
                       {"issued", to_text(view.issued)},
                       {"age_hours", age},
                       {"expires", to_text(view.expires)},
                       {"stale", stale}}},
                     {"files", Json::array()}};
        out_.text = fmt::format("channel: epoch {}, {} hours old{}", view.epoch, age,
                                stale ? ", EXPIRED: fetch it again" : "");
    }

    void add(const Path& path) {
        const WeightFiles found = weight_files(path);
        if (found.files.empty() && found.unseen.empty()) add_unknown(path, "no weights found");
        for (const Path& unseen : found.unseen)
            add_unknown(unseen, "not a file that could be looked into; give the path of one");
        for (const Path& file : found.files) {
            const auto evidence = evidence_of(file);
            if (!evidence) add_unknown(file, evidence.error().message);
            if (evidence) add_judged(file, evidence.value());
        }
    }
    /// What was given instead of weights or of a good channel: then nobody may say "in use".
    void add_doubt(const std::string& what) {
        raise(kUnknown);
        out_.text += "\nunknown: " + what;
    }
    Answer take() {
        out_.json["status"] = out_.status;
        return std::move(out_);
    }

private:
    void raise(int status) {
        if (gravity(status) > gravity(out_.status)) out_.status = status;
    }
    void add_unknown(const Path& path, const std::string& why) {
        raise(kUnknown);
        out_.json["files"].push_back(
            {{"path", path.string()}, {"status", kUnknown}, {"state", "unknown"}, {"why", why}});
        out_.text += fmt::format("\n{}: unknown ({})", path.string(), why);
    }
    void add_judged(const Path& path, const proof::Evidence& evidence) {
        const proof::Recognised verdict = releases_.judge(evidence);
        if (verdict.how == proof::Recognised::How::nothing)
            return add_unknown(path, "of no release of this channel");
        const int status = proof::exit_status(verdict, view_, now_);
        raise(status);
        const proof::Release& first = *verdict.releases.front();
        Json entry = {
            {"path", path.string()},
            {"status", status},
            {"state", status == kUnknown ? "unknown" : std::string(to_text(verdict.state))},
            {"how", to_text(verdict.how)},
            {"releases", Json::array()},
            {"tensors",
             {{"recognised", verdict.tensors},
              {"known", verdict.known},
              {"compared", evidence.tensors.size()},
              {"unreadable", evidence.unreadable}}},
            {"successor", first.successor.empty() ? Json() : Json(first.successor)},
            {"recall", first.recall}};
        for (const proof::Release* release : verdict.releases)
            entry["releases"].push_back(release->name);
        out_.json["files"].push_back(std::move(entry));
        out_.text += fmt::format("\n{}: {}, release {}, by {}", path.string(), word_of(status),
                                 first.name, to_text(verdict.how));
        if (verdict.how == proof::Recognised::How::tensors)
            out_.text += fmt::format(" ({} of {})", verdict.tensors + verdict.known,
                                     evidence.tensors.size() + evidence.unreadable);
        if (status == kUnknown) out_.text += std::string("; ") + reason(verdict);
        if (!first.successor.empty()) out_.text += "; successor " + first.successor;
        if (first.recall.is_object())
            out_.text += "; by the deadline stop and answer: " +
                         first.recall.value("deadline", Json()).dump();
    }

    const char* reason(const proof::Recognised& verdict) const {
        if (now_ >= view_.expires) return "the channel is too old to say";
        if (verdict.how == proof::Recognised::How::name) return "a name in a file proves nothing";
        return verdict.whole ? "the release's lease has ended" : "what the rest is, nobody said";
    }

    const proof::ChannelView& view_;
    const proof::ReleaseIndex releases_;
    Instant now_;
    Answer out_;
};

/// What was wrong with the given copy; empty if nothing. An error only if there is no older one to
/// go on with. Several programs may start at once, each behind its own check.
Result<std::string> take_news(Env& env, const Path& cache, const Options& options, Instant now) {
    const std::string root = options.get("root"), from = options.get("from");
    if (root.empty() && from.empty()) return std::string();
    TRY(env.make_folders(cache));
    const FileLock turn =
        TRY(FileLock::take(cache / "lock", FileLock::Mode::exclusive, FileLock::Wait::yes));
    if (!root.empty()) {
        const std::string file = TRY(read_document(root, kDocumentMax));
        TRY(proof::trust_channel(env, cache, bytes_of(file)));
    }
    if (from.empty()) return std::string();
    const auto updated = proof::update_channel(env, cache, from, now);
    if (updated) return std::string();
    if (!env.exists(cache / "timestamp.json")) return updated.error();
    return updated.error().message + " (" + updated.error().where + ")";
}

Result<Instant> moment_of(Env& env, const Options& options) {
    if (options.get("now").empty()) return env.now();
    return parse_instant(options.get("now"));
}

Answer unknown(const std::string& why) {
    return {{{"status", kUnknown}, {"files", Json::array()}, {"why", why}},
            "unknown: " + why,
            kUnknown};
}

Result<Answer> check_weights(Env& env, const Words& words) {
    const Options options = TRY(parse_options(words, {"cache", "from", "root", "now"}, kAnyCount));
    if (options.get("cache").empty())
        return Error{Code::bad_input, "no folder for what is known of the channel", "--cache",
                     "give --cache DIR; see 'litura-check --help'"};
    const Path cache = options.get("cache");
    const Instant now = TRY(moment_of(env, options));
    const std::string refused = TRY(take_news(env, cache, options, now));
    if (!env.exists(cache / "timestamp.json"))
        return unknown("no channel was ever fetched: give --from CHANNEL");
    const proof::ChannelView view = TRY(proof::read_channel(env, cache));
    const std::vector<proof::Release> releases = TRY(proof::releases_of(view));
    Report report(view, releases, now);
    for (const std::string& path : options.words) report.add(path);
    if (options.words.empty()) report.add_doubt("no path was given; nothing was looked at");
    if (!refused.empty()) report.add_doubt("the given copy of the channel was REFUSED: " + refused);
    Answer out = report.take();
    out.json["refused"] = refused.empty() ? Json() : Json(refused);
    return out;
}

}  // namespace

// Whoever starts a model asks one question, and a machine that fails must not look like a recall.
Result<Answer> weights_command(Env& env, const Words& words) {
    auto outcome = check_weights(env, words);
    if (outcome || outcome.error().code == Code::bad_input ||
        outcome.error().code == Code::check_failed)
        return outcome;
    return unknown(outcome.error().message + "; " + outcome.error().next);
}

Result<Answer> fetch_command(Env& env, const Words& words) {
    const Options options = TRY(parse_options(words, {"cache", "from", "root", "now"}, 0));
    if (options.get("cache").empty() || options.get("from").empty())
        return Error{Code::bad_input, "fetching needs a cache and a copy of the channel", "fetch",
                     "fetch --cache DIR --from CHANNEL [--root FILE]"};
    const Path cache = options.get("cache");
    const Instant now = TRY(moment_of(env, options));
    const std::string refused = TRY(take_news(env, cache, options, now));
    if (!refused.empty())
        return Error{Code::check_failed, "this copy of the channel was refused: " + refused,
                     "--from", "the last good one stays in use; fetch from another place"};
    const proof::ChannelView view = TRY(proof::read_channel(env, cache));
    return Answer{
        {{"epoch", view.epoch}, {"expires", to_text(view.expires)}},
        fmt::format("channel: epoch {}, good until {}", view.epoch, to_text(view.expires)),
        0};
}

Result<Answer> answer_command(Env& env, const Words& words) {
    const Options options = TRY(parse_options(words, {"reply", "key", "out"}, 1));
    const std::string reply = options.get("reply");
    if ((reply != "said_applied" && reply != "refused") || options.get("key").empty() ||
        options.get("out").empty())
        return Error{Code::bad_input, "an answer needs a reply, a key and a place", "answer",
                     "--reply said_applied|refused --key FILE --out FILE"};
    const std::string file = TRY(read_document(options.words[0], kNoticeMax));
    const Json notice = TRY(parse_json(file, "notice"));
    const proof::RecipientAnswer answer{proof::text_or_empty(notice, "recall"),
                                        proof::text_or_empty(notice, "recipient"),
                                        reply == "said_applied"};
    if (answer.recall.empty() || answer.recipient.empty())
        return Error{Code::bad_input, "not a recall's notice", "answer",
                     "give the file that the publisher sent"};
    const proof::SigningKey key = TRY(proof::load_signing_key(env, options.get("key")));
    TRY(env.write_file(options.get("out"),
                       bytes_of(compact(to_json(proof::sign_answer(answer, key))) + "\n")));
    return Answer{{{"recall", answer.recall},
                   {"recipient", answer.recipient},
                   {"reply", reply},
                   {"path", options.get("out")}},
                  fmt::format("{}: {} in {}: send it to the publisher", answer.recall, reply,
                              options.get("out")),
                  0};
}

}  // namespace litura::check
