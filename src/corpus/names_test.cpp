#include "corpus/names.hpp"

#include <gtest/gtest.h>

#include "base/test_support.hpp"
#include "keys/sealing.hpp"

namespace litura::corpus {
namespace {

using Requests = std::set<std::int64_t>;

class Names : public ::testing::Test {
protected:
    void object(std::int64_t request, const std::string& name) {
        barred_.push_back({request, must(name_tag(identity_, PersonalText(name)))});
    }
    Requests in(std::string_view text) {
        return must(NameFinder(identity_, barred_).requests_of(text));
    }

    SecretKey identity_ = keys::random_key();
    std::vector<ledger::BarredName> barred_;
};

TEST_F(Names, A_name_is_found_as_whole_words_in_any_spelling) {
    object(1, "Ilg\xc4\xb1n Torvil");
    for (const char* text : {"ILGIN TORVIL", "we saw \xc4\xb1lg\xc4\xb1n torvil's boat",
                             "Ilgin\n(Torvil)", "\xef\xbc\xa9lgin \xef\xbc\xb4orvil"})
        EXPECT_EQ(in(text), Requests{1}) << text;
    for (const char* text : {"Ilgin Torvilsen", "Torvil Ilgin", "Ilgin, called Torvil", ""})
        EXPECT_EQ(in(text), Requests{}) << text;
}

TEST_F(Names, Names_of_different_lengths_are_all_found) {
    object(1, "Mara");
    object(2, "Mara Kind Von Velm");
    object(3, "von Velm");
    object(4, "Mara Kind von Velmora");
    EXPECT_EQ(in("It was Mara Kind von Velm."), (Requests{1, 2, 3}));
    EXPECT_EQ(in("Mara"), Requests{1});
    EXPECT_EQ(in("Velm von Velm"), Requests{3});
}

TEST_F(Names, Another_project_cannot_know_a_name_by_its_tags) {
    object(1, "Mara");
    const NameFinder other(keys::random_key(), barred_);
    EXPECT_EQ(must(other.requests_of("Mara")), Requests{});
}

TEST_F(Names, A_name_has_one_to_four_words) {
    for (const char* name : {"", " ?! ", "one two three four five"})
        EXPECT_FALSE(name_tag(identity_, PersonalText(name)).ok()) << name;
    EXPECT_EQ(must(name_tag(identity_, PersonalText("Jean-Luc"))).words, 2u);
}

}  // namespace
}  // namespace litura::corpus
