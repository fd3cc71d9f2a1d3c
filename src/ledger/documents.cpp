// What people were shown and what an operator states: notices, assessments and other
// documents, sources.
#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "base/text.hpp"
#include "ledger/core.hpp"
#include "ledger/denial.hpp"  // kAnswerWords
#include "ledger/document_rows.hpp"
#include "ledger/documents.hpp"

namespace litura::ledger {
namespace {

/// Lower case, with `_` and `-` as spaces: "could_we_have_asked" and "Could we have asked?"
/// are one question.
std::string plainly(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        c = c == '_' || c == '-' ? ' '
                                 : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return out;
}

/// A line as a heading: without what Markdown or a numbering puts before it.
std::string_view as_heading(std::string_view line) {
    line.remove_prefix(std::min(line.find_first_not_of("#*_ \t0123456789.)"), line.size()));
    return line;
}

/// The answers of a text: to each question the words from its heading to the next heading.
std::map<std::string, int> words_in_text(std::string_view text,
                                         const std::set<std::string>& asked) {
    std::map<std::string, int> words;
    const std::string all = plainly(text);
    std::string question;
    for (std::string_view rest = all; !rest.empty();) {
        std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        const std::string_view heading = as_heading(line);
        const auto begun = std::ranges::find_if(
            asked, [&](const std::string& each) { return heading.starts_with(each); });
        if (begun != asked.end()) {
            question = *begun;
            line = heading.substr(question.size());
        } else if (line.starts_with('#')) {
            question.clear();
        }
        if (!question.empty()) words[question] += words_in(line);
    }
    return words;
}

std::map<std::string, int> words_in_json(const Json& json, const std::set<std::string>& asked) {
    std::map<std::string, int> words;
    for (const auto& item : json.items()) {
        const std::string key = plainly(item.key());
        for (const std::string& question : asked) {
            if (key.starts_with(question) && item.value().is_string())
                words[question] += words_in(item.value().get_ref<const std::string&>());
        }
    }
    return words;
}

/// What the first line that begins with "purpose:" names: an identifier, alone or before a sentence
/// about it.
std::string purpose_line(std::string_view text) {
    constexpr std::string_view kKey = "purpose:";
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!plainly(line.substr(0, kKey.size())).starts_with(kKey)) continue;
        line.remove_prefix(kKey.size());
        const std::size_t first = std::min(line.find_first_not_of(" \t"), line.size());
        line.remove_prefix(first);
        const auto ends = [](char c) {
            return !std::isalnum(static_cast<unsigned char>(c)) && c != '_' && c != '-';
        };
        const auto end_of_name = std::find_if(line.begin(), line.end(), ends);
        const std::string_view after(end_of_name, line.end());
        const bool prose = after.starts_with(' ') && after.find_first_not_of(" \t\r") != after.npos;
        return prose ? std::string() : std::string(line.begin(), end_of_name);
    }
    return {};
}

/// Every purpose that a notice names, each on a line "Purpose: NAME".
std::string purposes_of(std::string_view text) {
    std::set<std::string> purposes;
    for (std::string_view rest = text; !rest.empty();) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        const std::string purpose = purpose_line(as_heading(line));
        if (!purpose.empty()) purposes.insert(purpose);
    }
    std::string list;
    for (const std::string& purpose : purposes) list += (list.empty() ? "" : " ") + purpose;
    return list;
}

struct AnsweredAssessment {
    std::string purpose;
    std::vector<std::string> answers;
};

/// Of the questions that any of the rules ask, those that are answered in a few words at least.
/// Code::bad_input if `now` asks one that is not.
Result<AnsweredAssessment> assess(std::string_view text, std::string_view otherwise,
                                  const std::vector<AdoptedRules>& rules, const RulePack& now) {
    if (!is_utf8(text)) {
        return Error{Code::bad_input, "an assessment is not UTF-8", "", "convert it to UTF-8"};
    }
    std::set<std::string> asked;
    for (const AdoptedRules& each : rules) {
        for (const RulePack::Question& question : each.pack->assessment)
            asked.insert(question.heading);
    }
    const auto json = parse_json(text, "assessment");
    const bool object = json && json.value().is_object();
    AnsweredAssessment found;
    for (const auto& [question, words] :
         object ? words_in_json(json.value(), asked) : words_in_text(text, asked)) {
        if (words >= kAnswerWords) found.answers.push_back(question);
    }
    for (const RulePack::Question& question : now.assessment) {
        if (std::ranges::find(found.answers, question.heading) == found.answers.end())
            return refused(now, Refusal::assessment_incomplete, question.heading);
    }
    if (!object) found.purpose = purpose_line(text);
    if (object && json.value().contains("purpose") && json.value()["purpose"].is_string()) {
        found.purpose = json.value()["purpose"].get_ref<const std::string&>();
    }
    if (found.purpose.empty()) found.purpose = otherwise;
    return found;
}

}  // namespace

Result<Digest> Documents::add_notice(ByteView text) {
    const Digest digest = TRY(Core::checked(text));
    auto transaction = TRY(core_->db->begin());
    if (!TRY(notice_purposes(*core_->db, digest))) {
        const Json payload{{"notice", digest.hex()}, {"purposes", purposes_of(text_of(text))}};
        TRY(core_->append(type::kNotice, std::nullopt, payload, text));
    }
    TRY(transaction.commit());
    return digest;
}

Result<void> Documents::serve_notice(const Digest& notice, std::string_view source, Instant at) {
    TRY(check_name(source, "a source's name"));
    if (at > TRY(core_->now())) {
        return Error{Code::bad_input, "a notice cannot be served in the future", "at",
                     "check its time"};
    }
    auto transaction = TRY(core_->db->begin());
    if (!TRY(notice_purposes(*core_->db, notice))) {
        return Error{Code::bad_input, "the notice is not in the ledger", "",
                     "add it first: litura notice add FILE"};
    }
    if (!TRY(is_served(*core_->db, notice, source, at))) {
        const Json payload{{"notice", notice.hex()}, {"source", source}, {"at", at.ms}};
        TRY(core_->append(type::kServed, std::nullopt, payload));
    }
    return transaction.commit();
}

Result<Digest> Documents::add(DocumentKind kind, ByteView text, std::string_view purpose) {
    const Digest digest = TRY(Core::checked(text));
    AnsweredAssessment about{std::string(purpose), {}};
    if (kind == DocumentKind::assessment) {
        const AdoptedRules now = TRY(core_->rules_now());
        about = TRY(assess(text_of(text), purpose, TRY(core_->adopted(*core_->db)), *now.pack));
        TRY(check_name(about.purpose, "an assessment's purpose"));
    }
    std::string answers;
    for (const std::string& answer : about.answers)
        answers += (answers.empty() ? "" : "\n") + answer;
    auto transaction = TRY(core_->db->begin());
    if (!TRY(has_answers(*core_->db, kind, digest, answers))) {
        const Json payload{{"document", digest.hex()},
                           {"kind", to_text(kind)},
                           {"purpose", about.purpose},
                           {"answers", answers}};
        TRY(core_->append(type::kDocument, std::nullopt, payload, text));
    }
    TRY(transaction.commit());
    return digest;
}

Result<bool> Documents::has(DocumentKind kind, const Digest& digest) {
    return has_document(*core_->db, kind, digest);
}

Result<Bytes> Documents::read(const Digest& digest) {
    const auto event = TRY(document_event(*core_->db, digest));
    if (!event) {
        return Error{Code::bad_input, "no document with this digest is in the ledger", "",
                     "add it first: litura document add KIND FILE"};
    }
    return TRY(core_->chain.event(*event)).attachment;
}

Result<void> Documents::declare_source(std::string_view source, Audience audience, bool adults_only,
                                       std::optional<ByteView> document) {
    TRY(check_name(source, "a source's name"));
    Json payload{{"source", source}, {"audience", to_text(audience)}, {"adults_only", adults_only}};
    const std::optional<Digest> proof =
        document ? std::optional(TRY(Core::checked(*document))) : std::nullopt;
    if (proof) payload["document"] = proof->hex();
    auto transaction = TRY(core_->db->begin());
    if (!TRY(is_declared(*core_->db, source, audience, adults_only, proof))) {
        TRY(core_->append(type::kSource, std::nullopt, std::move(payload),
                          document.value_or(ByteView())));
    }
    return transaction.commit();
}

}  // namespace litura::ledger
