// `litura-check PATH...`: may these weights still be used? For loaders, start scripts and auditors.
#pragma once

#include "check/commands.hpp"

namespace litura::check {

/// [PATH ..] --cache DIR [--from CHANNEL] [--root FILE] [--now TIME]. First takes what is new from
/// a copy of the channel, where one is given; a copy that does not hold is passed over and named,
/// the last good one counts. Exit status 0 active, 3 superseded, 4 recalled, 5 unknown or stale; of
/// several paths the gravest.
Result<Outcome> weights_command(Env& env, const Words& words);

/// NOTICE --reply said_applied|refused --key FILE --out FILE: the signed answer to a recall's
/// notice.
Result<Outcome> answer_command(Env& env, const Words& words);

}  // namespace litura::check
