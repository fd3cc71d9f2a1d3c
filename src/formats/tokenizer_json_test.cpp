#include "formats/tokenizer_json.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "formats/byte_alphabet.hpp"

namespace litura::formats {
namespace {

BpeModel small() {
    BpeModel model;
    model.tokens = byte_alphabet();
    const auto id = [&](const std::string& bytes) {
        const auto found = std::find(model.tokens.begin(), model.tokens.end(), bytes);
        return static_cast<std::uint32_t>(found - model.tokens.begin());
    };
    for (const auto& [left, right] :
         {std::pair("t", "h"), {" ", "th"}, {"\n", "\n"}, {"\xc3", "\xa9"}, {"\"", "\\"}}) {
        const Merge merge = {id(left), id(right), static_cast<std::uint32_t>(model.tokens.size())};
        model.tokens.push_back(std::string(left) + right);
        model.merges.push_back(merge);
    }
    model.specials = {static_cast<std::uint32_t>(model.tokens.size())};
    model.tokens.push_back("<|endoftext|>");
    return model;
}

std::string changed(std::string_view from, std::string_view to) {
    std::string text = write_tokenizer_json(small());
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

bool accepted(const std::string& text) { return read_tokenizer_json(text).ok(); }

TEST(TokenizerJson, What_is_written_is_read_back) {
    EXPECT_EQ(read_tokenizer_json(write_tokenizer_json(small())).value(), small());
}

TEST(TokenizerJson, Bytes_stand_in_the_file_as_gpt2_writes_them) {
    const std::string text = write_tokenizer_json(small());
    // Space, line feed and the two bytes of an e with acute accent.
    EXPECT_NE(text.find("\"\xc4\xa0th\":257"), std::string::npos);
    EXPECT_NE(text.find("\"\xc4\x8a\xc4\x8a\":258"), std::string::npos);
    EXPECT_NE(text.find("\"\xc3\x83\xc2\xa9\":259"), std::string::npos);
    EXPECT_NE(text.find("\"\xc4\xa0 th\""), std::string::npos) << "a merge";
}

TEST(TokenizerJson, The_alphabet_holds_every_byte_once_with_the_printable_ones_first) {
    const auto alphabet = byte_alphabet();
    EXPECT_EQ(alphabet.size(), 256u);
    EXPECT_EQ(std::set<std::string>(alphabet.begin(), alphabet.end()).size(), 256u);
    EXPECT_EQ(alphabet[0], "!");
    EXPECT_EQ(alphabet[188], std::string(1, '\0'));
    EXPECT_EQ(alphabet[220], " ");
}

TEST(TokenizerJson, Merges_may_be_pairs_as_newer_files_write_them) {
    EXPECT_EQ(read_tokenizer_json(changed("\"t h\"", "[\"t\",\"h\"]")).value(), small());
}

TEST(TokenizerJson, The_special_token_may_stand_outside_the_vocabulary) {
    EXPECT_EQ(read_tokenizer_json(changed(",\"<|endoftext|>\":261}", "}")).value(), small());
}

TEST(TokenizerJson, Refuses_what_would_give_other_tokens_than_it_promises) {
    EXPECT_TRUE(accepted(write_tokenizer_json(small())));
    EXPECT_FALSE(accepted(changed("\"normalizer\":null", "\"normalizer\":{\"type\":\"NFC\"}")));
    EXPECT_FALSE(accepted(changed("\"use_regex\":true", "\"use_regex\":false")));
    EXPECT_FALSE(accepted(changed("\"dropout\":null", "\"dropout\":0.1")));
    EXPECT_FALSE(accepted(changed("\"byte_fallback\":false", "\"byte_fallback\":true")));
    EXPECT_FALSE(accepted(changed("\"type\":\"BPE\"", "\"type\":\"Unigram\"")));
    EXPECT_FALSE(accepted(changed("\"special\":true", "\"special\":false")));
}

TEST(TokenizerJson, Refuses_vocabularies_with_holes_and_unknown_merges) {
    EXPECT_FALSE(accepted(changed("th\":257", "th\":300"))) << "id beyond the end";
    EXPECT_FALSE(accepted(changed("th\":257", "th\":256"))) << "id taken";
    EXPECT_FALSE(accepted(changed("\"!\":0", "\"!!\":0"))) << "a byte is missing";
    EXPECT_FALSE(accepted(changed("\"t h\"", "\"t x\""))) << "result is no token";
    EXPECT_FALSE(accepted(changed("\"t h\"", "\"t h\",\"t h\""))) << "listed twice";
    EXPECT_FALSE(accepted(changed("\"t h\"", "\"th\""))) << "not two tokens";
    EXPECT_FALSE(accepted(changed("\"\xc4\xa0th\"", "\"\xe2\x82\xac\""))) << "not of the alphabet";
}

}  // namespace
}  // namespace litura::formats
