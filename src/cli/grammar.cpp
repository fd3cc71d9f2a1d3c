#include "cli/grammar.hpp"

namespace litura::cli {

CLI::App* Grammar::command(CLI::App& parent, const std::string& name, const std::string& about,
                           Run run) {
    CLI::App* sub = parent.add_subcommand(name, about);
    sub->fallthrough();
    sub->callback([&chosen = chosen_, run = std::move(run)] { chosen = run; });
    return sub;
}

CLI::App& Grammar::family(const std::string& name, const std::string& about) {
    CLI::App* sub = app_.add_subcommand(name, about);
    sub->fallthrough();
    sub->require_subcommand(1);
    return *sub;
}

void Grammar::add_person(CLI::App* command, PersonArguments& person) {
    command->add_option("--person", person.person,
                        "handle p-..., or - to read the identifier from standard input");
    command->add_option("--person-file", person.person_file, "file that holds the identifier");
}

}  // namespace litura::cli
