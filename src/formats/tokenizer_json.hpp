// A Hugging Face tokenizer.json that holds a byte-level BPE tokenizer with the GPT-2 pre-tokenizer
// and one special token: reading into plain values and writing the one canonical file. Encoding and
// decoding text are the engine's; a file that asks for anything else (normalisation, prefix space,
// other regular expressions, more special tokens) is refused by name, because it would give other
// tokens than it promises.
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

struct BpeModel {
    /// The bytes of every token, by id; of the special one its name. The 256 single bytes are among
    /// them and no two tokens but the special one are equal.
    std::vector<std::string> tokens;
    std::vector<Merge> merges;  ///< each joins the bytes of left and right to those of result
    std::uint32_t special = 0;  ///< never made from text

    bool operator==(const BpeModel&) const = default;
};

Result<BpeModel> read_tokenizer_json(std::string_view json);

/// Canonical: tokens in the order of their ids, merges in the order of their ranks, compact, one
/// line feed at the end. read_tokenizer_json gives the same model back.
std::string write_tokenizer_json(const BpeModel& model);

/// GPT-2's order of the 256 bytes: the printable ones first, as the first ids of a vocabulary.
std::vector<std::string> byte_alphabet();

}  // namespace litura::formats
