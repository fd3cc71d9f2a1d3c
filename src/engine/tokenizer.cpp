// One piece is merged by a queue of its mergeable neighbours, lowest rank first and leftmost first
// among equals, in O(n log n): a megabyte without a space is as fast as prose. Pieces seen before
// come from a cache that lives as long as one call.
#include "engine/tokenizer.hpp"

#include <algorithm>
#include <queue>
#include <tuple>

#include "engine/pretokenizer.hpp"

namespace litura::engine {
namespace {

std::uint64_t pair_key(std::uint32_t left, std::uint32_t right) {
    return (static_cast<std::uint64_t>(left) << 32) | right;
}

}  // namespace

/// What one call of encode() needs to remember.
class Tokenizer::Encoder {
public:
    explicit Encoder(const Tokenizer& tokenizer) : tokenizer_(tokenizer) {}

    void append(std::string_view piece, std::vector<std::uint32_t>& out) {
        const auto known = cache_.find(piece);
        if (known != cache_.end()) {
            const auto [begin, count] = known->second;
            for (std::size_t i = 0; i < count; ++i) out.push_back(out[begin + i]);
            return;
        }
        const std::size_t begin = out.size();
        const auto whole = tokenizer_.whole_.find(piece);
        if (whole != tokenizer_.whole_.end()) {
            out.push_back(whole->second);
        } else {
            merge(piece, out);
        }
        if (cache_.size() < kCacheMax) cache_.emplace(piece, Place{begin, out.size() - begin});
    }

private:
    static constexpr std::size_t kCacheMax = 1u << 16;
    static constexpr std::uint32_t kNone = 0xffffffffu;

    /// Where in the output a piece was written first.
    struct Place {
        std::size_t begin, count;
    };
    struct Symbol {
        std::uint32_t id, before, after;
    };
    /// A possible merge of the symbol at `at` with the next one; stale once `result` no longer
    /// fits.
    struct Candidate {
        std::uint32_t rank, at, left, right, result;
        bool operator>(const Candidate& other) const {
            return std::tie(rank, at) > std::tie(other.rank, other.at);
        }
    };

    void merge(std::string_view piece, std::vector<std::uint32_t>& out) {
        start(piece);
        while (!queue_.empty()) {
            const Candidate best = queue_.top();
            queue_.pop();
            Symbol& left = symbols_[best.at];
            if (left.id != best.left || left.after == kNone) continue;
            Symbol& right = symbols_[left.after];
            if (right.id != best.right) continue;
            left.id = best.result;
            right.id = kNone;
            left.after = right.after;
            if (left.after != kNone) symbols_[left.after].before = best.at;
            consider(left.before);
            consider(best.at);
        }
        for (std::uint32_t at = 0; at != kNone; at = symbols_[at].after) {
            out.push_back(symbols_[at].id);
        }
    }

    void start(std::string_view piece) {
        symbols_.clear();
        for (std::uint32_t at = 0; at < piece.size(); ++at) {
            const std::uint32_t id = tokenizer_.byte_ids_[static_cast<unsigned char>(piece[at])];
            const bool last = at + 1 == piece.size();
            symbols_.push_back({id, at == 0 ? kNone : at - 1, last ? kNone : at + 1});
        }
        for (std::uint32_t at = 0; at < piece.size(); ++at) consider(at);
    }

    void consider(std::uint32_t at) {
        if (at == kNone || symbols_[at].after == kNone) return;
        const std::uint32_t left = symbols_[at].id;
        const std::uint32_t right = symbols_[symbols_[at].after].id;
        const auto found = tokenizer_.merges_.find(pair_key(left, right));
        if (found == tokenizer_.merges_.end()) return;
        queue_.push({found->second.rank, at, left, right, found->second.result});
    }

    const Tokenizer& tokenizer_;
    std::unordered_map<std::string_view, Place> cache_;
    std::vector<Symbol> symbols_;
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue_;
};

Tokenizer::Tokenizer(formats::BpeModel&& model, std::uint32_t separator)
    : model_(std::move(model)), separator_(separator) {
    CHECK(is_special(separator_));
    for (std::uint32_t id = 0; id < model_.tokens.size(); ++id) {
        const std::string& bytes = model_.tokens[id];
        if (is_special(id)) continue;
        if (bytes.size() == 1) byte_ids_[static_cast<unsigned char>(bytes[0])] = id;
        if (model_.whole_pieces) whole_.emplace(bytes, id);
    }
    std::uint32_t rank = 0;
    for (const formats::PairMerge& merge : model_.merges) {
        merges_.emplace(pair_key(merge.left, merge.right), Ranked{rank++, merge.result});
    }
    json_ = formats::write_tokenizer_json(model_);
    digest_ = sha256(json_);
}

Tokenizer::Tokenizer(formats::BpeModel model)
    : Tokenizer(std::move(model), model.specials.front()) {}

Result<Tokenizer> Tokenizer::parse(std::string_view tokenizer_json, std::uint32_t separator) {
    formats::BpeModel model = TRY(formats::read_tokenizer_json(tokenizer_json));
    if (!std::ranges::binary_search(model.specials, separator)) {
        return Error{Code::bad_input,
                     "bos_token_id (or eos_token_id, if that is null) is no special token",
                     "tokenizer.json: added_tokens",
                     "choose another base; docs/bases.md says what is accepted"};
    }
    return Tokenizer(std::move(model), separator);
}

bool Tokenizer::is_special(std::uint32_t token) const {
    return std::ranges::binary_search(model_.specials, token);
}

std::vector<std::uint32_t> Tokenizer::encode(std::string_view text) const {
    std::string spaced;
    if (model_.prefix_space && !text.empty() && text[0] != ' ') {
        spaced = ' ' + std::string(text);
        text = spaced;
    }
    std::vector<std::uint32_t> out;
    Encoder encoder(*this);
    while (!text.empty()) {
        const std::size_t length = first_piece(text, model_.splitter);
        encoder.append(text.substr(0, length), out);
        text.remove_prefix(length);
    }
    return out;
}

std::string Tokenizer::decode(std::span<const std::uint32_t> tokens) const {
    std::string text;
    for (const std::uint32_t token : tokens) {
        if (token < vocab() && !is_special(token)) text += model_.tokens[token];
    }
    return text;
}

std::string Tokenizer::decode_text(std::span<const std::uint32_t> tokens) const {
    std::string text = decode(tokens);
    if (model_.prefix_space && text.starts_with(' ')) text.erase(0, 1);
    return text;
}

}  // namespace litura::engine
