// Reading acts.
#include "cli/acts.hpp"

#include <fmt/format.h>

#include "base/json.hpp"

namespace litura::cli {
namespace {

constexpr std::size_t kFileMax = std::size_t{1} << 30;

Error bad_act(std::string message) {
    return {
        Code::bad_input, std::move(message), "",
        "an act has author, source, purpose, act, notice, channel, locale, at (GDPR Art. 7(1))"};
}

Result<std::string> field(const Json& line, const char* name) {
    const auto found = line.find(name);
    if (found == line.end() || !found->is_string() ||
        found->get_ref<const std::string&>().empty()) {
        return bad_act(fmt::format("the field '{}' is missing or not text", name));
    }
    return found->get<std::string>();
}

Result<ledger::Act> parse_act(std::string_view text) {
    const Json line = TRY(parse_json(text, ""));
    if (!line.is_object()) return bad_act("not a JSON object");
    ledger::Act act;
    act.author = PersonalText(TRY(field(line, "author")));
    act.source = TRY(field(line, "source"));
    act.purpose = TRY(field(line, "purpose"));
    act.kind = TRY(ledger::parse_act_kind(TRY(field(line, "act"))));
    act.notice = TRY(parse_digest(TRY(field(line, "notice"))));
    act.channel = TRY(field(line, "channel"));
    act.locale = TRY(field(line, "locale"));
    act.at = TRY(parse_instant(TRY(field(line, "at"))));
    if (line.contains("until")) act.until = TRY(parse_instant(TRY(field(line, "until"))));
    return act;
}

}  // namespace

Json act_json(const ledger::Act& act) {
    Json json = {{"author", act.author.reveal()}, {"source", act.source},
                 {"purpose", act.purpose},        {"act", to_text(act.kind)},
                 {"channel", act.channel},        {"locale", act.locale},
                 {"at", to_text(act.at)}};
    if (!act.notice.is_zero()) json["notice"] = "sha256:" + act.notice.hex();
    if (act.until) json["until"] = to_text(*act.until);
    return json;
}

Result<std::uint64_t> record_acts(Env& env, ledger::Ledger& ledger, const Path& path) {
    const Bytes bytes = TRY(env.read_file(path));
    if (bytes.size() > kFileMax)
        return Error{Code::bad_input, "larger than 1 GiB", path.filename().string(),
                     "split the file"};
    std::string_view rest = text_of(bytes);
    std::uint64_t acts = 0;
    for (std::uint64_t line = 1; !rest.empty(); ++line) {
        const std::string_view text = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), text.size() + 1));
        if (text.find_first_not_of(" \t\r") == text.npos) continue;
        auto act = parse_act(text);
        auto recorded = act.ok() ? ledger.record_act(act.value()) : Result<void>(act.error());
        if (!recorded.ok()) {
            Error error = recorded.error();
            error.where = fmt::format("{}, line {}", path.filename().string(), line);
            return error;
        }
        ++acts;
    }
    return acts;
}

}  // namespace litura::cli
