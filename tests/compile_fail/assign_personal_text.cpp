// Must not compile: a copy by assignment.
#include <fmt/format.h>
#include <iostream>

#include "base/secret.hpp"

void forbidden(const litura::PersonalText& secret, litura::PersonalText& other) { other = secret; }
