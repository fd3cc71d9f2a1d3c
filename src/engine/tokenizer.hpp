// Text to tokens and back: byte-level BPE over the pieces of engine/pretokenizer. Every text, valid
// UTF-8 or not, has exactly one encoding, and decoding gives the same bytes back (with a prefix
// space: but for one space at the start). Not here: reading the file's JSON
// (formats/tokenizer_json) and making a vocabulary (engine/bpe_trainer).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
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
    /// Code::bad_input if the file is, or if `separator` is none of its special tokens.
    static Result<Tokenizer> parse(std::string_view tokenizer_json, std::uint32_t separator);
    /// The first special token is the separator.
    explicit Tokenizer(formats::BpeModel model);

    /// Special tokens are never among them: their names inside a text are encoded like any other
    /// characters.
    std::vector<std::uint32_t> encode(std::string_view text) const;

    /// The bytes of the tokens; special ones and ids that are no tokens have none.
    std::string decode(std::span<const std::uint32_t> tokens) const;

    /// As decode, of tokens that begin a text: without the space that encode puts there.
    std::string decode_text(std::span<const std::uint32_t> tokens) const;

    /// The special token that stands between texts.
    std::uint32_t separator() const { return separator_; }
    const formats::BpeModel& model() const { return model_; }
    std::uint32_t vocab() const { return static_cast<std::uint32_t>(model_.tokens.size()); }

    /// The canonical tokenizer.json, whatever file this was parsed from, and its digest.
    const std::string& json() const { return json_; }
    const Digest& digest() const { return digest_; }

private:
    class Encoder;

    struct Ranked {
        std::uint32_t rank = 0, result = 0;
    };
    struct TextHash : std::hash<std::string_view> {
        using is_transparent = void;
    };

    Tokenizer(formats::BpeModel&& model, std::uint32_t separator);
    bool is_special(std::uint32_t token) const;

    formats::BpeModel model_;
    std::uint32_t separator_;
    std::array<std::uint32_t, 256> byte_ids_{};
    std::unordered_map<std::uint64_t, Ranked> merges_;  ///< by left and right id
    std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>>
        whole_;  ///< tokens by their bytes; empty unless pieces may be tokens as a whole
    std::string json_;
    Digest digest_;
};

}  // namespace litura::engine
