// Makes a byte-level BPE vocabulary from documents: 256 bytes in GPT-2's order, then one token a
// merge, last the separator "<|endoftext|>". Deterministic: the same documents in any order and any
// split give the same vocabulary. Made once for a base from texts without living people's data,
// never from people's posts.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/result.hpp"
#include "formats/tokenizer_json.hpp"

namespace litura::engine {

/// Merges again and again the pair of neighbouring tokens that is most frequent inside the pieces
/// of `documents`; among equals the one with the smaller left id, then the smaller right id. A pair
/// whose bytes are a token already is passed over. Code::bad_input if the documents hold too few
/// different pairs that occur twice for `vocab` tokens, or `vocab` is below 257.
Result<formats::BpeModel> train_bpe(std::span<const std::string> documents, std::uint32_t vocab);

}  // namespace litura::engine
