// Cleaning is utf8proc's, by way of base/text; the forms of each platform are a few prefixes.
#include "keys/spelling.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace litura::keys {
namespace {

bool take(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

/// "https://" and the host before the first slash; `path` then is what follows the slash.
std::string_view take_host(std::string_view& path) {
    if (!take(path, "https://") && !take(path, "http://")) return "";
    const std::size_t slash = std::min(path.find('/'), path.size());
    const std::string_view host = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    return host;
}

bool is_host_of(std::string_view host, std::string_view site) {
    return host == site || (host.size() > site.size() && host.ends_with(site) &&
                            host[host.size() - site.size() - 1] == '.');
}

constexpr std::string_view kSites[] = {"reddit.com",   "redd.it",     "bsky.app", "instagram.com",
                                       "facebook.com", "twitter.com", "x.com"};

/// People copy addresses without "https://": of the sites that are known, and "host/@name".
std::string with_scheme(std::string_view written) {
    const std::size_t slash = written.find('/');
    const std::string_view host = written.substr(0, slash);
    const bool plain = slash != written.npos && host.find('.') != host.npos &&
                       host.find_first_of("@: ") == host.npos;
    const auto known = [&](std::string_view site) { return is_host_of(host, site); };
    const bool address =
        plain && (std::ranges::any_of(kSites, known) || written.substr(slash + 1).starts_with('@'));
    return (address ? "https://" : "") + std::string(written);
}

std::string_view before(std::string_view text, std::string_view signs) {
    return text.substr(0, text.find_first_of(signs));
}

std::string actor(std::string_view host, std::string_view name) {
    return "https://" + std::string(host) + "/users/" + std::string(name);
}

/// Of an address of somebody's profile; empty if it is none that is known.
std::string profile_key(std::string_view address) {
    std::string_view path = address;
    const std::string_view host = take_host(path);
    if (host.empty()) return "";
    path = before(path, "?#");
    if (take(path, "@")) {
        const std::string_view name = before(path, "/");
        const std::size_t other =
            name.find('@');  // another server's person, as this one shows them
        if (other != name.npos) return actor(name.substr(other + 1), name.substr(0, other));
        return name.empty() ? "" : actor(host, name);
    }
    if (is_host_of(host, "reddit.com") && (take(path, "user/") || take(path, "u/")))
        return std::string(before(path, "/"));
    if (is_host_of(host, "bsky.app") && take(path, "profile/"))
        return std::string(before(path, "/"));
    if (is_host_of(host, "instagram.com")) return std::string(before(path, "/"));
    if (is_host_of(host, "facebook.com")) {
        if (path.starts_with("profile.php")) return "";
        return "https://www.facebook.com/" + std::string(before(path, "/"));
    }
    return "";
}

std::string platform_key(std::string_view name) {
    take(name, "mailto:");
    if (std::string key = profile_key(name); !key.empty()) return key;
    if (name.starts_with("http")) {
        const bool plain = take(name, "http://") || take(name, "https://");
        while (name.ends_with('/')) name.remove_suffix(1);
        return plain ? "https://" + std::string(name) : std::string(name);
    }
    if (take(name, "at://")) return std::string(before(name, "/"));
    for (const std::string_view kind : {"/u/", "u/", "/user/", "user/"}) {
        std::string_view rest = name;
        if (take(rest, kind) && !rest.empty()) return std::string(before(rest, "/"));
    }
    std::string_view rest = name;
    if (!take(rest, "@") || rest.empty()) return std::string(name);
    const std::size_t at = rest.find('@');
    if (at == rest.npos || at == 0 || at + 1 == rest.size()) return std::string(rest);
    return actor(rest.substr(at + 1), rest.substr(0, at));
}

bool is_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

/// Reddit's ids are numbers to the base 36.
bool is_reddit_id(std::string_view text) {
    return text.size() >= 2 && text.size() <= 8 &&
           text.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz") == text.npos;
}

/// "r/sub/comments/POST/title/COMMENT": the last that is there.
std::string reddit_id(std::string_view path) {
    const std::size_t comments = path.find("comments/");
    if (comments == path.npos) return "";
    path.remove_prefix(comments + std::string_view("comments/").size());
    std::array<std::string_view, 3> parts;
    for (std::string_view& part : parts) {
        part = before(path, "/?#");
        path.remove_prefix(std::min(part.size() + 1, path.size()));
    }
    if (is_reddit_id(parts[2])) return "t1_" + std::string(parts[2]);
    return is_reddit_id(parts[0]) ? "t3_" + std::string(parts[0]) : "";
}

std::string post_id(std::string_view host, std::string_view path) {
    if (is_host_of(host, "reddit.com")) return reddit_id(path);
    if (host == "redd.it") {
        const std::string_view id = before(path, "/?#");
        return is_reddit_id(id) ? "t3_" + std::string(id) : "";
    }
    if (is_host_of(host, "bsky.app") && take(path, "profile/")) {
        const std::string did(before(path, "/"));
        const std::size_t post = path.find("/post/");
        if (post == path.npos) return "";
        return "at://" + did + "/app.bsky.feed.post/" +
               std::string(before(path.substr(post + 6), "/?#"));
    }
    if (const std::size_t status = path.find("/status/"); status != path.npos) {
        const std::string_view number = before(path.substr(status + 8), "/?#");
        return is_digits(number) ? std::string(number) : "";
    }
    if (!take(path, "@")) return "";
    const std::string_view name = before(path, "/");
    path.remove_prefix(std::min(name.size() + 1, path.size()));
    const std::string_view number = before(path, "/?#");
    return is_digits(number) ? actor(host, name) + "/statuses/" + std::string(number) : "";
}

}  // namespace

Result<std::string> account_key(std::string_view name) {
    return platform_key(with_scheme(TRY(without_unseen(TRY(folded(name))))));
}

std::vector<std::string> earlier_forms(std::string_view name) {
    std::string_view path = name;
    const std::string_view host = take_host(path);
    if (host.empty() || !take(path, "users/") || path.empty() || path.find('/') != path.npos)
        return {};
    return {"https://" + std::string(host) + "/@" + std::string(path)};
}

Result<std::string> clean_id(std::string_view id) {
    const auto plain = [](char c) { return c > ' ' && c < '\x7F'; };
    if (std::ranges::all_of(id, plain)) return std::string(id);
    return without_unseen(TRY(compatible(id)));
}

std::vector<std::string> record_ids(std::string_view written) {
    std::vector<std::string> ids = {std::string(written)};
    const auto clean = clean_id(written);
    if (!clean.ok()) return ids;
    const auto add = [&](std::string id) {
        if (!id.empty() && std::ranges::find(ids, id) == ids.end()) ids.push_back(std::move(id));
    };
    add(clean.value());
    const std::string address = with_scheme(clean.value());
    std::string_view path = address;
    const std::string_view host = take_host(path);
    if (!host.empty()) {
        add(post_id(host, path));
    } else if (path.starts_with("/r/") || path.starts_with("r/")) {
        add(reddit_id(path));
    } else if (is_reddit_id(path)) {
        add("t1_" + std::string(path));
        add("t3_" + std::string(path));
    }
    return ids;
}

}  // namespace litura::keys
