// The list of the commands of `litura-check`, with their help.
#include "check/commands.hpp"

#include "check/key_command.hpp"
#include "check/patch_command.hpp"
#include "check/ticket_command.hpp"
#include "check/witness_command.hpp"
#include "check/weights_command.hpp"

namespace litura::check {

const std::vector<Command>& commands() {
    static const std::vector<Command> list = {
        {"ticket",
         "ticket FILE [--policy FILE] [--authorities PEM] [--at T]\n"
         "                             is somebody in the list behind a model? asks for the name",
         ticket_command},
        {"key", "key FILE NAME                a witness's or auditor's key, made at first use",
         key_command},
        {"witness",
         "witness REQUEST --key FILE --name NAME --log VKEY --state FOLDER [--at T]\n"
         "                             cosigns a log's head that continues what was seen before",
         witness_command},
        {"fetch",
         "fetch --cache DIR --from CHANNEL [--root FILE] [--now TIME]\n"
         "                             takes what is new of a channel; exit 1 if it does not hold",
         fetch_command},
        {"answer",
         "answer NOTICE --reply said_applied|refused --key FILE --out FILE\n"
         "                               the signed answer to a recall",
         answer_command},
        {"apply",
         "apply PATCH OLD --out NEW    from the weights of a release to those of its successor",
         apply_command},
    };
    return list;
}

const Command& default_command() {
    static const Command weights = {
        "",
        "PATH.. --cache DIR [--from CHANNEL] [--root FILE] [--now TIME]\n"
        "                               may these weights be used? 0 all of them are in use,\n"
        "                               3 superseded, 4 recalled, 5 anything of them is unknown,\n"
        "                               or known from a channel that is refused or too old",
        weights_command};
    return weights;
}

}  // namespace litura::check
