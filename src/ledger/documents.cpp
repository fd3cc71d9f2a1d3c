// What people were shown and what an operator states: notices, assessments and other
// documents, sources.
#include <algorithm>
#include <cctype>

#include "base/text.hpp"
#include "ledger/impl.hpp"

namespace litura::ledger {
namespace {

constexpr std::string_view kQuestion = "could we have asked";
constexpr int kAnswerWords = 3;

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

int words_in(std::string_view text) {
    int words = 0;
    bool inside = false;
    for (const unsigned char c : text) {
        const bool letter = std::isalnum(c) != 0 || c >= 0x80;
        words += letter && !inside ? 1 : 0;
        inside = letter;
    }
    return words;
}

/// The answer ends where the next heading begins.
bool answered_in_text(std::string_view text) {
    const std::string plain = plainly(text);
    const std::size_t question = plain.find(kQuestion);
    if (question == plain.npos) return false;
    const std::string_view rest = std::string_view(plain).substr(question + kQuestion.size());
    return words_in(rest.substr(0, rest.find("\n#"))) >= kAnswerWords;
}

bool answered_in_json(const Json& json) {
    return std::ranges::any_of(json.items(), [](const auto& item) {
        return plainly(item.key()).find(kQuestion) != std::string::npos &&
               item.value().is_string() &&
               words_in(item.value().template get_ref<const std::string&>()) >= kAnswerWords;
    });
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

/// The purpose that an assessment speaks of, if it answers what it must answer.
Result<std::string> assessed_purpose(std::string_view text, std::string_view otherwise) {
    if (!is_utf8(text)) {
        return Error{Code::bad_input, "an assessment is not UTF-8", "", "convert it to UTF-8"};
    }
    const auto json = parse_json(text, "assessment");
    const bool object = json && json.value().is_object();
    if (!(object ? answered_in_json(json.value()) : answered_in_text(text))) {
        return Error{Code::bad_input, "an assessment does not answer: could we have asked?", "",
                     "write a line \"Could we have asked?\" and below it, in a sentence, why "
                     "people were not asked"};
    }
    std::string purpose;
    if (!object) purpose = purpose_line(text);
    if (object && json.value().contains("purpose") && json.value()["purpose"].is_string()) {
        purpose = json.value()["purpose"].get_ref<const std::string&>();
    }
    return purpose.empty() ? std::string(otherwise) : purpose;
}

}  // namespace

Result<Digest> Ledger::add_notice(ByteView text) {
    const Digest digest = TRY(Impl::checked(text));
    auto transaction = TRY(impl_->db->begin());
    if (!TRY(impl_->any("SELECT 1 FROM notice WHERE digest = ?", digest))) {
        TRY(impl_->append(type::kNotice, std::nullopt, Json{{"notice", digest.hex()}}, text));
    }
    TRY(transaction.commit());
    return digest;
}

Result<void> Ledger::serve_notice(const Digest& notice, std::string_view source, Instant at) {
    TRY(check_name(source, "a source's name"));
    if (at > TRY(now())) {
        return Error{Code::bad_input, "a notice cannot be served in the future", "at",
                     "check its time"};
    }
    auto transaction = TRY(impl_->db->begin());
    if (!TRY(impl_->any("SELECT 1 FROM notice WHERE digest = ?", notice))) {
        return Error{Code::bad_input, "the notice is not in the ledger", "",
                     "add it first: litura notice add FILE"};
    }
    auto same = TRY(
        impl_->db->prepare("SELECT 1 FROM served WHERE notice = ? AND source = ? AND at_ms = ?"));
    if (!TRY(same.bind(notice).bind(source).bind(at.ms).step())) {
        const Json payload{{"notice", notice.hex()}, {"source", source}, {"at", at.ms}};
        TRY(impl_->append(type::kServed, std::nullopt, payload));
    }
    return transaction.commit();
}

Result<Digest> Ledger::add_document(DocumentKind kind, ByteView text, std::string_view purpose) {
    const Digest digest = TRY(Impl::checked(text));
    const bool assessment = kind == DocumentKind::assessment;
    const std::string about =
        assessment ? TRY(assessed_purpose(text_of(text), purpose)) : std::string(purpose);
    if (assessment) TRY(check_name(about, "an assessment's purpose"));
    auto transaction = TRY(impl_->db->begin());
    auto same = TRY(impl_->db->prepare("SELECT 1 FROM document WHERE kind = ? AND digest = ?"));
    if (!TRY(same.bind(to_text(kind)).bind(digest).step())) {
        const Json payload{{"document", digest.hex()}, {"kind", to_text(kind)}, {"purpose", about}};
        TRY(impl_->append(type::kDocument, std::nullopt, payload, text));
    }
    TRY(transaction.commit());
    return digest;
}

Result<bool> Ledger::has_document(DocumentKind kind, const Digest& digest) {
    auto rows = TRY(impl_->db->prepare("SELECT 1 FROM document WHERE kind = ? AND digest = ?"));
    return rows.bind(to_text(kind)).bind(digest).step();
}

Result<Bytes> Ledger::document(const Digest& digest) {
    auto rows = TRY(
        impl_->db->prepare("SELECT event FROM document WHERE digest = ?1"
                           " UNION ALL SELECT event FROM notice WHERE digest = ?1 ORDER BY event"));
    if (!TRY(rows.bind(digest).step())) {
        return Error{Code::bad_input, "no document with this digest is in the ledger", "",
                     "add it first: litura document add KIND FILE"};
    }
    return TRY(impl_->chain.event(static_cast<Sequence>(rows.integer(0)))).attachment;
}

Result<void> Ledger::declare_source(std::string_view source, Audience audience, bool adults_only,
                                    std::optional<ByteView> document) {
    TRY(check_name(source, "a source's name"));
    Json payload{{"source", source}, {"audience", to_text(audience)}, {"adults_only", adults_only}};
    const std::optional<Digest> proof =
        document ? std::optional(TRY(Impl::checked(*document))) : std::nullopt;
    if (proof) payload["document"] = proof->hex();
    auto transaction = TRY(impl_->db->begin());
    auto same = TRY(impl_->db->prepare(
        "SELECT 1 FROM source WHERE name = ? AND audience = ? AND adults_only = ?"
        " AND document IS ?"));
    same.bind(source).bind(to_text(audience)).bind(std::int64_t{adults_only});
    if (proof) {
        same.bind(*proof);
    } else {
        same.bind_null();
    }
    if (!TRY(same.step())) {
        TRY(impl_->append(type::kSource, std::nullopt, std::move(payload),
                          document.value_or(ByteView())));
    }
    return transaction.commit();
}

}  // namespace litura::ledger
