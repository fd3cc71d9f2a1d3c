// Any bytes: marking ends, is idempotent, and no line that begins with "> " is left; an identifier
// holds one of the bytes by which lines without any are passed over.
#include "base/result.hpp"
#include "corpus/identifiers.hpp"
#include "corpus/marks.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::string_view rest = text.substr(at);
        const auto found = litura::corpus::identifier_at(rest, at > 0 ? text[at - 1] : ' ');
        CHECK(!found ||
              rest.substr(0, found->length).find_first_of(litura::corpus::kIdentifierBytes) !=
                  rest.npos);
    }
    const std::string once = litura::corpus::effective_text(text);
    CHECK(litura::corpus::effective_text(once) == once);
    CHECK(!once.starts_with("> ") && once.find("\n> ") == once.npos);
    return 0;
}
