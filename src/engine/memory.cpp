#include "engine/memory.hpp"

#include <algorithm>

#include "engine/lora.hpp"

namespace litura::engine {
namespace {

struct Sizes {
    Sizes(const formats::LlamaConfig& config, const TrainSettings& settings)
        : dim(config.dim), hidden(config.hidden), heads(config.heads),
          out_row(std::uint64_t{config.heads} * config.head_dim),
          row(out_row + std::uint64_t{2} * config.kv_heads * config.head_dim),
          widest(std::max({row, 2 * hidden, dim})), narrow(std::max(hidden, out_row)),
          rank(settings.method.lora.rank),
          tokens(std::max(settings.step_tokens, settings.sequence)) {}

    std::uint64_t dim, hidden, heads, out_row, row, widest, narrow, rank, tokens;
};

std::uint64_t parameter_floats(const formats::LlamaConfig& config, std::uint64_t rank) {
    const Layout layout(config);
    if (rank == 0) return 4 * layout.count();
    std::uint64_t floats = layout.count();
    for (const TensorSpec& tensor : layout.tensors())
        if (is_adapted(tensor.name)) floats += rank * (tensor.shape[1] + 4 * tensor.shape[0]);
    return floats;
}

std::uint64_t activation_floats(const formats::LlamaConfig& config, const Sizes& size,
                                bool recompute) {
    const std::uint64_t layer = 3 * size.dim + 2 + size.row + size.out_row + 2 * size.heads +
                                3 * size.hidden + 7 * size.rank;
    std::uint64_t token = config.layers * size.dim + (recompute ? 1 : config.layers) * layer;
    token += 5 * size.dim + 2 + size.widest + size.narrow;
    if (size.rank > 0) token += 3 * size.rank + std::max(size.widest, size.hidden);
    return size.tokens * token + std::min(size.tokens, std::uint64_t{kChunk}) * config.vocab;
}

std::uint64_t product_floats(const formats::LlamaConfig& config, const TrainSettings& settings,
                             const Sizes& size, int threads) {
    const std::uint64_t stacked = size.dim * std::max(size.widest, 3 * size.rank);
    const std::uint64_t inputs = std::max(size.dim, size.narrow);
    const std::uint64_t packed = std::max(
        {stacked, size.hidden * size.dim, settings.method.lora.on() ? 0 : size.tokens * inputs});
    const std::uint64_t sequence = settings.sequence;
    const std::uint64_t thread = 2 * kChunk * sequence + 4 * sequence * config.head_dim +
                                 2 * kChunk * config.head_dim + 2 * kLeftScratch;
    return stacked + packed + 2 * std::uint64_t{config.vocab} * size.dim +
           static_cast<std::uint64_t>(threads) * thread;
}

}  // namespace

TrainingMemory training_memory(const formats::LlamaConfig& config, const TrainSettings& settings,
                               int threads) {
    const Sizes size(config, settings);
    return {sizeof(float) * parameter_floats(config, size.rank),
            sizeof(float) * activation_floats(config, size, settings.method.recompute),
            sizeof(float) * product_floats(config, settings, size, threads)};
}

}  // namespace litura::engine
