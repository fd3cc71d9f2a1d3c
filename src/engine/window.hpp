// One author's texts as training samples. Windows hold one author's words; each target is counted
// once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace litura::engine {

/// tokens[0 .. n-1] predict tokens[1 .. n]: at least two tokens, at most sequence + 1.
struct Window {
    std::vector<std::uint32_t> tokens;

    std::size_t targets() const { return tokens.empty() ? 0 : tokens.size() - 1; }
};

/// The stream separator, text, separator, text, ..., separator, cut into windows of `sequence`
/// inputs that overlap by one token; the last one may be shorter. No texts, or only empty ones: no
/// windows.
std::vector<Window> pack(std::span<const std::vector<std::uint32_t>> texts, std::uint32_t separator,
                         std::uint32_t sequence);

/// How many of `windows`, from the first on, make the next optimizer step: as many as have together
/// at most `step_tokens` targets, and at least one.
std::size_t windows_in_step(std::span<const Window> windows, std::uint32_t step_tokens);

}  // namespace litura::engine
