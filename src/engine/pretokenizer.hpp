// Cuts text into pieces inside which BPE merges happen: GPT-2's regular expression as a
// hand-written scanner,
//
//   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
//
// with \s = Unicode White_Space and the categories of utf8proc. A byte that is not part of valid
// UTF-8 is a piece of its own and ends every run. The pieces, put together, are the text.
#pragma once

#include <cstddef>
#include <string_view>

namespace litura::engine {

/// The length in bytes of the first piece of `text`, which is not empty. A piece depends only on
/// the text from its start on, so that calling this again and again walks the text.
std::size_t first_piece(std::string_view text);

}  // namespace litura::engine
