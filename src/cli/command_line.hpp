// The command line: words in, one command run, one answer printed, an exit status out.
#pragma once

namespace litura::cli {

/// Returns the process's exit status.
int run(int argc, const char* const* argv);

}  // namespace litura::cli
