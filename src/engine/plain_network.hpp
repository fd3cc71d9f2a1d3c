// A whole optimizer step as plain loops, written from docs/canonical-arithmetic.md: the oracle for
// the order of every sum in the network. For tests only.
#pragma once

#include <string>

#include "engine/canonical_math.hpp"
#include "engine/layout.hpp"
#include "engine/lora.hpp"
#include "engine/plain_operations.hpp"
#include "engine/window.hpp"

namespace litura::engine::plain {

using Floats = std::vector<float>;

class Network {
public:
    /// With `lora` the matrices stay and the adapter `b` is trained.
    Network(const formats::LlamaConfig& config, const Layout& layout, const Floats& weights,
            const std::vector<Window>& windows, const Lora* lora = nullptr, const Floats& b = {})
        : config_(config), layout_(layout), weights_(weights), gradient_(weights.size()),
          lora_(lora), b_(b), b_gradient_(b.size()), rotary_(config, config.context) {
        for (const Window& window : windows) {
            for (std::size_t i = 0; i + 1 < window.tokens.size(); ++i) {
                begin_.push_back(inputs_.size() - i);
                inputs_.push_back(window.tokens[i]);
                targets_.push_back(window.tokens[i + 1]);
            }
        }
        for (std::size_t t = 0; t < inputs_.size(); ++t) {
            end_.push_back(t + 1);
            for (std::size_t s = begin_[t]; s <= t; ++s) end_[s] = t + 1;
        }
    }

    /// The gradient of the mean loss by what is trained, in its layout's order.
    const Floats& gradient() {
        const std::size_t dim = config_.dim;
        Floats x(rows() * dim);
        for (std::size_t t = 0; t < rows(); ++t) {
            for (std::size_t j = 0; j < dim; ++j)
                x[t * dim + j] = at("model.embed_tokens.weight")[inputs_[t] * dim + j];
        }
        std::vector<Layer> layers(config_.layers);
        for (std::uint32_t index = 0; index < config_.layers; ++index)
            x = forward(layer_tensor(index, ""), layers[index], x);
        Floats dx = head(x);
        for (std::uint32_t index = config_.layers; index-- > 0;)
            dx = backward(layer_tensor(index, ""), layers[index], dx);
        scatter(dx);
        return lora_ != nullptr ? b_gradient_ : gradient_;
    }

private:
    struct Layer {
        Floats input, normed1, factors1, qkv, out, maxima, sums, middle, normed2, factors2, gate_up,
            activated;
    };

    std::size_t rows() const { return inputs_.size(); }
    const float* at(const std::string& name) const {
        return weights_.data() + layout_.tensor(name).offset;
    }
    float* grad(const std::string& name) { return gradient_.data() + layout_.tensor(name).offset; }

    /// Tensors one below the other.
    Floats stacked(const std::vector<std::string>& names) const {
        Floats all;
        for (const std::string& name : names)
            all.insert(all.end(), at(name), at(name) + layout_.tensor(name).count);
        return all;
    }
    /// A gradient of stacked tensors back to its places.
    void unstack(const Floats& from, const std::vector<std::string>& names) {
        auto next = from.begin();
        for (const std::string& name : names) {
            std::copy_n(next, layout_.tensor(name).count, grad(name));
            next += static_cast<std::ptrdiff_t>(layout_.tensor(name).count);
        }
    }

    /// y = x W^T
    Floats apply(const Floats& x, const Floats& w) const {
        const std::size_t inputs = x.size() / rows(), outputs = w.size() / inputs;
        Floats y(rows() * outputs);
        for (std::size_t t = 0; t < rows(); ++t) {
            for (std::size_t o = 0; o < outputs; ++o) {
                y[t * outputs + o] = product(
                    inputs, [&](std::size_t k) { return x[t * inputs + k]; },
                    [&](std::size_t k) { return w[o * inputs + k]; });
            }
        }
        return y;
    }
    /// dx = dy W
    Floats apply_back(const Floats& dy, const Floats& w) const {
        const std::size_t outputs = dy.size() / rows(), inputs = w.size() / outputs;
        Floats dx(rows() * inputs);
        for (std::size_t t = 0; t < rows(); ++t) {
            for (std::size_t i = 0; i < inputs; ++i) {
                dx[t * inputs + i] = product(
                    outputs, [&](std::size_t k) { return dy[t * outputs + k]; },
                    [&](std::size_t k) { return w[k * inputs + i]; });
            }
        }
        return dx;
    }
    /// dW = dy^T x
    Floats weight_gradient(const Floats& dy, const Floats& x) const {
        const std::size_t outputs = dy.size() / rows(), inputs = x.size() / rows();
        Floats dw(outputs * inputs);
        for (std::size_t o = 0; o < outputs; ++o) {
            for (std::size_t i = 0; i < inputs; ++i) {
                dw[o * inputs + i] = product(
                    rows(), [&](std::size_t k) { return dy[k * outputs + o]; },
                    [&](std::size_t k) { return x[k * inputs + i]; });
            }
        }
        return dw;
    }

    Floats scaled(Floats x) const {
        for (float& value : x) value = value * lora_->scale();
        return x;
    }
    Floats a_of(const std::string& name) const {
        const TensorSpec& tensor = lora_->frozen().tensor(Lora::name_of_a(name));
        return Floats(
            lora_->a().begin() + static_cast<std::ptrdiff_t>(tensor.offset),
            lora_->a().begin() + static_cast<std::ptrdiff_t>(tensor.offset + tensor.count));
    }
    Floats b_of(const std::string& name) const {
        const TensorSpec& tensor = lora_->trained().tensor(Lora::name_of_b(name));
        return Floats(b_.begin() + static_cast<std::ptrdiff_t>(tensor.offset),
                      b_.begin() + static_cast<std::ptrdiff_t>(tensor.offset + tensor.count));
    }
    /// Columns [first, first + width) of a matrix with a row a token.
    Floats columns(const Floats& from, std::size_t first, std::size_t width) const {
        Floats out;
        const std::size_t row = from.size() / rows();
        for (std::size_t t = 0; t < rows(); ++t) {
            const auto begin = from.begin() + static_cast<std::ptrdiff_t>(t * row + first);
            out.insert(out.end(), begin, begin + static_cast<std::ptrdiff_t>(width));
        }
        return out;
    }

    /// The matrices `names` as one, and the adapter of each.
    Floats linear(const std::vector<std::string>& names, const Floats& x) const {
        Floats y = apply(x, stacked(names));
        if (lora_ == nullptr) return y;
        const std::size_t row = y.size() / rows();
        std::size_t first = 0;
        for (const std::string& name : names) {
            const Floats update = apply(scaled(apply(x, a_of(name))), b_of(name));
            const std::size_t width = update.size() / rows();
            for (std::size_t t = 0; t < rows(); ++t) {
                for (std::size_t o = 0; o < width; ++o) {
                    float& value = y[t * row + first + o];
                    value = value + update[t * width + o];
                }
            }
            first += width;
        }
        return y;
    }
    /// dx; the gradients on the way.
    Floats linear_back(const std::vector<std::string>& names, const Floats& dy, const Floats& x) {
        Floats dx = apply_back(dy, stacked(names));
        if (lora_ == nullptr) {
            unstack(weight_gradient(dy, x), names);
            return dx;
        }
        const std::size_t rank = lora_->settings().rank;
        Floats all_a, low(rows() * names.size() * rank);
        std::size_t first = 0;
        for (std::size_t index = 0; index < names.size(); ++index) {
            const Floats a = a_of(names[index]), b = b_of(names[index]);
            const Floats part = columns(dy, first, b.size() / rank);
            const Floats db = weight_gradient(part, scaled(apply(x, a)));
            const std::size_t place = lora_->trained().tensor(Lora::name_of_b(names[index])).offset;
            std::copy(db.begin(), db.end(),
                      b_gradient_.begin() + static_cast<std::ptrdiff_t>(place));
            const Floats part_low = scaled(apply_back(part, b));
            for (std::size_t t = 0; t < rows(); ++t) {
                for (std::size_t r = 0; r < rank; ++r)
                    low[(t * names.size() + index) * rank + r] = part_low[t * rank + r];
            }
            all_a.insert(all_a.end(), a.begin(), a.end());
            first += b.size() / rank;
        }
        return sum_of(dx, apply_back(low, all_a));
    }

    Floats normed(const Floats& x, const std::string& weight, Floats& factors) const {
        const std::size_t dim = config_.dim;
        Floats y(x.size());
        factors.resize(rows());
        for (std::size_t t = 0; t < rows(); ++t) {
            factors[t] = rms_norm(&x[t * dim], at(weight), &y[t * dim], dim, config_.norm_eps);
        }
        return y;
    }
    void norm_back(const Floats& dy, const Floats& x, const std::string& weight,
                   const Floats& factors, Floats& dx) {
        const std::size_t dim = config_.dim;
        for (std::size_t j = 0; j < dim; ++j) {
            grad(weight)[j] = product(
                rows(), [&](std::size_t t) { return dy[t * dim + j]; },
                [&](std::size_t t) { return x[t * dim + j] * factors[t]; });
        }
        for (std::size_t t = 0; t < rows(); ++t) {
            rms_norm_backward(&dy[t * dim], &x[t * dim], at(weight), factors[t], &dx[t * dim], dim);
        }
    }

    std::size_t qkv_row() const {
        return (config_.heads + 2 * config_.kv_heads) * config_.head_dim;
    }
    std::size_t key_at(std::size_t kv) const { return (config_.heads + kv) * config_.head_dim; }
    std::size_t value_at(std::size_t kv) const {
        return (config_.heads + config_.kv_heads + kv) * config_.head_dim;
    }

    void rotate_all(Floats& qkv, bool back) const {
        const std::size_t hd = config_.head_dim;
        for (std::size_t t = 0; t < rows(); ++t) {
            const float* cosine = rotary_.cosines(t - begin_[t]);
            const float* sine = rotary_.sines(t - begin_[t]);
            for (std::size_t h = 0; h < config_.heads + config_.kv_heads; ++h) {
                float* head = &qkv[t * qkv_row() + h * hd];
                back ? rotate_back(head, cosine, sine, hd / 2) : rotate(head, cosine, sine, hd / 2);
            }
        }
    }

    /// q . k of token t and the keys of its window up to itself.
    Floats scores(const Layer& layer, std::size_t t, std::size_t h) const {
        const std::size_t hd = config_.head_dim, kv = h / (config_.heads / config_.kv_heads);
        const float* q = &layer.qkv[t * qkv_row() + h * hd];
        Floats row;
        for (std::size_t j = begin_[t]; j <= t; ++j) {
            const float* k = &layer.qkv[j * qkv_row() + key_at(kv)];
            row.push_back(product(
                hd, [&](std::size_t i) { return q[i]; }, [&](std::size_t i) { return k[i]; }));
        }
        return row;
    }

    void attend(Layer& layer) const {
        const std::size_t hd = config_.head_dim, heads = config_.heads;
        layer.out.resize(rows() * heads * hd);
        layer.maxima.resize(rows() * heads);
        layer.sums.resize(rows() * heads);
        for (std::size_t t = 0; t < rows(); ++t) {
            for (std::size_t h = 0; h < heads; ++h) {
                Floats row = scores(layer, t, h);
                const Softmax stats =
                    softmax(row.data(), row.size(), 1.0f / std::sqrt(static_cast<float>(hd)));
                layer.maxima[t * heads + h] = stats.maximum;
                layer.sums[t * heads + h] = stats.sum;
                const std::size_t value = value_at(h / (heads / config_.kv_heads));
                for (std::size_t i = 0; i < hd; ++i) {
                    const float sum = product(
                        row.size(), [&](std::size_t j) { return row[j]; },
                        [&](std::size_t j) {
                            return layer.qkv[(begin_[t] + j) * qkv_row() + value + i];
                        });
                    layer.out[(t * heads + h) * hd + i] = sum / stats.sum;
                }
            }
        }
    }

    /// P and dS of (t, h), padded with zeros to the window's length.
    void attention_row(const Layer& layer, const Floats& d_out, std::size_t t, std::size_t h,
                       Floats& p, Floats& ds) const {
        const std::size_t hd = config_.head_dim, heads = config_.heads,
                          kv = h / (heads / config_.kv_heads);
        const float scale = 1.0f / std::sqrt(static_cast<float>(hd));
        const float* d = &d_out[(t * heads + h) * hd];
        const float pull = dot(d, &layer.out[(t * heads + h) * hd], hd);
        p = scores(layer, t, h);
        ds.assign(p.size(), 0.0f);
        for (std::size_t j = 0; j < p.size(); ++j) {
            p[j] = exp(p[j] * scale - layer.maxima[t * heads + h]) *
                   (1.0f / layer.sums[t * heads + h]);
            const float* v = &layer.qkv[(begin_[t] + j) * qkv_row() + value_at(kv)];
            const float dp = product(
                hd, [&](std::size_t i) { return d[i]; }, [&](std::size_t i) { return v[i]; });
            ds[j] = (p[j] * (dp - pull)) * scale;
        }
        p.resize(end_[t] - begin_[t], 0.0f);
        ds.resize(p.size(), 0.0f);
    }

    Floats attend_back(const Layer& layer, const Floats& d_out) const {
        const std::size_t hd = config_.head_dim, heads = config_.heads,
                          group = heads / config_.kv_heads;
        Floats d_qkv(rows() * qkv_row());
        for (std::size_t begin = 0; begin < rows(); begin = end_[begin]) {
            const std::size_t length = end_[begin] - begin;
            for (std::size_t kv = 0; kv < config_.kv_heads; ++kv) {
                std::vector<Floats> p(group * length), ds(group * length);
                const auto token = [&](std::size_t row) { return begin + row % length; };
                const auto head_of = [&](std::size_t row) { return kv * group + row / length; };
                for (std::size_t row = 0; row < p.size(); ++row) {
                    attention_row(layer, d_out, token(row), head_of(row), p[row], ds[row]);
                    for (std::size_t i = 0; i < hd; ++i) {
                        d_qkv[token(row) * qkv_row() + head_of(row) * hd + i] = product(
                            length, [&](std::size_t j) { return ds[row][j]; },
                            [&](std::size_t j) {
                                return layer.qkv[(begin + j) * qkv_row() + key_at(kv) + i];
                            });
                    }
                }
                for (std::size_t j = 0; j < length; ++j) {
                    for (std::size_t i = 0; i < hd; ++i) {
                        d_qkv[(begin + j) * qkv_row() + value_at(kv) + i] = product(
                            p.size(), [&](std::size_t r) { return p[r][j]; },
                            [&](std::size_t r) {
                                return d_out[(token(r) * heads + head_of(r)) * hd + i];
                            });
                        d_qkv[(begin + j) * qkv_row() + key_at(kv) + i] = product(
                            ds.size(), [&](std::size_t r) { return ds[r][j]; },
                            [&](std::size_t r) {
                                return layer.qkv[token(r) * qkv_row() + head_of(r) * hd + i];
                            });
                    }
                }
            }
        }
        return d_qkv;
    }

    static Floats sum_of(const Floats& a, const Floats& b) {
        Floats c(a.size());
        for (std::size_t i = 0; i < a.size(); ++i) c[i] = a[i] + b[i];
        return c;
    }
    static std::vector<std::string> qkv_names(const std::string& layer) {
        return {layer + "self_attn.q_proj.weight", layer + "self_attn.k_proj.weight",
                layer + "self_attn.v_proj.weight"};
    }
    static std::vector<std::string> gate_up_names(const std::string& layer) {
        return {layer + "mlp.gate_proj.weight", layer + "mlp.up_proj.weight"};
    }

    Floats forward(const std::string& name, Layer& layer, const Floats& x) const {
        layer.input = x;
        layer.normed1 = normed(x, name + "input_layernorm.weight", layer.factors1);
        layer.qkv = linear(qkv_names(name), layer.normed1);
        rotate_all(layer.qkv, false);
        attend(layer);
        layer.middle = sum_of(x, linear({name + "self_attn.o_proj.weight"}, layer.out));
        layer.normed2 =
            normed(layer.middle, name + "post_attention_layernorm.weight", layer.factors2);
        layer.gate_up = linear(gate_up_names(name), layer.normed2);
        const std::size_t hidden = config_.hidden;
        for (std::size_t t = 0; t < rows(); ++t) {
            for (std::size_t i = 0; i < hidden; ++i) {
                const float* row = &layer.gate_up[t * 2 * hidden];
                layer.activated.push_back(swiglu(row[i], row[hidden + i]));
            }
        }
        return sum_of(layer.middle, linear({name + "mlp.down_proj.weight"}, layer.activated));
    }

    Floats backward(const std::string& name, const Layer& layer, Floats dx) {
        const std::size_t hidden = config_.hidden;
        const Floats d_activated =
            linear_back({name + "mlp.down_proj.weight"}, dx, layer.activated);
        Floats d_gate_up(layer.gate_up.size());
        for (std::size_t t = 0; t < rows(); ++t) {
            for (std::size_t i = 0; i < hidden; ++i) {
                const std::size_t gate = t * 2 * hidden + i, up = gate + hidden;
                swiglu_backward(d_activated[t * hidden + i], layer.gate_up[gate], layer.gate_up[up],
                                d_gate_up[gate], d_gate_up[up]);
            }
        }
        norm_back(linear_back(gate_up_names(name), d_gate_up, layer.normed2), layer.middle,
                  name + "post_attention_layernorm.weight", layer.factors2, dx);

        const Floats d_out = linear_back({name + "self_attn.o_proj.weight"}, dx, layer.out);
        Floats d_qkv = attend_back(layer, d_out);
        rotate_all(d_qkv, true);
        norm_back(linear_back(qkv_names(name), d_qkv, layer.normed1), layer.input,
                  name + "input_layernorm.weight", layer.factors1, dx);
        return dx;
    }

    /// The gradient of the last layer's output; the head's and the last norm's on the way.
    Floats head(const Floats& x) {
        const std::string name = config_.tied ? "model.embed_tokens.weight" : "lm_head.weight";
        Floats factors;
        const Floats y = normed(x, "model.norm.weight", factors);
        Floats d_logits = apply(y, stacked({name}));
        const float share = 1.0f / static_cast<float>(rows());
        for (std::size_t t = 0; t < rows(); ++t) {
            float* row = &d_logits[t * config_.vocab];
            const Softmax stats = softmax(row, config_.vocab, 1.0f);
            const float factor = share / stats.sum;
            for (std::size_t i = 0; i < config_.vocab; ++i) {
                row[i] = i == targets_[t] ? std::fma(row[i], factor, -share) : row[i] * factor;
            }
        }
        unstack(weight_gradient(d_logits, y), {name});
        Floats dx(x.size());
        norm_back(apply_back(d_logits, stacked({name})), x, "model.norm.weight", factors, dx);
        return dx;
    }

    void scatter(const Floats& dx) {
        const std::size_t dim = config_.dim;
        float* rows_of = grad("model.embed_tokens.weight");
        for (std::uint32_t token = 0; token < config_.vocab; ++token) {
            for (std::size_t j = 0; j < dim; ++j) {
                const float sum = product(
                    rows(), [&](std::size_t t) { return inputs_[t] == token ? 1.0f : 0.0f; },
                    [&](std::size_t t) { return dx[t * dim + j]; });
                rows_of[token * dim + j] = rows_of[token * dim + j] + sum;
            }
        }
    }

    const formats::LlamaConfig& config_;
    const Layout& layout_;
    const Floats& weights_;
    Floats gradient_;
    const Lora* lora_;
    Floats b_, b_gradient_;
    RotaryTable rotary_;
    std::vector<std::uint32_t> inputs_, targets_;
    std::vector<std::size_t> begin_, end_;  ///< of a token's window
};

}  // namespace litura::engine::plain
