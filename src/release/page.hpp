// A page of Markdown while it is written: paragraphs, tables, and what was asked for in vain.
#pragma once

#include <fmt/format.h>

#include <initializer_list>

#include "release/documents.hpp"

namespace litura::release {

class Page {
public:
    explicit Page(const Facts& facts) : facts_(facts) {}

    template <typename... Args>
    void text(fmt::format_string<Args...> form, Args&&... args) {
        block(fmt::format(form, std::forward<Args>(args)...));
    }
    void section(std::string_view title) { block(fmt::format("## {}", title)); }
    void table(std::initializer_list<std::string_view> heads);
    void row(std::initializer_list<std::string> cells);
    /// A row of a table of two columns.
    void line(std::string_view name, const std::string& value) { row({std::string(name), value}); }

    /// What the operator said in this field, or "not stated", which is then listed.
    std::string stated(std::string_view field);
    std::string not_stated(std::string field, std::string_view asked_by);
    /// What a source was declared to be; likewise.
    std::string kind_of(const SourceFacts& source);

    /// First lines of every page: the test clock, a model that may not be used.
    void warnings();
    Document finish() &&;

private:
    void block(std::string_view text);
    const Facts& facts_;
    Document out_;
    bool in_table_ = false;
};

std::string text(const Digest& digest);
/// "2026-11-24", "2026-11".
std::string day(Instant at);
std::string month(Instant at);
/// A word that stands in files or commands: in code signs, nothing in it is Markdown.
std::string code(std::string_view word);
std::string codes(const std::set<std::string>& words);
std::string licences(const SourceFacts& source);
/// "151 people, 1775 records", "20 or more people, ..", "fewer than 10 people", "none".
std::string text(const Tally& tally);
std::string people(const Tally& tally);
/// "1 recall", "2 recalls".
std::string count(std::uint64_t number, std::string_view what);

}  // namespace litura::release
