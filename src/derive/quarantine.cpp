#include "derive/quarantine.hpp"

#include "derive/node_rows.hpp"
#include "ledger/decide.hpp"
#include "ledger/snapshots.hpp"

namespace litura::derive {

Result<void> refresh_quarantine(Project& project) {
    auto transaction = TRY(project.db.begin());  // nobody is barred between reading and marking
    const auto kept = TRY(project.ledger().snapshots().latest());
    const ledger::Snapshot& snapshot = *kept;
    const Instant now = TRY(project.ledger().now());
    std::vector<Digest> out;
    for (const auto& row : TRY(project.corpus().rows(TRY(influential_records(project.db))))) {
        if (row && !decide(snapshot, row->facts(), project.settings.policy.admission, now).admitted)
            out.push_back(row->record);
    }
    TRY(set_quarantine(project.db, out, now,
                       now.plus_days(-project.settings.policy.quarantine_days)));
    return transaction.commit();
}

}  // namespace litura::derive
