// Counts a memory from what people wrote. A pure function of who wrote which passages: neither the
// order in which they came, nor how they were split, nor the number of threads is in the bytes.
#pragma once

#include <cstdint>

#include "base/threads.hpp"
#include "memory/memory.hpp"
#include "memory/passages.hpp"

namespace litura::memory {

/// All tokens are below `vocabulary`, at most kVocabularyMax; passages of fewer than 2^32 tokens
/// together. Beside them it takes 8 bytes a token, for each thread 16 for every place of its most
/// frequent token, and the memory twice.
Memory count(const Passages& passages, const Rule& rule, std::uint32_t vocabulary,
             ThreadPool& pool);

/// count(after), the same bytes, from the memory of `before`: at the price of one look at every
/// passage and of rows for what the persons wrote who are only in one of them, or in both with
/// other records. Both are of one origin. Beside them it takes the memory twice, and for every
/// thread 40 bytes for each sequence of those persons.
Memory recount(const Memory& memory, const Passages& before, const Passages& after,
               ThreadPool& pool);

}  // namespace litura::memory
