// Whose turn it is: one at a time exercises a right, moves keys, or brings the mirror up to the
// project. Functions that need the turn take it instead of a project.
#pragma once

#include <optional>

#include "derive/project.hpp"

namespace litura::derive {

class Turn {
public:
    static Result<Turn> wait_for(Project& project);
    /// Nothing while another process has the turn, or gave way in the middle of its own.
    static Result<std::optional<Turn>> if_free(Project& project);

    Project& project() const { return *project_; }
    /// Does somebody wait for it now?
    static Result<bool> is_wanted(const Project& project);
    /// For long work, wherever others may come between: lets go for all who wait, until each has
    /// had the turn. What is half done stays announced, so that nobody takes it for a dead
    /// process's.
    Result<void> give_way();

private:
    Turn(Project& project, FileLock turn, FileLock busy)
        : project_(&project), turn_(std::move(turn)), busy_(std::move(busy)) {}

    Project* project_;
    std::optional<FileLock> turn_;
    FileLock busy_;  ///< shared by all who are in the middle of something
};

}  // namespace litura::derive
