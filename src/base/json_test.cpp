// Limits on other people's JSON.
#include "base/json.hpp"

#include <gtest/gtest.h>

namespace litura {
namespace {

std::string nested(int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']');
}

TEST(Json, Sixty_four_levels_are_read_and_one_more_is_not) {
    EXPECT_TRUE(parse_json(nested(64), "test").ok());
    EXPECT_EQ(parse_json(nested(65), "test").error().code, Code::bad_input);
    EXPECT_FALSE(parse_json(std::string(10'000'000, '['), "test").ok());
}

TEST(Json, Brackets_inside_strings_are_no_levels) {
    EXPECT_TRUE(parse_json("\"" + std::string(1000, '[') + "\"", "test").ok());
    EXPECT_TRUE(parse_json("[\"\\\"" + std::string(1000, '{') + "\"]", "test").ok());
}

TEST(Json, Ten_thousand_keys_are_read_and_one_more_is_not) {
    const auto object = [](int keys) {
        std::string text = "{\"a:b\": [{}, {}]";
        for (int i = 1; i < keys; ++i) text += ", \"" + std::to_string(i) + "\": 1";
        return "[" + text + "}, " + text + "}]";
    };
    EXPECT_TRUE(parse_json(object(10'000), "test").ok());
    EXPECT_EQ(parse_json(object(10'001), "test").error().code, Code::bad_input);
}

TEST(Json, A_nul_is_no_end_of_a_text) {
    for (const std::string_view text :
         {std::string_view("{}\0", 3), std::string_view("\0", 1), std::string_view("[1]\0, 2]", 9),
          std::string_view("[\"\0\"]", 5)})
        EXPECT_EQ(parse_json(text, "test").error().code, Code::bad_input);
    EXPECT_TRUE(parse_json("[\"\\u0000\"]", "test").ok()) << "an escape is a sign of the text";
}

TEST(Json, Of_equal_keys_the_last_counts_where_the_first_stood) {
    EXPECT_EQ(compact(parse_json(R"({"a":1,"b":2,"a":3,"c":4,"b":5})", "").value()),
              R"({"a":3,"b":5,"c":4})");
}

TEST(Json, Broken_text_is_refused_and_its_place_named) {
    for (const char* bad : {"", "{", "[1,]", "nul", "\"\xff\"", "1 2", "'x'", "{\"a\" 1}"}) {
        const auto parsed = parse_json(bad, "line 7");
        ASSERT_FALSE(parsed.ok()) << bad;
        EXPECT_EQ(parsed.error().code, Code::bad_input);
        EXPECT_EQ(parsed.error().where, "line 7");
    }
}

TEST(Json, Keys_keep_their_order_and_broken_text_is_replaced_when_written) {
    EXPECT_EQ(compact(parse_json("{\"b\": 1, \"a\": [true, null]}", "").value()),
              "{\"b\":1,\"a\":[true,null]}");
    EXPECT_EQ(compact(Json("a\xff")), "\"a\xef\xbf\xbd\"");
}

}  // namespace
}  // namespace litura
