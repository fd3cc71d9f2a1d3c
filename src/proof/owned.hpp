// Objects of OpenSSL, each with the function that frees it: Owned<BIO, BIO_free>.
#pragma once

#include <memory>

namespace litura::proof {

template <auto Free>
struct Freed {
    template <typename T>
    void operator()(T* object) const {
        Free(object);
    }
};
template <typename T, auto Free>
using Owned = std::unique_ptr<T, Freed<Free>>;

}  // namespace litura::proof
