// How many identifiers are cut: `identifiers [POSTS.jsonl[.gz] [--show]]`. A labelled set is made
// by rules that know nothing of the finder's: each form in a sentence, with and without something
// around it. In real posts, which nobody has labelled, what is cut is counted, and shown for a
// look.
#include <fmt/format.h>

#include <map>
#include <random>

#include "corpus/identifiers.hpp"
#include "corpus/importers/import.hpp"
#include "corpus/marks.hpp"

namespace litura::corpus {
namespace {

constexpr int kEach = 1000;
std::mt19937_64 dice(1);

std::size_t below(std::size_t limit) { return dice() % limit; }
std::string digits(int count, bool zero_first = true) {
    std::string text;
    for (int place = 0; place < count; ++place)
        text += static_cast<char>('0' + (place == 0 && !zero_first ? 1 + below(9) : below(10)));
    return text;
}
std::string word() {
    static constexpr const char* kParts[] = {"an", "be", "ro", "li",  "ka",
                                             "mi", "to", "su", "der", "vel"};
    std::string text;
    for (std::size_t part = 0, count = 2 + below(2); part < count; ++part)
        text += kParts[below(std::size(kParts))];
    return text;
}
std::string luhn(std::string number) {
    int sum = 0;
    for (std::size_t place = 0; place < number.size(); ++place) {
        int digit = number[number.size() - 1 - place] - '0';
        if (place % 2 == 0 && (digit *= 2) > 9) digit -= 9;
        sum += digit;
    }
    return number + static_cast<char>('0' + (10 - sum % 10) % 10);
}
std::string iban() {
    const std::string account = digits(18);
    int rest = 0;
    for (const char c : account + "131400") rest = (rest * 10 + (c - '0')) % 97;
    return fmt::format("DE{:02}{}", 98 - rest, account);
}
std::string in_fours(const std::string& text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); at += 4)
        out += (at == 0 ? "" : " ") + text.substr(at, 4);
    return out;
}

struct Form {
    const char* name;
    std::string (*make)();
};
const Form kForms[] = {
    {"e-mail", [] { return word() + "." + word() + "@" + word() + ".example"; }},
    {"e-mail with a plus, country domain",
     [] { return word() + "+" + digits(2) + "@" + word() + ".co.uk"; }},
    {"e-mail, (at)", [] { return word() + " (at) " + word() + ".com"; }},
    {"e-mail, \"at\" and \"dot\" as words", [] { return word() + " at " + word() + " dot com"; }},
    {"telephone, international",
     [] { return "+" + digits(2, false) + " " + digits(3) + " " + digits(7); }},
    {"telephone, international without spaces", [] { return "+49" + digits(10, false); }},
    {"telephone, 00", [] { return "0044 " + digits(2) + " " + digits(4) + " " + digits(4); }},
    {"telephone, national", [] { return "0" + digits(3, false) + " " + digits(7); }},
    {"telephone, national, in pairs",
     [] { return "06 " + digits(2) + " " + digits(2) + " " + digits(2) + " " + digits(2); }},
    {"telephone, national with a slash", [] { return "0" + digits(3, false) + "/" + digits(6); }},
    {"telephone, North America",
     [] { return "(" + digits(3, false) + ") " + digits(3) + "-" + digits(4); }},
    {"telephone, local", [] { return digits(3, false) + "-" + digits(4); }},
    {"IP address, version 4",
     [] { return fmt::format("{}.{}.{}.{}", 1 + below(255), below(256), below(256), below(256)); }},
    {"IP address, version 6",
     [] {
         return fmt::format("2001:db8:{:x}:{:x}::{:x}", below(65536), below(65536),
                            1 + below(65535));
     }},
    {"IBAN", [] { return iban(); }},
    {"IBAN in fours", [] { return in_fours(iban()); }},
    {"card in fours", [] { return in_fours(luhn("4" + digits(14))); }},
    {"card", [] { return luhn("5" + digits(14)); }},
    {"postal address",
     [] { return word() + "strasse " + digits(2, false) + ", " + digits(5) + " " + word(); }},
};

/// Is nothing of it left?
bool is_cut(const std::string& identifier) {
    static constexpr const char* kAround[][2] = {
        {"you can reach me under ", ", any day"}, {"(", ")"}, {"see:", "."}, {"", ""}};
    const auto& [before, after] = kAround[below(std::size(kAround))];
    const std::string left = effective_text(before + identifier + after);
    for (const std::string_view mark : kIdentifierMarks)
        if (left == std::string(before) + std::string(mark) + after) return true;
    return false;
}

void measure_forms() {
    for (const Form& form : kForms) {
        int found = 0;
        for (int time = 0; time < kEach; ++time) found += is_cut(form.make());
        fmt::print("{:<40} {:>5} of {}\n", form.name, found, kEach);
    }
}

using Cuts = std::map<std::string_view, int>;

void count_cuts(std::string_view line, bool show, Cuts& into) {
    for (std::size_t at = 0; at < line.size();) {
        const auto identifier = identifier_at(line.substr(at), at == 0 ? ' ' : line[at - 1]);
        if (identifier) ++into[identifier->mark];
        if (identifier && show)
            fmt::print("{} {}\n", identifier->mark, line.substr(at, identifier->length));
        at += identifier ? identifier->length : 1;
    }
}

void measure_posts(const Path& path, bool show) {
    Cuts cuts;
    std::size_t posts = 0;
    const auto done = import_jsonl(path, [&](IncomingRecord record) -> Result<Added> {
        ++posts;
        std::string_view rest = record.text.reveal();
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            count_cuts(rest.substr(0, end), show, cuts);
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        return Added{};
    });
    CHECK(done.ok());
    fmt::print("\nin {} posts:\n", posts);
    for (const auto& [mark, count] : cuts) fmt::print("{:<40} {:>5}\n", mark, count);
}

}  // namespace
}  // namespace litura::corpus

int main(int count, char** arguments) {
    litura::corpus::measure_forms();
    if (count > 1) litura::corpus::measure_posts(arguments[1], count > 2);
}
