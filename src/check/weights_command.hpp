// `litura-check PATH...`: may these weights still be used? For loaders, start scripts and auditors.
#pragma once

#include "check/command.hpp"

namespace litura::check {

/// PATH .. --cache DIR [--from CHANNEL] [--root FILE] [--now TIME]. First takes what is new from
/// a copy of the channel, where one is given; a copy that does not hold is passed over and named,
/// the last good one counts. Exit status 0 if all weights there are of releases in use, 3
/// superseded, 4 recalled; 5 if anything is not known or was not looked into, if no path is given,
/// the copy was refused or the channel has expired. Of several paths the gravest.
Result<Answer> weights_command(Env& env, const Words& words);

/// --cache DIR --from CHANNEL [--root FILE] [--now TIME]: takes what is new, and looks at no
/// weights. Exit 1 if the copy does not hold.
Result<Answer> fetch_command(Env& env, const Words& words);

/// NOTICE --reply said_applied|refused --key FILE --out FILE: the signed answer to a recall's
/// notice.
Result<Answer> answer_command(Env& env, const Words& words);

}  // namespace litura::check
