#include "engine/random_weights.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/digest.hpp"
#include "engine/layout.hpp"
#include "engine/philox.hpp"

namespace litura::engine {
namespace {

PhiloxKey key_of(std::uint64_t seed, std::string_view name) {
    ByteWriter text;
    text.text("litura random weights");
    text.u64(seed);
    text.text(name);
    const Digest digest = sha256(text.bytes());
    ByteReader reader(digest.view());
    const std::uint32_t first = reader.u32();
    return {first, reader.u32()};
}

/// The sum of twelve uniform numbers has variance 1. Summed as integers, so only the end rounds.
float nearly_normal(PhiloxKey key, std::uint64_t index, float deviation) {
    std::int64_t sum = 0;
    for (std::uint32_t block = 0; block < 3; ++block) {
        const PhiloxBlock counter = {static_cast<std::uint32_t>(index),
                                     static_cast<std::uint32_t>(index >> 32), block, 0};
        for (const std::uint32_t word : philox(counter, key)) sum += word >> 8;
    }
    const std::int64_t centred = sum - 6 * (std::int64_t{1} << 24);
    return static_cast<float>(centred) * 0x1p-24f * deviation;
}

}  // namespace

std::vector<float> random_weights(const formats::LlamaConfig& config, std::uint64_t seed) {
    const Layout layout(config);
    std::vector<float> weights(layout.count());
    for (const TensorSpec& tensor : layout.tensors()) {
        float* values = weights.data() + tensor.offset;
        if (tensor.shape.size() == 1) {
            std::fill_n(values, tensor.count, 1.0f);
            continue;
        }
        fill_nearly_normal({values, tensor.count}, seed, tensor.name, 0.02f);
    }
    return weights;
}

void fill_nearly_normal(std::span<float> values, std::uint64_t seed, std::string_view name,
                        float deviation) {
    const PhiloxKey key = key_of(seed, name);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = nearly_normal(key, i, deviation);
}

}  // namespace litura::engine
