// The training view: who was admitted, placed and measured; all that training may see besides the
// recipe. Built from the ledger's snapshot and the corpus' rows without opening a text. Records
// that are not admitted are counted by rule.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "corpus/corpus.hpp"
#include "derive/recipe.hpp"
#include "ledger/decide.hpp"

namespace litura::derive {

class TokenCounts;

struct Sample {
    Digest record, account, person, wording;
    std::uint32_t stage = 0;
    Instant placed;  ///< max(created_at, the ground's beginning); never the time of import
    Instant created_at;
    std::uint64_t tokens =
        0;  ///< real targets in one epoch: the text's tokens and the separator after it
    ledger::Sequence evidence = 0;
    std::optional<Instant> until;

    bool operator==(const Sample&) const = default;
};

struct View {
    std::vector<Sample> samples;  ///< by record tag
    std::map<ledger::Rule, std::uint64_t> refused;
    /// Admitted records without a token count, which are no samples yet. None in a view that
    /// Project hands out.
    std::vector<Digest> unmeasured;
    Instant as_of;
    ledger::Sequence sequence = 0;
    Digest rules;  ///< those in force at as_of; zeros: none, then nothing is admitted

    std::uint64_t tokens() const;
    std::uint64_t persons() const;
    /// The moment at which the first ground in it ends by itself.
    std::optional<Instant> valid_until() const;
    /// The same view with only the samples for which `keep` holds.
    View filtered(const std::function<bool(const Sample&)>& keep) const;
};

/// A view in figures.
struct Admission {
    std::uint64_t persons = 0, records = 0, tokens = 0;
    std::map<ledger::Rule, std::uint64_t> refused;
};

std::vector<Digest> records_of(std::span<const Sample> samples);

/// Builds a view of the rows given to it. What it refers to outlives it.
class ViewBuilder {
public:
    ViewBuilder(const ledger::Snapshot& ledger, TokenCounts& counts, const Settings& settings,
                Instant as_of);
    Result<void> add(std::span<const corpus::RecordRow> rows);
    View finish();

private:
    Result<void> add(const corpus::RecordRow& row);
    const ledger::Snapshot& ledger_;
    TokenCounts& counts_;
    const Settings& settings_;
    View view_;
};

}  // namespace litura::derive
