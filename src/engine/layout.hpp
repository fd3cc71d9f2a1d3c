// Where each tensor of a Llama model lies in one flat array of floats: Hugging Face names, in
// byte-wise name order, without gaps. The order is part of the canonical arithmetic (clipping adds
// tensors in it).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "formats/llama_config.hpp"

namespace litura::engine {

struct TensorSpec {
    std::string name;
    std::vector<std::uint64_t> shape;
    std::size_t offset = 0;
    std::size_t count = 0;
};

class Layout {
public:
    /// Every weight of a model.
    explicit Layout(const formats::LlamaConfig& config);
    /// Names and shapes; places and counts are filled in.
    explicit Layout(std::vector<TensorSpec> tensors);

    const std::vector<TensorSpec>& tensors() const& { return tensors_; }
    const std::vector<TensorSpec>& tensors() && = delete;  // a loop over them would outlive them
    /// Floats in all.
    std::size_t count() const { return count_; }
    /// The tensor must exist.
    const TensorSpec& tensor(std::string_view name) const;

private:
    void place();

    std::vector<TensorSpec> tensors_;
    std::size_t count_ = 0;
};

/// "model.layers.N." + rest
std::string layer_tensor(std::uint32_t layer, std::string_view rest);

}  // namespace litura::engine
