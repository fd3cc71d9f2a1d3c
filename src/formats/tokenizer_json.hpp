// A Hugging Face tokenizer.json that holds a byte-level BPE tokenizer of the GPT-2 or the Llama 3
// kind: reading into plain values and writing the one canonical file. Encoding and decoding text
// are the engine's; a file that asks for anything else (normalisation, other regular expressions,
// tokens that are added to the vocabulary to be looked for in text) is refused by name, because it
// would give other tokens than it promises.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace litura::formats {

/// Two neighbouring tokens become one. A merge's rank is its place in the list.
struct Merge {
    std::uint32_t left = 0, right = 0, result = 0;

    bool operator==(const Merge&) const = default;
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
    std::vector<Merge> merges;  ///< each joins the bytes of left and right to those of result
    std::vector<std::uint32_t> specials;  ///< at least one, ascending; never made from text

    Splitter splitter = Splitter::gpt2;
    bool prefix_space = false;  ///< a text that does not begin with a space gets one; gpt2 only
    bool whole_pieces = false;  ///< a piece that is a token is that token, whatever merges make
    /// Special tokens that other programs put around a text. Not ours: we place separators
    /// ourselves.
    std::vector<std::uint32_t> before, after;

    bool operator==(const BpeModel&) const = default;
};

Result<BpeModel> read_tokenizer_json(std::string_view json);

/// Canonical: tokens in the order of their ids, merges in the order of their ranks, compact, one
/// line feed at the end. read_tokenizer_json gives the same model back.
std::string write_tokenizer_json(const BpeModel& model);

}  // namespace litura::formats
