// Admission, record by record.
#include "derive/view.hpp"

#include <algorithm>
#include <set>

namespace litura::derive {

std::uint64_t View::tokens() const {
    std::uint64_t sum = 0;
    for (const Sample& sample : samples) sum += sample.tokens;
    return sum;
}

std::uint64_t View::persons() const {
    std::set<Digest> seen;
    for (const Sample& sample : samples) seen.insert(sample.person);
    return seen.size();
}

std::optional<Instant> View::valid_until() const {
    std::optional<Instant> first;
    for (const Sample& sample : samples) {
        if (sample.until && (!first || *sample.until < *first)) first = sample.until;
    }
    return first;
}

View View::filtered(const std::function<bool(const Sample&)>& keep) const {
    View view{{}, refused, {}, as_of, sequence, rules};
    std::copy_if(samples.begin(), samples.end(), std::back_inserter(view.samples), keep);
    return view;
}

View build_view(const ledger::Snapshot& ledger, std::span<const corpus::RecordRow> rows,
                const TokenCounts& counts, const Settings& settings, Instant as_of) {
    View view;
    view.as_of = as_of;
    view.sequence = ledger.sequence;
    if (const auto* rules = ledger::in_force(ledger.rules, as_of)) view.rules = rules->digest;
    for (const corpus::RecordRow& row : rows) {
        const ledger::Decision decision =
            decide(ledger, row.facts(), settings.policy.admission, as_of);
        if (!decision.admitted) {
            ++view.refused[decision.rule];
            continue;
        }
        const auto stage = settings.recipe.stage_of(decision.basis);
        if (!stage) continue;
        const auto count = counts.find(row.wording);
        if (count == counts.end()) {
            view.unmeasured.push_back(row.record);
            continue;
        }
        view.samples.push_back({row.record, row.account, row.person, row.wording, *stage,
                                std::max(row.created_at, decision.from), row.created_at,
                                count->second, decision.evidence, decision.until});
    }
    std::sort(view.samples.begin(), view.samples.end(),
              [](const Sample& a, const Sample& b) { return a.record < b.record; });
    return view;
}

}  // namespace litura::derive
