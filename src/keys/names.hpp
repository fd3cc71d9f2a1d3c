// Names of people without an account: an objection against a name keeps two keyed tags of it, never
// the name. The short tag is quick and tells almost every other word apart, the exact one decides.
// Both are made from words as plain_words() gives them, one space between.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/digest.hpp"
#include "base/secret.hpp"

namespace litura::keys {

/// Of a name of 1 to NameTagger::kWordsMax words.
struct NameTag {
    Digest exact;
    std::uint64_t quick = 0;
    std::uint32_t words = 0;
};

/// Makes tags under the identity secret. Thread-safe.
class NameTagger {
public:
    static constexpr std::uint32_t kWordsMax = 4;

    explicit NameTagger(const SecretKey& identity);
    std::uint64_t quick(std::string_view words) const;  ///< SipHash-2-4
    Digest exact(std::string_view words) const;         ///< HMAC-SHA-256

private:
    SecretKey quick_key_, exact_key_;
};

}  // namespace litura::keys
