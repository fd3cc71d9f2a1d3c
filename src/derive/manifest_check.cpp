#include "derive/manifest_check.hpp"
#include "ledger/decide.hpp"
#include "ledger/snapshots.hpp"

namespace litura::derive {
namespace {

class Again {
public:
    Again(const ledger::Snapshot& then, const Settings& settings, const View& view)
        : then_(then), settings_(settings), view_(view) {}

    void look_at(const Sample& sample, const std::optional<corpus::RecordRow>& row,
                 std::string_view handle) {
        ++out.records;
        if (!row || !then_.accounts.contains(sample.account)) {
            ++out.destroyed;
            return;
        }
        ledger::RecordFacts facts = row->facts();
        facts.wording = sample.wording;
        facts.created_at = sample.created_at;
        const auto decision = decide(then_, facts, settings_.policy.admission, view_.as_of);
        if (!decision.admitted) return differs(handle, to_text(decision.rule));
        const bool same = decision.evidence == sample.evidence && decision.until == sample.until &&
                          std::max(sample.created_at, decision.from) == sample.placed &&
                          settings_.recipe.stage_of(decision.basis) == sample.stage;
        ++(same ? out.same : out.otherwise);
    }

    void differs(std::string_view what, std::string_view why) {
        if (out.first_difference.empty())
            out.first_difference = std::string(what) + ": " + std::string(why);
    }

    ManifestCheck out;

private:
    const ledger::Snapshot& then_;
    const Settings& settings_;
    const View& view_;
};

}  // namespace

Result<ManifestCheck> check_manifest(Project& project, const Manifest& manifest) {
    const ledger::Snapshot then = TRY(project.ledger().snapshots().at(manifest.used.sequence));
    const Settings settings = TRY(parse_settings(manifest.settings_text));
    Again again(then, settings, manifest.used);
    const auto* rules = ledger::in_force(then.rules, manifest.used.as_of);
    if (rules == nullptr || rules->digest != manifest.used.rules)
        again.differs("rules", "not those of the day");
    for (const std::vector<Sample>* samples : {&manifest.used.samples, &manifest.deferred}) {
        const auto rows = TRY(project.corpus().rows(records_of(*samples)));
        for (std::size_t index = 0; index < rows.size(); ++index) {
            const Sample& sample = (*samples)[index];
            again.look_at(sample, rows[index],
                          keys::record_handle(project.secrets.deal, sample.record));
        }
    }
    again.out.holds = again.out.first_difference.empty();
    return again.out;
}

}  // namespace litura::derive
