// One needle through many records, for an operator who reviews what is held of somebody: words, a
// name, or a handle, in any case, width and punctuation. Over decrypted records in memory; there is
// no index.
#pragma once

#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace litura::corpus {

class Search {
public:
    enum class For {
        words,  ///< these words in this order; the first and the last may be parts of longer ones
        name,   ///< likewise, as whole words
        handle  ///< "@handle" in the text, or an entry of the record's mentions
    };
    /// Code::bad_input if nothing can be found by it: no letter and no digit.
    static Result<Search> create(For what, const PersonalText& needle);

    /// Does the record (Corpus::each) hold it? Quoted text counts: it is held, if not trained on.
    Result<bool> finds(const Json& record) const;
    /// The same of a text alone.
    Result<bool> finds_in(std::string_view text) const;

private:
    Search(For what, PersonalText needle) : what_(what), needle_(std::move(needle)) {}
    For what_;
    PersonalText needle_;  ///< as plain_words() or folded() give it
};

}  // namespace litura::corpus
