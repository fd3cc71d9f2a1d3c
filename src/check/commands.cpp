// The list of commands.
#include "check/commands.hpp"

#include "check/key_command.hpp"

namespace litura::check {

const std::vector<Command>& commands() {
    static const std::vector<Command> list = {
        {"key", "key FILE NAME                a witness's or auditor's key, made at first use",
         key_command},
    };
    return list;
}

}  // namespace litura::check
