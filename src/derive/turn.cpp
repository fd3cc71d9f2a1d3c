#include "derive/turn.hpp"

namespace litura::derive {
namespace {

using Mode = FileLock::Mode;
using Wait = FileLock::Wait;

Path turn_lock(const Project& project) { return project.paths.hidden() / "rights.lock"; }
/// Shared by all who wait, until they have the turn.
Path waiting_lock(const Project& project) { return project.paths.hidden() / "waiting.lock"; }
Path busy_lock(const Project& project) { return project.paths.hidden() / "busy.lock"; }

/// Nothing if somebody else has it.
Result<std::optional<FileLock>> if_free_lock(const Path& path) {
    auto lock = FileLock::take(path, Mode::exclusive, Wait::no);
    if (lock.ok()) return std::optional<FileLock>(TRY(std::move(lock)));
    if (lock.error().code == Code::forbidden) return std::optional<FileLock>();
    return lock.error();
}

}  // namespace

Result<Turn> Turn::wait_for(Project& project) {
    const FileLock waiting = TRY(FileLock::take(waiting_lock(project), Mode::shared, Wait::yes));
    FileLock turn = TRY(FileLock::take(turn_lock(project), Mode::exclusive, Wait::yes));
    FileLock busy = TRY(FileLock::take(busy_lock(project), Mode::shared, Wait::yes));
    return Turn(project, std::move(turn), std::move(busy));
}

Result<std::optional<Turn>> Turn::if_free(Project& project) {
    auto turn = TRY(if_free_lock(turn_lock(project)));
    if (!turn) return std::optional<Turn>();
    auto busy = TRY(if_free_lock(busy_lock(project)));
    if (!busy) return std::optional<Turn>();
    TRY(busy->downgrade());
    return std::optional<Turn>(Turn(project, std::move(*turn), std::move(*busy)));
}

Result<bool> Turn::is_wanted(const Project& project) {
    return !TRY(if_free_lock(waiting_lock(project))).has_value();
}

// Whoever has let go does not count as waiting: two long works do not interrupt each other.
Result<void> Turn::give_way() {
    if (!TRY(is_wanted(*project_))) return done();
    turn_.reset();
    TRY(FileLock::take(waiting_lock(*project_), Mode::exclusive, Wait::yes));
    turn_ = TRY(FileLock::take(turn_lock(*project_), Mode::exclusive, Wait::yes));
    return done();
}

}  // namespace litura::derive
