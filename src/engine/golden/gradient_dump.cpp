// Prints a small model, its windows, the loss and every gradient as one JSON object, so that
// another program can compute the same: tests/gradients_torch.py.
#include <cstdio>
#include <string_view>

#include "engine/network.hpp"
#include "engine/test_models.hpp"

namespace {

using namespace litura;
using namespace litura::engine;
using namespace litura::engine::testing;

template <typename Values, typename Print>
void print_list(const Values& values, const Print& print) {
    std::printf("[");
    bool first = true;
    for (const auto& value : values) {
        if (!first) std::printf(", ");
        first = false;
        print(value);
    }
    std::printf("]");
}

void print_floats(std::span<const float> values) {
    print_list(values, [](float value) { std::printf("%.9g", static_cast<double>(value)); });
}

void print_tensor(const TensorSpec& tensor, std::span<const float> weights,
                  std::span<const float> gradient) {
    std::printf("{\"name\": \"%s\", \"shape\": ", tensor.name.c_str());
    print_list(tensor.shape, [](std::uint64_t extent) {
        std::printf("%llu", static_cast<unsigned long long>(extent));
    });
    std::printf(", \"weights\": ");
    print_floats(weights.subspan(tensor.offset, tensor.count));
    std::printf(", \"gradient\": ");
    print_floats(gradient.subspan(tensor.offset, tensor.count));
    std::printf("}\n");
}

}  // namespace

int main(int argc, char** argv) {
    const bool tied = !(argc > 1 && std::string_view(argv[1]) == "untied");
    const formats::LlamaConfig config = small_config(tied);
    const std::vector<Window> windows = random_windows({40, 3, 64, 1, 33}, config.vocab, 21);
    const std::vector<float> weights = lively_weights(config, 6);
    ThreadPool pool(1);
    const Result<const Kernels*> kernels = choose_kernels();
    if (!kernels.ok()) return 2;
    Network network(config, 256, 64, *kernels.value(), pool);
    std::vector<float> gradient(weights.size());
    if (!network.load(windows).ok()) return 1;
    const double loss =
        network.loss_and_gradient(weights, gradient) / static_cast<double>(network.targets());

    std::printf("{\"layers\": %u, \"heads\": %u, \"kv_heads\": %u, \"head_dim\": %u, ",
                config.layers, config.heads, config.kv_heads, config.head_dim);
    std::printf(
        "\"rope_theta\": %.9g, \"norm_eps\": %.9g, \"tied\": %s, \"loss\": %.12g,\n\"windows\": ",
        static_cast<double>(config.rope_theta), static_cast<double>(config.norm_eps),
        tied ? "true" : "false", loss);
    print_list(windows, [](const Window& window) {
        print_list(window.tokens, [](std::uint32_t token) { std::printf("%u", token); });
    });
    std::printf(",\n\"tensors\": ");
    print_list(network.layout().tensors(),
               [&](const TensorSpec& tensor) { print_tensor(tensor, weights, gradient); });
    std::printf("}\n");
    return 0;
}
