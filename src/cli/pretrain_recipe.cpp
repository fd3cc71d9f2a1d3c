// Each table of the file is a list of keys with what to do with their value; every key must be
// there, and no other.
#include "cli/pretrain_recipe.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <functional>

namespace litura::cli {
namespace {

using Setter = std::function<Result<void>(const toml::node&)>;
using Setters = std::map<std::string, Setter, std::less<>>;

Error bad(const toml::node& at, std::string message) {
    return {Code::bad_input, std::move(message),
            fmt::format("recipe, line {}", at.source().begin.line),
            "models/base.toml is a commented example"};
}

Setter whole(std::uint32_t& out, std::int64_t least, std::int64_t most) {
    return [&out, least, most](const toml::node& node) -> Result<void> {
        const auto value = node.value_exact<std::int64_t>();
        if (!value || *value < least || *value > most) {
            return bad(node, fmt::format("a whole number from {} to {} is expected", least, most));
        }
        out = static_cast<std::uint32_t>(*value);
        return done();
    };
}

Setter number(float& out, double least, double most) {
    return [&out, least, most](const toml::node& node) -> Result<void> {
        const auto value = node.value<double>();
        if (!value || !(*value >= least && *value <= most)) {
            return bad(node, fmt::format("a number from {} to {} is expected", least, most));
        }
        out = static_cast<float>(*value);
        return done();
    };
}

Setter yes_or_no(bool& out) {
    return [&out](const toml::node& node) -> Result<void> {
        const auto value = node.value_exact<bool>();
        if (!value) return bad(node, "true or false is expected");
        out = *value;
        return done();
    };
}

Setter claim(std::string& out) {
    return [&out](const toml::node& node) -> Result<void> {
        out = node.value_or(std::string());
        if (out == "declared" || out == "evidenced" || out == "none") return done();
        return bad(node, "base_claim is declared, evidenced or none");
    };
}

Setter table_of(Setters inner);

Result<void> read_table(const toml::table& table, const Setters& setters) {
    for (const auto& [key, node] : table) {
        const auto setter = setters.find(key.str());
        if (setter == setters.end()) return bad(node, fmt::format("unknown key '{}'", key.str()));
        TRY(setter->second(node));
    }
    for (const auto& [key, setter] : setters) {
        if (!table.contains(key)) return bad(table, fmt::format("the key '{}' is missing", key));
    }
    return done();
}

Setter table_of(Setters inner) {
    return [inner = std::move(inner)](const toml::node& node) -> Result<void> {
        if (const toml::table* table = node.as_table()) return read_table(*table, inner);
        return bad(node, "a table is expected");
    };
}

Setter repeats(std::map<std::string, std::uint32_t>& out) {
    return [&out](const toml::node& node) -> Result<void> {
        const toml::table* table = node.as_table();
        if (!table) return bad(node, "a table is expected");
        for (const auto& [name, times] : *table) {
            TRY(whole(out[std::string(name.str())], 1, 100)(times));
        }
        return done();
    };
}

Setters model_keys(formats::LlamaConfig& config) {
    constexpr std::int64_t kAny = 1 << 20;  // the real limits are check_llama_config's
    return {{"vocab", whole(config.vocab, 257, kAny)},
            {"dim", whole(config.dim, 1, kAny)},
            {"layers", whole(config.layers, 1, kAny)},
            {"heads", whole(config.heads, 1, kAny)},
            {"kv_heads", whole(config.kv_heads, 1, kAny)},
            {"head_dim", whole(config.head_dim, 1, kAny)},
            {"hidden", whole(config.hidden, 1, kAny)},
            {"context", whole(config.context, 1, kAny)},
            {"rope_theta", number(config.rope_theta, 1, 1e9)},
            {"norm_eps", number(config.norm_eps, 1e-12, 0.1)},
            {"tied", yes_or_no(config.tied)}};
}

Setters train_keys(engine::PretrainSettings& settings, std::uint32_t& seed) {
    engine::TrainSettings& train = settings.train;
    return {{"seed", whole(seed, 0, 0xffffffff)},
            {"steps", whole(settings.steps, 1, 1 << 30)},
            {"decay_steps", whole(settings.decay_steps, 1, 1 << 30)},
            {"sequence", whole(train.sequence, 8, 8192)},
            {"step_tokens", whole(train.step_tokens, 8, 1 << 20)},
            {"warmup_steps", whole(train.warmup_steps, 1, 1 << 20)},
            {"learning_rate", number(train.learning_rate, 0, 1)},
            {"beta1", number(train.beta1, 0, 0.9999)},
            {"beta2", number(train.beta2, 0, 0.99999)},
            {"epsilon", number(train.epsilon, 1e-12, 1)},
            {"weight_decay", number(train.weight_decay, 0, 1)},
            {"clip_norm", number(train.clip_norm, 1e-6, 1e6)}};
}

}  // namespace

Result<PretrainRecipe> parse_pretrain_recipe(std::string_view text) {
    PretrainRecipe recipe;
    std::uint32_t seed = 0;
    try {
        const toml::table table = toml::parse(text);
        TRY(read_table(table, {{"base_claim", claim(recipe.base_claim)},
                               {"held_out_every", whole(recipe.held_out_every, 2, 1 << 20)},
                               {"model", table_of(model_keys(recipe.config))},
                               {"train", table_of(train_keys(recipe.settings, seed))},
                               {"repeat", repeats(recipe.repeat)}}));
    } catch (const toml::parse_error& error) {
        return Error{Code::bad_input,
                     "the recipe is not valid TOML",
                     fmt::format("recipe, line {}", error.source().begin.line),
                     {}};
    }
    recipe.settings.seed = seed;
    recipe.config.bos = recipe.config.vocab - 1;
    recipe.config.eos = {recipe.config.vocab - 1};
    TRY(formats::check_llama_config(recipe.config));
    return recipe;
}

}  // namespace litura::cli
