// Opening the project, reading what the user points at.
#include "cli/context.hpp"

#include <unistd.h>

#include <array>

#include "derive/llama_trainer.hpp"

namespace litura::cli {

Result<std::unique_ptr<derive::Project>> Context::open() const {
    return derive::Project::open(env, project, now, derive::load_llama_trainer);
}

Result<Bytes> read_input(Env& env, const std::string& path) {
    if (path != "-") return env.read_file(path);
    Bytes all;
    std::array<std::uint8_t, 65536> part{};
    while (true) {
        const ssize_t got = ::read(STDIN_FILENO, part.data(), part.size());
        if (got < 0) return Error{Code::environment, "cannot read standard input", "", ""};
        if (got == 0) return all;
        all.insert(all.end(), part.begin(), part.begin() + got);
    }
}

Result<PersonalText> read_identifier(Env& env, const std::string& path) {
    const Bytes bytes = TRY(read_input(env, path.empty() ? "-" : path));
    std::string text(text_of(bytes));
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    return PersonalText(std::move(text));
}

Result<Digest> read_key(Context& context, const std::string& path) {
    const Bytes bytes = TRY(context.env.read_file(path));
    std::string_view text = text_of(bytes);
    while (text.ends_with('\n')) text.remove_suffix(1);
    const auto key = bytes.size() == 32 ? digest_from_bytes(bytes) : parse_digest(text);
    if (key.ok()) return key;
    return Error{Code::bad_input, "not a public key", "", "give its 32 bytes, or 64 hex digits"};
}

std::string digest_text(const Digest& digest) { return "sha256:" + digest.hex(); }

}  // namespace litura::cli
