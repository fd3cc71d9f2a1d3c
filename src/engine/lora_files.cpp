#include "engine/lora_files.hpp"

#include "base/json.hpp"
#include "formats/safetensors.hpp"

namespace litura::engine {
namespace {

const std::string kConfig(kAdapterFiles[0]), kWeights(kAdapterFiles[1]);

std::string config_json(const Lora& lora, const Digest& base) {
    const Json json = {
        {"base_model_name_or_path", to_text(base)},
        {"bias", "none"},
        {"fan_in_fan_out", false},
        {"inference_mode", true},
        {"lora_alpha", lora.settings().alpha},
        {"lora_dropout", 0.0},
        {"peft_type", "LORA"},
        {"r", lora.settings().rank},
        {"target_modules",
         {"down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj"}},
        {"task_type", "CAUSAL_LM"},
    };
    return json.dump(2) + "\n";
}

Bytes weights_file(const Lora& lora, std::span<const float> b) {
    std::vector<formats::TensorSource> tensors;
    const std::span<const float> a = lora.a();
    for (const TensorSpec& spec : lora.frozen().tensors())
        tensors.push_back({spec.name, spec.shape, a.subspan(spec.offset, spec.count)});
    for (const TensorSpec& spec : lora.trained().tensors())
        tensors.push_back({spec.name, spec.shape, b.subspan(spec.offset, spec.count)});
    return formats::write_safetensors(tensors, formats::Dtype::f32);
}

Error differs(const std::string& where) {
    return {Code::bad_input, "not the adapter that this recipe and base make", where,
            "run 'litura derive' again"};
}

}  // namespace

Result<void> write_adapter(Env& env, const Path& folder, const Lora& lora, std::span<const float> b,
                           const Digest& base) {
    CHECK(b.size() == lora.trained().count());
    TRY(env.write_file(folder / kWeights, weights_file(lora, b)));
    TRY(env.write_file(folder / kConfig, bytes_of(config_json(lora, base))));
    return env.sync_folder(folder);
}

Result<std::vector<float>> read_adapter(Env& env, const Path& folder, const Lora& lora,
                                        const Digest& base) {
    const Bytes config = TRY(env.read_file(folder / kConfig));
    if (text_of(config) != config_json(lora, base)) return differs(kConfig);
    const Bytes file = TRY(env.read_file(folder / kWeights));
    const auto tensors = TRY(formats::read_safetensors(file));
    std::vector<float> b(lora.trained().count());
    for (const TensorSpec& spec : lora.trained().tensors()) {
        const formats::TensorView* found = formats::find_tensor(tensors, spec.name);
        if (found == nullptr || found->shape != spec.shape) return differs(kWeights);
        formats::expand(found->dtype, found->data, std::span(b).subspan(spec.offset, spec.count));
    }
    if (weights_file(lora, b) != file) return differs(kWeights);
    return b;
}

}  // namespace litura::engine
