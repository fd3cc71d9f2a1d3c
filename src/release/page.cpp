#include "release/page.hpp"

#include <algorithm>

namespace litura::release {
namespace {

constexpr const char* kNotStated = "**not stated**";

/// The operator's own words: they may hold Markdown, but end no cell and begin no HTML.
std::string cell(std::string_view words) {
    std::string out;
    for (const char c : words) {
        if (c == '|') out += '\\';
        if (c == '<') {
            out += "&lt;";
        } else {
            out += c;
        }
    }
    return out;
}

const Field& field_of(std::string_view name) {
    const auto found = std::ranges::find(kFields, name, &Field::name);
    CHECK(found != kFields.end());
    return *found;
}

}  // namespace

void Page::block(std::string_view text) {
    if (!out_.text.empty()) out_.text += '\n';
    in_table_ = false;
    out_.text += text;
    out_.text += '\n';
}

void Page::table(std::initializer_list<std::string_view> heads) {
    std::string rows = "|", line = "|";
    for (const std::string_view head : heads) {
        rows += fmt::format(" {} |", head);
        line += "---|";
    }
    block(rows + "\n" + line);
    in_table_ = true;
}

void Page::row(std::initializer_list<std::string> cells) {
    CHECK(in_table_);
    out_.text += '|';
    for (const std::string& one : cells) out_.text += fmt::format(" {} |", one);
    out_.text += '\n';
}

std::string Page::stated(std::string_view name) {
    const Field& field = field_of(name);
    const auto value = facts_.stated.find(std::string(name));
    if (value != facts_.stated.end() && !value->second.empty()) return cell(value->second);
    return not_stated(std::string(name), field.asked_by);
}

std::string Page::not_stated(std::string field, std::string_view asked_by) {
    Missing missing{std::move(field), std::string(asked_by)};
    if (std::ranges::find(out_.missing, missing) == out_.missing.end())
        out_.missing.push_back(std::move(missing));
    return kNotStated;
}

std::string Page::kind_of(const SourceFacts& source) {
    const SourceKind* kind = find_source_kind(source.kind);
    std::string out =
        kind != nullptr
            ? std::string(kind->says)
            : not_stated("[[source]] kind of " + source.name,
                         "GDPR Art. 13, 14(2)(f), 30(1)(c); AI Act Art. 53(1)(d), template 2");
    if (!source.description.empty()) out += ": " + cell(source.description);
    return out;
}

void Page::warnings() {
    if (facts_.test_clock) text("**Made on a test clock: about no real processing.**");
    if (!facts_.model) return;
    if (facts_.model->stale)
        text(
            "**The ledger has moved since this model was made: it must not be used, and this page "
            "is no longer right about it. Run `litura derive`.**");
    if (facts_.model->recalled) text("**This model was released and recalled.**");
    if (facts_.model->suppressed)
        text(
            "**This model leaves out more than it has to until it is derived again; it is not for "
            "release.**");
}

Document Page::finish() && { return std::move(out_); }

std::string text(const Digest& digest) { return "`sha256:" + digest.hex() + "`"; }
std::string day(Instant at) { return to_text(at).substr(0, 10); }
std::string month(Instant at) { return to_text(at).substr(0, 7); }

std::string code(std::string_view word) {
    std::string out = "`";
    for (const char c : word) {
        if (c == '|') out += '\\';
        out += c == '`' || (c >= 0 && c < ' ') || c == 0x7f ? ' ' : c;
    }
    return out + "`";
}

std::string codes(const std::set<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : ", ") + code(word);
    return out;
}

std::string licences(const SourceFacts& source) {
    std::string out = codes(source.licences);
    if (source.other_licences) out += out.empty() ? "others" : ", others";
    return out.empty() ? "none given" : out;
}

std::string people(const Tally& tally) {
    if (tally.none()) return "none";
    switch (tally.detail) {
        case Tally::Detail::exact: return fmt::format("{} people", tally.persons);
        case Tally::Detail::at_least: return fmt::format("{} or more people", tally.persons);
        case Tally::Detail::few: return fmt::format("fewer than {} people", kFewest);
    }
    CHECK(false);
    return {};
}

std::string text(const Tally& tally) {
    if (tally.none() || tally.detail == Tally::Detail::few) return people(tally);
    const bool exact = tally.detail == Tally::Detail::exact;
    return fmt::format("{}, {}{} records", people(tally), tally.records, exact ? "" : " or more");
}

std::string count(std::uint64_t number, std::string_view what) {
    return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

}  // namespace litura::release
