// A polynomial over the hashes of a window's words, rolled on word by word.
#include "corpus/echoes.hpp"

#include <algorithm>
#include <cstring>
#include <map>

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

std::vector<Hash> shingles_in(const std::vector<Hash>& words, Hash base) {
    std::vector<Hash> shingles;
    for_windows(words, EchoScanner::kShingle, base, [&](Hash one) { shingles.push_back(one); });
    std::ranges::sort(shingles);
    shingles.erase(std::ranges::unique(shingles).begin(), shingles.end());
    return shingles;
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
    for_windows(words, kRun, base_, [&](Hash run) {
        std::vector<Whose>& known = runs_[run];
        if (known.empty() || known.back() != whose) known.push_back(whose);
    });
    const std::vector<Hash> shingles = shingles_in(words, base_);
    if (shingles.empty()) return done();
    const auto number = static_cast<std::uint32_t>(texts_.size());
    for (const Hash shingle : shingles) shingles_[shingle].push_back(number);
    texts_.push_back({whose, shingles.size()});
    return done();
}

void EchoScanner::add_near_copies(const std::vector<Hash>& shingles,
                                  std::vector<Whose>& found) const {
    std::map<std::uint32_t, std::size_t> shared;
    for (const Hash shingle : shingles) {
        const auto known = shingles_.find(shingle);
        if (known == shingles_.end()) continue;
        for (const std::uint32_t text : known->second) ++shared[text];
    }
    for (const auto& [number, both] : shared) {
        const Text& text = texts_[number];
        const std::size_t either = text.shingles + shingles.size() - both;
        if (static_cast<double>(both) >= kNear * static_cast<double>(either))
            found.push_back(text.whose);
    }
}

Result<std::vector<EchoScanner::Whose>> EchoScanner::finds(std::string_view text) const {
    const std::vector<Hash> words = words_of(TRY(plain_words(without_marks(text))));
    std::vector<Whose> found;
    for_windows(words, kRun, base_, [&](Hash run) {
        const auto known = runs_.find(run);
        if (known != runs_.end())
            found.insert(found.end(), known->second.begin(), known->second.end());
    });
    add_near_copies(shingles_in(words, base_), found);
    std::ranges::sort(found);
    found.erase(std::ranges::unique(found).begin(), found.end());
    return found;
}

}  // namespace litura::corpus
