// Text to tokens and back: byte-level BPE over the pieces of engine/pretokenizer. Every text, valid
// UTF-8 or not, has exactly one encoding, and decoding gives the same bytes back. Not here: reading
// the file's JSON (formats/tokenizer_json) and making a vocabulary (engine/bpe_trainer).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/digest.hpp"
#include "base/result.hpp"
#include "formats/tokenizer_json.hpp"

namespace litura::engine {

/// Const methods may be called from several threads at once.
class Tokenizer {
public:
    static Result<Tokenizer> parse(std::string_view tokenizer_json);
    explicit Tokenizer(formats::BpeModel model);

    /// The separator is never among them: its name inside a text is encoded like any other
    /// characters.
    std::vector<std::uint32_t> encode(std::string_view text) const;

    /// The bytes of the tokens; the separator and ids that are no tokens have none.
    std::string decode(std::span<const std::uint32_t> tokens) const;

    /// The special token that stands between texts.
    std::uint32_t separator() const { return model_.special; }
    std::uint32_t vocab() const { return static_cast<std::uint32_t>(model_.tokens.size()); }

    /// The canonical tokenizer.json, whatever file this was parsed from, and its digest.
    const std::string& json() const { return json_; }
    const Digest& digest() const { return digest_; }

private:
    class Encoder;

    struct Ranked {
        std::uint32_t rank = 0, result = 0;
    };

    formats::BpeModel model_;
    std::array<std::uint32_t, 256> byte_ids_{};
    std::unordered_map<std::uint64_t, Ranked> merges_;  ///< by left and right id
    std::string json_;
    Digest digest_;
};

}  // namespace litura::engine
