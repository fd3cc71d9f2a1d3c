// Cuts text into pieces inside which BPE merges happen: regular expressions as hand-written
// scanners,
//
//   gpt2         's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
//   gpt2_digits  every \p{N} is a piece; between two of them the expression above, for which the
//                text ends there
//   llama3       (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|
//                 ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
//
// with \s = Unicode White_Space and the categories of utf8proc. A byte that is not part of valid
// UTF-8 is a piece of its own and ends every run. The pieces, put together, are the text.
#pragma once

#include <cstddef>
#include <string_view>

#include "formats/tokenizer_json.hpp"

namespace litura::engine {

/// The length in bytes of the first piece of `text`, which is not empty. A piece depends only on
/// the text from its start on, so that calling this again and again walks the text.
std::size_t first_piece(std::string_view text, formats::Splitter splitter);

}  // namespace litura::engine
