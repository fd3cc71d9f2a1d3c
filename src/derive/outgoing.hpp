// A folder that leaves the project: a backup, a published model. It is written beside its name, as
// NAME.part, and remembered in `.litura/outgoing` until it has its name or is in the ledger, so that
// what a killed process left is found by the next command and removed.
#pragma once

#include "derive/project.hpp"

namespace litura::derive {

class Outgoing {
public:
    /// Code::bad_input if there is something in `folder` already.
    static Result<Outgoing> begin(Project& project, const Path& folder);
    /// Written at `aside` instead, which is emptied.
    static Result<Outgoing> begin(Project& project, const Path& folder, const Path& aside);
    /// Where to write. What of it is to be in the ledger is recorded before finish().
    const Path& aside() const { return aside_; }
    Result<void> finish();
    /// In place of finish(), where the ledger knows of the folder from here on.
    Result<void> forget() { return project_->env.remove(reminder_); }

private:
    Outgoing(Project& project, Path folder, Path aside, Path reminder, FileLock alive)
        : project_(&project), folder_(std::move(folder)), aside_(std::move(aside)),
          reminder_(std::move(reminder)), alive_(std::move(alive)) {}

    Project* project_;
    Path folder_, aside_, reminder_;
    FileLock alive_;  ///< on the reminder: its process lives
};

/// Removes what killed processes left half written; what cannot be reached now stays remembered.
Result<void> remove_unfinished(Project& project);
/// Folders, half written, that could not be removed yet.
Result<std::vector<Path>> unfinished(Project& project);

}  // namespace litura::derive
