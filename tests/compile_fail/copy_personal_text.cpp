// Must not compile: a copy that nobody asked for.
#include <fmt/format.h>
#include <iostream>

#include "base/secret.hpp"

void forbidden(const litura::PersonalText& secret) { const litura::PersonalText copy = secret; }
