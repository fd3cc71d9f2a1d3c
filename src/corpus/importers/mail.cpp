// Reads a mail: headers, then parts, outermost first. Lenient: mail of decades breaks every rule.
#include "corpus/importers/mail.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "corpus/importers/html_text.hpp"

namespace litura::corpus {
namespace {

constexpr int kDepthMax = 8;
constexpr std::size_t kHeadersMax = 2000;

using Headers = MailHeaders;

/// The line at the front, without its end; `text` then begins behind it.
std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

/// The headers at the front, unfolded; of several of one name the first. `text` then is the body.
Headers take_headers(std::string_view& text) {
    Headers headers;
    std::string* open = nullptr;
    while (!text.empty()) {
        const std::string_view line = take_line(text);
        if (line.empty()) break;
        if (line.front() == ' ' || line.front() == '\t') {
            if (open != nullptr) open->append(" ").append(trimmed(line));
            continue;
        }
        const std::size_t colon = line.find(':');
        if (colon == line.npos) continue;
        open = nullptr;
        if (headers.size() == kHeadersMax) continue;
        const auto [at, added] = headers.emplace(lowered(trimmed(line.substr(0, colon))),
                                                 trimmed(line.substr(colon + 1)));
        open = added ? &at->second : nullptr;
    }
    return headers;
}

std::string_view header(const Headers& headers, std::string_view name) {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

/// "text/plain; charset=utf-8": the value before the first semicolon.
std::string main_value(std::string_view value) {
    return lowered(trimmed(value.substr(0, value.find(';'))));
}

/// The next "name=value" of a header's parameters, "a value; name=value; name=\"a; b\"".
struct Parameter {
    std::string name, value;
};
std::optional<Parameter> take_parameter(std::string_view& rest) {
    const std::size_t begin = rest.find_first_not_of("; \t\r\n");
    if (begin == rest.npos) return {};
    rest.remove_prefix(begin);
    const std::size_t name_end = std::min(rest.find_first_of("=;"), rest.size());
    Parameter parameter{lowered(trimmed(rest.substr(0, name_end))), ""};
    rest.remove_prefix(name_end);
    if (!rest.starts_with('=')) return parameter;
    rest.remove_prefix(
        std::min(std::max<std::size_t>(rest.find_first_not_of(" \t", 1), 1), rest.size()));
    const bool quoted = rest.starts_with('"');
    if (quoted) rest.remove_prefix(1);
    const std::size_t end = std::min(rest.find_first_of(quoted ? "\"" : "; \t"), rest.size());
    parameter.value = std::string(rest.substr(0, end));
    rest.remove_prefix(std::min(end + (quoted ? 1 : 0), rest.size()));
    return parameter;
}

std::string parameter(std::string_view value, std::string_view name) {
    value.remove_prefix(std::min(value.find(';'), value.size()));
    while (auto parameter = take_parameter(value)) {
        if (parameter->name == name) return std::move(parameter->value);
    }
    return "";
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char low = to_lower(c);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

std::string from_quoted_printable(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        std::string_view line = take_line(text);
        while (line.ends_with(' ') || line.ends_with('\t')) line.remove_suffix(1);
        const bool joined = line.ends_with('=');
        if (joined) line.remove_suffix(1);
        for (std::size_t at = 0; at < line.size(); ++at) {
            const bool escape = line[at] == '=' && at + 2 < line.size() &&
                                hex_digit(line[at + 1]) >= 0 && hex_digit(line[at + 2]) >= 0;
            out += escape
                       ? static_cast<char>(hex_digit(line[at + 1]) * 16 + hex_digit(line[at + 2]))
                       : line[at];
            if (escape) at += 2;
        }
        if (!joined) out += '\n';
    }
    return out;
}

int base64_digit(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/// Up to the padding, or to a line that is no base64: lists append their footers.
std::string from_base64(std::string_view text) {
    std::string out;
    unsigned bits = 0;
    int held = 0;
    while (!text.empty()) {
        std::string_view line = trimmed(take_line(text));
        const bool last = line.ends_with('=');
        while (line.ends_with('=')) line.remove_suffix(1);
        if (!std::ranges::all_of(line, [](char c) { return base64_digit(c) >= 0; })) break;
        for (const char c : line) {
            bits = (bits << 6 | static_cast<unsigned>(base64_digit(c))) & 0xFFFFU;
            held += 6;
            if (held < 8) continue;
            held -= 8;
            out += static_cast<char>(bits >> held & 0xFFU);
        }
        if (last) break;
    }
    return out;
}

std::string with_unix_lines(std::string_view text) {
    std::string out;
    while (!text.empty()) out.append(take_line(text)).push_back('\n');
    while (out.ends_with('\n')) out.pop_back();
    return out;
}

struct Texts {
    std::optional<std::string> plain, html;
};

void collect(const Headers& headers, std::string_view body, int depth, Texts& texts);

/// What stands between the boundary's lines.
void collect_parts(std::string_view body, const std::string& boundary, int depth, Texts& texts) {
    const std::string mark = "--" + boundary;
    const char* begin = nullptr;
    while (!body.empty() && !texts.plain) {
        const char* line_begin = body.data();
        const std::string_view line = take_line(body);
        if (!line.starts_with(mark)) {
            if (!body.empty() || begin == nullptr) continue;
            line_begin = body.data();  // the last part has no end: a cut-off mail
        }
        if (begin != nullptr) {
            std::string_view part(begin, static_cast<std::size_t>(line_begin - begin));
            const Headers headers = take_headers(part);
            collect(headers, part, depth + 1, texts);
        }
        begin = body.data();
        if (line.substr(std::min(mark.size(), line.size())).starts_with("--")) return;
    }
}

void collect(const Headers& headers, std::string_view body, int depth, Texts& texts) {
    const std::string_view content = header(headers, "content-type");
    const std::string type = content.empty() ? "text/plain" : main_value(content);
    if (type.starts_with("multipart/")) {
        const std::string boundary = parameter(content, "boundary");
        if (depth < kDepthMax && !boundary.empty()) collect_parts(body, boundary, depth, texts);
        return;
    }
    auto& wanted = type == "text/html" ? texts.html : texts.plain;
    const bool attached = main_value(header(headers, "content-disposition")) == "attachment";
    if (attached || wanted || (type != "text/plain" && type != "text/html")) return;
    const std::string coding = main_value(header(headers, "content-transfer-encoding"));
    const std::string bytes = coding == "base64"             ? from_base64(body)
                              : coding == "quoted-printable" ? from_quoted_printable(body)
                                                             : std::string(body);
    wanted = with_unix_lines(utf8_from(bytes, lowered(parameter(content, "charset"))));
}

}  // namespace

Mail parse_mail(std::string_view raw) {
    const Headers headers = take_headers(raw);
    Mail mail;
    mail.author = mail_author(headers);
    std::string_view id = header(headers, "message-id");
    if (id.starts_with('<')) id.remove_prefix(1);
    mail.id = id.substr(0, id.find('>'));
    mail.at = mail_date(header(headers, "date"));
    for (const std::string_view name : {"to", "cc"}) {
        for (std::string& address : mail_addresses(header(headers, name))) {
            mail.recipients.push_back(std::move(address));
        }
    }
    Texts texts;
    collect(headers, raw, 0, texts);
    mail.text = texts.plain ? std::move(*texts.plain) : html_text(texts.html.value_or(""));
    return mail;
}

}  // namespace litura::corpus
