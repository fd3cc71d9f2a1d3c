// Finds runs of equal words by a rolling hash: a polynomial over the hashes of a window's words.
#include "corpus/echoes.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <set>

#include "base/text.hpp"
#include "corpus/marks.hpp"
#include "keys/sealing.hpp"

namespace litura::corpus {
namespace {

using Hash = std::uint64_t;

/// Multiplies and folds, so that every byte reaches every bit.
Hash hash_of(std::string_view word, Hash seed) {
    Hash hash = seed;
    for (const char c : word) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x9e3779b97f4a7c15ULL;
        hash ^= hash >> 29;
    }
    return (hash ^ (hash >> 32)) * 0xbf58476d1ce4e5b9ULL;
}

/// Calls `each` with the hash of every window of `length` words.
template <typename Each>
void for_windows(const std::vector<Hash>& words, std::size_t length, Hash base, Each each) {
    Hash leaving = 1;  // base^(length - 1)
    for (std::size_t at = 1; at < length; ++at) leaving *= base;
    Hash window = 0;
    for (std::size_t at = 0; at < words.size(); ++at) {
        if (at >= length) window -= words[at - length] * leaving;
        window = window * base + words[at];
        if (at + 1 >= length) each(window);
    }
}

/// Names a text's set of shingles, if it is so small that only an equal one is a near copy of it.
std::optional<Hash> small_set_of(const std::vector<Hash>& words, Hash base) {
    constexpr std::size_t kSetMax = 3;
    std::set<Hash> shingles;
    for_windows(words, EchoScanner::kShingle, base, [&](Hash one) {
        if (shingles.size() <= kSetMax) shingles.insert(one);
    });
    if (shingles.empty() || shingles.size() > kSetMax) return std::nullopt;
    Hash set = shingles.size();
    for (const Hash shingle : shingles) set = set * base + shingle;
    return set;
}

template <typename Whose>
void add_once(std::vector<Whose>& all, Whose whose) {
    if (all.empty() || all.back() != whose) all.push_back(whose);
}

}  // namespace

EchoScanner::EchoScanner() {
    const SecretKey key = keys::random_key();
    std::memcpy(&seed_, key.reveal().data(), sizeof seed_);
    std::memcpy(&base_, key.reveal().data() + sizeof seed_, sizeof base_);
    base_ |= 1;
}

std::vector<Hash> EchoScanner::words_of(std::string_view plain) const {
    std::vector<Hash> words;
    for (std::size_t begin = 0; begin < plain.size();) {
        const std::size_t end = std::min(plain.find(' ', begin), plain.size());
        words.push_back(hash_of(plain.substr(begin, end - begin), seed_));
        begin = end + 1;
    }
    return words;
}

Result<void> EchoScanner::learn(std::string_view text, Whose whose) {
    const std::vector<Hash> words = words_of(TRY(plain_words(without_marks(text))));
    for_windows(words, kRun, base_, [&](Hash run) { add_once(runs_[run], whose); });
    if (const auto set = small_set_of(words, base_)) add_once(short_[*set], whose);
    return done();
}

Result<std::vector<EchoScanner::Whose>> EchoScanner::finds(std::string_view text) const {
    const std::vector<Hash> words = words_of(TRY(plain_words(without_marks(text))));
    std::set<Whose> found;
    const auto look = [&found](const auto& learned, Hash hash) {
        const auto known = learned.find(hash);
        if (known != learned.end()) found.insert(known->second.begin(), known->second.end());
    };
    for_windows(words, kRun, base_, [&](Hash run) { look(runs_, run); });
    if (const auto set = small_set_of(words, base_)) look(short_, *set);
    return std::vector<Whose>(found.begin(), found.end());
}

}  // namespace litura::corpus
