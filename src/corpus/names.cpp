// Every run of as many words as a name has is looked up by its short tag; only where that is known,
// the exact one decides.
#include "corpus/names.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace litura::corpus {

Result<keys::NameTag> name_tag(const SecretKey& identity, const PersonalText& name) {
    const PersonalText words(TRY(plain_words(name.reveal())));
    const auto spaces = std::ranges::count(words.reveal(), ' ');
    const auto count = words.empty() ? 0 : static_cast<std::uint32_t>(spaces + 1);
    if (count < 1 || count > keys::NameTagger::kWordsMax) {
        return Error{Code::bad_input, "a name has one to four words", "",
                     "leave out what does not belong to it"};
    }
    const keys::NameTagger tagger(identity);
    return keys::NameTag{tagger.exact(words.reveal()), tagger.quick(words.reveal()), count};
}

NameFinder::NameFinder(const SecretKey& identity, const std::vector<ledger::BarredName>& names)
    : tagger_(identity) {
    for (const ledger::BarredName& name : names) {
        lengths_.insert(name.tag.words);
        names_.emplace(name.tag.quick, name);
    }
}

Result<std::set<std::int64_t>> NameFinder::requests_of(std::string_view text) const {
    const PersonalText plain(TRY(plain_words(text)));
    const std::string_view words = plain.reveal();
    std::set<std::int64_t> requests;
    for (std::size_t begin = 0; begin < words.size();) {
        std::size_t end = begin;
        std::uint32_t length = 0;
        for (const std::uint32_t wanted : lengths_) {
            for (; length < wanted && end < words.size(); ++length)
                end = std::min(words.find(' ', length == 0 ? end : end + 1), words.size());
            if (length < wanted) break;
            const std::string_view run = words.substr(begin, end - begin);
            const auto [first, last] = names_.equal_range(tagger_.quick(run));
            for (auto name = first; name != last; ++name) {
                if (name->second.tag.exact == tagger_.exact(run))
                    requests.insert(name->second.request);
            }
        }
        begin = std::min(words.find(' ', begin), words.size()) + 1;
    }
    return requests;
}

}  // namespace litura::corpus
