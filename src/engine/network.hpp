// A Llama network on the tokens of one optimizer step: forward, loss, and the gradient of every
// weight, by hand. The tokens of the step's windows lie one after another without padding; this
// flat index is the k of every sum over tokens. All memory is allocated by the constructor.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/attention.hpp"
#include "engine/canonical_math.hpp"
#include "engine/layout.hpp"
#include "engine/window.hpp"

namespace litura::engine {

class Network {
public:
    /// For steps of at most `max_tokens` targets in windows of at most `max_sequence`.
    Network(const formats::LlamaConfig& config, std::size_t max_tokens, std::size_t max_sequence,
            const Kernels& kernels, ThreadPool& pool);

    const Layout& layout() const { return layout_; }
    const Team& team() const { return team_; }
    const Kernels& kernels() const { return kernels_; }

    /// Makes `windows` the current step. Code::bad_input for a token outside the vocabulary, a
    /// window without a target, or more than the constructor was told.
    Result<void> load(std::span<const Window> windows);
    std::size_t targets() const { return inputs_.size(); }

    /// The sum of the step's losses, in nats.
    double loss(std::span<const float> weights);
    /// The same, and the gradient of the mean loss; every element of `gradient` is written.
    double loss_and_gradient(std::span<const float> weights, std::span<float> gradient);

private:
    struct Places {
        std::size_t query, key, value, output, gate, up, down, attention_norm, mlp_norm;
    };
    struct Span {
        std::size_t begin, length;
    };
    struct LayerMemory {
        explicit LayerMemory(const Network& network);
        Buffer input, attention_normed, attention_factors, qkv, attended, maxima, sums;
        Buffer middle, mlp_normed, mlp_factors, gate_up, activated;
    };

    std::size_t rows() const { return inputs_.size(); }
    AttentionWindow window_of(LayerMemory& memory, const Span& span) const;

    void embed(const float* weights);
    void normalise(const float* x, const float* weight, float* y, float* factors);
    void add_rows(const float* a, const float* b, float* out);
    void rotate_all(float* qkv, bool back);
    void forward(const float* weights);
    void forward_layer(const float* weights, const Places& at, LayerMemory& memory, float* output);
    /// y = x * W^T for tensors stacked in fused_; `outputs` rows of `inputs` numbers.
    void apply(const float* x, std::size_t inputs, const float* matrix, std::size_t outputs,
               float* y);
    /// dx = dy * W.
    void apply_back(const float* dy, std::size_t outputs, const float* matrix, std::size_t inputs,
                    float* dx);
    const float* stack(const float* weights, std::initializer_list<Span> parts);

    double head(const float* weights, float* gradient);
    void head_block(std::size_t begin, std::size_t end, float* gradient);
    void backward(const float* weights, float* gradient);
    void backward_layer(const float* weights, const Places& at, LayerMemory& memory,
                        float* gradient);
    void norm_back(const float* weight, const float* x, const float* factors,
                   float* weight_gradient);
    /// dW = dy^T * x for the columns of dy from `column` on, with x packed in right_.
    void weight_gradient(const float* dy, std::size_t dy_row, std::size_t column,
                         std::size_t outputs, float* gradient, std::size_t inputs);
    void scatter_embedding(float* gradient);

    formats::LlamaConfig config_;
    Layout layout_;
    const Kernels& kernels_;
    Team team_;
    Products products_;
    AttentionShape shape_;
    RotaryTable rotary_;
    std::size_t max_tokens_, max_sequence_;
    std::vector<Places> places_;
    std::size_t embedding_, head_, final_norm_;

    std::vector<std::uint32_t> inputs_, targets_, positions_;
    std::vector<Span> spans_;
    std::vector<std::uint32_t> by_token_;  ///< flat indices sorted by (token, index)

    std::vector<LayerMemory> layers_;
    Buffer residual_, final_normed_, final_factors_, logits_, losses_, branch_;
    Buffer d_residual_, d_normed_, d_wide_, d_wide2_;
    Buffer fused_;
    PackedRight right_, head_forward_, head_backward_;
    std::vector<AttentionScratch> scratch_;
};

}  // namespace litura::engine
