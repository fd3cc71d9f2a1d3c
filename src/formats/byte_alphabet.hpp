// Byte-level BPE's way of writing bytes as text, GPT-2's mapping: the printable Latin-1 characters
// stand for themselves, the n-th other byte is U+0100 + n. Nothing here knows tokens.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace litura::formats {

/// The character of every byte, in UTF-8.
const std::array<std::string, 256>& byte_characters();

/// One character for each byte.
std::string to_characters(std::string_view bytes);

/// The bytes that characters stand for; nothing if one of them stands for none.
std::optional<std::string> from_characters(std::string_view text);

/// GPT-2's order of the 256 bytes: the printable ones first, as the first ids of a vocabulary.
std::vector<std::string> byte_alphabet();

}  // namespace litura::formats
