#include "corpus/importers/json_pieces.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "corpus/importers/mojibake.hpp"
#include "corpus/test_files.hpp"

namespace litura::corpus {
namespace {

using Strings = std::vector<std::string>;

Result<Strings> pieces_in(const std::string& json, std::vector<std::string_view> entered,
                          std::size_t step = 3) {
    JsonPieces pieces(pieces_of(json, step), std::move(entered));
    Strings out;
    while (const auto piece = TRY(pieces.next())) {
        out.push_back(piece->path + " " + std::string(piece->text));
    }
    return out;
}

TEST(JsonPieces, Hands_out_what_is_not_entered_whole_and_says_where_it_stood) {
    EXPECT_EQ(pieces_in(R"( {"a": [ {"x": "]}\""}, 2 ,[]], "b\u0041" : tru , "c":{"d":null} } )",
                        {"", "/a", "/c"})
                  .value(),
              (Strings{R"(/a/* {"x": "]}\""})", "/a/* 2", "/a/* []", "/bA tru", "/c/d null"}));
    EXPECT_EQ(pieces_in("\xEF\xBB\xBF[1]", {}).value(), (Strings{" [1]"}));
    EXPECT_EQ(pieces_in("[]", {""}).value(), Strings{});
    EXPECT_EQ(pieces_in("[1];", {""}).value(), (Strings{"/* 1"})) << "a script's end";
}

TEST(JsonPieces, White_space_inside_a_value_stays_what_it_is) {
    for (const std::size_t step : {1, 2, 9}) {
        EXPECT_EQ(pieces_in("[12 , [1 2], tru\n]", {""}, step).value(),
                  (Strings{"/* 12", "/* [1 2]", "/* tru"}));
    }
    EXPECT_FALSE(pieces_in("[1 2]", {""}).ok());
}

TEST(JsonPieces, A_document_cut_off_anywhere_is_an_error) {
    const std::string json = R"({"a":[{"x":"\"y"},2],"b":{}})";
    for (std::size_t size = 0; size < json.size(); ++size) {
        EXPECT_FALSE(pieces_in(json.substr(0, size), {"", "/a"}).ok()) << size;
    }
    EXPECT_TRUE(pieces_in(json, {"", "/a"}).ok());
    for (const char* broken :
         {"[1 2]", "{\"a\" 1}", "{a:1}", "[1]]", "[1] x", "{\"a\":}", "[,1]"}) {
        EXPECT_FALSE(pieces_in(broken, {""}).ok()) << broken;
    }
}

TEST(JsonPieces, A_value_beyond_the_limit_is_passed_over_and_the_next_is_read) {
    JsonPieces pieces(pieces_of("[\"" + std::string(5 << 20, 'x') + "\",2]", 1 << 16), {""});
    const auto first = pieces.next();
    EXPECT_FALSE(first.value()->whole);
    EXPECT_EQ(parse_piece(*first.value()).reason, "too_long");
    EXPECT_EQ(parse_piece({"", std::string(300'001, ','), true}).reason, "too_long");
    EXPECT_EQ(pieces.next().value()->text, "2");
}

Json any_json(int depth) {
    switch (*rc::gen::inRange(0, depth > 0 ? 6 : 4)) {
        case 0: return Json();
        case 1: return Json(*rc::gen::arbitrary<int>());
        case 2: return Json(*rc::gen::arbitrary<bool>());
        case 3:
            return Json(*rc::gen::string<std::string>()).is_string()
                       ? Json(hex(bytes_of(*rc::gen::string<std::string>())) + "\"\\]}\n")
                       : Json();
        case 4: {
            Json array = Json::array();
            for (int count = *rc::gen::inRange(0, 4); count > 0; --count) {
                array.push_back(any_json(depth - 1));
            }
            return array;
        }
        default: {
            Json object = Json::object();
            for (int count = *rc::gen::inRange(0, 4); count > 0; --count) {
                object["k" + std::to_string(count)] = any_json(depth - 1);
            }
            return object;
        }
    }
}

RC_GTEST_PROP(JsonPieces, An_array_is_the_values_of_its_elements, ()) {
    Json array = Json::array();
    for (int count = *rc::gen::inRange(0, 5); count > 0; --count) array.push_back(any_json(3));
    const std::string text = array.dump(*rc::gen::inRange(-1, 3));
    JsonPieces pieces(pieces_of(text, *rc::gen::inRange<std::size_t>(1, 9)), {""});
    Json again = Json::array();
    while (true) {
        const auto piece = pieces.next();
        RC_ASSERT(piece.ok());
        if (!piece.value()) break;
        again.push_back(parse_piece(*piece.value()).json);
    }
    RC_ASSERT(again == array);
}

TEST(Mojibake, A_string_is_repaired_only_if_it_is_the_bytes_of_utf8) {
    EXPECT_EQ(repaired("plain"), "plain");
    EXPECT_EQ(repaired("\u00c3\u00a9"), "\u00e9");
    EXPECT_EQ(repaired("\u00f0\u009f\u0098\u00a0"), "\U0001F620");
    EXPECT_EQ(repaired("\u00e6\u00b2\u00a1"), "\u6ca1");
    EXPECT_EQ(repaired("caf\u00e9"), "caf\u00e9");
    EXPECT_EQ(repaired("\u5df2\u7d93"), "\u5df2\u7d93");
    EXPECT_EQ(repaired_json(Json{{"\u00c3\u00a9", {"\u00c3\u00a9", 1}}}),
              (Json{{"\u00e9", {"\u00e9", 1}}}));
}

RC_GTEST_PROP(Mojibake, Whatever_was_broken_once_is_repaired_to_what_it_was, ()) {
    std::string text, broken;
    for (int count = *rc::gen::inRange(0, 20); count > 0; --count) {
        text += *rc::gen::element<std::string>("a", "\u00e9", "\u6ca1", "\U0001F620", " ");
    }
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x80) broken += byte < 0xC0 ? '\xC2' : '\xC3';
        broken += byte < 0xC0 ? c : static_cast<char>(byte - 0x40);
    }
    RC_ASSERT(repaired(broken) == text);
}

}  // namespace
}  // namespace litura::corpus
