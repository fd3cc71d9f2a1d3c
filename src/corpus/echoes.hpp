// Echoes: a person's words standing in somebody else's record without a mark (rights that take a
// text out must reach its copies). One departing person's texts are learned into memory, then every
// other person's text is asked once; nothing of either is kept. Paraphrase is not found. Not about
// who is barred or when: that is derive/echoes.hpp.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.hpp"

namespace litura::corpus {

/// Finds, in words as plain_words() gives them, so that case, width, line breaks, punctuation and
/// quoting signs make no difference, and without the marks of effective texts, which are nobody's
/// words:
///   - a run of 8 words of a learned text;
///   - a near copy: the sets of 5-word shingles of both texts overlap by 0.8 or more (Jaccard). It
///     adds the short texts of 5 to 7 words: a longer near copy always holds a run of 8.
/// Words are compared by 64-bit hashes under a random key made anew for each scanner: a record is
/// taken for an echo by chance about once in 2^64 / (words learned) words asked.
class EchoScanner {
public:
    static constexpr std::size_t kRun = 8, kShingle = 5;
    static constexpr double kNear = 0.8;

    EchoScanner();
    /// Adds a text of the person. Code::bad_input if it is not UTF-8.
    Result<void> learn(std::string_view text);
    /// False: nothing that was learned is long enough to be found anywhere.
    bool can_find() const { return !runs_.empty() || !sizes_.empty(); }
    /// Does another person's text hold an echo?
    Result<bool> finds(std::string_view text) const;

private:
    using Hash = std::uint64_t;
    std::vector<Hash> words_of(std::string_view plain) const;
    bool is_near_copy(const std::vector<Hash>& shingles) const;

    Hash seed_, base_;
    std::unordered_set<Hash> runs_;
    std::unordered_map<Hash, std::vector<std::uint32_t>> shingles_;  ///< in which texts
    std::vector<std::uint32_t> sizes_;  ///< distinct shingles of each text that has any
};

}  // namespace litura::corpus
