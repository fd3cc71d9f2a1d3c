// Makes the keyed tags by which a barred name is recognised, as written and folded.
#include "keys/names.hpp"

#include "keys/sealing.hpp"

namespace litura::keys {

NameTagger::NameTagger(const SecretKey& identity)
    : quick_key_(subkey(identity, "litura.name.quick.1")),
      exact_key_(subkey(identity, "litura.name.exact.1")) {}

std::uint64_t NameTagger::quick(std::string_view words) const {
    return short_hash(quick_key_, bytes_of(words));
}

Digest NameTagger::exact(std::string_view words) const {
    return hmac(exact_key_.reveal(), bytes_of(words));
}

}  // namespace litura::keys
