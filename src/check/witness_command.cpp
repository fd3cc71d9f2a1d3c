// One file a log: the last head that was cosigned. It is on disk before the cosignature is given
// away.
#include "check/witness_command.hpp"

#include "base/replace_file.hpp"
#include "check/options.hpp"
#include "proof/log_proof.hpp"

namespace litura::check {
namespace {

Result<std::optional<proof::Checkpoint>> last_head(Env& env, const Path& file) {
    if (!env.exists(file)) return std::optional<proof::Checkpoint>();
    const Bytes bytes = TRY(env.read_file(file));
    return std::optional<proof::Checkpoint>(TRY(proof::parse_checkpoint(text_of(bytes))));
}

Result<std::string> need(const Options& options, const std::string& name) {
    std::string value = options.get(name);
    if (!value.empty()) return value;
    return Error{Code::bad_input, "--" + name + " is missing", "the command line",
                 "run 'litura-check --help'"};
}

}  // namespace

Result<Answer> witness_command(Env& env, const Words& words) {
    const Options options = TRY(parse_options(words, {"key", "name", "log", "state", "at"}, 1));
    const std::string name = TRY(need(options, "name"));
    if (!proof::is_key_name(name))
        return Error{Code::bad_input, "a key's name has no white space and no plus", "--name", ""};
    const proof::VerifierKey log = TRY(proof::parse_verifier_key(TRY(need(options, "log"))));
    const proof::SigningKey key = TRY(proof::load_signing_key(env, TRY(need(options, "key"))));
    Instant at = env.now();
    if (const std::string moment = options.get("at"); !moment.empty())
        at = TRY(parse_instant(moment));
    const std::string text = TRY(read_document(options.words[0], kDocumentMax));
    const proof::WitnessRequest request = TRY(proof::parse_witness_request(text));

    const Path folder = TRY(need(options, "state"));
    TRY(env.make_folders(folder));
    const FileLock turn =
        TRY(FileLock::take(folder / "lock", FileLock::Mode::exclusive, FileLock::Wait::yes));
    const Path file = folder / sha256(log.text()).hex();
    const proof::Checkpoint next =
        TRY(proof::check_witness_request(request, log, TRY(last_head(env, file))));
    TRY(replace_file(env, file, bytes_of(next.text())));
    std::string line = proof::cosign(request.head.text, name, key, at).line();
    line.pop_back();
    return Answer{{{"cosignature", line}, {"size", next.size}}, line, 0};
}

}  // namespace litura::check
