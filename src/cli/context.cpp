// What commands share: opening the project, and reading files and identifiers the user points at.
#include "cli/context.hpp"

#include "base/input.hpp"

namespace litura::cli {

Result<std::unique_ptr<service::Session>> Context::session() const {
    return service::Session::open(env, project, now, observer);
}

Result<Bytes> read_input(Env& env, const std::string& path) {
    return path == "-" ? read_standard_input() : read_document(env, path);
}

Result<PersonalText> read_identifier(Env& env, const std::string& path) {
    const Bytes bytes = TRY(read_input(env, path.empty() ? "-" : path));
    std::string text(text_of(bytes));
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    return PersonalText(std::move(text));
}

Result<Digest> read_key(Context& context, const std::string& path) {
    return service::parse_public_key(TRY(read_document(context.env, path)));
}

}  // namespace litura::cli
