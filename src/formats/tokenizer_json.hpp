// A Hugging Face tokenizer.json that holds a byte-level BPE tokenizer of the GPT-2 or the Llama 3
// kind: reading into plain values and writing the one canonical file. Encoding and decoding text
// are the engine's; a file that asks for anything else (normalisation, other regular expressions,
// tokens that are added to the vocabulary to be looked for in text) is refused by name, because it
// would give other tokens than it promises.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "formats/bpe_model.hpp"

namespace litura::formats {

Result<BpeModel> read_tokenizer_json(std::string_view json);

/// Canonical: tokens in the order of their ids, merges in the order of their ranks, compact, one
/// line feed at the end. read_tokenizer_json gives the same model back.
std::string write_tokenizer_json(const BpeModel& model);

}  // namespace litura::formats
