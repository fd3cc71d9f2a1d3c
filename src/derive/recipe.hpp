// The recipe: everything in litura.toml that decides the bits of a model, and the policy beside it,
// which decides none. Unknown keys are refused: a misspelt setting must not silently train another
// model.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/env.hpp"
#include "engine/trainer.hpp"  // TrainSettings
#include "ledger/decide.hpp"
#include "ledger/decide.hpp"  // Policy
#include "ledger/types.hpp"
#include "memory/memory.hpp"  // Rule

namespace litura::derive {

/// What a stage starts from. Stages that start from the base one after the other are merged
/// together (additive).
enum class Start { previous, base };

struct Stage {
    std::vector<ledger::Basis> grounds;  ///< the stage takes records admitted on these
    Start start = Start::previous;
    std::uint32_t shards = 1;
    std::uint32_t slices = 1;  ///< parts of one admission bucket
    std::vector<Instant>
        buckets;  ///< ascending; a record's bucket = how many of them are <= placed
    std::uint32_t epochs = 1;
    std::uint64_t solo_above =
        0;  ///< own target tokens in the first bucket above which an account is a shard; 0: never
    /// Into the memory instead of the weights: then all but grounds is as it is here.
    std::optional<memory::Rule> memory = std::nullopt;
};

struct Recipe {
    std::string base;  ///< folder of the base, relative to the project
    engine::TrainSettings train;
    std::vector<Stage> stages;
    std::string deal_seed;
    std::string chosen_on;  ///< what the hyper-parameters were chosen on; part of what certificates
                            ///< say, not of keys

    /// The stage that takes records admitted on `basis`, or none (then they are not trained on).
    std::optional<std::uint32_t> stage_of(ledger::Basis basis) const;
};

/// When a model may leave the house (docs/releases.md).
struct ReleasePolicy {
    std::int64_t people = 25;  ///< so many have to have changed since the last release
    std::int64_t every_days =
        90;  ///< a successor comes on this schedule; a release's lease ends then
    std::int64_t cutoff_days = 7;  ///< how old the model's look at the ledger may be
    double audit_bound = 0.1;      ///< what an audit of the difference to the last may measure
};

struct Policy {
    ledger::Policy admission;
    std::uint32_t grace_line = 0;  ///< of litura.toml, where grace_days stands
    ReleasePolicy release;
    std::int64_t quarantine_days = 90;  ///< how long nodes of a person who may come back are kept
    std::string country;     ///< the controller's, ISO 3166-1: whose public holidays count
    std::string key_mirror;  ///< folder of the keys' mirror, from the project's; empty: none
};

struct Settings {
    Recipe recipe;
    Policy policy;
};

/// Code::bad_input with the line for anything unknown, missing or out of range.
Result<Settings> parse_settings(std::string_view toml);

/// A commented litura.toml with the default recipe and the given deal seed.
std::string default_settings(std::string_view deal_seed);

}  // namespace litura::derive
