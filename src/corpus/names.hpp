// Names of people without an account, who objected: which records hold one. A name is 1 to 4 words,
// compared as plain_words() gives them, so in any case, width and punctuation; whole words only.
// The names themselves are nowhere: words of a text are held against keyed tags.
#pragma once

#include <cstdint>
#include <set>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "keys/names.hpp"
#include "ledger/types.hpp"

namespace litura::corpus {

/// Code::bad_input unless the name has 1 to 4 words.
Result<keys::NameTag> name_tag(const SecretKey& identity, const PersonalText& name);

class NameFinder {
public:
    NameFinder(const SecretKey& identity, const std::vector<ledger::BarredName>& names);
    /// The requests whose name stands in the text. Code::bad_input if it is not UTF-8.
    Result<std::set<std::int64_t>> requests_of(std::string_view text) const;

private:
    keys::NameTagger tagger_;
    std::set<std::uint32_t> lengths_;                                   ///< in words
    std::unordered_multimap<std::uint64_t, ledger::BarredName> names_;  ///< by the short tag
};

}  // namespace litura::corpus
