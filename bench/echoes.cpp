// How well and how fast a person's words are found: `echoes POSTS.jsonl[.gz] [EVERY]`. Copies are
// made of posts in ways that people copy, and hidden in a stranger's post; the stranger's post as
// it is must not be found. Then every EVERY-th author (8) leaves once, and what is found in posts
// that nobody altered is counted apart: those have to be looked at by a person. A thread stands for
// a label there: who answers in a thread of the person quotes them most likely.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <map>
#include <set>

#include "base/text.hpp"
#include "corpus/echoes.hpp"
#include "corpus/importers/import.hpp"
#include "corpus/marks.hpp"
#include "corpus/search.hpp"
#include "ledger/findings.hpp"

namespace litura::corpus {
namespace {

constexpr std::size_t kCopiesMax = 1000;
constexpr std::size_t kWordsMin = 40;

struct Post {
    std::string author, text, thread;
};

template <typename T>
T sure(Result<T> result) {
    CHECK(result.ok());
    return std::move(result).value();
}

std::vector<Post> read_posts(const Path& path) {
    std::vector<Post> posts;
    sure(import_jsonl(path, [&](IncomingRecord record) -> Result<Added> {
        const Json rest = sure(parse_json(record.rest.reveal(), "rest"));
        posts.push_back({record.author.reveal(), effective_text(record.text.reveal()),
                         rest.value("thread", "")});
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
    Share& strangers = kinds["00 none: the stranger's post as it is"];
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
        ++strangers.of;
        if (!sure(scanner.finds(stranger.text)).empty()) {
            ++strangers.found;
            continue;
        }
        ++made;
        for (const auto& [kind, copy] : copies_of(original.text)) {
            ++kinds[kind].of;
            kinds[kind].found +=
                !sure(scanner.finds(stranger.text + "\n" + copy + "\n" + stranger.text)).empty();
        }
    }
    for (const auto& [kind, share] : kinds)
        fmt::print("{:<48} {:>5} of {}\n", kind.substr(3), share.found, share.of);
}

/// What is barred when people leave: by the rule, or by somebody who decides (ledger::bar_found).
struct Leaving {
    std::size_t people = 0, with_echoes = 0, over_the_limit = 0;
    std::size_t barred = 0, in_threads_of_theirs = 0;
    std::size_t asked = 0, bytes = 0;
};

void leave(const std::vector<Post>& posts, const std::vector<std::size_t>& own, Leaving& sum) {
    EchoScanner scanner;
    std::set<std::string> threads;
    for (const std::size_t at : own) {
        CHECK(scanner.learn(posts[at].text).ok());
        threads.insert(posts[at].thread);
    }
    std::size_t hits = 0, near = 0;
    for (const Post& post : posts) {
        if (post.author == posts[own.front()].author) continue;
        ++sum.asked;
        sum.bytes += post.text.size();
        if (sure(scanner.finds(post.text)).empty()) continue;
        ++hits;
        near += threads.contains(post.thread);
    }
    ++sum.people;
    if (hits == 0) return;
    ++sum.with_echoes;
    if (hits > ledger::Findings::kFoundMax && hits * 1000 > posts.size()) {
        ++sum.over_the_limit;
    } else {
        sum.barred += hits;
        sum.in_threads_of_theirs += near;
    }
}

void natural(const std::vector<Post>& posts, std::size_t every) {
    std::map<std::string, std::vector<std::size_t>> by_author;
    for (std::size_t at = 0; at < posts.size(); ++at) by_author[posts[at].author].push_back(at);
    Leaving sum;
    const double seconds = seconds_of([&] {
        std::size_t number = 0;
        for (const auto& [author, own] : by_author)
            if (++number % every == 0) leave(posts, own, sum);
    });
    fmt::print(
        "unaltered: of {} people leaving {} have echoes; {} are over the limit, the others take "
        "{} records with them, {} of these in threads of theirs\n",
        sum.people, sum.with_echoes, sum.over_the_limit, sum.barred, sum.in_threads_of_theirs);
    fmt::print("searched {} texts at {:.0f} MB/s\n", sum.asked,
               static_cast<double>(sum.bytes) / seconds / 1e6);
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
    if (count != 2 && count != 3) {
        fmt::print(stderr, "usage: echoes POSTS.jsonl[.gz] [EVERY]\n");
        return 2;
    }
    const std::string_view text = count == 3 ? arguments[2] : "8";
    std::size_t every = 0;
    std::from_chars(text.data(), text.data() + text.size(), every);
    const std::vector<Post> posts = read_posts(arguments[1]);
    fmt::print("{} posts\n", posts.size());
    search_speed(posts);
    recall(posts);
    natural(posts, std::max<std::size_t>(every, 1));
    return 0;
}
