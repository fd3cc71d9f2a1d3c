#include "corpus/signal.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/ascii.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "corpus/importers/json_fields.hpp"
#include "corpus/importers/moments.hpp"
#include "corpus/importers/preferences.hpp"

namespace litura::corpus {
namespace {

constexpr std::array<std::pair<SignalFormat, std::string_view>, 6> kSignalNames{
    {{SignalFormat::gpc, "gpc"},
     {SignalFormat::aipref, "aipref"},
     {SignalFormat::robots, "robots"},
     {SignalFormat::tdmrep, "tdmrep"},
     {SignalFormat::user_intents, "user-intents"},
     {SignalFormat::preference, "preference"}}};
constexpr std::size_t kLocationsMax = 1000, kLocationBytesMax = 2048;

Error not_of_the_format(SignalFormat format, std::string_view what) {
    return {Code::bad_input, std::string(what), std::string(to_text(format)),
            "docs/law/requests.md says what each format of a signal is"};
}

std::string_view trimmed_of_blanks(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r";
    const std::size_t begin = std::min(text.find_first_not_of(kSpace), text.size());
    const std::size_t end = text.find_last_not_of(kSpace);
    return end == text.npos ? std::string_view() : text.substr(begin, end - begin + 1);
}

std::string_view trimmed_of_lines(std::string_view text) {
    return text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
}

/// Calls `each` with the lower-case name and the value of every "name: value" line. A line ends in
/// CR, LF or both (RFC 9309).
template <typename Each>
void for_headers(std::string_view text, Each each) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::size_t colon = line.find(':');
        if (colon != line.npos)
            each(lowered(trimmed_of_blanks(line.substr(0, colon))),
                 trimmed_of_blanks(line.substr(colon + 1)));
    }
}

enum class Said { nothing, yes, no, unreadable };

/// A value as sites write it. What is neither a "yes" nor a "no" must not pass for silence.
Said said_by(std::string_view value) {
    constexpr std::string_view kYes[] = {"", "y", "yes", "?1", "1", "true", "allow", "allowed"};
    constexpr std::string_view kNo[] = {"n", "no", "?0", "0", "false", "disallow", "none", "deny"};
    std::string word = lowered(trimmed_of_blanks(value));
    if (word.size() >= 2 && word.front() == '"' && word.back() == '"')
        word = word.substr(1, word.size() - 2);
    if (std::ranges::find(kYes, word) != std::end(kYes)) return Said::yes;
    return std::ranges::find(kNo, word) != std::end(kNo) ? Said::no : Said::unreadable;
}

Said worse(Said a, Said b) { return std::max(a, b); }

/// Training, or something that holds it, in the vocabularies of AIPREF and its drafts.
constexpr std::string_view kTrainings[] = {"train-ai", "train-genai", "genai", "ai", "tdm", "bots"};

/// A dictionary of RFC 8941 as far as it matters: does a member of it say no to training?
Said said_by_members(std::string_view value, std::span<const std::string_view> names) {
    Said said = Said::nothing;
    while (!value.empty()) {
        const std::size_t comma = std::min(value.find_first_of(",;"), value.size());
        const std::string_view member = trimmed_of_blanks(value.substr(0, comma));
        value.remove_prefix(std::min(comma + 1, value.size()));
        const std::size_t equals = std::min(member.find_first_of("=:"), member.size());
        const std::string name = lowered(trimmed_of_blanks(member.substr(0, equals)));
        if (std::ranges::find(names, name) == names.end()) continue;
        const Said one = said_by(member.substr(std::min(equals + 1, member.size())));
        if (one == Said::no) return Said::no;
        said = worse(said, one);
    }
    return said;
}

/// Of one header or line of robots.txt, by its name in lower case.
Said said_in(std::string_view name, std::string_view value) {
    constexpr std::string_view kSignals[] = {"ai-train"};
    if (name == "content-usage") return said_by_members(value, kTrainings);
    if (name == "content-signal") return said_by_members(value, kSignals);
    const bool none = name == "x-robots-tag" && lowered(value).find("noai") != std::string::npos;
    return none || (name == "disallowaitraining" && !value.empty()) ? Said::no : Said::nothing;
}

Error unreadable(SignalFormat format) {
    return not_of_the_format(format,
                             "it speaks of training, and neither yes nor no can be read in it");
}

void add_location(Signal& signal, std::string_view location) {
    if (signal.locations.size() < kLocationsMax && location.size() <= kLocationBytesMax)
        signal.locations.emplace_back(location);
}

Signal read_gpc(std::string_view text) {
    Signal signal;
    for_headers(text, [&](const std::string& name, std::string_view value) {
        if (name == "sec-gpc" && value == "1") signal.forbids = true;
    });
    return signal;
}

Result<Signal> read_aipref(std::string_view text) {
    Said said = Said::nothing;
    bool no = false;
    for_headers(text, [&](const std::string& name, std::string_view value) {
        const Said one = said_in(name, value);
        no = no || one == Said::no;
        said = worse(said, one);
    });
    if (!no && said == Said::unreadable) return unreadable(SignalFormat::aipref);
    Signal signal;
    signal.forbids = no;
    return signal;
}

/// In whichever group a rule stands: whoever is named in it, the site has said no to somebody who
/// trains.
Result<Signal> read_robots(std::string_view text) {
    Signal signal;
    bool unread = false;
    for_headers(text, [&](const std::string& name, std::string_view value) {
        value = trimmed_of_blanks(value.substr(0, value.find('#')));
        std::string_view path;
        if (value.starts_with('/')) {
            path = value.substr(0, value.find_first_of(" \t"));
            if (name != "disallowaitraining") value = trimmed_of_blanks(value.substr(path.size()));
        }
        const Said said = said_in(name, value);
        unread = unread || said == Said::unreadable;
        if (said != Said::no) return;
        signal.forbids = true;
        add_location(signal, path.empty() ? "/" : path);
    });
    if (unread && !signal.forbids) return unreadable(SignalFormat::robots);
    return signal;
}

/// 1, or what says as much.
Said said_by_reservation(const Json& value) {
    if (value.is_null()) return Said::nothing;
    const bool text = value.is_string();
    const std::string word =
        text ? lowered(trimmed_of_blanks(value.get_ref<const std::string&>())) : compact(value);
    if (word == "1" || word == "true" || word == "1.0" || word == "yes") return Said::no;
    return word == "0" || word == "false" || word == "0.0" || word == "no" ? Said::yes
                                                                           : Said::unreadable;
}

/// Wherever in the document a rule stands: alone, in a list, or in a list that has a name.
bool read_rules(const Json& json, Signal& signal) {
    bool unread = false;
    const Json& reserved = field(json, {"tdm-reservation"});
    const Said said = said_by_reservation(reserved);
    if (said == Said::no) {
        signal.forbids = true;
        const std::string_view location = text_field(json, {"location"});
        add_location(signal, location.empty() ? "/" : location);
    }
    unread = said == Said::unreadable;
    if (json.is_structured()) {
        for (const Json& inner : json) unread = read_rules(inner, signal) || unread;
    }
    return unread;
}

/// `<meta name="tdm-reservation" content="1">` in a page.
bool read_page(std::string_view page, Signal& signal) {
    bool unread = false;
    const std::string text = lowered(page);
    for (std::size_t at = text.find("<meta"); at != text.npos; at = text.find("<meta", at + 1)) {
        const std::string_view tag = std::string_view(text).substr(at, text.find('>', at) - at);
        if (tag.find("tdm-reservation") == tag.npos) continue;
        const std::size_t content = tag.find("content");
        const std::size_t equals = content == tag.npos ? content : tag.find('=', content);
        const std::string_view value = equals == tag.npos ? "" : tag.substr(equals + 1);
        const std::size_t begin = value.find_first_not_of(" \t\r\n\"'");
        const std::string_view word =
            begin == value.npos
                ? ""
                : value.substr(begin, value.find_first_of(" \t\r\n\"'/", begin) - begin);
        const Said said = said_by_reservation(Json(word));
        if (said == Said::no) signal.forbids = true;
        unread = unread || said == Said::unreadable;
    }
    return unread;
}

Result<Signal> read_tdmrep(std::string_view text) {
    Signal signal;
    bool unread = false;
    const std::string_view begin = trimmed_of_lines(text);
    if (begin.starts_with('[') || begin.starts_with('{')) {
        unread = read_rules(TRY(parse_json(text, "tdmrep.json")), signal);
    } else if (begin.starts_with('<')) {
        unread = read_page(text, signal);
    } else {
        for_headers(text, [&](const std::string& name, std::string_view value) {
            if (name != "tdm-reservation") return;
            const Said said = said_by_reservation(Json(value));
            signal.forbids = signal.forbids || said == Said::no;
            unread = unread || said == Said::unreadable;
        });
    }
    if (unread && !signal.forbids) return unreadable(SignalFormat::tdmrep);
    return signal;
}

/// A record as the repository holds it, alone or as an API wraps it.
Result<Signal> read_record(SignalFormat format, std::string_view text) {
    const Json json = TRY(parse_json(text, to_text(format)));
    const Json& wrapped = field(json, {"value"});
    const Json& record = wrapped.is_object() ? wrapped : json;
    const std::string_view collection =
        format == SignalFormat::user_intents ? kUserIntents : kAiPreference;
    if (!record.is_object() ||
        text_field(record, {"$type"}).substr(0, collection.size()) != collection)
        return not_of_the_format(format, "the record is not of this type");
    Signal signal;
    for_refusals(collection, record, [&](Instant at) {
        signal.forbids = true;
        signal.since = std::max(signal.since.value_or(at), at);
    });
    return signal;
}

}  // namespace

std::string_view to_text(SignalFormat format) {
    return std::ranges::find(kSignalNames, format,
                             &std::pair<SignalFormat, std::string_view>::first)
        ->second;
}

Result<SignalFormat> parse_signal_format(std::string_view text) {
    std::string choice;
    for (const auto& [format, name] : kSignalNames) {
        if (name == text) return format;
        choice += (choice.empty() ? "" : ", ") + std::string(name);
    }
    return Error{Code::bad_input, "no such format of a signal", "", "choose one of: " + choice};
}

bool is_of_site(SignalFormat format) {
    return format == SignalFormat::aipref || format == SignalFormat::robots ||
           format == SignalFormat::tdmrep;
}

Result<Signal> read_signal(SignalFormat format, ByteView bytes) {
    if (bytes.empty() || bytes.size() > kSignalBytesMax)
        return not_of_the_format(format, "a signal is 1 byte to 1 MiB");
    std::string_view text = text_of(bytes);
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark
    if (!is_utf8(text)) return not_of_the_format(format, "a signal is not UTF-8");
    switch (format) {
        case SignalFormat::gpc: return read_gpc(text);
        case SignalFormat::aipref: return read_aipref(text);
        case SignalFormat::robots: return read_robots(text);
        case SignalFormat::tdmrep: return read_tdmrep(text);
        case SignalFormat::user_intents:
        case SignalFormat::preference: return read_record(format, text);
    }
    CHECK(false);  // a format without a reader
    return Signal();
}

}  // namespace litura::corpus
