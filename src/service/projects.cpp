#include "service/projects.hpp"

#include "derive/new_project.hpp"
#include "derive/project.hpp"
#include "engine/model.hpp"
#include "release/organisation.hpp"

namespace litura::service {
namespace {

/// models/base beside the program or above it: in the build tree and in an installation.
Result<Path> shipped_base() {
    std::error_code error;
    const Path program = std::filesystem::read_symlink("/proc/self/exe", error);
    for (Path folder = program.parent_path(); !error && folder != folder.root_path();
         folder = folder.parent_path()) {
        for (const char* place : {"models/base", "share/litura/base"}) {
            if (std::filesystem::exists(folder / place / "config.json")) return folder / place;
        }
    }
    return Error{Code::environment, "the shipped base is not beside the program", "models/base",
                 "name a base with --base DIR"};
}

}  // namespace

Result<Created> create_project(Env& env, const NewProject& wish) {
    derive::NewProject made{wish.folder, wish.like, {}, wish.now};
    if (!wish.like) {
        made.base = wish.base.empty() ? TRY(shipped_base()) : wish.base;
        TRY(engine::load_model(env, made.base));
    }
    TRY(derive::create_project(env, made));
    const Path organisation = derive::Paths(wish.folder).organisation();
    if (!env.exists(organisation))
        TRY(env.write_file(organisation, bytes_of(release::empty_organisation())));
    return Created{wish.folder, wish.now.has_value()};
}

Json to_json(const Created& created) {
    return {{"project", created.folder.string()}, {"test_clock", created.test_clock}};
}

}  // namespace litura::service
