// Must not compile: a secret in a formatted message.
#include <fmt/format.h>
#include <iostream>

#include "base/secret.hpp"

void forbidden(const litura::PersonalText& secret) { std::cerr << fmt::format("{}", secret); }
