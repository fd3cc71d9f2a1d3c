// Headers, then parts, the outermost first. Lenient: mail of decades breaks every rule.
#include "corpus/importers/mail.hpp"

#include <algorithm>
#include <map>

#include "corpus/importers/changelog.hpp"
#include "corpus/importers/html_text.hpp"

namespace litura::corpus {
namespace {

constexpr int kDepthMax = 8;
constexpr std::size_t kRecipientsMax = 64;

using Headers = std::map<std::string, std::string, std::less<>>;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lowered(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), lower);
    return out;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == text.npos) return "";
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

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

std::string parameter(std::string_view value, std::string_view name) {
    while (true) {
        const std::size_t semicolon = value.find(';');
        if (semicolon == value.npos) return "";
        value.remove_prefix(semicolon + 1);
        const std::size_t equals = value.find('=');
        if (equals == value.npos) return "";
        if (lowered(trimmed(value.substr(0, equals))) != name) continue;
        std::string_view content = trimmed(value.substr(equals + 1));
        const bool quoted = content.starts_with('"');
        if (quoted) content.remove_prefix(1);
        return std::string(content.substr(0, content.find_first_of(quoted ? "\"" : "; \t")));
    }
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char low = lower(c);
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

std::string from_base64(std::string_view text) {
    std::string out;
    unsigned bits = 0;
    int held = 0;
    for (const char c : text) {
        const int digit = base64_digit(c);
        if (digit < 0) continue;
        bits = (bits << 6 | static_cast<unsigned>(digit)) & 0xFFFFU;
        held += 6;
        if (held < 8) continue;
        held -= 8;
        out += static_cast<char>(bits >> held & 0xFFU);
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

/// The addresses in a header: what stands in angle brackets, else words with an at sign.
std::vector<std::string> addresses(std::string_view value) {
    std::vector<std::string> found;
    while (!value.empty() && found.size() < kRecipientsMax) {
        const std::size_t at = value.find('@');
        if (at == value.npos) break;
        constexpr std::string_view kAround = "<>(),;:\" \t[]";
        const std::size_t before = value.find_last_of(kAround, at);
        const std::size_t begin = before == value.npos ? 0 : before + 1;
        const std::size_t end = std::min(value.find_first_of(kAround, at), value.size());
        if (begin < at && at + 1 < end) found.emplace_back(value.substr(begin, end - begin));
        value.remove_prefix(end);
    }
    return found;
}

/// From: the bracketed address goes before an at sign in the name.
std::string author_of(std::string_view value) {
    const std::size_t bracket = value.rfind('<');
    auto found = addresses(bracket == value.npos ? value : value.substr(bracket));
    return found.empty() ? std::string() : std::move(found.front());
}

std::optional<Instant> date_of(std::string_view value) {
    const auto at = parse_mail_date(trimmed(value.substr(0, value.find('('))));
    return at.ok() ? std::optional(at.value()) : std::nullopt;
}

}  // namespace

Mail parse_mail(std::string_view raw) {
    const Headers headers = take_headers(raw);
    Mail mail;
    mail.author = author_of(header(headers, "from"));
    std::string_view id = header(headers, "message-id");
    if (id.starts_with('<')) id.remove_prefix(1);
    mail.id = id.substr(0, id.find('>'));
    mail.at = date_of(header(headers, "date"));
    for (const std::string_view name : {"to", "cc"}) {
        for (std::string& address : addresses(header(headers, name))) {
            mail.recipients.push_back(std::move(address));
        }
    }
    Texts texts;
    collect(headers, raw, 0, texts);
    mail.text = texts.plain ? std::move(*texts.plain) : html_text(texts.html.value_or(""));
    return mail;
}

}  // namespace litura::corpus
