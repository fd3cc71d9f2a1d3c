// Echoes: a person's words standing in somebody else's record without a mark (rights that take a
// text out must reach its copies). The texts of people who leave are learned into memory, then
// every other person's text is asked once; nothing of either is kept. Paraphrase is not found. Not
// about who is barred or when: that is derive/echoes.hpp.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"

namespace litura::corpus {

/// Finds, in words as plain_words() gives them, so that case, width, line breaks, punctuation and
/// quoting signs make no difference, and without the marks of effective texts, which are nobody's
/// words:
///   - a run of 8 words of a learned text;
///   - a near copy: the sets of 5-word shingles of both texts overlap by 0.8 or more (Jaccard).
///     Only sets of up to 3 shingles, of texts of 5 to 7 words, have to be looked at for that, and
///     two such overlap so far only if they are equal: a longer near copy holds a run of 8.
/// So a text is asked once for each of its words, however many of the person's texts are alike.
/// Words are compared by 64-bit hashes under a random key made anew for each scanner: a record is
/// taken for an echo by chance about once in 2^64 / (words learned) words asked.
class EchoScanner {
public:
    static constexpr std::size_t kRun = 8, kShingle = 5;
    static constexpr double kNear = 0.8;

    /// A number that the caller gives to each person.
    using Whose = std::uint32_t;

    EchoScanner();
    /// Adds a text of a person. Code::bad_input if it is not UTF-8.
    Result<void> learn(std::string_view text, Whose whose = 0);
    /// False: nothing that was learned is long enough to be found anywhere.
    bool can_find() const { return !runs_.empty() || !short_.empty(); }
    /// Of whom another person's text holds an echo, each once.
    Result<std::vector<Whose>> finds(std::string_view text) const;

private:
    using Hash = std::uint64_t;
    std::vector<Hash> words_of(std::string_view plain) const;

    Hash seed_, base_;
    std::unordered_map<Hash, std::vector<Whose>> runs_;
    std::unordered_map<Hash, std::vector<Whose>> short_;  ///< by the set of their shingles
};

}  // namespace litura::corpus
