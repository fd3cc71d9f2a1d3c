// Gradients against central differences of a forward pass in binary64 that shares no code with the
// engine.
#include <gtest/gtest.h>

#include <cmath>

#include "engine/network.hpp"
#include "engine/test_models.hpp"

namespace litura::engine {
namespace {

using namespace testing;
using Row = std::vector<double>;
using Rows = std::vector<Row>;

/// The loss in binary64, written from the architecture alone.
class PlainModel {
public:
    PlainModel(const formats::LlamaConfig& config, const Layout& layout, Row weights)
        : config_(config), layout_(layout), weights_(std::move(weights)) {}

    Row& weights() { return weights_; }

    double mean_loss(const std::vector<Window>& windows) const {
        double sum = 0;
        std::size_t targets = 0;
        for (const Window& window : windows) {
            sum += window_loss(window);
            targets += window.targets();
        }
        return sum / static_cast<double>(targets);
    }

private:
    const double* tensor(const std::string& name) const {
        return weights_.data() + layout_.tensor(name).offset;
    }

    static Row times(const double* matrix, std::size_t outputs, const Row& x) {
        Row y(outputs);
        for (std::size_t o = 0; o < outputs; ++o) {
            for (std::size_t i = 0; i < x.size(); ++i) y[o] += matrix[o * x.size() + i] * x[i];
        }
        return y;
    }

    Row normed(const Row& x, const double* weight) const {
        double squares = 0;
        for (double v : x) squares += v * v;
        const double factor =
            1 / std::sqrt(squares / static_cast<double>(x.size()) + config_.norm_eps);
        Row y(x.size());
        for (std::size_t i = 0; i < x.size(); ++i) y[i] = x[i] * factor * weight[i];
        return y;
    }

    void rotate(Row& heads, std::size_t position) const {
        const std::size_t half = config_.head_dim / 2;
        for (std::size_t h = 0; h < heads.size(); h += config_.head_dim) {
            for (std::size_t i = 0; i < half; ++i) {
                const double angle =
                    static_cast<double>(position) *
                    std::pow(config_.rope_theta, -2.0 * static_cast<double>(i) / config_.head_dim);
                const double a = heads[h + i], b = heads[h + half + i];
                heads[h + i] = a * std::cos(angle) - b * std::sin(angle);
                heads[h + half + i] = b * std::cos(angle) + a * std::sin(angle);
            }
        }
    }

    void attention(Rows& x, const std::string& at) const {
        const std::size_t hd = config_.head_dim, group = config_.heads / config_.kv_heads;
        Rows q, k, v;
        for (std::size_t t = 0; t < x.size(); ++t) {
            const Row y = normed(x[t], tensor(at + "input_layernorm.weight"));
            q.push_back(times(tensor(at + "self_attn.q_proj.weight"), config_.heads * hd, y));
            k.push_back(times(tensor(at + "self_attn.k_proj.weight"), config_.kv_heads * hd, y));
            v.push_back(times(tensor(at + "self_attn.v_proj.weight"), config_.kv_heads * hd, y));
            rotate(q[t], t);
            rotate(k[t], t);
        }
        for (std::size_t t = 0; t < x.size(); ++t) {
            Row out(config_.heads * hd);
            for (std::size_t h = 0; h < config_.heads; ++h) {
                const std::size_t kv = h / group * hd;
                Row weight(t + 1);
                double sum = 0;
                for (std::size_t j = 0; j <= t; ++j) {
                    double score = 0;
                    for (std::size_t i = 0; i < hd; ++i) score += q[t][h * hd + i] * k[j][kv + i];
                    weight[j] = std::exp(score / std::sqrt(static_cast<double>(hd)));
                    sum += weight[j];
                }
                for (std::size_t j = 0; j <= t; ++j) {
                    for (std::size_t i = 0; i < hd; ++i)
                        out[h * hd + i] += weight[j] / sum * v[j][kv + i];
                }
            }
            const Row change = times(tensor(at + "self_attn.o_proj.weight"), config_.dim, out);
            for (std::size_t i = 0; i < change.size(); ++i) x[t][i] += change[i];
        }
    }

    void mlp(Row& x, const std::string& at) const {
        const Row y = normed(x, tensor(at + "post_attention_layernorm.weight"));
        Row gate = times(tensor(at + "mlp.gate_proj.weight"), config_.hidden, y);
        const Row up = times(tensor(at + "mlp.up_proj.weight"), config_.hidden, y);
        for (std::size_t i = 0; i < gate.size(); ++i)
            gate[i] = gate[i] / (1 + std::exp(-gate[i])) * up[i];
        const Row change = times(tensor(at + "mlp.down_proj.weight"), config_.dim, gate);
        for (std::size_t i = 0; i < change.size(); ++i) x[i] += change[i];
    }

    double window_loss(const Window& window) const {
        const double* embedding = tensor("model.embed_tokens.weight");
        Rows x;
        for (std::size_t t = 0; t < window.targets(); ++t) {
            const double* row = embedding + window.tokens[t] * config_.dim;
            x.emplace_back(row, row + config_.dim);
        }
        for (std::uint32_t layer = 0; layer < config_.layers; ++layer) {
            attention(x, layer_tensor(layer, ""));
            for (Row& row : x) mlp(row, layer_tensor(layer, ""));
        }
        double loss = 0;
        for (std::size_t t = 0; t < x.size(); ++t) {
            const double* head = config_.tied ? embedding : tensor("lm_head.weight");
            const Row logits =
                times(head, config_.vocab, normed(x[t], tensor("model.norm.weight")));
            double sum = 0;
            for (double logit : logits) sum += std::exp(logit);
            loss += std::log(sum) - logits[window.tokens[t + 1]];
        }
        return loss;
    }

    const formats::LlamaConfig& config_;
    const Layout& layout_;
    Row weights_;
};

void expect_gradients_agree(const formats::LlamaConfig& config) {
    const std::vector<Window> windows = random_windows({11, 1, 7}, config.vocab, 5);
    const std::vector<float> weights = lively_weights(config, 3);
    ThreadPool pool(1);
    Network network(config, 32, 16, *available_kernels().front(), pool);
    std::vector<float> gradient(weights.size());
    ASSERT_TRUE(network.load(windows).ok());
    const double loss =
        network.loss_and_gradient(weights, gradient) / static_cast<double>(network.targets());

    PlainModel plain(config, network.layout(), Row(weights.begin(), weights.end()));
    EXPECT_NEAR(loss, plain.mean_loss(windows), 1e-5);
    for (const TensorSpec& tensor : network.layout().tensors()) {
        double largest = 0, worst = 0;
        for (std::size_t i = 0; i < tensor.count; i += 1 + tensor.count / 60) {
            constexpr double kStep = 1e-5;
            double& weight = plain.weights()[tensor.offset + i];
            const double before = weight;
            weight = before + kStep;
            const double above = plain.mean_loss(windows);
            weight = before - kStep;
            const double below = plain.mean_loss(windows);
            weight = before;
            const double difference = (above - below) / (2 * kStep);
            largest = std::max(largest, std::abs(difference));
            worst = std::max(worst, std::abs(difference - gradient[tensor.offset + i]));
        }
        EXPECT_GT(largest, 1e-4) << tensor.name << ": this tensor's gradient was not tested";
        EXPECT_LT(worst, 2e-5 * largest + 1e-6) << tensor.name;
    }
}

TEST(Gradient, Of_a_tied_model_agrees_with_central_differences) {
    expect_gradients_agree(small_config(true));
}

TEST(Gradient, Of_an_untied_model_agrees_with_central_differences) {
    expect_gradients_agree(small_config(false));
}

}  // namespace
}  // namespace litura::engine
