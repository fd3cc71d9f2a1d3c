// The one place where the program gives up: an invariant did not hold.
#include "base/result.hpp"

#include <cstdio>

namespace litura {

void check_failed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "litura: invariant does not hold: %s (%s:%d)\n", condition, file, line);
    std::_Exit(static_cast<int>(Code::broken));
}

}  // namespace litura
