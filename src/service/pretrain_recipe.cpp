// Every key must be there, and no other.
#include "service/pretrain_recipe.hpp"

#include "base/toml.hpp"

namespace litura::service {
namespace {

Result<void> whole(TomlTable& in, const char* key, std::uint32_t& out, std::int64_t least,
                   std::int64_t most) {
    out = static_cast<std::uint32_t>(TRY(in.whole(key, least, most)));
    return done();
}

/// Rounded once to binary32.
Result<void> number(TomlTable& in, const char* key, float& out, double least, double most) {
    out = static_cast<float>(TRY(in.number(key, least, most)));
    return done();
}

Result<void> read_model(TomlTable in, formats::LlamaConfig& config) {
    constexpr std::int64_t kAny = 1 << 20;  // the real limits are check_llama_config's
    TRY(whole(in, "vocab", config.vocab, 257, kAny));
    TRY(whole(in, "dim", config.dim, 1, kAny));
    TRY(whole(in, "layers", config.layers, 1, kAny));
    TRY(whole(in, "heads", config.heads, 1, kAny));
    TRY(whole(in, "kv_heads", config.kv_heads, 1, kAny));
    TRY(whole(in, "head_dim", config.head_dim, 1, kAny));
    TRY(whole(in, "hidden", config.hidden, 1, kAny));
    TRY(whole(in, "context", config.context, 1, kAny));
    TRY(number(in, "rope_theta", config.rope_theta, 1, 1e9));
    TRY(number(in, "norm_eps", config.norm_eps, 1e-12, 0.1));
    config.tied = TRY(in.flag("tied"));
    return in.end();
}

Result<void> read_train(TomlTable in, engine::PretrainSettings& settings) {
    engine::TrainSettings& train = settings.train;
    std::uint32_t seed = 0;
    TRY(whole(in, "seed", seed, 0, 0xffffffff));
    settings.seed = seed;
    TRY(whole(in, "steps", settings.steps, 1, 1 << 30));
    TRY(whole(in, "decay_steps", settings.decay_steps, 1, 1 << 30));
    TRY(whole(in, "sequence", train.sequence, 8, 8192));
    TRY(whole(in, "step_tokens", train.step_tokens, 8, 1 << 20));
    TRY(whole(in, "warmup_steps", train.warmup_steps, 1, 1 << 20));
    TRY(number(in, "learning_rate", train.learning_rate, 0, 1));
    TRY(number(in, "beta1", train.beta1, 0, 0.9999));
    TRY(number(in, "beta2", train.beta2, 0, 0.99999));
    TRY(number(in, "epsilon", train.epsilon, 1e-12, 1));
    TRY(number(in, "weight_decay", train.weight_decay, 0, 1));
    TRY(number(in, "clip_norm", train.clip_norm, 1e-6, 1e6));
    return in.end();
}

/// How often each text is read, by its name.
Result<void> read_repeat(TomlTable in, std::map<std::string, std::uint32_t>& out) {
    for (const std::string& name : in.keys()) TRY(whole(in, name.c_str(), out[name], 1, 100));
    return done();
}

}  // namespace

Result<PretrainRecipe> parse_pretrain_recipe(std::string_view text) {
    TomlTable root =
        TRY(TomlTable::parse(text, "recipe", "models/base.toml is a commented example"));
    PretrainRecipe recipe;
    recipe.base_claim = TRY(root.text("base_claim"));
    if (recipe.base_claim != "declared" && recipe.base_claim != "evidenced" &&
        recipe.base_claim != "none")
        return root.error("base_claim", "base_claim is declared, evidenced or none");
    TRY(whole(root, "held_out_every", recipe.held_out_every, 2, 1 << 20));
    TRY(read_model(TRY(root.table("model")), recipe.config));
    TRY(read_train(TRY(root.table("train")), recipe.settings));
    TRY(read_repeat(TRY(root.table("repeat")), recipe.repeat));
    TRY(root.end());
    recipe.config.bos = recipe.config.vocab - 1;
    recipe.config.eos = {recipe.config.vocab - 1};
    TRY(formats::check_llama_config(recipe.config));
    return recipe;
}

}  // namespace litura::service
