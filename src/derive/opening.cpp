#include "derive/opening.hpp"

#include "derive/custody.hpp"
#include "derive/rights.hpp"

namespace litura::derive {

Result<std::unique_ptr<Project>> open_and_resume(Opening how) {
    auto project = TRY(Project::connect(std::move(how)));
    TRY(check_anchor(*project));
    ledger::Sequence looked_at = TRY(anchored_sequence(*project));
    TRY(anchor_refusals(*project, looked_at));  // of a process that was killed before it answered
    project->db.after_commit([opened = project.get(), looked_at]() mutable {
        return anchor_refusals(*opened, looked_at);
    });
    TRY(resume(*project));
    return project;
}

}  // namespace litura::derive
