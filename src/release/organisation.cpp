#include "release/organisation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "base/toml.hpp"

namespace litura::release {

const std::vector<Field> kFields = {
    {"controller.name", "GDPR Art. 13(1)(a), 14(1)(a), 30(1)(a); AI Act template 1.1",
     "who decides why and how posts are used"},
    {"controller.contact", "GDPR Art. 13(1)(a), 14(1)(a), 30(1)(a); AI Act template 1.1",
     "where people write to: address, e-mail or page"},
    {"controller.representative", "GDPR Art. 13(1)(a), 27, 30(1)(a)",
     "in the Union; \"none\" where the controller is established there"},
    {"controller.joint_controllers", "GDPR Art. 26, 30(1)(a)", "who decides too; \"none\""},
    {"controller.data_protection_officer", "GDPR Art. 13(1)(b), 14(1)(b), 30(1)(a), 37(7)",
     "contact; a function's mailbox will do; \"none\" where nobody has to be designated"},

    {"processing.interests", "GDPR Art. 13(1)(d), 14(2)(b)",
     "the legitimate interests pursued; asked for where people are taken in on them"},
    {"processing.recipients", "GDPR Art. 13(1)(e), 14(1)(e), 30(1)(d)",
     "categories of those who get posts or models that hold them; \"none\""},
    {"processing.transfers", "GDPR Art. 13(1)(f), 14(1)(f), 30(1)(e)",
     "to which third countries, with which safeguards; \"none\""},
    {"processing.security", "GDPR Art. 30(1)(g), 32(1)", "measures beside those of the program"},
    {"processing.obligation", "GDPR Art. 13(2)(e)",
     "must people hand over posts, by law or contract, and what if they do not"},
    {"processing.automated_decisions", "GDPR Art. 13(2)(f), 14(2)(g), 22",
     "decisions made about people by the model alone; \"none\""},
    {"processing.complaints", "GDPR Art. 13(2)(d), 14(2)(e), 77",
     "the supervisory authority that is competent"},

    {"retention.posts", "GDPR Art. 13(2)(a), 14(2)(a), 30(1)(f)", "until when posts are kept"},
    {"retention.evidence", "GDPR Art. 13(2)(a), 14(2)(a), 30(1)(f)",
     "until when acts, notices and requests are kept"},
    {"retention.models", "GDPR Art. 13(2)(a), 14(2)(a), 30(1)(f)", "until when models are kept"},

    {"model.name", "AI Act template 1.2", "under which it is placed on the market"},
    {"model.authorised_representative", "AI Act Art. 54, template 1.1",
     "of a provider outside of the Union; \"none\""},
    {"model.placed_on_market", "AI Act template 1.2", "date, in the Union; \"not yet\""},
    {"model.base_summary", "AI Act template 1.2",
     "the base model: its name, its provider, where its own public summary is"},
    {"model.languages", "AI Act template 1.3", "of the posts, as far as known"},
    {"model.continued", "AI Act template 1.3", "is it trained on new posts after that, how often"},
    {"model.reservations", "AI Act Art. 53(1)(c), template 3.1",
     "how reservations of rights from text and data mining are respected"},
    {"model.illegal_content", "AI Act template 3.2", "how illegal content is kept out"},
};

const std::vector<SourceKind> kSourceKinds = {
    {"public_dataset", "publicly available dataset", "2.1", false},
    {"licensed", "licensed by rightsholders", "2.2.1", false},
    {"third_party", "private dataset of a third party", "2.2.2", false},
    {"crawled", "crawled or scraped from online sources", "2.3", false},
    {"own_service", "posts of users on the operator's own service", "2.4", true},
    {"handed_in", "exports of other services, handed in by the people themselves", "2.4", true},
    {"synthetic", "synthetic data", "2.5", false},
    {"other", "other source", "2.6", false},
};

namespace {

constexpr std::size_t kTextMax = 4000, kSourcesMax = 10'000;

Result<std::string> line_of_text(TomlTable& in, std::string_view key) {
    std::string text = TRY(in.text(key, ""));
    const bool control =
        std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
    if (text.size() <= kTextMax && !control && is_utf8(text)) return text;
    return in.error(key, fmt::format("'{}' must be one line of at most {} bytes", key, kTextMax));
}

Result<DeclaredSource> parse_source(TomlTable& in) {
    DeclaredSource source;
    source.name = TRY(line_of_text(in, "name"));
    source.kind = TRY(line_of_text(in, "kind"));
    source.description = TRY(line_of_text(in, "description"));
    TRY(in.end());
    if (source.name.empty()) return in.error("a source needs a 'name'");
    if (source.kind.empty() || find_source_kind(source.kind) != nullptr) return source;
    std::string names;
    for (const SourceKind& kind : kSourceKinds)
        names += (names.empty() ? "" : ", ") + std::string(kind.name);
    return in.error("a source's 'kind' is one of " + names);
}

Result<std::vector<DeclaredSource>> parse_sources(TomlTable& root) {
    std::vector<DeclaredSource> sources;
    std::set<std::string> names;
    for (TomlTable& one : TRY(root.tables("source"))) {
        sources.push_back(TRY(parse_source(one)));
        if (!names.insert(sources.back().name).second)
            return one.error("a source is declared twice");
        if (sources.size() > kSourcesMax) return one.error("too many sources");
    }
    return sources;
}

Organisation silent() {
    Organisation organisation;
    for (const Field& field : kFields) organisation.stated.emplace(field.name, "");
    return organisation;
}

std::string_view table_of(const Field& field) { return field.name.substr(0, field.name.find('.')); }

/// The fields of one table, which may be missing.
Result<void> parse_fields(TomlTable& root, std::string_view name, Organisation& into) {
    if (!root.has(name)) return done();
    TomlTable table = TRY(root.table(name));
    for (const Field& field : kFields) {
        if (table_of(field) != name) continue;
        into.stated[std::string(field.name)] =
            TRY(line_of_text(table, field.name.substr(name.size() + 1)));
    }
    return table.end();
}

}  // namespace

const SourceKind* find_source_kind(std::string_view name) {
    const auto found = std::ranges::find(kSourceKinds, name, &SourceKind::name);
    return found == kSourceKinds.end() ? nullptr : &*found;
}

Result<Organisation> parse_organisation(std::string_view text) {
    TomlTable root =
        TRY(TomlTable::parse(text, "organisation.toml", "docs/law/documents.md has every field"));
    Organisation organisation = silent();
    std::set<std::string_view> tables;
    for (const Field& field : kFields) tables.insert(table_of(field));
    for (const std::string_view table : tables) TRY(parse_fields(root, table, organisation));
    organisation.sources = TRY(parse_sources(root));
    TRY(root.end());
    return organisation;
}

Result<Organisation> load_organisation(Env& env, const Path& file) {
    if (!env.exists(file)) return silent();
    const Bytes bytes = TRY(env.read_file(file));
    return parse_organisation(text_of(bytes));
}

std::string empty_organisation() {
    std::string text =
        "# What only the operator can say, for 'litura document make'. Empty: not stated, and the\n"
        "# document says so. One line of text each; none of it decides anything about training.\n";
    std::string_view table;
    for (const Field& field : kFields) {
        if (table_of(field) != table) text += fmt::format("\n[{}]\n", table = table_of(field));
        text += fmt::format("# {}: {}\n{} = \"\"\n", field.asked_by, field.says,
                            field.name.substr(table.size() + 1));
    }
    text +=
        "\n# Each source, by its name at import (GDPR Art. 13 or 14; AI Act template 2). Kinds:\n";
    for (const SourceKind& kind : kSourceKinds)
        text += fmt::format("#   {}: {} ({})\n", kind.name, kind.says, kind.section);
    return text +
           "#\n# [[source]]\n# name = \"forum\"\n# kind = \"own_service\"\n"
           "# description = \"the forum at forum.example, its posts since 2019\"\n";
}

}  // namespace litura::release
