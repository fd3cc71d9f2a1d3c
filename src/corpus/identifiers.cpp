// One small reader a form. Each begins where a word does, looks at no more than a hundred bytes,
// and takes nothing that goes on as a longer word or number.
#include "corpus/identifiers.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/ascii.hpp"

namespace litura::corpus {
namespace {

constexpr std::size_t kBytesMax = 100;
constexpr std::string_view kMail = kIdentifierMarks[0], kTelephone = kIdentifierMarks[1],
                           kAddress = kIdentifierMarks[2], kAccount = kIdentifierMarks[3];

bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || is_capital(c) || static_cast<unsigned char>(c) >= 0x80;
}
bool is_word(char c) { return is_letter(c) || is_digit(c) || c == '_'; }
bool is_local(char c) {
    return is_word(c) || c == '.' || c == '%' || c == '+' || c == '-' || c == '\'';
}

template <typename Is>
std::size_t run(std::string_view text, Is is) {
    return static_cast<std::size_t>(std::ranges::find_if_not(text, is) - text.begin());
}

std::size_t written_at_sign(std::string_view text) {
    const char first = text.empty() ? '\0' : text[0];
    if (first != '@' && first != '\xEF' && first != '(' && first != '[' && first != ' ') return 0;
    for (const std::string_view sign : {"@", "\xEF\xBC\xA0", "(at)", "[at]", " (at) ", " [at] "}) {
        if (text.starts_with(sign)) return sign.size();
    }
    return 0;
}

/// Labels with dots between; the last is letters only. 0: there is none.
std::size_t host(std::string_view text) {
    std::size_t end = 0, labels = 0, length = 0;
    while (true) {
        const std::string_view rest = text.substr(end);
        const std::size_t label = run(rest, [](char c) { return is_word(c) || c == '-'; });
        if (label == 0) break;
        end += label;
        const bool top = label >= 2 && run(rest.substr(0, label), is_letter) == label;
        if (++labels >= 2 && top) length = end;
        if (end >= text.size() || text[end] != '.') break;
        ++end;
    }
    return length;
}

std::size_t mail(std::string_view text) {
    std::size_t local = 0, sign = 0;
    while (local < text.size() && is_local(text[local]) && sign == 0)
        sign = written_at_sign(text.substr(++local));
    if (sign == 0) return 0;
    const std::size_t domain = host(text.substr(local + sign));
    return domain == 0 ? 0 : local + sign + domain;
}

/// Four numbers up to 255, the first not 0, and nothing that goes on. One of them is above 31: else
/// it is a version, or an address that is nobody's (10.0.0.1, 8.8.8.8).
std::size_t ip_version_4(std::string_view text) {
    std::size_t end = 0;
    int greatest = 0;
    for (int part = 0; part < 4; ++part) {
        if (part > 0 && (end >= text.size() || text[end++] != '.')) return 0;
        const std::size_t digits = run(text.substr(end), is_digit);
        if (digits == 0 || digits > 3 || (part == 0 && text[0] == '0')) return 0;
        greatest = std::max(greatest, std::stoi(std::string(text.substr(end, digits))));
        end += digits;
    }
    if (greatest > 255 || greatest <= 31) return 0;
    const bool goes_on = end < text.size() &&
                         (is_word(text[end]) || text[end] == '-' ||
                          (text[end] == '.' && end + 1 < text.size() && is_word(text[end + 1])));
    return goes_on ? 0 : end;
}

std::size_t ip_version_6(std::string_view text) {
    const std::size_t end = run(text, [](char c) { return is_word(c) || c == ':'; });
    const std::string token(text.substr(0, std::min(end, kBytesMax)));
    in6_addr address;
    const bool enough = std::ranges::count(token, ':') >= 3;
    return enough && ::inet_pton(AF_INET6, token.c_str(), &address) == 1 ? token.size() : 0;
}

/// A number written in groups.
struct Number {
    bool plus = false;
    std::string digits;
    std::vector<std::size_t> groups;  ///< digits of each
    std::vector<std::size_t> ends;    ///< bytes up to the end of each
};

Number number_at(std::string_view text) {
    Number number;
    number.plus = text.starts_with('+');
    std::size_t end = number.plus ? 1 : 0;
    while (end < text.size() && number.digits.size() < 24) {
        std::size_t begin = end;
        for (int separators = 0; begin < text.size() && separators < 3; ++begin, ++separators) {
            if (std::string_view(" -./()").find(text[begin]) == std::string_view::npos) break;
        }
        const std::size_t group = run(text.substr(begin), is_digit);
        if (group == 0) break;
        end = begin + group;
        number.digits.append(text.substr(begin, group));
        number.groups.push_back(group);
        number.ends.push_back(end);
    }
    const bool goes_on = end < text.size() && is_word(text[end]);
    if (goes_on && !number.groups.empty()) {
        number.digits.resize(number.digits.size() - number.groups.back());
        number.groups.pop_back();
        number.ends.pop_back();
    }
    return number;
}

/// Takes the last group away.
void shorten(Number& number) {
    number.digits.resize(number.digits.size() - number.groups.back());
    number.groups.pop_back();
    number.ends.pop_back();
}

/// International with + or 00, national with one 0, or as in North America; no date, no row of
/// numbers.
bool is_telephone(const Number& number) {
    using Groups = std::vector<std::size_t>;
    const std::size_t count = number.digits.size();
    const Groups& groups = number.groups;
    if (number.plus) return count >= 8 && count <= 15;
    if (groups == Groups{3, 3, 4} || (groups == Groups{1, 3, 3, 4} && number.digits[0] == '1'))
        return true;
    const std::size_t zeros = number.digits.find_first_not_of('0');
    const bool date = groups[0] == 2 && groups.size() > 1 &&
                      (groups[1] == 4 || (groups.size() > 2 && groups[2] == 4 && groups[1] == 2));
    const bool in_groups =
        groups.size() <= 5 && std::ranges::all_of(groups, [](auto group) { return group >= 2; });
    const bool fraction = groups.size() == 2 && groups[0] == 2;
    if (!in_groups || date || fraction) return false;
    if (zeros == 2) return groups.size() > 1 && count >= 10 && count <= 17;
    return zeros == 1 && count <= 12 && count >= (groups.size() == 1 ? 10u : 8u);
}

/// ISO/IEC 7812-1: Luhn's sum, as cards are printed.
bool is_card(const Number& number) {
    const std::size_t count = number.digits.size();
    if (number.plus || count < 13 || count > 19 || number.digits[0] < '2' || number.digits[0] > '6')
        return false;
    const bool printed =
        std::ranges::all_of(number.groups, [](std::size_t group) { return group >= 3; });
    int sum = 0;
    for (std::size_t place = 0; place < count; ++place) {
        int digit = number.digits[count - 1 - place] - '0';
        if (place % 2 == 1 && (digit *= 2) > 9) digit -= 9;
        sum += digit;
    }
    return printed && sum % 10 == 0;
}

std::optional<Identifier> by_number(std::string_view text) {
    for (Number number = number_at(text); !number.groups.empty(); shorten(number)) {
        if (is_card(number)) return Identifier{number.ends.back(), kAccount};
        if (is_telephone(number)) return Identifier{number.ends.back(), kTelephone};
    }
    return std::nullopt;
}

/// ISO 13616: letters count from 10, the first four come last, modulo 97 it is 1.
std::size_t iban(std::string_view text) {
    std::string letters;
    std::size_t end = 0, length = 0;
    while (end < text.size() && letters.size() < 34) {
        if (text[end] == ' ' && letters.size() % 4 == 0 && letters.size() >= 4) ++end;
        if (end >= text.size() || !(is_digit(text[end]) || is_capital(text[end]))) break;
        letters.push_back(text[end++]);
        const bool whole = end >= text.size() || !is_word(text[end]);
        if (letters.size() < 15 || !whole) continue;
        int rest = 0;
        for (const char c : letters.substr(4) + letters.substr(0, 4)) {
            const int value = is_digit(c) ? c - '0' : c - 'A' + 10;
            rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
        }
        if (rest == 1) length = end;
    }
    return length;
}

bool begins_iban(std::string_view text) {
    return text.size() >= 15 && is_capital(text[0]) && is_capital(text[1]) && is_digit(text[2]) &&
           is_digit(text[3]);
}

}  // namespace

std::optional<Identifier> identifier_at(std::string_view text, char before) {
    if (text.empty() || is_word(before)) return std::nullopt;
    text = text.substr(0, kBytesMax);
    if (!is_local(before) && is_local(text[0])) {
        if (const std::size_t length = mail(text)) return Identifier{length, kMail};
    }
    if (before == '#') return std::nullopt;
    if (begins_iban(text)) {
        if (const std::size_t length = iban(text)) return Identifier{length, kAccount};
    }
    if (before != ':' && (is_word(text[0]) || text[0] == ':')) {
        if (const std::size_t length = ip_version_6(text)) return Identifier{length, kAddress};
    }
    if (before == '.' || before == '-') return std::nullopt;
    if (is_digit(text[0])) {
        if (const std::size_t length = ip_version_4(text)) return Identifier{length, kAddress};
    }
    const bool opens = text[0] == '(' && text.size() > 1 && is_digit(text[1]);
    if (!(is_digit(text[0]) || text[0] == '+' || opens)) return std::nullopt;
    const auto found = by_number(text);
    const bool closes = found && text.substr(0, found->length).find(')') != std::string_view::npos;
    return opens && !closes ? std::nullopt : found;
}

}  // namespace litura::corpus
