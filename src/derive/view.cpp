#include "derive/view.hpp"

#include <algorithm>
#include <set>

#include "derive/measure.hpp"
#include "ledger/decide.hpp"

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

std::vector<Digest> records_of(std::span<const Sample> samples) {
    std::vector<Digest> records;
    for (const Sample& sample : samples) records.push_back(sample.record);
    return records;
}

ViewBuilder::ViewBuilder(const ledger::Snapshot& ledger, TokenCounts& counts,
                         const Settings& settings, Instant as_of)
    : ledger_(ledger), counts_(counts), settings_(settings) {
    view_.as_of = as_of;
    view_.sequence = ledger.sequence;
    if (const auto* rules = ledger::in_force(ledger.rules, as_of)) view_.rules = rules->digest;
}

Result<void> ViewBuilder::add(std::span<const corpus::RecordRow> rows) {
    for (const corpus::RecordRow& row : rows) TRY(add(row));
    return done();
}

Result<void> ViewBuilder::add(const corpus::RecordRow& row) {
    const ledger::Decision decision =
        decide(ledger_, row.facts(), settings_.policy.admission, view_.as_of);
    if (!decision.admitted) {
        ++view_.refused[decision.rule];
        return done();
    }
    const auto stage = settings_.recipe.stage_of(decision.basis);
    if (!stage) return done();
    const auto count = TRY(counts_.of(row));
    if (!count) {
        view_.unmeasured.push_back(row.record);
        return done();
    }
    view_.samples.push_back({row.record, row.account, row.person, row.wording, *stage,
                             std::max(row.created_at, decision.from), row.created_at, *count,
                             decision.evidence, decision.until});
    return done();
}

View ViewBuilder::finish() {
    std::ranges::sort(view_.samples, {}, &Sample::record);
    return std::move(view_);
}

}  // namespace litura::derive
