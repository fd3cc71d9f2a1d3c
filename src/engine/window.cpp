#include "engine/window.hpp"

#include <algorithm>

namespace litura::engine {

std::vector<Window> pack(std::span<const std::vector<std::uint32_t>> texts, std::uint32_t separator,
                         std::uint32_t sequence) {
    std::vector<std::uint32_t> stream = {separator};
    for (const std::vector<std::uint32_t>& text : texts) {
        if (text.empty()) continue;
        stream.insert(stream.end(), text.begin(), text.end());
        stream.push_back(separator);
    }
    std::vector<Window> windows;
    for (std::size_t begin = 0; begin + 1 < stream.size(); begin += sequence) {
        const std::size_t end = std::min(stream.size(), begin + sequence + 1);
        windows.push_back({{stream.begin() + static_cast<std::ptrdiff_t>(begin),
                            stream.begin() + static_cast<std::ptrdiff_t>(end)}});
    }
    return windows;
}

std::size_t windows_in_step(std::span<const Window> windows, std::uint32_t step_tokens) {
    std::size_t count = 0, targets = 0;
    while (count < windows.size()) {
        targets += windows[count].targets();
        if (count > 0 && targets > step_tokens) break;
        ++count;
    }
    return count;
}

}  // namespace litura::engine
