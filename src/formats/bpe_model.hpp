// A byte-level BPE tokenizer as plain values: what a tokenizer.json holds and the engine encodes
// with.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace litura::formats {

/// Two neighbouring tokens become one. A merge's rank is its place in the list.
struct PairMerge {
    std::uint32_t left = 0, right = 0, result = 0;

    bool operator==(const PairMerge&) const = default;
};

/// How a text is cut into the pieces inside which merges happen (engine/pretokenizer.hpp).
enum class Splitter {
    gpt2,         ///< GPT-2's regular expression
    gpt2_digits,  ///< every number character for itself, GPT-2's expression between them
    llama3,       ///< Llama 3's regular expression
};

struct BpeModel {
    /// The bytes of every token, by id; of a special one its name. The 256 single bytes are among
    /// them and no two tokens but special ones are equal.
    std::vector<std::string> tokens;
    std::vector<PairMerge> merges;  ///< each joins the bytes of left and right to those of result
    std::vector<std::uint32_t> specials;  ///< at least one, ascending; never made from text

    Splitter splitter = Splitter::gpt2;
    bool prefix_space = false;  ///< a text that does not begin with a space gets one; gpt2 only
    bool whole_pieces = false;  ///< a piece that is a token is that token, whatever merges make
    /// Special tokens that other programs put around a text. Not ours: we place separators
    /// ourselves.
    std::vector<std::uint32_t> before, after;

    bool operator==(const BpeModel&) const = default;
};

}  // namespace litura::formats
