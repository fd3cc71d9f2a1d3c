// iconv of the C library, behind one file.
#include <iconv.h>

#include <cerrno>

#include "base/text.hpp"
#include "corpus/importers/mail.hpp"

namespace litura::corpus {
namespace {

constexpr std::string_view kReplacement = "\uFFFD";

std::string converted(iconv_t how, std::string_view bytes) {
    std::string out;
    char buffer[4096];
    char* in = const_cast<char*>(bytes.data());
    std::size_t left = bytes.size();
    while (left > 0) {
        char* to = buffer;
        std::size_t room = sizeof buffer;
        const std::size_t before = left;
        const bool failed = iconv(how, &in, &left, &to, &room) == static_cast<std::size_t>(-1);
        out.append(buffer, sizeof buffer - room);
        if (!failed || errno == E2BIG) {
            if (left == before && room == sizeof buffer) break;
            continue;
        }
        out += kReplacement;
        ++in;
        --left;
    }
    return out;
}

}  // namespace

std::string utf8_from(std::string_view bytes, std::string_view charset) {
    const std::string name(charset.substr(0, 64));
    const bool utf8 = name.empty() || name == "utf-8" || name == "us-ascii";
    if (utf8 && is_utf8(bytes)) return std::string(bytes);
    iconv_t how = iconv_open("UTF-8", utf8 ? "UTF-8" : name.c_str());
    if (how == iconv_t(-1)) how = iconv_open("UTF-8", "UTF-8");
    if (how == iconv_t(-1)) return "";
    std::string out = converted(how, bytes);
    iconv_close(how);
    return out;
}

}  // namespace litura::corpus
