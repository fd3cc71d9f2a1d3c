// Must not compile: a secret in a log line.
#include <fmt/format.h>
#include <iostream>

#include "base/secret.hpp"

void forbidden(const litura::SecretKey& secret) { std::cerr << secret; }
