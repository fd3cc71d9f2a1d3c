// organisation.toml by toml++.
#include "release/organisation.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

#include "base/text.hpp"

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

constexpr std::size_t kFileMax = 1 << 20, kTextMax = 4000, kSourcesMax = 10'000;

Error refused(const toml::source_region& at, std::string message) {
    return {Code::bad_input, std::move(message),
            fmt::format("organisation.toml, line {}", at.begin.line),
            "docs/law/documents.md has every field"};
}

Result<std::string> line_of_text(const toml::node& node, std::string_view key) {
    const auto text = node.value_exact<std::string>();
    if (!text) return refused(node.source(), fmt::format("'{}' must be text in quotes", key));
    const bool control =
        std::ranges::any_of(*text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
    if (text->size() > kTextMax || control || !is_utf8(*text))
        return refused(node.source(),
                       fmt::format("'{}' must be one line of at most {} bytes", key, kTextMax));
    return *text;
}

Result<DeclaredSource> parse_source(const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return refused(node.source(), "a source is written [[source]]");
    DeclaredSource source;
    for (const auto& [key, value] : *table) {
        std::string text = TRY(line_of_text(value, key.str()));
        if (key.str() == "name") {
            source.name = std::move(text);
        } else if (key.str() == "kind") {
            source.kind = std::move(text);
        } else if (key.str() == "description") {
            source.description = std::move(text);
        } else {
            return refused(key.source(), fmt::format("unknown key '{}' in [[source]]", key.str()));
        }
    }
    if (source.name.empty()) return refused(table->source(), "a source needs a 'name'");
    if (source.kind.empty() || find_source_kind(source.kind) != nullptr) return source;
    std::string names;
    for (const SourceKind& kind : kSourceKinds)
        names += (names.empty() ? "" : ", ") + std::string(kind.name);
    return refused(table->source(), "a source's 'kind' is one of " + names);
}

Result<std::vector<DeclaredSource>> parse_sources(const toml::node& node) {
    const toml::array* array = node.as_array();
    if (array == nullptr) return refused(node.source(), "a source is written [[source]]");
    std::vector<DeclaredSource> sources;
    for (const toml::node& item : *array) {
        sources.push_back(TRY(parse_source(item)));
        const auto same = [&](const DeclaredSource& s) { return s.name == sources.back().name; };
        if (std::ranges::count_if(sources, same) > 1)
            return refused(item.source(), "a source is declared twice");
        if (sources.size() > kSourcesMax) return refused(item.source(), "too many sources");
    }
    return sources;
}

Result<void> parse_table(const toml::node& node, std::string_view name, Organisation& into) {
    const toml::table* table = node.as_table();
    if (table == nullptr)
        return refused(node.source(), fmt::format("a table is written [{}]", name));
    for (const auto& [key, value] : *table) {
        const auto field = into.stated.find(fmt::format("{}.{}", name, key.str()));
        if (field == into.stated.end())
            return refused(key.source(), fmt::format("unknown key '{}' in [{}]", key.str(), name));
        field->second = TRY(line_of_text(value, key.str()));
    }
    return done();
}

Organisation silent() {
    Organisation organisation;
    for (const Field& field : kFields) organisation.stated.emplace(field.name, "");
    return organisation;
}

std::string_view table_of(const Field& field) { return field.name.substr(0, field.name.find('.')); }

Result<Organisation> read(const toml::table& root) {
    Organisation organisation = silent();
    for (const auto& [key, node] : root) {
        const std::string_view name = key.str();
        if (name == "source") {
            organisation.sources = TRY(parse_sources(node));
        } else if (std::ranges::any_of(kFields, [&](auto& f) { return table_of(f) == name; })) {
            TRY(parse_table(node, name, organisation));
        } else {
            return refused(key.source(), fmt::format("unknown section '{}'", name));
        }
    }
    return organisation;
}

}  // namespace

const SourceKind* find_source_kind(std::string_view name) {
    const auto found = std::ranges::find(kSourceKinds, name, &SourceKind::name);
    return found == kSourceKinds.end() ? nullptr : &*found;
}

Result<Organisation> parse_organisation(std::string_view text) {
    if (text.size() > kFileMax)
        return Error{Code::bad_input, "larger than 1 MiB", "organisation.toml", ""};
    try {
        return read(toml::parse(text));
    } catch (const toml::parse_error& error) {
        return refused(error.source(), std::string(error.description()));
    }
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
