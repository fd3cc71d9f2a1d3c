#include "derive/outgoing.hpp"

#include "keys/sealing.hpp"

namespace litura::derive {
namespace {

Path folder_of(const Project& project) { return project.paths.hidden() / "outgoing"; }

Result<FileLock> try_lock(const Path& reminder) {
    return FileLock::take(reminder, FileLock::Mode::exclusive, FileLock::Wait::no);
}

/// Paths are the operator's own; still they are nobody else's business.
Result<void> remember(Project& project, const Path& reminder, const Path& aside) {
    const std::string text = std::filesystem::absolute(aside).string();
    TRY(project.env.write_file(reminder, keys::seal(project.secrets.project, bytes_of(text),
                                                    bytes_of("litura.outgoing.1"))));
    return project.env.sync_folder(reminder.parent_path());
}

/// Nothing if the process died before it had written down where.
Result<std::optional<Path>> remembered(Project& project, const Path& reminder) {
    const Bytes sealed = TRY(project.env.read_file(reminder));
    if (sealed.empty()) return std::optional<Path>();
    const Bytes plain =
        TRY(keys::unseal(project.secrets.project, sealed, bytes_of("litura.outgoing.1")));
    return std::optional<Path>(std::string(text_of(plain)));
}

}  // namespace

Result<Outgoing> Outgoing::begin(Project& project, const Path& folder) {
    return begin(project, folder, Path(folder) += ".part");
}

Result<Outgoing> Outgoing::begin(Project& project, const Path& folder, const Path& aside) {
    if (!project.env.list(folder).empty()) {
        return Error{Code::bad_input, "the folder is not empty", folder.filename().string(),
                     "choose a new one"};
    }
    TRY(project.env.make_folders(folder_of(project)));
    const Path reminder = folder_of(project) / hex(ByteView(keys::random_key().reveal()).first(8));
    FileLock alive = TRY(try_lock(reminder));
    TRY(remember(project, reminder, aside));
    TRY(project.env.remove(aside));
    TRY(project.env.make_folders(aside));
    return Outgoing(project, folder, aside, reminder, std::move(alive));
}

Result<void> Outgoing::finish() {
    TRY(project_->env.sync_folder(aside_));
    TRY(project_->env.remove(folder_));  // an empty one
    TRY(project_->env.rename(aside_, folder_));
    return forget();
}

Result<void> remove_unfinished(Project& project) {
    for (const std::string& name : project.env.list(folder_of(project))) {
        const Path reminder = folder_of(project) / name;
        const auto dead = try_lock(reminder);
        if (!dead.ok()) continue;
        const auto aside = TRY(remembered(project, reminder));
        if (aside && project.env.exists(*aside)) {
            if (!project.env.remove(*aside).ok()) continue;
            project.observer.say("what a killed command had begun to write outside was removed");
        } else if (aside && !project.env.exists(aside->parent_path())) {
            continue;  // a disk that is away
        }
        TRY(project.env.remove(reminder));
    }
    return done();
}

Result<std::vector<Path>> unfinished(Project& project) {
    std::vector<Path> all;
    for (const std::string& name : project.env.list(folder_of(project))) {
        if (auto aside = TRY(remembered(project, folder_of(project) / name)))
            all.push_back(std::move(*aside));
    }
    return all;
}

}  // namespace litura::derive
