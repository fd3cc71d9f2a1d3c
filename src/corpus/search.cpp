// Searches records for words or a name: the text becomes plain words, then memmem.
#include "corpus/search.hpp"

#include <cstring>

#include "base/text.hpp"

namespace litura::corpus {
namespace {

std::size_t position(std::string_view text, std::string_view needle, std::size_t from) {
    if (from > text.size()) return text.npos;
    const void* at = ::memmem(text.data() + from, text.size() - from, needle.data(), needle.size());
    if (at == nullptr) return text.npos;
    return static_cast<std::size_t>(static_cast<const char*>(at) - text.data());
}

/// Calls `whole(before, after)` for each place of the needle, with the bytes around it (a space at
/// the ends), until it says yes.
template <typename Whole>
bool any_place(std::string_view text, std::string_view needle, Whole whole) {
    for (std::size_t at = position(text, needle, 0); at != text.npos;
         at = position(text, needle, at + 1)) {
        const std::size_t end = at + needle.size();
        if (whole(at == 0 ? ' ' : text[at - 1], end == text.size() ? ' ' : text[end])) return true;
    }
    return false;
}

bool goes_on(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '@' ||
           static_cast<unsigned char>(c) >= 0x80;
}

/// Folded, without the sign before it.
Result<std::string> folded_handle(std::string_view handle) {
    std::string text = TRY(folded(handle));
    if (text.starts_with('@')) text.erase(0, 1);
    return text;
}

}  // namespace

Result<Search> Search::create(For what, const PersonalText& needle) {
    PersonalText words(TRY(plain_words(needle.reveal())));
    if (words.empty()) {
        return Error{Code::bad_input, "nothing to look for", "",
                     "give at least one letter or digit"};
    }
    if (what != For::handle) return Search(what, std::move(words));
    return Search(what, PersonalText(TRY(folded_handle(needle.reveal()))));
}

Result<bool> Search::finds_in(std::string_view text) const {
    const std::string& needle = needle_.reveal();
    if (what_ == For::handle) {
        const PersonalText plain(TRY(folded(text)));
        return any_place(plain.reveal(), needle,
                         [](char before, char after) { return before == '@' && !goes_on(after); });
    }
    const PersonalText plain(TRY(plain_words(text)));
    return any_place(plain.reveal(), needle, [&](char before, char after) {
        return what_ == For::words || (before == ' ' && after == ' ');
    });
}

Result<bool> Search::finds(const Json& record) const {
    if (TRY(finds_in(record.at("text").get_ref<const std::string&>()))) return true;
    const auto mentions = record.find("mentions");
    if (what_ != For::handle || mentions == record.end() || !mentions->is_array()) return false;
    for (const Json& entry : *mentions) {
        if (entry.is_string() &&
            TRY(folded_handle(entry.get_ref<const std::string&>())) == needle_.reveal())
            return true;
    }
    return false;
}

}  // namespace litura::corpus
