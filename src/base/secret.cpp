// Secrets are wiped with stores that the optimiser cannot remove.
#include "base/secret.hpp"

#include <openssl/crypto.h>

namespace litura {

void wipe(void* data, std::size_t size) {
    if (size != 0) OPENSSL_cleanse(data, size);
}

}  // namespace litura
