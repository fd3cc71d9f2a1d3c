// Counts different pieces once, then keeps the pair counts up to date: a merge visits only the
// words that hold its pair. A queue holds possibly outdated counts; an entry is used only if its
// count still is true.
#include "engine/bpe_trainer.hpp"

#include <queue>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/pretokenizer.hpp"
#include "formats/byte_alphabet.hpp"

namespace litura::engine {
namespace {

constexpr const char* kSeparator = "<|endoftext|>";

using Pair = std::uint64_t;

Pair pair_of(std::uint32_t left, std::uint32_t right) {
    return (static_cast<std::uint64_t>(left) << 32) | right;
}
std::uint32_t left_of(Pair pair) { return static_cast<std::uint32_t>(pair >> 32); }
std::uint32_t right_of(Pair pair) { return static_cast<std::uint32_t>(pair); }

struct Word {
    std::vector<std::uint32_t> ids;
    std::int64_t count = 0;
};

struct Statistics {
    std::int64_t count = 0;
    std::vector<std::uint32_t> words;  ///< that held the pair at some time; may repeat
};

struct Candidate {
    std::int64_t count;
    Pair pair;
    bool operator<(const Candidate& other) const {
        return count != other.count ? count < other.count : pair > other.pair;
    }
};

class Trainer {
public:
    explicit Trainer(std::span<const std::string> documents) {
        model_.tokens = formats::byte_alphabet();
        known_.insert(model_.tokens.begin(), model_.tokens.end());
        known_.insert(kSeparator);
        count_words(documents);
        for (std::uint32_t word = 0; word < words_.size(); ++word) {
            add_pairs(word, +1);
            remember_word(word);
        }
        for (const auto& [pair, statistics] : pairs_) queue_.push({statistics.count, pair});
    }

    bool merge_next() {
        while (!queue_.empty()) {
            const Candidate best = queue_.top();
            queue_.pop();
            if (best.count < 2) return false;
            if (pairs_[best.pair].count != best.count) continue;
            const std::string bytes =
                model_.tokens[left_of(best.pair)] + model_.tokens[right_of(best.pair)];
            if (!known_.insert(bytes).second) continue;
            const auto id = static_cast<std::uint32_t>(model_.tokens.size());
            model_.tokens.push_back(bytes);
            model_.merges.push_back({left_of(best.pair), right_of(best.pair), id});
            apply(best.pair, id);
            return true;
        }
        return false;
    }

    formats::BpeModel finish() {
        model_.specials = {static_cast<std::uint32_t>(model_.tokens.size())};
        model_.tokens.emplace_back(kSeparator);
        return std::move(model_);
    }

private:
    void count_words(std::span<const std::string> documents) {
        std::unordered_map<std::string_view, std::int64_t> counts;
        for (std::string_view text : documents) {
            while (!text.empty()) {
                const std::size_t length = first_piece(text, model_.splitter);
                ++counts[text.substr(0, length)];
                text.remove_prefix(length);
            }
        }
        std::unordered_map<char, std::uint32_t> ids;
        for (std::uint32_t id = 0; id < 256; ++id) ids[model_.tokens[id][0]] = id;
        for (const auto& [piece, count] : counts) {
            Word word;
            word.count = count;
            for (const char byte : piece) word.ids.push_back(ids[byte]);
            words_.push_back(std::move(word));
        }
    }

    /// Adds or takes away a word's pairs; notes those whose count changed.
    void add_pairs(std::uint32_t index, std::int64_t sign) {
        const Word& word = words_[index];
        for (std::size_t at = 0; at + 1 < word.ids.size(); ++at) {
            const Pair pair = pair_of(word.ids[at], word.ids[at + 1]);
            pairs_[pair].count += sign * word.count;
            changed_.insert(pair);
        }
    }

    void remember_word(std::uint32_t index) {
        const Word& word = words_[index];
        for (std::size_t at = 0; at + 1 < word.ids.size(); ++at) {
            auto& holders = pairs_[pair_of(word.ids[at], word.ids[at + 1])].words;
            if (holders.empty() || holders.back() != index) holders.push_back(index);
        }
    }

    void apply(Pair pair, std::uint32_t id) {
        changed_.clear();
        const std::vector<std::uint32_t> holders = std::move(pairs_[pair].words);
        for (const std::uint32_t index : holders) {
            if (!holds(words_[index], pair)) continue;
            add_pairs(index, -1);
            join(words_[index], pair, id);
            add_pairs(index, +1);
            remember_new(index, id);
        }
        pairs_.erase(pair);
        changed_.erase(pair);
        for (const Pair other : changed_) queue_.push({pairs_[other].count, other});
    }

    static bool holds(const Word& word, Pair pair) {
        for (std::size_t at = 0; at + 1 < word.ids.size(); ++at) {
            if (pair_of(word.ids[at], word.ids[at + 1]) == pair) return true;
        }
        return false;
    }

    static void join(Word& word, Pair pair, std::uint32_t id) {
        std::vector<std::uint32_t> ids;
        for (std::size_t at = 0; at < word.ids.size(); ++at) {
            const bool found =
                at + 1 < word.ids.size() && pair_of(word.ids[at], word.ids[at + 1]) == pair;
            ids.push_back(found ? id : word.ids[at]);
            at += found ? 1 : 0;
        }
        word.ids = std::move(ids);
    }

    /// The pairs with the new token are the only ones this word did not hold before.
    void remember_new(std::uint32_t index, std::uint32_t id) {
        const Word& word = words_[index];
        for (std::size_t at = 0; at + 1 < word.ids.size(); ++at) {
            if (word.ids[at] != id && word.ids[at + 1] != id) continue;
            pairs_[pair_of(word.ids[at], word.ids[at + 1])].words.push_back(index);
        }
    }

    formats::BpeModel model_;
    std::unordered_set<std::string> known_;
    std::vector<Word> words_;
    std::unordered_map<Pair, Statistics> pairs_;
    std::unordered_set<Pair> changed_;
    std::priority_queue<Candidate> queue_;
};

}  // namespace

Result<formats::BpeModel> train_bpe(std::span<const std::string> documents, std::uint32_t vocab) {
    if (vocab < 257) return Error{Code::bad_input, "a vocabulary has at least 257 tokens", {}, {}};
    Trainer trainer(documents);
    for (std::uint32_t size = 257; size < vocab; ++size) {
        if (!trainer.merge_next()) {
            return Error{Code::bad_input, "the text is too small for this vocabulary", {},
                         "give more text or ask for fewer tokens"};
        }
    }
    return trainer.finish();
}

}  // namespace litura::engine
