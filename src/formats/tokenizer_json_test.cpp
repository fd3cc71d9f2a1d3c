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
        const PairMerge merge = {id(left), id(right), static_cast<std::uint32_t>(model.tokens.size())};
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

/// Llama 3's way: several special tokens, its expression, whole pieces, a token before a text.
BpeModel llama3() {
    BpeModel model = small();
    model.tokens.insert(model.tokens.end(), {"<|eot_id|>", "a b"});
    model.specials = {261, 262, 263};
    model.splitter = Splitter::llama3;
    model.whole_pieces = true;
    model.before = {262, 261};
    model.after = {262};
    return model;
}

TEST(TokenizerJson, All_kinds_are_read_back_as_they_were_written) {
    EXPECT_EQ(read_tokenizer_json(write_tokenizer_json(llama3())).value(), llama3());
    BpeModel model = small();
    model.splitter = Splitter::gpt2_digits;
    EXPECT_EQ(read_tokenizer_json(write_tokenizer_json(model)).value(), model);
    model = small();
    model.prefix_space = true;
    EXPECT_EQ(read_tokenizer_json(write_tokenizer_json(model)).value(), model);
}

TEST(TokenizerJson, A_plain_models_file_says_nothing_of_the_other_kinds) {
    const std::string text = write_tokenizer_json(small());
    EXPECT_EQ(text.find("ignore_merges"), std::string::npos);
    EXPECT_NE(text.find("\"post_processor\":null"), std::string::npos);
}

TEST(TokenizerJson, Reads_what_older_files_leave_out) {
    EXPECT_EQ(read_tokenizer_json(changed("\"type\":\"BPE\",", "")).value(), small());
    EXPECT_EQ(read_tokenizer_json(changed(",\"use_regex\":true", "")).value(), small());
    EXPECT_EQ(read_tokenizer_json(changed("\"unk_token\":null", "\"unk_token\":\"!\"")).value(),
              small())
        << "no byte is unknown";
}

TEST(TokenizerJson, A_file_of_llama3s_kind_is_refused_where_it_would_be_cut_or_dressed_otherwise) {
    const std::string text = write_tokenizer_json(llama3());
    const auto with = [&](std::string_view from, std::string_view to) {
        std::string other = text;
        const std::size_t at = other.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        return other.replace(at, from.size(), to);
    };
    EXPECT_FALSE(accepted(with("{1,3}", "{1,2}"))) << "another expression";
    EXPECT_FALSE(accepted(with("Isolated", "Removed")));
    EXPECT_FALSE(accepted(with("\"invert\":false", "\"invert\":true")));
    EXPECT_FALSE(accepted(with("\"add_prefix_space\":false", "\"add_prefix_space\":true")))
        << "before every piece";
    EXPECT_FALSE(accepted(with("\"use_regex\":false", "\"use_regex\":true"))) << "cut twice";
    EXPECT_FALSE(accepted(with("\"special\":true", "\"special\":false"))) << "sought in text";
    EXPECT_FALSE(accepted(with("\"lstrip\":false", "\"lstrip\":true")));
    EXPECT_FALSE(accepted(with("\"id\":263", "\"id\":262"))) << "two tokens with one id";
    EXPECT_FALSE(accepted(with("\"id\":263", "\"id\":265"))) << "a hole";
}

TEST(TokenizerJson, A_template_has_one_text_and_special_tokens_around_it) {
    const auto with = [](const std::string& single) {
        return changed("\"post_processor\":null",
                       R"("post_processor":{"type":"Sequence","processors":[)"
                       R"({"type":"ByteLevel"},{"type":"TemplateProcessing","single":[)" +
                           single + "]}]}");
    };
    const std::string text = R"({"Sequence":{"id":"A","type_id":0}})";
    const std::string token = R"({"SpecialToken":{"id":"<|endoftext|>","type_id":0}})";
    BpeModel model = small();
    EXPECT_EQ(read_tokenizer_json(with(text)).value(), model);
    model.before = {261};
    model.after = {261, 261};
    EXPECT_EQ(read_tokenizer_json(with(token + "," + text + "," + token + "," + token)).value(),
              model);
    EXPECT_FALSE(accepted(with(token))) << "no text";
    EXPECT_FALSE(accepted(with(text + "," + text)));
    EXPECT_FALSE(accepted(with(R"({"Sequence":{"id":"B","type_id":0}})")));
    EXPECT_FALSE(accepted(with(text + R"(,{"SpecialToken":{"id":"th"}})"))) << "not special";
    EXPECT_FALSE(accepted(with(text + ",7")));
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
