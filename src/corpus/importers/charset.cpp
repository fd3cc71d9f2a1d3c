// iconv of the C library, behind one file. Mail is labelled as its program liked: names that mean
// another set than they say, and sets that the bytes contradict, are read as browsers read them
// (WHATWG Encoding Standard).
#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/text.hpp"
#include "corpus/importers/mail.hpp"

namespace litura::corpus {
namespace {

constexpr std::string_view kReplacement = "\uFFFD";
constexpr std::string_view kWindows = "windows-1252";

/// What stands in mail, and what it means.
constexpr std::array<std::pair<std::string_view, std::string_view>, 46> kMeant = {{
    {"", "utf-8"},
    {"utf8", "utf-8"},
    {"unicode-1-1-utf-8", "utf-8"},
    {"utf-8-sig", "utf-8"},
    {"us-ascii", kWindows},
    {"ascii", kWindows},
    {"ansi_x3.4-1968", kWindows},
    {"iso-8859-1", kWindows},
    {"iso8859-1", kWindows},
    {"iso_8859-1", kWindows},
    {"iso88591", kWindows},
    {"latin1", kWindows},
    {"latin-1", kWindows},
    {"l1", kWindows},
    {"cp-1252", kWindows},
    {"ansi", kWindows},
    {"x-ansi", kWindows},
    {"iso-8859-8-i", "iso-8859-8"},
    {"iso-8859-8-e", "iso-8859-8"},
    {"iso-8859-6-i", "iso-8859-6"},
    {"iso-8859-6-e", "iso-8859-6"},
    {"iso-8859-9", "windows-1254"},
    {"latin5", "windows-1254"},
    {"iso-8859-11", "windows-874"},
    {"tis-620", "windows-874"},
    {"dos-874", "windows-874"},
    {"ks_c_5601-1987", "cp949"},
    {"ks_c_5601-1989", "cp949"},
    {"ksc_5601", "cp949"},
    {"euc-kr", "cp949"},
    {"korean", "cp949"},
    {"gb2312", "gbk"},
    {"gb_2312-80", "gbk"},
    {"x-gbk", "gbk"},
    {"chinese", "gbk"},
    {"hz-gb-2312", "hz"},
    {"x-sjis", "cp932"},
    {"shift_jis", "cp932"},
    {"shift-jis", "cp932"},
    {"sjis", "cp932"},
    {"ms_kanji", "cp932"},
    {"x-euc-jp", "euc-jp"},
    {"x-x-big5", "big5"},
    {"big5-hkscs", "big5-hkscs"},
    {"cp-850", "cp850"},
    {"x-mac-roman", "macintosh"},
}};

std::string_view meant_by(std::string_view charset) {
    const auto* found =
        std::ranges::find(kMeant, charset, &std::pair<std::string_view, std::string_view>::first);
    return found == kMeant.end() ? charset : found->second;
}

/// "cp-437" and "x-windows-1251" as the library has them.
std::string without_habits(std::string_view charset) {
    if (charset.starts_with("x-")) charset.remove_prefix(2);
    std::string name(charset);
    if (name.starts_with("cp-") || name.starts_with("ibm-")) name.erase(name.find('-'), 1);
    return name;
}

class Converter {
public:
    explicit Converter(const std::string& charset) : how_(iconv_open("UTF-8", charset.c_str())) {}
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;
    ~Converter() {
        if (works()) iconv_close(how_);
    }
    bool works() const { return how_ != iconv_t(-1); }

    std::string operator()(std::string_view bytes) const {
        std::string out;
        char buffer[4096];
        char* in = const_cast<char*>(bytes.data());
        std::size_t left = bytes.size();
        while (left > 0) {
            char* to = buffer;
            std::size_t room = sizeof buffer;
            const std::size_t before = left;
            const bool failed = iconv(how_, &in, &left, &to, &room) == static_cast<std::size_t>(-1);
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

private:
    iconv_t how_;
};

/// Five bytes of windows-1252 stand for nothing; browsers read them as controls.
std::string from_windows(std::string_view bytes) {
    static const Converter convert{std::string(kWindows)};
    std::string out;
    while (!bytes.empty()) {
        const std::size_t plain =
            std::min(bytes.find_first_of("\x81\x8D\x8F\x90\x9D"), bytes.size());
        if (convert.works()) out += convert(bytes.substr(0, plain));
        bytes.remove_prefix(std::min(plain + 1, bytes.size()));
    }
    return out;
}

/// Sets in which a byte above ASCII is a part of a sign, or none is: what is wrong of them shows.
bool shows_mistakes(std::string_view charset) {
    constexpr std::string_view kBeginnings[] = {"iso-2022", "hz",  "utf-7", "utf-16", "utf-32",
                                                "gb",       "big", "euc",   "cp9"};
    return std::ranges::any_of(kBeginnings,
                               [&](std::string_view name) { return charset.starts_with(name); });
}

bool has_signs_above_ascii(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text.substr(at).starts_with(kReplacement))
            at += kReplacement.size() - 1;
        else if (static_cast<unsigned char>(text[at]) >= 0x80)
            return true;
    }
    return false;
}

std::string from_named(std::string_view bytes, std::string_view charset) {
    for (const std::string& name : {std::string(charset), without_habits(charset)}) {
        const Converter convert(name);
        if (convert.works()) return convert(bytes);
    }
    return "";
}

}  // namespace

// UTF-8 under another label is common; a text of another single-byte set that happens to be UTF-8
// is not.
std::string utf8_from(std::string_view bytes, std::string_view charset) {
    const std::string_view meant = meant_by(charset.substr(0, 64));
    std::string out;
    if (shows_mistakes(meant)) out = from_named(bytes, meant);
    if (!out.empty() && out.find(kReplacement) == out.npos) return out;
    if (is_utf8(bytes)) return std::string(bytes);
    if (meant == kWindows) return from_windows(bytes);
    if (out.empty()) out = from_named(bytes, meant);
    return has_signs_above_ascii(out) ? out : from_windows(bytes);
}

}  // namespace litura::corpus
