// What tests of keys share.
#pragma once

#include <algorithm>

#include "base/secret.hpp"

namespace litura::keys {

inline bool same(const SecretKey& a, const SecretKey& b) {
    return std::ranges::equal(a.reveal(), b.reveal());
}

}  // namespace litura::keys
