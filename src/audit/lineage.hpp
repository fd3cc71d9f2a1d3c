// `lineage A B`: do these weights come from those? First tensor by tensor, exactly; then, for
// weights in which no tensor is left as it was, by statistics of the feed-forward layers: training
// on, merging and storing with fewer bits leave each hidden unit nearest to what it was.
//
// Two tests, combined over the layers compared, and reported as the smaller of both p-values,
// doubled. `order`: do the units' up-projections, matched by their cosines, stand in the same
// order? Hidden units of models begun from different random numbers have no common order, so its
// p-value is exact. `aligned`: does matching by up-projections agree with matching by gates? It
// finds units that were reordered to hide where they come from; that matchings of independent
// models agree by chance only is an observation (bench/lineage), not a theorem.
//
// Says nothing about a difference in width, about a rotation of the residual stream, or about
// distillation; and two descendants of one base are related.
#pragma once

#include <optional>
#include <vector>

#include "audit/independence.hpp"
#include "base/env.hpp"
#include "base/result.hpp"

namespace litura::audit {

constexpr std::size_t kLayersCompared = 8;   ///< at most, evenly spaced
constexpr std::size_t kUnitsCompared = 512;  ///< of a layer of the first model, at most
constexpr double kRelatedBelow = 1e-6;       ///< a p-value below it is called related

enum class Finding { same_tensors, related, not_shown, not_comparable };
std::string_view to_text(Finding finding);

struct LayerTest {
    std::uint32_t layer = 0;
    Correlation order, aligned;
};

struct Lineage {
    std::size_t tensors_a = 0, tensors_b = 0;  ///< different ones, of more than one value
    std::size_t shared = 0;                    ///< exactly equal, whatever their names
    std::vector<LayerTest> layers;
    double log_p_order = 0, log_p_aligned = 0;  ///< over all layers, natural logarithms
    double log_p() const;                       ///< of both together

    /// The gravest that holds: a shared tensor, a p-value below kRelatedBelow, neither; or no two
    /// layers of one width.
    Finding finding() const;
};

/// Each a safetensors or GGUF file, or a folder of them. GGUF's f32, f16, bf16 and q8_0 are read,
/// other types passed over. Code::bad_input for a path without weights.
Result<Lineage> compare_weights(const Path& a, const Path& b);

}  // namespace litura::audit
