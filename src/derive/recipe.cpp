// litura.toml by toml++ (the one file that includes it), strictly.
#include "derive/recipe.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <limits>
#include <set>
#include <sstream>

namespace litura::derive {
namespace {

Error toml_error(const toml::source_region& at, std::string message) {
    return {Code::bad_input, std::move(message), fmt::format("litura.toml, line {}", at.begin.line),
            "see the comments in a new project's litura.toml"};
}

/// One table of the file: takes known keys out, and refuses what is left.
class Section {
public:
    Section(const toml::table& table, std::string name) : table_(table), name_(std::move(name)) {}

    template <typename T>
    Result<T> required(std::string_view key) {
        known_.insert(std::string(key));
        const toml::node* node = table_.get(key);
        if (node == nullptr)
            return toml_error(table_.source(), fmt::format("[{}] needs the key '{}'", name_, key));
        return value_of<T>(*node, key);
    }

    template <typename T>
    Result<T> optional(std::string_view key, T otherwise) {
        return table_.contains(key) ? required<T>(key)
                                    : (known_.insert(std::string(key)), Result<T>(otherwise));
    }

    /// A whole number within [least, most].
    Result<std::int64_t> whole(std::string_view key, std::int64_t least, std::int64_t most) {
        const auto value = TRY(required<std::int64_t>(key));
        if (value < least || value > most)
            return out_of_range(key, fmt::format("{} to {}", least, most));
        return value;
    }

    Result<std::int64_t> whole(std::string_view key, std::int64_t least, std::int64_t most,
                               std::int64_t otherwise) {
        if (table_.contains(key)) return whole(key, least, most);
        return otherwise;
    }

    /// A finite number within [least, most], rounded once to binary32.
    Result<float> number(std::string_view key, double least, double most) {
        const auto value = TRY(required<double>(key));
        if (!(value >= least && value <= most))
            return out_of_range(key, fmt::format("{} to {}", least, most));
        return static_cast<float>(value);
    }

    Result<std::vector<std::string>> texts(std::string_view key) {
        known_.insert(std::string(key));
        std::vector<std::string> out;
        const toml::node* node = table_.get(key);
        if (node == nullptr) return out;
        const toml::array* array = node->as_array();
        if (array == nullptr)
            return toml_error(node->source(), fmt::format("'{}' must be a list", key));
        for (const toml::node& item : *array) out.push_back(TRY(value_of<std::string>(item, key)));
        return out;
    }

    Result<void> end() const {
        for (const auto& [key, node] : table_) {
            if (!known_.contains(std::string(key.str()))) {
                return toml_error(key.source(),
                                  fmt::format("unknown key '{}' in [{}]", key.str(), name_));
            }
        }
        return done();
    }

private:
    template <typename T>
    static Result<T> value_of(const toml::node& node, std::string_view key) {
        // Exact: toml++ would turn 2e48 into a whole number, which is undefined. A whole number may
        // stand for a float.
        const bool is_whole = node.is_integer() && std::is_same_v<T, double>;
        const auto value = is_whole ? node.value<T>() : node.value_exact<T>();
        if (value) return *value;
        return toml_error(node.source(), fmt::format("'{}' has the wrong type", key));
    }

    Error out_of_range(std::string_view key, const std::string& range) const {
        return toml_error(table_.get(key)->source(), fmt::format("'{}' must be {}", key, range));
    }

    const toml::table& table_;
    std::string name_;
    std::set<std::string> known_;
};

Result<std::uint32_t> count(Section& in, std::string_view key, std::int64_t least,
                            std::int64_t most) {
    return static_cast<std::uint32_t>(TRY(in.whole(key, least, most)));
}

Result<engine::LoraSettings> parse_lora(Section& in) {
    engine::LoraSettings lora;
    lora.rank = TRY(count(in, "lora_rank", 1, 1024));
    lora.alpha = TRY(in.number("lora_alpha", 1e-3, 1e4));
    lora.seed = static_cast<std::uint64_t>(
        TRY(in.whole("lora_seed", 0, std::numeric_limits<std::int64_t>::max())));
    return lora;
}

Result<engine::TrainSettings> parse_train(const toml::table& table) {
    Section in(table, "train");
    engine::TrainSettings train;
    train.sequence = TRY(count(in, "sequence", 8, 8192));
    train.step_tokens = TRY(count(in, "step_tokens", 8, 1 << 20));
    train.warmup_steps = TRY(count(in, "warmup_steps", 0, 1 << 20));
    train.learning_rate = TRY(in.number("learning_rate", 0, 1));
    train.beta1 = TRY(in.number("beta1", 0, 0.9999));
    train.beta2 = TRY(in.number("beta2", 0, 0.99999));
    train.epsilon = TRY(in.number("epsilon", 1e-12, 1));
    train.weight_decay = TRY(in.number("weight_decay", 0, 1));
    train.clip_norm = TRY(in.number("clip_norm", 1e-6, 1e6));
    train.method.recompute = TRY(in.optional("recompute", false));
    const std::string update = TRY(in.optional<std::string>("update", "full"));
    if (update != "full" && update != "lora")
        return toml_error(table.source(), "'update' is \"full\" or \"lora\"");
    if (update == "lora") train.method.lora = TRY(parse_lora(in));
    TRY(in.end());
    if (train.step_tokens < train.sequence) {
        return toml_error(table.source(), "step_tokens must be at least sequence");
    }
    return train;
}

Result<std::vector<Instant>> parse_buckets(Section& in, const toml::table& table) {
    std::vector<Instant> buckets;
    for (const std::string& text : TRY(in.texts("buckets"))) {
        const auto instant = parse_instant(text);
        if (!instant.ok())
            return toml_error(table.source(), "'buckets' holds something that is not a date: " +
                                                  instant.error().next);
        buckets.push_back(instant.value());
    }
    if (!std::is_sorted(buckets.begin(), buckets.end()))
        return toml_error(table.source(), "'buckets' must ascend");
    return buckets;
}

Result<Stage> parse_stage(const toml::table& table) {
    Section in(table, "stage");
    Stage stage;
    for (const std::string& text : TRY(in.texts("grounds"))) {
        const auto basis = ledger::parse_basis(text);
        if (!basis.ok())
            return toml_error(table.source(),
                              "'grounds' may hold \"consent\" and \"legitimate_interest\"");
        stage.grounds.push_back(basis.value());
    }
    if (stage.grounds.empty()) return toml_error(table.source(), "a stage needs 'grounds'");
    const std::string start = TRY(in.optional<std::string>("start", "previous"));
    if (start != "previous" && start != "base")
        return toml_error(table.source(), "'start' is \"previous\" or \"base\"");
    stage.start = start == "base" ? Start::base : Start::previous;
    stage.shards = TRY(count(in, "shards", 1, 100'000));
    stage.slices = TRY(count(in, "slices", 1, 1'000));
    stage.epochs = TRY(count(in, "epochs", 1, 100));
    stage.solo_above =
        static_cast<std::uint64_t>(TRY(in.whole("solo_above", 0, std::int64_t{1} << 40)));
    stage.buckets = TRY(parse_buckets(in, table));
    TRY(in.end());
    return stage;
}

Result<std::vector<Stage>> parse_stages(const toml::table& root) {
    const toml::array* array = root["stage"].as_array();
    if (array == nullptr || array->empty())
        return toml_error(root.source(), "a recipe needs at least one [[stage]]");
    std::vector<Stage> stages;
    std::set<ledger::Basis> taken;
    bool only_base = true;
    for (const toml::node& node : *array) {
        if (!node.is_table()) return toml_error(node.source(), "a stage is written [[stage]]");
        stages.push_back(TRY(parse_stage(*node.as_table())));
        const Stage& stage = stages.back();
        if (stage.start == Start::base && !only_base) {
            return toml_error(
                node.source(),
                "start = \"base\" after a stage that continues another would lose that stage");
        }
        only_base = only_base && (stages.size() == 1 || stage.start == Start::base);
        for (const ledger::Basis basis : stage.grounds) {
            if (!taken.insert(basis).second)
                return toml_error(node.source(), "two stages take the same ground");
        }
    }
    return stages;
}

Result<Policy> parse_policy(const toml::table& table) {
    Section in(table, "policy");
    Policy policy;
    policy.admission.purpose = TRY(in.required<std::string>("purpose"));
    policy.admission.grace_days = TRY(in.whole("grace_days", 0, 3650));
    policy.grace_line = table.get("grace_days")->source().begin.line;
    policy.quarantine_days = TRY(in.whole("quarantine_days", 0, 3650));
    policy.country = TRY(in.optional<std::string>("country", ""));
    const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (!policy.country.empty() &&
        (policy.country.size() != 2 || !std::ranges::all_of(policy.country, capital)))
        return toml_error(table.source(), "'country' is two capitals, such as \"AT\"");
    policy.key_mirror = TRY(in.optional<std::string>("key_mirror", ""));
    ReleasePolicy& release = policy.release;
    release.people = TRY(in.whole("release_people", 1, 1'000'000'000, release.people));
    release.every_days = TRY(in.whole("release_every_days", 1, 3650, release.every_days));
    release.cutoff_days = TRY(in.whole("release_cutoff_days", 0, 365, release.cutoff_days));
    release.audit_bound = TRY(in.optional("release_audit_bound", release.audit_bound));
    if (!(release.audit_bound >= 0 && release.audit_bound <= 1))
        return toml_error(table.source(), "'release_audit_bound' is a share from 0.0 to 1.0");
    TRY(in.end());
    return policy;
}

Result<const toml::table*> section(const toml::table& root, std::string_view name) {
    const toml::table* table = root[name].as_table();
    if (table == nullptr)
        return toml_error(root.source(), fmt::format("the section [{}] is missing", name));
    return table;
}

Result<Settings> read_settings(const toml::table& root) {
    Settings settings;
    Section model(*TRY(section(root, "model")), "model");
    settings.recipe.base = TRY(model.required<std::string>("base"));
    TRY(model.end());
    settings.recipe.train = TRY(parse_train(*TRY(section(root, "train"))));
    settings.recipe.stages = TRY(parse_stages(root));
    Section deal(*TRY(section(root, "deal")), "deal");
    settings.recipe.deal_seed = TRY(deal.required<std::string>("seed"));
    settings.recipe.chosen_on = TRY(deal.optional<std::string>("chosen_on", "unknown"));
    TRY(deal.end());
    settings.policy = TRY(parse_policy(*TRY(section(root, "policy"))));
    for (const auto& [key, node] : root) {
        static const std::set<std::string_view> kKnown = {"model", "train", "stage", "deal",
                                                          "policy"};
        if (!kKnown.contains(key.str()))
            return toml_error(key.source(), fmt::format("unknown section '{}'", key.str()));
    }
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
start = "previous"
shards = 8
slices = 2
buckets = []
epochs = 1
solo_above = 20000

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
    constexpr std::size_t kSizeMax = 1 << 20;
    if (text.size() > kSizeMax)
        return Error{Code::bad_input, "larger than 1 MiB", "litura.toml", ""};
    try {
        return read_settings(toml::parse(text));
    } catch (const toml::parse_error& error) {
        return toml_error(error.source(), std::string(error.description()));
    }
}

std::string default_settings(std::string_view deal_seed) {
    return fmt::format(fmt::runtime(kDefault), deal_seed);
}

}  // namespace litura::derive
