// A made-up social network, for tests and for seeing the rights at work: invented people in
// invented towns, who say again and again where they live, quote each other and answer. A function
// of its two numbers: the same bytes on every machine.
#pragma once

#include <cstdint>

#include "base/env.hpp"
#include "base/result.hpp"

namespace litura::corpus {

/// Writes posts.jsonl, acts.jsonl (consent of about a quarter), notice.md, assessment.md,
/// facts.jsonl (author, name, town, job, pet) and README.md with the commands that import them.
/// Code::bad_input for no people or over 100,000.
Result<void> write_demo_data(Env& env, const Path& folder, std::uint32_t people,
                             std::uint64_t seed);

}  // namespace litura::corpus
