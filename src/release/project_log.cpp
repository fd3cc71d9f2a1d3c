// The log's name is made of its key, so that no two projects have the same.
#include "release/project_log.hpp"

#include "proof/statement.hpp"

namespace litura::release {

proof::Note ProjectLog::sign(std::string text) const {
    proof::NoteSignature signature = proof::sign_note(text, log.verifier().name, *key);
    return {std::move(text), {std::move(signature)}};
}

Result<std::uint64_t> ProjectLog::enter(std::string_view kind, const Digest& digest) {
    const std::string entry = proof::log_entry(kind, digest);
    if (const auto index = TRY(log.find(bytes_of(entry)))) return *index;
    return log.append(bytes_of(entry));
}

Result<ProjectLog> open_log(derive::Project& project) {
    auto key = std::make_unique<proof::SigningKey>(
        TRY(proof::load_or_make_signing_key(project.env, project.paths.secrets() / "log.key")));
    std::string origin = "litura/" + hex(key->public_key().view().first(8));
    auto log = TRY(
        proof::TileLog::open(project.env, project.paths.hidden() / "log", std::move(origin), *key));
    return ProjectLog{std::move(key), std::move(log)};
}

}  // namespace litura::release
