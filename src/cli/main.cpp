// The program `litura`: sets up the process, then hands over to command_line.hpp.
#include "base/env.hpp"
#include "cli/command_line.hpp"

int main(int argc, char** argv) {
    litura::harden_process();
    return litura::cli::run(argc, argv);
}
