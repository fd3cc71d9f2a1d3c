#include "ledger/denial.hpp"

#include <algorithm>
#include <cctype>

#include "base/text.hpp"

namespace litura::ledger {
namespace {

struct Entry {
    Reason reason;
    std::string_view kinds;  ///< with spaces around each
};

constexpr std::string_view kDestroying = " erasure rectification ";
constexpr std::string_view kEvery = " erasure rectification access portability ";
constexpr Entry kReasons[] = {
    {{"identity", "Art. 11(2), 12(2)", "the person could not be identified"}, kEvery},
    {{"unfounded", "Art. 12(5)(b)", "manifestly unfounded"}, kEvery},
    {{"excessive", "Art. 12(5)(b)", "excessive, in particular by repetition"}, kEvery},
    {{"accurate", "Art. 16", "what is stored is accurate"}, " rectification "},
    {{"expression", "Art. 17(3)(a)", "needed for freedom of expression"}, " erasure "},
    {{"legal_obligation", "Art. 17(3)(b)", "a law requires that it be kept"}, " erasure "},
    {{"archiving", "Art. 17(3)(d)", "archiving or research in the public interest"}, " erasure "},
    {{"legal_claims", "Art. 17(3)(e)", "needed for legal claims"}, kDestroying},
    {{"others_rights", "Art. 15(4), 20(4)", "it would harm others' rights"},
     " access portability "},
};

/// Why nothing can be said against these.
std::string_view unconditional(RequestKind kind) {
    switch (kind) {
        case RequestKind::objection:
            return "an objection needs no reason here and cannot be denied (GDPR Art. 21; EDPB "
                   "Opinion 28/2024)";
        case RequestKind::withdrawal:
            return "a withdrawal of consent cannot be denied (GDPR Art. 7(3))";
        case RequestKind::restriction:
            return "a restriction is not denied but lifted, after notice to the person (GDPR Art. "
                   "18(3))";
        case RequestKind::lift_restriction:
            return "what the person asks to lift is lifted (GDPR Art. 18)";
        default: return {};
    }
}

std::string_view next_instead(RequestKind kind) {
    return kind == RequestKind::restriction
               ? "litura request lift-notice ID --letter F, then litura request lift-restriction"
               : "carry it out; litura request answer ID --letter F tells the person";
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

constexpr std::string_view kHeadings[] = {"reasons:", "supervisory authority:", "court:"};

/// From the heading to the next one, or the end.
bool answers(std::string_view text, std::string_view heading) {
    std::size_t at = text.find(heading);
    while (at != text.npos && at > 0 && text[at - 1] != '\n') at = text.find(heading, at + 1);
    if (at == text.npos) return false;
    std::string_view rest = text.substr(at + heading.size());
    std::size_t end = rest.size();
    for (const std::string_view other : kHeadings)
        end = std::min(end, rest.find("\n" + std::string(other)));
    return words_in(rest.substr(0, end)) >= kAnswerWords;
}

}  // namespace

int words_in(std::string_view text) {
    int words = 0;
    bool inside = false;
    for (const unsigned char c : text) {
        const bool part = std::isalnum(c) != 0 || c >= 0x80;
        words += part && !inside ? 1 : 0;
        inside = part;
    }
    return words;
}

const Reason* reason_named(std::string_view code) {
    const auto found =
        std::ranges::find(kReasons, code, [](const Entry& e) { return e.reason.code; });
    return found == std::end(kReasons) ? nullptr : &found->reason;
}

Result<Reason> denial_reason(std::string_view code, RequestKind kind) {
    if (const auto why = unconditional(kind); !why.empty())
        return Error{Code::forbidden, std::string(why), "", std::string(next_instead(kind))};
    if (kind == RequestKind::question) {
        return Error{Code::forbidden, "a message is answered or classified, never denied", "",
                     "litura request classify ID KIND, or litura request answer ID --letter F"};
    }
    std::string choice;
    const std::string wanted = " " + std::string(to_text(kind)) + " ";
    for (const Entry& each : kReasons) {
        const bool fits = each.kinds.find(wanted) != each.kinds.npos;
        if (fits && each.reason.code == code) return each.reason;
        if (fits) choice += (choice.empty() ? "" : ", ") + std::string(each.reason.code);
    }
    const Reason* known = reason_named(code);
    if (known == nullptr)
        return Error{Code::bad_input, "no such reason of a denial", "", "choose one of: " + choice};
    return Error{Code::forbidden,
                 "this reason (GDPR " + std::string(known->article) + ") does not answer " +
                     (kind == RequestKind::rectification ? "a " : "a request for ") +
                     std::string(to_text(kind)),
                 "", "choose one of: " + choice};
}

Result<void> check_denial_letter(ByteView letter) {
    const std::string text = lower(text_of(letter));
    std::string missing;
    for (const std::string_view heading : kHeadings) {
        if (!is_utf8(text) || !answers(text, heading))
            missing += (missing.empty() ? "" : ", ") + std::string(heading);
    }
    if (missing.empty()) return done();
    return Error{Code::bad_input,
                 "a denial must give the person the reasons, the supervisory authority and the "
                 "court (GDPR Art. 12(4)); the letter lacks " +
                     missing,
                 "", "write a line that begins with each, and the answer after it"};
}

}  // namespace litura::ledger
