// The pages cannot drift from the facts: every fact, changed alone, changes a page.
#include "release/documents.hpp"

#include <gtest/gtest.h>

#include <array>

#include "base/test_support.hpp"
#include "release/facts_fields.hpp"
#include "release/page.hpp"

namespace litura::release {
namespace {

constexpr std::array kPapers = {Paper::record_of_processing, Paper::public_summary, Paper::notice,
                                Paper::model_card};

Instant on(std::string_view day) { return must(parse_instant(std::string(day) + "T00:00:00Z")); }

SourceFacts source(std::string name, std::string kind) {
    SourceFacts out;
    out.name = std::move(name);
    out.kind = std::move(kind);
    out.description = "what " + out.name + " is";
    out.audience = "public";
    out.adults_only = true;
    out.formats = {"jsonl"};
    out.imported = on("2026-03-01");
    out.served = {{sha256("notice"), on("2026-01-01")}};
    out.held = {Tally::Detail::exact, 148, 1500};
    out.consent = {Tally::Detail::exact, 40, 400};
    out.interest = {Tally::Detail::exact, 98, 1000};
    out.audiences = {"public"};
    out.licences = {"CC-BY-4.0"};
    return out;
}

/// Everything is stated, there, and not as it is by default.
Facts whole() {
    Facts facts;
    for (const Field& field : kFields)
        facts.stated.emplace(field.name, "what " + std::string(field.name) + " says");
    facts.purpose = "model_training";
    facts.grace_days = 30;
    facts.quarantine_days = 90;
    facts.consent = facts.interest = true;
    facts.sequence = 120;
    facts.as_of = on("2026-04-01");
    facts.sources = {source("archive", "crawled"), source("forum", "own_service")};
    facts.held = {Tally::Detail::exact, 296, 3000};
    facts.documents = {{"assessment", sha256("assessment"), "model_training", on("2026-01-02")}};
    facts.releases = 1;
    facts.exports = 2;
    facts.recipients = 3;
    facts.channel = "https://models.example/";
    ModelFacts model;
    model.model = sha256("model");
    model.manifest = sha256("manifest");
    model.base = sha256("base");
    model.settings = sha256("settings");
    model.purpose = "model_training";
    model.as_of = on("2026-03-15");
    model.sequence = 100;
    model.used = {Tally::Detail::exact, 276, 2800};
    model.tokens = 310'000;
    model.acquired = on("2026-03-01");
    model.update = "full";
    model.chosen_on = "base data";
    model.release = "v1";
    model.lease_until = on("2026-09-21");
    facts.model = model;
    return facts;
}

std::vector<std::string> pages(const Facts& facts) {
    std::vector<std::string> out;
    for (const Paper paper : kPapers) out.push_back(must(make_document(paper, facts)).text);
    return out;
}
/// The names of those that differ, with spaces between.
std::string changed(const Facts& facts) {
    static const std::vector<std::string> before = pages(whole());
    const std::vector<std::string> after = pages(facts);
    std::string names;
    for (const Paper paper : kPapers) {
        const auto place = static_cast<std::size_t>(paper);
        if (after[place] != before[place])
            names += (names.empty() ? "" : " ") + std::string(to_text(paper));
    }
    return names;
}

/// Changes the fact that is the `which`th of all, and says which that is.
class Mutation {
public:
    explicit Mutation(int which) : left_(which) {}
    std::string changed;  ///< empty: there are not so many

    void operator()(const std::string& name, std::string& text) {
        if (hit(name)) text += "x";
    }
    void operator()(const std::string& name, bool& flag) {
        if (hit(name)) flag = !flag;
    }
    void operator()(const std::string& name, std::uint64_t& number) {
        if (hit(name)) ++number;
    }
    void operator()(const std::string& name, std::int64_t& number) {
        if (hit(name)) ++number;
    }
    void operator()(const std::string& name, Digest& digest) {
        if (hit(name)) ++digest.bytes[0];
    }
    void operator()(const std::string& name, Instant& at) {
        if (hit(name)) at = at.plus_days(40);
    }
    void operator()(const std::string& name, Tally::Detail& detail) {
        if (hit(name + " at_least")) detail = Tally::Detail::at_least;
        if (hit(name + " few")) detail = Tally::Detail::few;
    }
    void operator()(const std::string& name, std::set<std::string>& words) {
        if (hit(name)) words.insert("another");
        if (hit(name + " gone")) words.clear();
    }
    void operator()(const std::string& name, std::map<std::string, std::string>& texts) {
        for (auto& [key, text] : texts) (*this)(name + " " + key, text);
        for (auto& [key, text] : texts) {
            if (hit(name + " " + key + " gone")) text.clear();
        }
    }
    template <typename T>
    void operator()(const std::string& name, std::optional<T>& value) {
        if (value) (*this)(name, *value);
        if (hit(name + " gone")) value.reset();
    }
    template <typename T>
    void operator()(const std::string& name, std::vector<T>& values) {
        for (T& value : values) (*this)(name, value);
        if (hit(name + " more")) values.push_back(values.back());
        if (hit(name + " gone")) values.clear();
    }
    template <typename T>
    requires std::is_class_v<T>
    void operator()(const std::string& name, T& of) {
        each_field(of, [&](const char* field, auto& value) {
            (*this)(name.empty() ? field : name + "." + field, value);
        });
    }

private:
    bool hit(const std::string& name) {
        if (left_-- != 0) return false;
        changed = name;
        return true;
    }
    int left_;
};

TEST(Documents, Every_fact_changes_a_page_and_the_json) {
    const Json before = to_json(whole());
    int which = 0;
    for (;; ++which) {
        Facts facts = whole();
        Mutation mutate(which);
        mutate("", facts);
        if (mutate.changed.empty()) break;
        EXPECT_NE(to_json(facts), before) << mutate.changed;
        if (!facts.model) continue;  // then there are no pages about it
        EXPECT_NE(changed(facts), "") << mutate.changed << " changes no page";
    }
    EXPECT_GT(which, 120) << "the walk goes through all of them";
}

/// What the change of one fact changes.
struct Case {
    const char* what;
    std::function<void(Facts&)> change;
    const char* pages;
};

TEST(Documents, A_fact_changes_the_pages_that_tell_it_and_no_other) {
    const Case cases[] = {
        {"one record more", [](Facts& f) { ++f.sources[1].held.records; }, "record-of-processing"},
        {"ten people more in the model", [](Facts& f) { f.model->used.persons += 10; },
         "record-of-processing public-summary model-card"},
        {"a source", [](Facts& f) { f.sources.push_back(source("wiki", "licensed")); },
         "record-of-processing public-summary notice model-card"},
        {"the purpose", [](Facts& f) { f.purpose = f.model->purpose = "search"; },
         "record-of-processing public-summary notice model-card"},
        {"a licence", [](Facts& f) { f.sources[0].licences = {"CC0"}; },
         "record-of-processing public-summary"},
        {"an audience", [](Facts& f) { f.sources[0].audiences = {"followers"}; },
         "record-of-processing public-summary"},
        {"a time limit", [](Facts& f) { f.stated["retention.posts"] = "1 year"; },
         "record-of-processing notice"},
        {"a notice",
         [](Facts& f) {
             f.sources[0].served.push_back({sha256("2"), {}});
         },
         "record-of-processing"},
        {"a recipient", [](Facts& f) { ++f.recipients; }, "record-of-processing"},
        {"categories of recipients", [](Facts& f) { f.stated["processing.recipients"] = "a host"; },
         "record-of-processing notice"},
        {"an assessment", [](Facts& f) { f.documents[0].digest = sha256("another"); },
         "record-of-processing"},
        {"the model", [](Facts& f) { f.model->model = sha256("next"); },
         "record-of-processing public-summary model-card"},
        {"the lease", [](Facts& f) { f.model->lease_until = on("2027-01-01"); }, "model-card"}};
    for (const Case& one : cases) {
        Facts facts = whole();
        one.change(facts);
        EXPECT_EQ(changed(facts), one.pages) << one.what;
    }
}

TEST(Documents, What_nobody_stated_says_so_and_is_listed_with_its_article) {
    Facts facts = whole();
    for (const Paper paper : kPapers) {
        const Document document = must(make_document(paper, facts));
        EXPECT_TRUE(document.missing.empty()) << to_text(paper);
        EXPECT_EQ(document.text.find("not stated"), std::string::npos) << to_text(paper);
    }
    std::set<std::string> listed;
    for (auto& [key, value] : facts.stated) value.clear();
    for (SourceFacts& source : facts.sources) source.kind.clear();
    for (const Paper paper : kPapers) {
        const Document document = must(make_document(paper, facts));
        EXPECT_NE(document.text.find("**not stated**"), std::string::npos) << to_text(paper);
        for (const Missing& one : document.missing) {
            EXPECT_NE(one.asked_by, "");
            listed.insert(one.field);
        }
    }
    for (const Field& field : kFields)
        EXPECT_TRUE(listed.contains(std::string(field.name))) << field.name;
    EXPECT_TRUE(listed.contains("[[source]] kind of forum"));
}

TEST(Documents, About_a_model_there_is_none_before_there_is_one) {
    Facts facts = whole();
    facts.model.reset();
    EXPECT_TRUE(make_document(Paper::record_of_processing, facts).ok());
    EXPECT_TRUE(make_document(Paper::notice, facts).ok());
    for (const Paper paper : {Paper::public_summary, Paper::model_card})
        EXPECT_EQ(make_document(paper, facts).error().code, Code::forbidden);
}

TEST(Documents, What_is_public_is_rounded) {
    Facts facts = whole();
    const std::vector<std::string> before = pages(facts);
    facts.model->used.persons -= 5;
    facts.model->used.records += 20;
    facts.sources[0].consent = {Tally::Detail::exact, 41, 403};
    const std::vector<std::string> after = pages(facts);
    EXPECT_NE(after[0], before[0]);
    for (const std::size_t paper : {1u, 2u, 3u}) EXPECT_EQ(after[paper], before[paper]) << paper;
    facts.sources[0].consent = {Tally::Detail::few};
    EXPECT_NE(pages(facts)[1].find("on consent: fewer than 10 people;"), std::string::npos);
}

TEST(Documents, The_right_to_object_comes_first_and_stands_apart) {
    const std::string notice = pages(whole())[2];
    const std::size_t title = notice.find("## ");
    EXPECT_EQ(notice.substr(title, 17), "## You can object");
    EXPECT_EQ(notice.find("## Who we are"), notice.find("## ", title + 1));
}

TEST(Documents, Claim_nothing_that_cannot_be_shown) {
    for (const std::string& page : pages(whole()))
        for (const char* word : {"GDPR compliant", "forgot", "is open source", "anonymous"})
            EXPECT_EQ(page.find(word), std::string::npos) << word;
    const std::string card = pages(whole())[3];
    EXPECT_NE(card.find("2026-09-21"), std::string::npos) << "the lease";
    EXPECT_NE(card.find("| anonymity_claim | none: "), std::string::npos);
    EXPECT_NE(card.find("| special categories | not screened |"), std::string::npos);
    EXPECT_EQ(card.find("2026-03"), std::string::npos) << "no other date";
}

TEST(Documents, Words_from_outside_break_no_table) {
    Facts facts = whole();
    const auto lines = [&] {
        std::string all;
        for (const std::string& page : pages(facts)) all += page;
        return std::ranges::count(all, '\n');
    };
    const auto before = lines();
    facts.sources[0].name = "a|b`c\n# d";
    facts.sources[0].licences = {"[x](http://x.example) | `y`\n\n# z"};
    facts.stated["controller.name"] = "a | b <script>";
    EXPECT_EQ(lines(), before);
    EXPECT_NE(pages(facts)[0].find("a \\| b &lt;script>"), std::string::npos);
    EXPECT_EQ(code("a|b`c"), "`a\\|b c`");
}

TEST(Documents, Figures_are_rounded_down) {
    EXPECT_EQ(two_digits(7), 7u);
    EXPECT_EQ(two_digits(1999), 1900u);
    const Tally tally = rounded({Tally::Detail::exact, 58, 1999});
    EXPECT_EQ(text(tally), "50 or more people, 1900 or more records");
    EXPECT_EQ(text(rounded({Tally::Detail::few})), "fewer than 10 people");
    EXPECT_EQ(text(rounded({})), "none");
    EXPECT_EQ(text(Tally{Tally::Detail::exact, 58, 1999}), "58 people, 1999 records");
}

TEST(DocumentsPage, Explains_every_field_and_kind_and_its_example_is_read) {
    const auto env = system_env();
    const std::string page(
        text_of(must(env->read_file(Path(LITURA_SOURCE_DIR) / "docs" / "law" / "documents.md"))));
    for (const Field& field : kFields)
        EXPECT_NE(page.find("`" + std::string(field.name) + "`"), std::string::npos) << field.name;
    for (const SourceKind& kind : kSourceKinds)
        EXPECT_NE(page.find("`" + std::string(kind.name) + "`"), std::string::npos) << kind.name;
    const std::size_t begin = page.find("```toml\n");
    ASSERT_NE(begin, std::string::npos);
    const std::string example = page.substr(begin + 8, page.find("```\n", begin + 8) - begin - 8);
    EXPECT_FALSE(must(parse_organisation(example)).sources.empty());
}

}  // namespace
}  // namespace litura::release
