// utf8proc behind three functions.
#include "base/text.hpp"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

namespace litura {
namespace {

Result<std::string> mapped(std::string_view text, int options) {
    utf8proc_uint8_t* out = nullptr;
    const utf8proc_ssize_t size = utf8proc_map(
        reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
        static_cast<utf8proc_ssize_t>(text.size()), &out, static_cast<utf8proc_option_t>(options));
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(out, &std::free);
    if (size < 0)
        return Error{Code::bad_input, "text is not valid UTF-8", "", "convert it to UTF-8"};
    return std::string(reinterpret_cast<const char*>(out), static_cast<std::size_t>(size));
}

}  // namespace

bool is_utf8(std::string_view text) {
    const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    auto rest = static_cast<utf8proc_ssize_t>(text.size());
    while (rest > 0) {
        utf8proc_int32_t point = 0;
        const utf8proc_ssize_t width = utf8proc_iterate(at, rest, &point);
        if (width <= 0) return false;
        at += width;
        rest -= width;
    }
    return true;
}

Result<std::string> nfc(std::string_view text) {
    return mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

Result<std::string> folded(std::string_view text) {
    return mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                            UTF8PROC_IGNORE);
}

std::string unicode_version() { return utf8proc_unicode_version(); }

}  // namespace litura
