#include "derive/soundness.hpp"

#include "derive/schema.hpp"
#include "keys/key_check.hpp"

namespace litura::derive {

Result<Soundness> check_soundness(Project& project) {
    Soundness found;
    found.ledger = TRY(project.ledger().verify());
    found.records = TRY(corpus::check_records(project.db, project.secrets, project.keys()));
    for (const std::string& difference :
         {TRY(keys::first_key_difference(project.db, project.secrets.root)),
          found.records.difference,
          TRY(keys::first_tally_difference(project.db, project.secrets.project, kTalliedTables))}) {
        if (found.ledger.first_difference.empty()) found.ledger.first_difference = difference;
    }
    found.ledger.holds = found.ledger.first_difference.empty();
    return found;
}

}  // namespace litura::derive
