// The public summary of training content, AI Act Art. 53(1)(d), in the order of the AI Office's
// template of July 2025. It is public and has editions, so people are rounded down to tens and
// records to two digits: the difference of two editions tells nothing of one person.
#include "release/page.hpp"

namespace litura::release {
namespace {

std::string size_range(std::uint64_t tokens) {
    if (tokens < 1'000'000'000) return "less than 1 billion tokens";
    return tokens <= 10'000'000'000'000 ? "1 billion to 10 trillion tokens"
                                        : "more than 10 trillion tokens";
}

void general(Page& page, const Facts& facts) {
    const ModelFacts& model = *facts.model;
    page.section("1. General information");
    page.table({"1.1 Provider", ""});
    page.line("name", page.stated("controller.name"));
    page.line("contact", page.stated("controller.contact"));
    page.line("authorised representative", page.stated("model.authorised_representative"));
    page.table({"1.2 Model", ""});
    page.line("name", page.stated("model.name"));
    page.line("version",
              fmt::format("{}{}{}", model.release, model.release.empty() ? "not released, " : ", ",
                          text(model.model)));
    page.line("depends on",
              fmt::format("{}; {}", text(model.base), page.stated("model.base_summary")));
    page.line("placed on the Union market", page.stated("model.placed_on_market"));
    page.table({"1.3 Training data", ""});
    page.line("modality", "text");
    page.line("size", fmt::format("{} (about {}; the base model's data not counted)",
                                  size_range(model.tokens), model.tokens));
    page.line("types of content", "posts, comments and messages");
    page.line("last acquired", model.acquired ? month(*model.acquired) : "nothing was imported");
    page.line("continued after that", page.stated("model.continued"));
    page.line("languages", page.stated("model.languages"));
    page.line("purpose", code(model.purpose));
    page.line("people, records", text(rounded(model.used)));
}

bool is_used(const SourceFacts& source) {
    return !source.consent.none() || !source.interest.none();
}

/// The number of the template's section that a source belongs to; empty: its kind is not stated.
std::string_view section_of(const SourceFacts& source) {
    const SourceKind* kind = find_source_kind(source.kind);
    return kind == nullptr ? std::string_view() : kind->section;
}

std::string figures(const SourceFacts& source) {
    std::string out;
    for (const auto& [tally, ground] :
         {std::pair(source.consent, "on consent"), {source.interest, "on legitimate interest"}}) {
        if (!tally.none())
            out += fmt::format("{}{}: {}", out.empty() ? "" : "; ", ground, text(rounded(tally)));
    }
    return out;
}

void list(Page& page, const std::vector<const SourceFacts*>& sources) {
    page.table({"source", "what it is", "people, records", "licences", "readable by"});
    for (const SourceFacts* source : sources)
        page.row({code(source->name), page.kind_of(*source), figures(*source), licences(*source),
                  codes(source->audiences)});
}

struct Section {
    std::string_view number, title;
};
constexpr Section kSections[] = {{"2.1", "Publicly available datasets"},
                                 {"2.2.1", "Datasets licensed by rightsholders"},
                                 {"2.2.2", "Private datasets of other third parties"},
                                 {"2.3", "Data crawled and scraped from online sources"},
                                 {"2.4", "User data"},
                                 {"2.5", "Synthetic data"},
                                 {"2.6", "Other sources"}};

void sources(Page& page, const Facts& facts) {
    page.section("2. Sources");
    std::map<std::string_view, std::vector<const SourceFacts*>> by_section;
    for (const SourceFacts& source : facts.sources) {
        if (is_used(source)) by_section[section_of(source)].push_back(&source);
    }
    const auto unknown = by_section.find("");
    for (const Section& section : kSections) {
        page.text("### {} {}", section.number, section.title);
        const auto found = by_section.find(section.number);
        if (found != by_section.end()) list(page, found->second);
        // Nobody knows yet where the sources of unknown kind belong.
        if (found == by_section.end())
            page.text("{}", unknown == by_section.end() ? "None." : "None is stated.");
    }
    if (unknown == by_section.end()) return;
    page.text("### Sources whose kind is not stated");
    list(page, unknown->second);
}

void processing(Page& page, const Facts& facts) {
    page.section("3. Processing");
    page.table({"", ""});
    page.line("3.1 reservations of rights", page.stated("model.reservations"));
    page.line("3.2 illegal content", page.stated("model.illegal_content"));
    page.text("### 3.3 Other information");
    page.text(
        "A record is used only while its author's ground for this purpose is live and nothing "
        "forbids it. Other people's words and names are cut out of it as far as they are "
        "marked. Who objects, withdraws or asks for erasure is taken out of the model. "
        "Settings were chosen on {}.",
        code(facts.model->chosen_on));
    page.text(
        "The list of all records is committed as manifest {}; the model replays from it bit "
        "for bit.",
        text(facts.model->manifest));
}

}  // namespace

Document public_summary(const Facts& facts) {
    Page page(facts);
    page.text("# Public summary of training content");
    page.text(
        "Regulation (EU) 2024/1689 Art. 53(1)(d), after the template of the AI Office of July "
        "2025. People are rounded down to tens, records to two digits; of fewer than {} "
        "people no figure is given.",
        kFewest);
    page.warnings();
    general(page, facts);
    sources(page, facts);
    processing(page, facts);
    return std::move(page).finish();
}

}  // namespace litura::release
