// The program `litura-check`: for recipients, people and auditors. It knows no project, asks no
// network, and decides nothing: it checks what others claim.
#include <fmt/format.h>

#include <algorithm>

#include "base/json.hpp"
#include "base/output.hpp"
#include "check/commands.hpp"

namespace litura::check {
namespace {

constexpr const char* kStatus =
    "Exit status: 0 it holds, 1 a check did not hold, 2 bad usage or input, 3 the state forbids "
    "it,\n"
    "4 the environment.";

std::string help() {
    std::string text = "litura-check [--json] COMMAND\n\n";
    text += fmt::format("  {}\n", default_command().usage);
    for (const Command& command : commands()) text += fmt::format("  {}\n", command.usage);
    return text + "\n" + kStatus;
}

const Output kOutput("litura-check");

/// File names and texts of other people's files stand in it: what steers a terminal does not.
std::string printable(std::string text) {
    for (char& each : text)
        if ((static_cast<unsigned char>(each) < 0x20 && each != '\n') || each == 0x7f) each = '?';
    return text;
}

int run(Words words) {
    const bool json = std::erase(words, "--json") > 0;
    if (words.empty() || words[0] == "--help") {
        return kOutput.answer(help(), words.empty() ? static_cast<int>(Code::bad_input) : 0);
    }
    const auto named = std::ranges::find(commands(), words[0], &Command::name);
    const Command& command = named == commands().end() ? default_command() : *named;
    if (named != commands().end()) words.erase(words.begin());
    const auto env = system_env();
    auto outcome = command.run(*env, words);
    if (!outcome.ok()) return kOutput.error(outcome.error(), json);
    return kOutput.answer(json ? compact(outcome->json) : printable(outcome->text),
                          outcome->status);
}

}  // namespace
}  // namespace litura::check

int main(int argc, char** argv) {
    litura::harden_process();
    return litura::check::run({argv + 1, argv + argc});
}
