// What a failed CHECK does: says where, and ends the program with exit status 70.
#include "base/result.hpp"

#include <cstdio>

namespace litura {

void check_failed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "litura: invariant does not hold: %s (%s:%d)\n", condition, file, line);
    std::_Exit(static_cast<int>(Code::broken));
}

}  // namespace litura
