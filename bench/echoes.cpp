// How well and how fast a person's words are found: `echoes POSTS.jsonl[.gz]`. Every author leaves
// once; copies are made of their posts in ways that people copy, and hidden in a stranger's post.
// What is found in posts that nobody altered is counted apart: those have to be looked at by a
// person.
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <set>

#include "base/text.hpp"
#include "corpus/echoes.hpp"
#include "corpus/importers/import.hpp"
#include "corpus/marks.hpp"
#include "corpus/search.hpp"

namespace litura::corpus {
namespace {

constexpr std::size_t kCopiesMax = 1000;
constexpr std::size_t kWordsMin = 40;

struct Post {
    std::string author, text;
};

template <typename T>
T sure(Result<T> result) {
    CHECK(result.ok());
    return std::move(result).value();
}

std::vector<Post> read_posts(const Path& path) {
    std::vector<Post> posts;
    sure(import_jsonl(path, [&](IncomingRecord record) -> Result<Added> {
        posts.push_back({record.author.reveal(), effective_text(record.text.reveal())});
        return Added{};
    }));
    return posts;
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> words;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find_first_of(" \n", begin), text.size());
        if (end > begin) words.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return words;
}

std::string joined(const std::vector<std::string>& words, std::string_view gap = " ") {
    std::string text;
    for (const std::string& word : words) text.append(text.empty() ? "" : gap).append(word);
    return text;
}

std::string each_byte(std::string text, const auto& change) {
    std::ranges::transform(text, text.begin(), change);
    return text;
}

/// With every n-th word another one.
std::string changed(std::vector<std::string> words, std::size_t every) {
    for (std::size_t at = every - 1; at < words.size(); at += every) words[at] = "whatever";
    return joined(words);
}

std::string full_width(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c >= '!' && c <= '~') {
            const unsigned point = 0xFEE0u + static_cast<unsigned char>(c);
            out += {static_cast<char>(0xE0 | point >> 12),
                    static_cast<char>(0x80 | (point >> 6 & 0x3F)),
                    static_cast<char>(0x80 | (point & 0x3F))};
        } else {
            out += c;
        }
    }
    return out;
}

/// From the middle, where a quotation begins anywhere.
std::vector<std::string> excerpt(const std::vector<std::string>& words, std::size_t count) {
    const auto begin = words.begin() + static_cast<std::ptrdiff_t>(words.size() / 3);
    return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

std::map<std::string, std::string> copies_of(const std::string& text) {
    const std::vector<std::string> words = split(text);
    std::vector<std::string> reversed;
    for (std::size_t at = 0; at + 6 <= words.size(); at += 6)
        reversed.insert(reversed.begin(), words.begin() + static_cast<std::ptrdiff_t>(at),
                        words.begin() + static_cast<std::ptrdiff_t>(at + 6));
    const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; };
    const auto no_points = [](char c) {
        return std::string_view(",.;:!?\"'").find(c) != std::string_view::npos ? ' ' : c;
    };
    return {{"01 as it is", text},
            {"02 capitals", each_byte(text, upper)},
            {"03 other line breaks", joined(words, "\n")},
            {"04 no punctuation", each_byte(text, no_points)},
            {"05 full-width", full_width(text)},
            {"06 emphasis between words", joined(words, "* _")},
            {"07 an excerpt of 12 words", joined(excerpt(words, 12))},
            {"08 every 20th word another", changed(words, 20)},
            {"09 every 12th word another", changed(words, 12)},
            {"10 every 8th word another (missed by design)", changed(words, 8)},
            {"11 in pieces of 6 words (missed by design)", joined(reversed)},
            {"12 an excerpt of 7 words (missed by design)", joined(excerpt(words, 7))}};
}

/// Of this core's time, as others work on the machine too.
double seconds_of(const auto& work) {
    const std::clock_t start = std::clock();
    work();
    return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

struct Share {
    std::size_t found = 0, of = 0;
};

void recall(const std::vector<Post>& posts) {
    std::map<std::string, Share> kinds;
    std::size_t made = 0;
    for (std::size_t at = 0; at < posts.size() && made < kCopiesMax; at += 3) {
        const Post& original = posts[at];
        const Post& stranger = posts[(at + posts.size() / 2) % posts.size()];
        const std::string plain = sure(plain_words(original.text));
        const auto words = 1 + std::ranges::count(plain, ' ');
        if (original.author == stranger.author || std::cmp_less(words, kWordsMin) ||
            split(original.text).size() < kWordsMin)
            continue;
        EchoScanner scanner;
        CHECK(scanner.learn(original.text).ok());
        if (sure(scanner.finds(stranger.text))) continue;
        ++made;
        for (const auto& [kind, copy] : copies_of(original.text)) {
            ++kinds[kind].of;
            kinds[kind].found +=
                sure(scanner.finds(stranger.text + "\n" + copy + "\n" + stranger.text));
        }
    }
    for (const auto& [kind, share] : kinds)
        fmt::print("{:<48} {:>5} of {}\n", kind.substr(3), share.found, share.of);
}

void natural(const std::vector<Post>& posts) {
    std::map<std::string, std::vector<std::size_t>> by_author;
    for (std::size_t at = 0; at < posts.size(); ++at) by_author[posts[at].author].push_back(at);
    std::size_t asked = 0, authors = 0, most = 0, bytes = 0;
    std::set<std::size_t> found;
    const double seconds = seconds_of([&] {
        std::size_t number = 0;
        for (const auto& [author, own] : by_author) {
            if (++number % 8 != 0) continue;  // every eighth, for time
            EchoScanner scanner;
            for (const std::size_t at : own) CHECK(scanner.learn(posts[at].text).ok());
            std::size_t hits = 0;
            for (std::size_t at = 0; at < posts.size(); ++at) {
                if (posts[at].author == author) continue;
                ++asked;
                bytes += posts[at].text.size();
                if (!sure(scanner.finds(posts[at].text))) continue;
                ++hits;
                found.insert(at);
            }
            authors += hits > 0;
            most = std::max(most, hits);
        }
    });
    fmt::print("unaltered: {} of {} people leaving have echoes, {} records in all, at most {}\n",
               authors, by_author.size() / 8, found.size(), most);
    fmt::print("searched {} texts at {:.0f} MB/s\n", asked,
               static_cast<double>(bytes) / seconds / 1e6);
}

/// The best of five.
void search_speed(const std::vector<Post>& posts) {
    const Search search =
        sure(Search::create(Search::For::words, PersonalText("zyzzyva quixotry")));
    std::size_t bytes = 0;
    for (const Post& post : posts) bytes += post.text.size();
    double best = 0;
    for (int round = 0; round < 5; ++round) {
        const double seconds = seconds_of([&] {
            for (const Post& post : posts) CHECK(!sure(search.finds_in(post.text)));
        });
        best = std::max(best, static_cast<double>(bytes) / seconds / 1e6);
    }
    fmt::print("find: {:.0f} MB/s over {} MB of decrypted text\n", best, bytes / 1'000'000);
}

}  // namespace
}  // namespace litura::corpus

int main(int count, char** arguments) {
    using namespace litura::corpus;
    if (count != 2) {
        fmt::print(stderr, "usage: echoes POSTS.jsonl[.gz]\n");
        return 2;
    }
    const std::vector<Post> posts = read_posts(arguments[1]);
    fmt::print("{} posts\n", posts.size());
    search_speed(posts);
    recall(posts);
    natural(posts);
    return 0;
}
