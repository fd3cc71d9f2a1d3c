#include "release/agreement.hpp"

#include <algorithm>

#include "release/channel_writer.hpp"
#include "release/project_log.hpp"
#include "release/publish.hpp"
#include "release/registry.hpp"
#include "release/statements.hpp"

namespace litura::release {
namespace {

/// Every statement was made on an event of this chain.
Result<std::string> of_statements(derive::Project& project) {
    for (const StatedHead& stated : TRY(stated_heads(project)))
        if (!TRY(project.ledger().holds(stated.head)))
            return "statement " + to_text(stated.statement) + ": made on another history";
    return std::string();
}

/// The log continues the head that witnesses signed last.
Result<std::string> of_witnesses(derive::Project& project) {
    ProjectLog log = TRY(open_log(project));
    const auto request = log.log.witness_request({});
    if (request.ok()) return std::string();
    return "the log: " + request.error().message;
}

/// What the channel lists of a role is in the ledger, and no milder there.
Result<std::string> of_role(const ChannelWriter& channel, const Registry& registry,
                            const char* role) {
    for (const auto& [name, state] : TRY(channel.states(role))) {
        const Published* release = registry.find(name);
        if (release == nullptr || release->described.state < state)
            return "release " + name + ": the channel says " + std::string(to_text(state)) +
                   ", the ledger does not";
    }
    return std::string();
}

Result<std::string> of_channel(derive::Project& project) {
    const Path folder = channel_folder(project);
    if (!project.env.exists(folder / "timestamp.json")) return std::string();
    const ChannelWriter channel = TRY(ChannelWriter::open(project.env, folder, {}));
    const Registry registry = TRY(load_registry(project));
    std::string found = TRY(of_role(channel, registry, "recall"));
    return found.empty() ? of_role(channel, registry, "releases") : Result<std::string>(found);
}

}  // namespace

Result<std::string> disagreement(derive::Project& project) {
    for (const auto of : {of_statements, of_witnesses, of_channel}) {
        std::string found = TRY(of(project));
        if (!found.empty()) return found;
    }
    return std::string();
}

}  // namespace litura::release
