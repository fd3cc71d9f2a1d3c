#include "corpus/signal.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/json.hpp"
#include "base/text.hpp"
#include "corpus/importers/json_fields.hpp"
#include "corpus/importers/moments.hpp"
#include "corpus/importers/preferences.hpp"

namespace litura::corpus {
namespace {

constexpr std::array<std::pair<SignalFormat, std::string_view>, 6> kNames{
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

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r";
    const std::size_t begin = std::min(text.find_first_not_of(kSpace), text.size());
    const std::size_t end = text.find_last_not_of(kSpace);
    return end == text.npos ? std::string_view() : text.substr(begin, end - begin + 1);
}

/// Calls `each` with the lower-case name and the value of every "name: value" line.
template <typename Each>
void for_headers(std::string_view text, Each each) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::size_t colon = line.find(':');
        if (colon != line.npos)
            each(lower(trimmed(line.substr(0, colon))), trimmed(line.substr(colon + 1)));
    }
}

/// A dictionary of RFC 8941 as far as it matters: does a member of it say no to training?
bool usage_forbids(std::string_view value) {
    while (!value.empty()) {
        const std::size_t comma = std::min(value.find(','), value.size());
        std::string_view member = value.substr(0, comma);
        value.remove_prefix(std::min(comma + 1, value.size()));
        member = trimmed(member.substr(0, member.find(';')));
        const std::size_t equals = std::min(member.find('='), member.size());
        const std::string name = lower(trimmed(member.substr(0, equals)));
        const std::string said = lower(trimmed(member.substr(std::min(equals + 1, member.size()))));
        if (name == "train-ai" && said == "n") return true;
    }
    return false;
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

Signal read_aipref(std::string_view text) {
    Signal signal;
    for_headers(text, [&](const std::string& name, std::string_view value) {
        if (name == "content-usage" && usage_forbids(value)) signal.forbids = true;
    });
    return signal;
}

/// In whichever group a rule stands: whoever is named in it, the site has said no to somebody who
/// trains.
Signal read_robots(std::string_view text) {
    Signal signal;
    for_headers(text, [&](const std::string& name, std::string_view value) {
        value = trimmed(value.substr(0, value.find('#')));
        if (name != "content-usage") return;
        std::string_view path;
        if (value.starts_with('/')) {
            path = value.substr(0, value.find_first_of(" \t"));
            value = trimmed(value.substr(path.size()));
        }
        if (!usage_forbids(value)) return;
        signal.forbids = true;
        add_location(signal, path.empty() ? "/" : path);
    });
    return signal;
}

Result<Signal> read_tdmrep(std::string_view text) {
    Signal signal;
    if (!trimmed(text).starts_with('[')) {
        for_headers(text, [&](const std::string& name, std::string_view value) {
            if (name == "tdm-reservation" && value == "1") signal.forbids = true;
        });
        return signal;
    }
    const Json json = TRY(parse_json(text, "tdmrep.json"));
    for (const Json& rule : json) {
        const Json& reserved = field(rule, {"tdm-reservation"});
        const bool says_no = (reserved.is_number_integer() && reserved == 1) || reserved == "1";
        if (!says_no) continue;
        signal.forbids = true;
        const std::string_view location = text_field(rule, {"location"});
        add_location(signal, location.empty() ? "/" : location);
    }
    return signal;
}

/// A record as the repository holds it, alone or as an API wraps it.
Result<Signal> read_record(SignalFormat format, std::string_view text) {
    const Json json = TRY(parse_json(text, to_text(format)));
    const Json& wrapped = field(json, {"value"});
    const Json& record = wrapped.is_object() ? wrapped : json;
    const std::string_view collection =
        format == SignalFormat::user_intents ? kUserIntents : kAiPreference;
    if (!record.is_object() || text_field(record, {"$type"}).substr(0, collection.size()) !=
                                   collection)
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
    return std::ranges::find(kNames, format, &std::pair<SignalFormat, std::string_view>::first)
        ->second;
}

Result<SignalFormat> parse_signal_format(std::string_view text) {
    std::string choice;
    for (const auto& [format, name] : kNames) {
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
    const std::string_view text = text_of(bytes);
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
