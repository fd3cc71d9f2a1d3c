// The language of orders: its logic, its canonical form, its limits.
#include "ledger/predicate.hpp"

#include "ledger/test_project.hpp"

namespace litura::ledger::testing {
namespace {

Described post() { return {"forum", "model_training", Audience::everyone, on("2026-05-27")}; }

Truth asked(std::string_view text, const Described& record) {
    return must(Predicate::parse(text)).about(record);
}

TEST(Predicates, Each_field_is_asked_as_it_reads) {
    EXPECT_EQ(asked("source is \"forum\"", post()), Truth::yes);
    EXPECT_EQ(asked("source is \"Forum\"", post()), Truth::no);
    EXPECT_EQ(asked("source in (\"blog\", \"forum\")", post()), Truth::yes);
    EXPECT_EQ(asked("purpose is \"advertising\"", post()), Truth::no);
    EXPECT_EQ(asked("audience is \"public\"", post()), Truth::yes);
    EXPECT_EQ(asked("created before 2026-05-27", post()), Truth::no);
    EXPECT_EQ(asked("created from 2026-05-27", post()), Truth::yes);
    EXPECT_EQ(asked("created before 2026-05-27T00:00:00.001Z", post()), Truth::yes);
}

TEST(Predicates, Persons_country_and_age_are_asked_as_far_as_somebody_knows) {
    Described record = post();
    for (const char* text : {"country is \"DE\"", "not country is \"DE\"", "age below 18",
                             "age from 18", "person is \"p-abcdefghij\""})
        EXPECT_EQ(asked(text, record), Truth::unknown) << text;
    record.country = "DE";
    EXPECT_EQ(asked("country in (\"AT\", \"DE\")", record), Truth::yes);
    EXPECT_EQ(asked("country is \"AT\"", record), Truth::no);
    record.age_from = 16;
    EXPECT_EQ(asked("age from 16", record), Truth::yes);
    EXPECT_EQ(asked("age below 16", record), Truth::no);
    EXPECT_EQ(asked("age below 18", record), Truth::unknown);
    record.age_below = 18;
    EXPECT_EQ(asked("age below 18", record), Truth::yes);
    EXPECT_EQ(asked("age from 18", record), Truth::no);
    EXPECT_EQ(asked("age below 17", record), Truth::unknown);
}

TEST(Predicates, A_handle_means_a_person_once_somebody_said_whose_it_is) {
    Predicate predicate = must(Predicate::parse("person in (\"p-aaaaaaaaaa\", \"p-bbbbbbbbbb\")"));
    const Digest anna = sha256("anna"), bert = sha256("bert");
    Described record = post();
    record.person = &anna;
    EXPECT_EQ(predicate.about(record), Truth::unknown);
    must(predicate.know_persons([&](const std::string& handle) -> Result<std::optional<Digest>> {
        return handle == "p-aaaaaaaaaa" ? std::optional(anna) : std::nullopt;
    }));
    EXPECT_EQ(predicate.about(record), Truth::yes);
    record.person = &bert;
    EXPECT_EQ(predicate.about(record), Truth::no);
    record.person = nullptr;
    EXPECT_EQ(predicate.about(record), Truth::unknown);
    EXPECT_EQ(predicate.handles().size(), 2u);
}

TEST(Predicates, And_binds_closer_than_or_and_not_closest) {
    const std::string_view no_blog = "source is \"blog\"", forum = "source is \"forum\"";
    const auto join = [](std::initializer_list<std::string_view> words) {
        std::string text;
        for (const auto word : words) text += std::string(word) + " ";
        return text;
    };
    EXPECT_EQ(asked(join({forum, "or", no_blog, "and", no_blog}), post()), Truth::yes);
    EXPECT_EQ(asked(join({"(", forum, "or", no_blog, ")", "and", no_blog}), post()), Truth::no);
    EXPECT_EQ(asked(join({"not", no_blog, "and", no_blog}), post()), Truth::no);
    EXPECT_EQ(asked(join({"not (", no_blog, "and", no_blog, ")"}), post()), Truth::yes);
}

TEST(Predicates, What_is_not_known_is_neither_yes_nor_no) {
    Described record = post();
    record.audience = Audience::unknown;
    record.created_at.reset();
    EXPECT_EQ(asked("audience is \"public\"", record), Truth::unknown);
    EXPECT_EQ(asked("not audience is \"public\"", record), Truth::unknown);
    EXPECT_EQ(asked("created before 2027-01-01", record), Truth::unknown);
    EXPECT_EQ(asked("created before 2027-01-01 and source is \"blog\"", record), Truth::no);
    EXPECT_EQ(asked("created before 2027-01-01 or source is \"forum\"", record), Truth::yes);
}

TEST(Predicates, Two_ways_to_write_one_predicate_have_one_canonical_form) {
    const std::string form = "source in (\"a\", \"b\") and created before 2026-05-27T00:00:00Z";
    EXPECT_EQ(must(Predicate::parse(form)).text(), form);
    EXPECT_EQ(must(Predicate::parse("((source in(\"b\",\"a\",\"b\"))\nand (created before "
                                    "2026-05-27T02:00:00+02:00))"))
                  .text(),
              form);
    const std::string people =
        "country is \"DE\" and age below 18 and not age from 16 and person is \"p-aaaaaaaaaa\"";
    EXPECT_EQ(must(Predicate::parse(people)).text(), people);
    EXPECT_EQ(must(Predicate::parse("age below 018")).text(), "age below 18");
    const std::string nested =
        "(source is \"a\" or source is \"b\") and not (source is \"c\" or "
        "source is \"d\")";
    EXPECT_EQ(must(Predicate::parse(nested)).text(), nested);
}

TEST(Predicates, A_refusal_names_the_place_and_what_was_expected) {
    const auto where = [](std::string_view text) {
        const auto parsed = Predicate::parse(text);
        EXPECT_EQ(code_of(parsed), 2) << text;
        return parsed.ok() ? "" : parsed.error().where;
    };
    EXPECT_EQ(where(""), "byte 1");
    EXPECT_EQ(where("everything"), "byte 1");
    EXPECT_EQ(where("source = \"forum\""), "byte 8");
    EXPECT_EQ(where("source is forum"), "byte 11");
    EXPECT_EQ(where("created before yesterday"), "byte 16");
    EXPECT_EQ(where("source is \"a\" source is \"b\""), "byte 15");
    where("source is \"a");
    where("source is \"\"");
    where("source in ()");
    where("audience is \"friends\"");
    where("(source is \"a\"");
    where("person is \"Anna\"");
    where("country is \"Germany\"");
    where("age below ten");
    where("age below -1");
    where("age from 151");
}

TEST(Predicates, Depth_number_and_length_have_limits) {
    const auto deep = [](std::size_t depth) {
        return std::string(depth, '(') + "source is \"a\"" + std::string(depth, ')');
    };
    EXPECT_TRUE(Predicate::parse(deep(Predicate::kDepthMax - 1)).ok());
    EXPECT_EQ(code_of(Predicate::parse(deep(Predicate::kDepthMax))), 2);
    std::string many = "source is \"a\"";
    for (std::size_t count = 1; count < Predicate::kNodesMax; ++count) many += "or source is\"a\"";
    EXPECT_TRUE(Predicate::parse(many).ok());
    EXPECT_EQ(code_of(Predicate::parse(many + "or source is\"a\"")), 2);
    EXPECT_EQ(code_of(Predicate::parse(std::string(Predicate::kBytesMax + 1, ' '))), 2);
}

}  // namespace
}  // namespace litura::ledger::testing
