// Must compile: what the other files do, in the way that is allowed. If this fails, theirs prove nothing.
#include <fmt/format.h>
#include <iostream>

#include "base/secret.hpp"

void allowed(litura::SecretKey key, litura::PersonalText text) {
    const litura::SecretKey moved_key = std::move(key);
    const litura::PersonalText moved_text = text.clone();
    std::cout << moved_key.reveal().size() << text.reveal().size();
    std::cout << fmt::format("{}", moved_text.reveal().size());
}
