// Who wrote a mail. Lists write themselves into From, archives obscure addresses, and programs send
// in many people's names: where the address may be several people's, nobody is named.
#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "corpus/importers/mail.hpp"

namespace litura::corpus {
namespace {

constexpr std::size_t kAddressesMax = 64;

/// Senders of many people's words.
constexpr std::array<std::string_view, 16> kPrograms = {
    "noreply",      "no-reply", "no_reply",    "donotreply",    "do-not-reply", "notifications",
    "notification", "notify",   "bounce",      "mailer-daemon", "listserv",     "majordomo",
    "mailman",      "nobody",   "undisclosed", "no.reply"};

std::string_view header_of(const MailHeaders& headers, std::string_view name) {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

/// Without quoted names and comments, which may hold anything.
std::string bare(std::string_view value) {
    std::string out;
    bool quoted = false;
    int depth = 0;
    for (std::size_t at = 0; at < value.size(); ++at) {
        const char c = value[at];
        if (c == '\\' && (quoted || depth > 0)) {
            ++at;
        } else if (quoted) {
            quoted = c != '"';
        } else if (c == '"' && depth == 0) {
            quoted = true;
            out += ' ';
        } else if (c == '(') {
            ++depth;
        } else if (c == ')' && depth > 0) {
            --depth;
        } else if (depth == 0) {
            out += c;
        }
    }
    return out;
}

/// "vera at example.org", as Pipermail has it.
std::string with_at_sign(std::string text) {
    if (text.find('@') != text.npos) return text;
    const std::size_t at = text.find(" at ");
    if (at == text.npos) return text;
    return text.replace(at, 4, "@");
}

/// "vera=40example.org@dmarc.lists.example" and "vera=example.org@lists.example".
std::string without_rewriting(const std::string& address) {
    const std::size_t at = address.find('@');
    for (const std::string_view sign : {"=40", "="}) {
        const std::size_t inner = address.find(sign);
        if (inner == address.npos || inner == 0 || inner > at) continue;
        const std::string host = address.substr(inner + sign.size(), at - inner - sign.size());
        if (host.find('.') != host.npos) return address.substr(0, inner) + "@" + host;
    }
    return address;
}

/// Dots or signs in the place of letters: several people's addresses look so.
bool is_obscured(std::string_view address) {
    const std::size_t at = address.find('@');
    const std::string_view local = address.substr(0, at), host = address.substr(at + 1);
    const auto only = [](std::string_view text, char sign) {
        return !text.empty() &&
               std::ranges::all_of(text, [&](char c) { return c == sign || c == '.'; });
    };
    return address.find("..") != address.npos || address.find('*') != address.npos ||
           address.find("\xE2\x80\xA6") != address.npos || only(local, 'x') || only(host, 'x') ||
           address.find("xxx") != address.npos || host.find("hidden") != host.npos ||
           host.find("redacted") != host.npos || host.ends_with("invalid");
}

bool is_programs(std::string_view address) {
    const std::string_view local = address.substr(0, address.find('@'));
    return std::ranges::any_of(kPrograms,
                               [&](std::string_view name) {
                                   return local == name ||
                                          (local.starts_with(name) && local.size() > name.size() &&
                                           std::string_view("-_+.").find(local[name.size()]) !=
                                               std::string_view::npos);
                               }) ||
           local.ends_with("-bounces");
}

/// The only address in a header_of, canonical; empty if there is none or are several.
std::string only_address(std::string_view value) {
    auto found = mail_addresses(with_at_sign(bare(value)));
    if (found.size() != 1) return "";
    std::ranges::transform(found.front(), found.front().begin(), to_lower);
    return without_rewriting(found.front());
}

bool is_list(const MailHeaders& headers, std::string_view address) {
    if (address.empty()) return false;
    for (const std::string_view name :
         {"list-post", "x-beenthere", "x-mailing-list", "mailing-list"}) {
        std::string value(header_of(headers, name));
        std::ranges::transform(value, value.begin(), to_lower);
        if (value.find(address) != value.npos) return true;
    }
    return false;
}

bool says_via(std::string_view from) {
    return from.find(" via ") != from.npos || from.find(" (via ") != from.npos;
}

}  // namespace

std::vector<std::string> mail_addresses(std::string_view value) {
    std::vector<std::string> found;
    while (!value.empty() && found.size() < kAddressesMax) {
        const std::size_t at = value.find('@');
        if (at == value.npos) break;
        constexpr std::string_view kAround = "<>(),;:\" \t[]'";
        const std::size_t before = value.find_last_of(kAround, at);
        const std::size_t begin = before == value.npos ? 0 : before + 1;
        const std::size_t end = std::min(value.find_first_of(kAround, at), value.size());
        if (begin < at && at + 1 < end) found.emplace_back(value.substr(begin, end - begin));
        value.remove_prefix(end);
    }
    return found;
}

MailAuthor mail_author(const MailHeaders& headers) {
    const std::string_view from = header_of(headers, "from");
    const std::size_t bracket = from.find('<');
    const bool several = bare(from).find(',') != std::string::npos;
    MailAuthor author;
    author.address = only_address(from);
    if (author.address.empty() && bracket != from.npos && !several)
        author.address = only_address(bare(from).substr(bare(from).rfind('<') + 1));
    if (says_via(from) || is_list(headers, author.address)) {
        author.address.clear();
        for (const std::string_view name : {"x-original-from", "x-original-sender", "reply-to"}) {
            std::string said = only_address(header_of(headers, name));
            if (said.empty() || is_list(headers, said)) continue;
            author.address = std::move(said);
            break;
        }
    }
    if (author.address.empty() || is_obscured(author.address) || is_programs(author.address))
        return {};
    const auto written = mail_addresses(bracket == from.npos ? from : from.substr(from.rfind('<')));
    if (written.size() == 1 && written.front() != author.address) author.written = written.front();
    return author;
}

}  // namespace litura::corpus
