// An operator looks for words, a name or a handle in all that is held, for review in the house.
// What was looked for is noted nowhere; that somebody looked is.
#pragma once

#include <vector>

#include "corpus/search.hpp"
#include "service/words.hpp"

namespace litura::service {

enum class Texts { left_out, shown };

struct Search {
    corpus::Search::For what = corpus::Search::For::words;
    PersonalText needle;
    Texts texts = Texts::left_out;
};
struct SearchResult {
    struct Hit {
        std::string record, person, source;
        Instant created_at;
        bool admitted = false;
        std::optional<std::string> text;
    };
    std::uint64_t searched = 0;
    std::vector<Hit> records;
};
Result<SearchResult> find(Session& session, const Search& search);
Json to_json(const SearchResult& found);

}  // namespace litura::service
