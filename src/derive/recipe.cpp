#include "derive/recipe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "base/toml.hpp"

namespace litura::derive {
namespace {

Result<std::uint32_t> count(TomlTable& in, std::string_view key, std::int64_t least,
                            std::int64_t most) {
    return static_cast<std::uint32_t>(TRY(in.whole(key, least, most)));
}

/// Rounded once to binary32.
Result<float> number(TomlTable& in, std::string_view key, double least, double most) {
    return static_cast<float>(TRY(in.number(key, least, most)));
}

Result<engine::LoraSettings> parse_lora(TomlTable& in) {
    engine::LoraSettings lora;
    lora.rank = TRY(count(in, "lora_rank", 1, 1024));
    lora.alpha = TRY(number(in, "lora_alpha", 1e-3, 1e4));
    lora.seed = static_cast<std::uint64_t>(
        TRY(in.whole("lora_seed", 0, std::numeric_limits<std::int64_t>::max())));
    return lora;
}

Result<engine::TrainSettings> parse_train(TomlTable in) {
    engine::TrainSettings train;
    train.sequence = TRY(count(in, "sequence", 8, 8192));
    train.step_tokens = TRY(count(in, "step_tokens", 8, 1 << 20));
    train.warmup_steps = TRY(count(in, "warmup_steps", 0, 1 << 20));
    train.learning_rate = TRY(number(in, "learning_rate", 0, 1));
    train.beta1 = TRY(number(in, "beta1", 0, 0.9999));
    train.beta2 = TRY(number(in, "beta2", 0, 0.99999));
    train.epsilon = TRY(number(in, "epsilon", 1e-12, 1));
    train.weight_decay = TRY(number(in, "weight_decay", 0, 1));
    train.clip_norm = TRY(number(in, "clip_norm", 1e-6, 1e6));
    train.method.recompute = TRY(in.flag("recompute", false));
    const std::string update = TRY(in.text("update", "full"));
    if (update != "full" && update != "lora") return in.error("'update' is \"full\" or \"lora\"");
    if (update == "lora") train.method.lora = TRY(parse_lora(in));
    TRY(in.end());
    if (train.step_tokens < train.sequence) {
        return in.error("step_tokens must be at least sequence");
    }
    return train;
}

Result<std::vector<Instant>> parse_buckets(TomlTable& in) {
    std::vector<Instant> buckets;
    for (const std::string& text : TRY(in.texts("buckets"))) {
        const auto instant = parse_instant(text);
        if (!instant.ok())
            return in.error("'buckets' holds something that is not a date: " +
                            instant.error().next);
        buckets.push_back(instant.value());
    }
    if (!std::is_sorted(buckets.begin(), buckets.end())) return in.error("'buckets' must ascend");
    return buckets;
}

Result<memory::Rule> parse_rule(TomlTable& in) {
    constexpr memory::Rule kLeast = memory::kLeastRule, kMost = memory::kMostRule;
    memory::Rule rule;
    rule.order = TRY(count(in, "order", kLeast.order, kMost.order));
    rule.min_people = TRY(count(in, "min_people", kLeast.min_people, kMost.min_people));
    rule.backoff = TRY(count(in, "backoff", kLeast.backoff, kMost.backoff));
    TRY(in.end());
    return rule;
}

Result<Stage> parse_stage(TomlTable& in) {
    Stage stage;
    for (const std::string& text : TRY(in.texts("grounds"))) {
        const auto basis = ledger::parse_basis(text);
        if (!basis.ok())
            return in.error("'grounds' may hold \"consent\" and \"legitimate_interest\"");
        stage.grounds.push_back(basis.value());
    }
    if (stage.grounds.empty()) return in.error("a stage needs 'grounds'");
    const std::string into = TRY(in.text("into", "weights"));
    if (into != "weights" && into != "memory")
        return in.error("into", "'into' is \"weights\" or \"memory\"");
    if (into == "memory") {
        stage.memory = TRY(parse_rule(in));
        return stage;
    }
    const std::string start = TRY(in.text("start", "previous"));
    if (start != "previous" && start != "base")
        return in.error("'start' is \"previous\" or \"base\"");
    stage.start = start == "base" ? Start::base : Start::previous;
    stage.shards = TRY(count(in, "shards", 1, 100'000));
    stage.slices = TRY(count(in, "slices", 1, 1'000));
    stage.epochs = TRY(count(in, "epochs", 1, 100));
    stage.solo_above =
        static_cast<std::uint64_t>(TRY(in.whole("solo_above", 0, std::int64_t{1} << 40)));
    stage.buckets = TRY(parse_buckets(in));
    TRY(in.end());
    return stage;
}

Result<std::vector<Stage>> parse_stages(TomlTable& root) {
    std::vector<Stage> stages;
    std::set<ledger::Basis> taken;
    bool only_base = true, first = true, remembers = false;
    for (TomlTable& table : TRY(root.tables("stage"))) {
        stages.push_back(TRY(parse_stage(table)));
        const Stage& stage = stages.back();
        for (const ledger::Basis basis : stage.grounds)
            if (!taken.insert(basis).second) return table.error("two stages take the same ground");
        if (stage.memory) {
            if (remembers) return table.error("a recipe has one stage into memory at most");
            remembers = true;
            continue;
        }
        if (stage.start == Start::base && !only_base)
            return table.error(
                "start = \"base\" after a stage that continues another would lose that stage");
        only_base = only_base && (first || stage.start == Start::base);
        first = false;
    }
    if (stages.empty()) return root.error("a recipe needs at least one [[stage]]");
    return stages;
}

Result<Policy> parse_policy(TomlTable in) {
    Policy policy;
    policy.admission.purpose = TRY(in.text("purpose"));
    policy.admission.grace_days = TRY(in.whole("grace_days", 0, 3650));
    policy.grace_line = in.line_of("grace_days");
    policy.quarantine_days = TRY(in.whole("quarantine_days", 0, 3650));
    policy.country = TRY(in.text("country", ""));
    const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (!policy.country.empty() &&
        (policy.country.size() != 2 || !std::ranges::all_of(policy.country, capital)))
        return in.error("'country' is two capitals, such as \"AT\"");
    policy.key_mirror = TRY(in.text("key_mirror", ""));
    ReleasePolicy& release = policy.release;
    release.people = TRY(in.whole("release_people", 1, 1'000'000'000, release.people));
    release.every_days = TRY(in.whole("release_every_days", 1, 3650, release.every_days));
    release.cutoff_days = TRY(in.whole("release_cutoff_days", 0, 365, release.cutoff_days));
    release.audit_bound = TRY(in.number("release_audit_bound", 0, 1, release.audit_bound));
    TRY(in.end());
    return policy;
}

Result<Settings> read_settings(TomlTable root) {
    Settings settings;
    TomlTable model = TRY(root.table("model"));
    settings.recipe.base = TRY(model.text("base"));
    TRY(model.end());
    settings.recipe.train = TRY(parse_train(TRY(root.table("train"))));
    settings.recipe.stages = TRY(parse_stages(root));
    TomlTable deal = TRY(root.table("deal"));
    settings.recipe.deal_seed = TRY(deal.text("seed"));
    settings.recipe.chosen_on = TRY(deal.text("chosen_on", "unknown"));
    TRY(deal.end());
    settings.policy = TRY(parse_policy(TRY(root.table("policy"))));
    TRY(root.end());
    return settings;
}

constexpr fmt::string_view kDefault =
    R"(# The recipe of this project. All but [policy] decides the bits of the model: changing it means deriving anew.

[model]
base = "base"              # folder of the base, relative to this file: config.json, model.safetensors, tokenizer.json

[train]
sequence = 256             # tokens a window; a window holds one author's words
step_tokens = 2048         # tokens an optimizer step
warmup_steps = 8           # at the start of every shard; constant afterwards, because the total is not to be known
learning_rate = 0.002
beta1 = 0.9
beta2 = 0.95
epsilon = 1e-8
weight_decay = 0.0
clip_norm = 1.0
update = "full"            # all weights; "lora" trains small adapters and needs lora_rank, lora_alpha and lora_seed
recompute = false          # true: less memory, about a third more time, the same bits

[[stage]]                  # people who said yes, learned jointly
grounds = ["consent"]
start = "previous"         # from the stage before, here from the base; "base" makes additive stages
shards = 1
slices = 4                 # parts of each bucket; taking someone out costs their slice and those after it
buckets = []               # dates like "2026-01-01T00:00:00Z": later records go to later slices, so new posts append
epochs = 1                 # passes over a slice before the next one
solo_above = 0             # own tokens above which an account gets a shard alone; 0: never

[[stage]]                  # legitimate interest: inert until assessment, notice and grace period are in the ledger
grounds = ["legitimate_interest"]
into = "memory"            # counts beside the weights: who leaves is out at once, nothing is trained (docs/memory.md)
order = 6                  # tokens of the longest sequence that is counted
min_people = 2             # a sequence counts if so many persons wrote it; 1: every sequence
backoff = 8                # mass for shorter contexts, per kind of continuation

# In its place, if others are to get these people's words with the weights: shards that are trained and merged.
#[[stage]]
#grounds = ["legitimate_interest"]
#start = "previous"
#shards = 8
#slices = 2
#buckets = []
#epochs = 1
#solo_above = 20000

[deal]
seed = "{}"
chosen_on = "posts of public forums, by the makers of Litura"  # base data, consenting people, unknown ...

[policy]                   # changes no key
purpose = "model_training"
grace_days = 30            # from serving a notice until legitimate interest takes effect
quarantine_days = 90       # how long nodes of people who may come back (restriction, objection) are kept
country = ""               # of the controller, such as "AT": its public holidays move due dates (docs/law/requests.md)
key_mirror = ""            # a folder on another disk that holds the keys too; an erasure waits for it (docs/keys.md)
release_people = 25        # a release differs from the one before by at least so many people
release_every_days = 90    # and comes on this schedule, whether or not anybody left
release_cutoff_days = 7    # a model that is published has looked at the ledger within so many days
release_audit_bound = 0.1  # the departed are recognised by at most so much more often than chance (docs/releases.md)
)";

}  // namespace

std::optional<std::uint32_t> Recipe::stage_of(ledger::Basis basis) const {
    for (std::uint32_t index = 0; index < stages.size(); ++index) {
        const auto& grounds = stages[index].grounds;
        if (std::find(grounds.begin(), grounds.end(), basis) != grounds.end()) return index;
    }
    return std::nullopt;
}

Result<Settings> parse_settings(std::string_view text) {
    return read_settings(TRY(
        TomlTable::parse(text, "litura.toml", "see the comments in a new project's litura.toml")));
}

std::string default_settings(std::string_view deal_seed) {
    return fmt::format(fmt::runtime(kDefault), deal_seed);
}

}  // namespace litura::derive
