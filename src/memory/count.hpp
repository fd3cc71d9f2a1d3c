// Counts a memory from what people wrote. A pure function of who wrote which passages: neither the
// order in which they came, nor how they were split, nor the number of threads is in the bytes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/threads.hpp"
#include "memory/memory.hpp"

namespace litura::memory {

/// Passages as tokens: words that stand one after another in a record, from mark to mark; the
/// separator is the token before a record's first word and after its last.
class Passages {
public:
    /// `person` is any number that tells persons apart, best a small one.
    void add(std::uint32_t person, std::span<const std::uint32_t> tokens);

    std::uint64_t tokens() const { return stream_.size() - begins_.size(); }

private:
    friend class Counter;
    struct Begin {
        std::size_t at;
        std::uint32_t person;
    };
    std::vector<std::uint32_t> stream_;  ///< a token plus 1; 0 after each passage
    std::vector<Begin> begins_;
};

/// All tokens are below `vocabulary`, at most kVocabularyMax; passages of fewer than 2^32 tokens
/// together. Beside them it takes 8 bytes a token, for each thread 16 for every place of its most
/// frequent token, and the memory twice.
Memory count(const Passages& passages, const Rule& rule, std::uint32_t vocabulary,
             ThreadPool& pool);

}  // namespace litura::memory
