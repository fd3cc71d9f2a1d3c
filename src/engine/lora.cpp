#include "engine/lora.hpp"

#include <cmath>

#include "base/result.hpp"
#include "engine/product.hpp"
#include "engine/random_weights.hpp"

namespace litura::engine {
namespace {

constexpr std::string_view kWeight = ".weight";

std::string adapter_name(std::string_view tensor, std::string_view part) {
    CHECK(tensor.ends_with(kWeight));
    tensor.remove_suffix(kWeight.size());
    return "base_model.model." + std::string(tensor) + "." + std::string(part) + ".weight";
}

enum class Part { a, b };

Layout adapter_layout(const Layout& model, std::uint64_t rank, Part part) {
    std::vector<TensorSpec> tensors;
    for (const TensorSpec& tensor : model.tensors()) {
        if (!is_adapted(tensor.name)) continue;
        if (part == Part::a)
            tensors.push_back({Lora::name_of_a(tensor.name), {rank, tensor.shape[1]}});
        if (part == Part::b)
            tensors.push_back({Lora::name_of_b(tensor.name), {tensor.shape[0], rank}});
    }
    return Layout(std::move(tensors));
}

}  // namespace

bool is_adapted(std::string_view tensor) { return tensor.ends_with("_proj.weight"); }

std::string Lora::name_of_a(std::string_view tensor) { return adapter_name(tensor, "lora_A"); }
std::string Lora::name_of_b(std::string_view tensor) { return adapter_name(tensor, "lora_B"); }

Lora::Lora(const formats::LlamaConfig& config, const LoraSettings& settings)
    : settings_(settings), model_(config), trained_(adapter_layout(model_, settings.rank, Part::b)),
      frozen_(adapter_layout(model_, settings.rank, Part::a)), a_(frozen_.count()) {
    CHECK(settings.on());
    for (const TensorSpec& tensor : frozen_.tensors()) {
        const float deviation = 1.0f / std::sqrt(static_cast<float>(tensor.shape[1]));
        fill_nearly_normal(std::span(a_).subspan(tensor.offset, tensor.count), settings.seed,
                           tensor.name, deviation);
    }
}

std::vector<float> Lora::merged(std::span<const float> weights, std::span<const float> b) const {
    CHECK(weights.size() == model_.count() && b.size() == trained_.count());
    ThreadPool pool(1);
    Products products(chosen_kernels(), Team(pool));
    PackedRight packed;
    Buffer update;
    std::vector<float> out(weights.begin(), weights.end());
    for (const TensorSpec& tensor : model_.tensors()) {
        if (!is_adapted(tensor.name)) continue;
        const std::size_t outputs = tensor.shape[0], inputs = tensor.shape[1],
                          rank = settings_.rank;
        const float* tensor_a = a_.data() + frozen_.tensor(name_of_a(tensor.name)).offset;
        const float* tensor_b = b.data() + trained_.tensor(name_of_b(tensor.name)).offset;
        update.reserve(tensor.count);
        products.pack({tensor_a, inputs, 1}, rank, inputs, packed);
        products.multiply({tensor_b, rank, 1}, outputs, packed, update.data(), inputs);
        for (std::size_t i = 0; i < tensor.count; ++i) {
            float& weight = out[tensor.offset + i];
            if (update.data()[i] != 0.0f) weight = std::fma(update.data()[i], scale(), weight);
        }
    }
    return out;
}

}  // namespace litura::engine
