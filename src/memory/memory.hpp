// A memory: exact counts of which token people wrote after which, as bytes that are file and table
// in one. It holds no text: of a sequence that too few persons wrote only the mass is in it. What
// it is counted from is count.hpp; how it answers is mixing.hpp.
//
//   memory  = text("litura.memory.1") u32(order) u32(min_people) u32(backoff) u32(vocabulary)
//   list(1) list(n) = varint(length) head(n)^length body(n)^length         tokens ascend strictly
//   head(n) = varint(token - the one before - 1) [n > 1: varint(count)] [n < order: varint(body's
//   bytes)] body(n) = empty | varint(total) varint(types) list(n + 1)
//
// A head on the way of n heads stands for a sequence of n tokens. Its body is the row of that
// sequence as a context: total(h), types(h), and the count of every continuation that min_people
// persons wrote; no such continuation, no row. The first list holds only contexts that have a row.
// Integers and text are those of ByteWriter; a varint is LEB128, in as few bytes as there can be.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "base/digest.hpp"

namespace litura::memory {

/// What the recipe says of a memory.
struct Rule {
    std::uint32_t order = 6;       ///< tokens of the longest sequence, its last one included
    std::uint32_t min_people = 2;  ///< persons who must have written a sequence for it to count
    std::uint32_t backoff = 8;     ///< c: mass for shorter contexts, per kind of continuation

    bool operator==(const Rule&) const = default;
};
/// Both ends of what a rule may say.
inline constexpr Rule kLeastRule{2, 1, 1}, kMostRule{8, 1000, 1000};
/// Tokens that a memory can tell apart, at most.
inline constexpr std::uint32_t kVocabularyMax = (1u << 21) - 1;

struct Entry {
    std::uint32_t token = 0;
    std::uint64_t count = 0;
};
/// What followed one context.
struct Row {
    std::uint64_t total = 0;     ///< occurrences of the context that something follows
    std::uint64_t types = 0;     ///< different continuations
    std::uint64_t kept = 0;      ///< sum of the counts of `entries`
    std::vector<Entry> entries;  ///< written by min_people persons; tokens ascend
};

/// Immutable; any number of threads may ask.
class Memory {
public:
    /// Code::broken if the bytes are no memory. Takes a few times their size, and 16 bytes for each
    /// token of the vocabulary.
    static Result<Memory> parse(Bytes bytes);

    const Rule& rule() const { return rule_; }
    std::uint32_t vocabulary() const { return vocabulary_; }
    ByteView bytes() const { return bytes_; }
    Digest digest() const { return sha256(bytes_); }

    /// body(1) of `token`, as it stands in the bytes; empty if it has no row.
    ByteView row_after(std::uint32_t token) const {
        return token < first_.size() ? first_[token] : ByteView();
    }
    /// The rows of the contexts of 1, 2, ... tokens that end `history`, as far as there are rows.
    std::vector<Row> rows(std::span<const std::uint32_t> history) const;

private:
    friend class MemoryWriter;  // format.hpp
    Memory() = default;
    void find_rows();

    Rule rule_;
    std::uint32_t vocabulary_ = 0;
    Bytes bytes_;
    std::vector<ByteView> first_;  ///< by token: its row as a context of one, empty if none
};

}  // namespace litura::memory
