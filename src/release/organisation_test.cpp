#include "release/organisation.hpp"

#include <gtest/gtest.h>

#include "base/test_support.hpp"

namespace litura::release {
namespace {

std::string refusal(std::string_view toml) {
    const auto parsed = parse_organisation(toml);
    if (parsed.ok()) return "";
    EXPECT_EQ(parsed.error().code, Code::bad_input);
    return parsed.error().message + " (" + parsed.error().where + ")";
}

TEST(Organisation, A_new_projects_file_states_nothing_and_names_every_field) {
    const std::string text = empty_organisation();
    const Organisation empty = must(parse_organisation(text));
    EXPECT_EQ(empty.stated.size(), kFields.size());
    for (const auto& [name, value] : empty.stated) EXPECT_EQ(value, "") << name;
    EXPECT_TRUE(empty.sources.empty());
    for (const Field& field : kFields) {
        EXPECT_NE(text.find(field.asked_by), std::string::npos) << field.name;
    }
}

TEST(Organisation, What_is_stated_is_read) {
    const Organisation read = must(parse_organisation(
        "controller.name = \"Forum Ltd\"\n[retention]\nposts = \"2 years\"\n[[source]]\n"
        "name = \"forum\"\nkind = \"own_service\"\ndescription = \"our forum\"\n"));
    EXPECT_EQ(read.stated.at("controller.name"), "Forum Ltd");
    EXPECT_EQ(read.stated.at("retention.posts"), "2 years");
    EXPECT_EQ(read.stated.at("model.name"), "");
    ASSERT_EQ(read.sources.size(), 1u);
    EXPECT_EQ(read.sources[0].kind, "own_service");
}

TEST(Organisation, A_mistake_is_refused_with_its_line) {
    EXPECT_EQ(refusal("[controller]\nnmae = \"x\""),
              "unknown key 'nmae' in [controller] (organisation.toml, line 2)");
    EXPECT_EQ(refusal("[contoller]"), "unknown section 'contoller' (organisation.toml, line 1)");
    EXPECT_EQ(refusal("\n[controller]\nname = 1"),
              "'name' has the wrong type (organisation.toml, line 3)");
    EXPECT_NE(refusal("[controller]\nname = \"a\\nb\"").find("one line"), std::string::npos);
    EXPECT_NE(refusal("[controller]\nname = \"" + std::string(5000, 'a') + "\"").find("4000"),
              std::string::npos);
    EXPECT_NE(refusal("controller = 1").find("[controller]"), std::string::npos);
    EXPECT_NE(refusal("[[source]]\nkind = \"crawled\"").find("needs a 'name'"), std::string::npos);
    EXPECT_NE(refusal("[[source]]\nname = \"a\"\nkind = \"found\"").find("own_service"),
              std::string::npos);
    EXPECT_NE(refusal("[[source]]\nname = \"a\"\n[[source]]\nname = \"a\"").find("twice"),
              std::string::npos);
    EXPECT_NE(refusal("[[source]]\nname = \"a\"\nfrom = \"b\"").find("'from'"), std::string::npos);
    EXPECT_NE(refusal("source = 1").find("[[source]]"), std::string::npos);
    EXPECT_NE(refusal("name = = 1"), "");
    EXPECT_NE(refusal(std::string(2 << 20, '#')).find("1 MiB"), std::string::npos);
}

}  // namespace
}  // namespace litura::release
