// A Llama network on the tokens of one optimizer step: forward, loss, and the gradient of every
// weight, by hand. The tokens of the step's windows lie one after another without padding; this
// flat index is the k of every sum over tokens. All memory is allocated by the constructor.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/attention.hpp"
#include "engine/canonical_math.hpp"
#include "engine/layout.hpp"
#include "engine/lora.hpp"
#include "engine/window.hpp"

namespace litura::engine {

/// How a network is trained; none of it matters to loss() of plain weights.
struct TrainMethod {
    LoraSettings lora;
    /// Keeps only each layer's input and computes the rest again on the way back: the same bits,
    /// about a third more time, and memory for one layer instead of all.
    bool recompute = false;
};

class Network {
public:
    /// For steps of at most `max_tokens` targets in windows of at most `max_sequence`.
    Network(const formats::LlamaConfig& config, std::size_t max_tokens, std::size_t max_sequence,
            const Kernels& kernels, ThreadPool& pool, const TrainMethod& method = {});

    /// Of the weights.
    const Layout& layout() const { return layout_; }
    /// Of what is trained: the weights, or the adapter's B.
    const Layout& trained() const { return lora_ ? lora_->trained() : layout_; }
    const Team& team() const { return team_; }
    const Kernels& kernels() const { return kernels_; }

    /// Makes `windows` the current step. Code::bad_input for a token outside the vocabulary, a
    /// window without a target, or more than the constructor was told.
    Result<void> load(std::span<const Window> windows);
    std::size_t targets() const { return inputs_.size(); }

    /// The sum of the step's losses, in nats. `adapter` is empty without LoRA, else every B.
    double loss(std::span<const float> weights, std::span<const float> adapter = {});
    /// Of every target, by the last of these calls.
    std::span<const float> losses() const { return {losses_.data(), rows()}; }
    /// The same, and the gradient of the mean loss by what is trained; every element of `gradient`
    /// is written.
    double loss_and_gradient(std::span<const float> weights, std::span<float> gradient,
                             std::span<const float> adapter = {});

private:
    struct Span {
        std::size_t begin, length;
    };
    /// One matrix of a product, and its adapter's two.
    struct Part {
        std::size_t weight, outputs, a, b;  ///< places in weights, Lora::a() and the adapter
    };
    /// Matrices with the same inputs, applied as one, one below the other.
    struct Linear {
        std::size_t inputs = 0, outputs = 0;
        std::size_t low = 0;  ///< its column in LayerMemory::low
        std::vector<Part> parts;
    };
    struct Layer {
        Linear qkv, output, gate_up, down;
        std::size_t attention_norm = 0, mlp_norm = 0;
    };
    struct LayerMemory {
        explicit LayerMemory(const Network& network);
        Buffer attention_normed, attention_factors, qkv, attended, maxima, sums;
        Buffer middle, mlp_normed, mlp_factors, gate_up, activated;
        Buffer low;  ///< scale * x * A^T of every adapter, `low_row_` a token
    };
    /// What one call computes with. No gradient: forward only.
    struct Pass {
        const float* weights;
        const float* adapter;
        float* gradient;
    };

    /// Takes what the largest packed operands will want.
    void reserve_packed();
    std::size_t rows() const { return inputs_.size(); }
    AttentionWindow window_of(LayerMemory& memory, const Span& span) const;

    Linear linear(std::uint32_t layer, std::initializer_list<const char*> names, std::size_t low);
    /// The memory that belongs to a layer now.
    LayerMemory& memory_of(std::size_t layer) {
        return memory_[layer < memory_.size() ? layer : 0];
    }
    float* output_of(std::size_t layer) {
        return layer + 1 < layers_.size() ? layer_inputs_[layer + 1].data() : residual_.data();
    }

    void embed(const float* weights);
    void normalise(const float* x, const float* weight, float* y, float* factors);
    void add_rows(const float* a, const float* b, float* out, std::size_t row);
    void scale_rows(float* x, std::size_t row, std::size_t count, float factor);
    void rotate_all(float* qkv, bool back);
    void forward(const Pass& pass);
    void forward_layer(const Pass& pass, std::size_t layer);
    /// y = x * W^T, and the adapters' share.
    void apply(const Pass& pass, const Linear& linear, const float* x, LayerMemory& memory,
               float* y);
    /// dx = dy * W and the adapters' share; the gradient of W or of every B.
    void apply_back(const Pass& pass, const Linear& linear, const float* dy, const float* x,
                    LayerMemory& memory, float* dx);
    void adapter_back(const Pass& pass, const Linear& linear, const float* dy, LayerMemory& memory,
                      float* dx);
    /// All matrices, or all A's, below each other in memory.
    const float* stacked_weights(const Linear& linear, const float* weights);
    const float* stacked_a(const Linear& linear);

    double head(const Pass& pass);
    void head_block(const Pass& pass, std::size_t begin, std::size_t end);
    void backward(const Pass& pass);
    void backward_layer(const Pass& pass, std::size_t layer);
    void norm_back(const Pass& pass, std::size_t weight, const float* x, const float* factors);
    void scatter_embedding(float* gradient);

    formats::LlamaConfig config_;
    Layout layout_;
    std::optional<Lora> lora_;
    const Kernels& kernels_;
    Team team_;
    Products products_;
    AttentionShape shape_;
    RotaryTable rotary_;
    std::size_t max_tokens_, max_sequence_;
    std::size_t low_row_ = 0;
    std::vector<Layer> layers_;
    std::size_t embedding_, head_, final_norm_;

    std::vector<std::uint32_t> inputs_, targets_, positions_;
    std::vector<Span> spans_;
    std::vector<std::uint32_t> by_token_;  ///< flat indices sorted by (token, index)

    std::vector<Buffer> layer_inputs_;
    std::vector<LayerMemory> memory_;  ///< one, or one a layer
    Buffer residual_, final_normed_, final_factors_, logits_, losses_, branch_;
    Buffer d_residual_, d_normed_, d_wide_, d_wide2_;
    Buffer fused_, low_gradient_, update_;
    PackedRight right_, head_forward_, head_backward_;
    std::vector<AttentionScratch> scratch_;
};

}  // namespace litura::engine
