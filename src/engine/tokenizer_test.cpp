// The tokenizer against a slow one written from the definitions, and its promises on any bytes.
#include "engine/tokenizer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "engine/bpe_trainer.hpp"
#include "engine/pretokenizer.hpp"

namespace litura::engine {
namespace {

using Pieces = std::vector<std::string>;
using formats::Splitter;

Pieces pieces_of(std::string_view text, Splitter splitter = Splitter::gpt2) {
    Pieces pieces;
    while (!text.empty()) {
        const std::size_t length = first_piece(text, splitter);
        pieces.emplace_back(text.substr(0, length));
        text.remove_prefix(length);
    }
    return pieces;
}

/// BPE by its definition: of all pairs that can merge, the lowest rank, leftmost; start over.
std::vector<std::uint32_t> slow_encode(const formats::BpeModel& model, std::string_view text) {
    std::vector<std::uint32_t> out;
    for (const std::string& piece : pieces_of(text)) {
        std::vector<std::string> parts;
        for (const char byte : piece) parts.emplace_back(1, byte);
        for (bool merged = true; merged;) {
            merged = false;
            for (const formats::PairMerge& merge : model.merges) {
                for (std::size_t at = 0; at + 1 < parts.size() && !merged; ++at) {
                    if (parts[at] == model.tokens[merge.left] &&
                        parts[at + 1] == model.tokens[merge.right]) {
                        parts[at] += parts[at + 1];
                        parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(at) + 1);
                        merged = true;
                    }
                }
                if (merged) break;
            }
        }
        for (const std::string& part : parts) {
            for (std::uint32_t id = 0; id < model.tokens.size(); ++id) {
                if (model.tokens[id] == part && id != model.specials[0]) out.push_back(id);
            }
        }
    }
    return out;
}

const std::vector<std::string>& documents() {
    static const std::vector<std::string> texts = {
        "the man said that the other man had not seen the house in the rain, it's there.",
        "aaaa aaaaa aaaaaa banana bananas, 1234 1234 1235 don't don't we'll we'll",
        "caf\xc3\xa9 caf\xc3\xa9s na\xc3\xafve \xe2\x80\x94 the the the\n\n  the man's house's"};
    return texts;
}

formats::BpeModel small_model() { return train_bpe(documents(), 290).value(); }

std::string random_text(std::mt19937& random) {
    static const std::vector<std::string> atoms = {"the",      " man",
                                                   "a",        "aa",
                                                   " ",        "  ",
                                                   "\n",       "'s",
                                                   "'",        "1",
                                                   "23",       "\xc3\xa9",
                                                   "\xff",     "\xe2\x80\x94",
                                                   "\xc2\xa0", "\xe2\x80",
                                                   "house",    "ban",
                                                   "an",       "<|endoftext|>",
                                                   "!",        "\t"};
    std::string text;
    for (std::size_t left = random() % 30; left > 0; --left) text += atoms[random() % atoms.size()];
    return text;
}

// Expected pieces were made with the regular expression itself (Python's `regex` module).
TEST(Pretokenizer, Cuts_as_the_gpt2_expression_does) {
    EXPECT_EQ(pieces_of("Hello world"), (Pieces{"Hello", " world"}));
    EXPECT_EQ(pieces_of("it's we'll 'S"), (Pieces{"it", "'s", " we", "'ll", " '", "S"}));
    EXPECT_EQ(pieces_of("a  b"), (Pieces{"a", " ", " b"}));
    EXPECT_EQ(pieces_of("a \n b  "), (Pieces{"a", " \n", " b", "  "}));
    EXPECT_EQ(pieces_of("a\nb\n\nc"), (Pieces{"a", "\n", "b", "\n", "\n", "c"}));
    EXPECT_EQ(pieces_of("x1y22 33"), (Pieces{"x", "1", "y", "22", " 33"}));
    EXPECT_EQ(pieces_of("ok...! (yes)"), (Pieces{"ok", "...!", " (", "yes", ")"}));
    EXPECT_EQ(pieces_of("\xc2\xa0 a"), (Pieces{"\xc2\xa0", " a"}));
    EXPECT_EQ(pieces_of("\xd0\xb4\xd0\xb0 \xc2\xbd"), (Pieces{"\xd0\xb4\xd0\xb0", " \xc2\xbd"}));
}

TEST(Pretokenizer, An_invalid_byte_is_a_piece_of_its_own) {
    EXPECT_EQ(pieces_of("ab\xff\xfe"
                        "cd"),
              (Pieces{"ab", "\xff", "\xfe", "cd"}));
    EXPECT_EQ(pieces_of("a \xff"), (Pieces{"a", " ", "\xff"}));
    EXPECT_EQ(pieces_of("\xe2\x80"), (Pieces{"\xe2", "\x80"}));
}

// tests/pieces_regex.py compares many more with the expressions themselves.
TEST(Pretokenizer, Cuts_as_the_llama3_expression_does) {
    const auto pieces = [](std::string_view text) { return pieces_of(text, Splitter::llama3); };
    EXPECT_EQ(pieces("Hello world"), (Pieces{"Hello", " world"}));
    EXPECT_EQ(pieces("IT'S we'Ll'x"), (Pieces{"IT", "'S", " we", "'Ll", "'x"}));
    EXPECT_EQ(pieces("a'\xc5\xbf b"), (Pieces{"a", "'\xc5\xbf", " b"})) << "the long s";
    EXPECT_EQ(pieces("12345 67"), (Pieces{"123", "45", " ", "67"}));
    EXPECT_EQ(pieces("(yes)\tno"), (Pieces{"(yes", ")", "\tno"}));
    EXPECT_EQ(pieces("ok!\r\n\nx  y"), (Pieces{"ok", "!\r\n\n", "x", " ", " y"}));
    EXPECT_EQ(pieces("a \n \n  b"), (Pieces{"a", " \n \n", " ", " b"}));
    EXPECT_EQ(pieces("a  1  "), (Pieces{"a", " ", " ", "1", "  "}));
    EXPECT_EQ(pieces("\nab \n"), (Pieces{"\n", "ab", " \n"}));
    EXPECT_EQ(pieces("\xc2\xa0z e\xcc\x81" "f"), (Pieces{"\xc2\xa0z", " e",
                                                      "\xcc\x81"
                                                      "f"}));
    EXPECT_EQ(pieces("a\xff"
                     "b !\xff"),
              (Pieces{"a", "\xff", "b", " !", "\xff"}));
}

TEST(Pretokenizer, Single_digits_are_cut_out_before_the_gpt2_expression) {
    const auto pieces = [](std::string_view text) {
        return pieces_of(text, Splitter::gpt2_digits);
    };
    EXPECT_EQ(pieces("in 1984, x2"), (Pieces{"in", " ", "1", "9", "8", "4", ",", " x", "2"}));
    EXPECT_EQ(pieces("a  5  b"), (Pieces{"a", "  ", "5", " ", " b"}));
    EXPECT_EQ(pieces("\xc2\xbd\xc2\xbd"), (Pieces{"\xc2\xbd", "\xc2\xbd"}));
}

TEST(BpeTrainer, Takes_the_most_frequent_pair_first_and_the_smaller_ids_among_equals) {
    const auto model = train_bpe(std::vector<std::string>{"xy xy xy ab ab cd cd"}, 260).value();
    ASSERT_EQ(model.merges.size(), 3u);
    EXPECT_EQ(model.tokens[256], "xy");
    // Left over with two each: "ab", "cd", and the pairs with the space, which has a later id.
    EXPECT_EQ(model.tokens[257], "ab");
    EXPECT_EQ(model.tokens[258], "cd");
    EXPECT_EQ(model.tokens[259], "<|endoftext|>");
    EXPECT_EQ(model.specials, std::vector{259u});
}

TEST(BpeTrainer, Does_not_depend_on_the_order_of_documents) {
    std::vector<std::string> reversed(documents().rbegin(), documents().rend());
    EXPECT_EQ(train_bpe(reversed, 290).value(), small_model());
}

TEST(BpeTrainer, Refuses_a_vocabulary_that_the_text_cannot_fill) {
    EXPECT_FALSE(train_bpe(documents(), 5000).ok());
    EXPECT_FALSE(train_bpe(documents(), 256).ok());
}

TEST(BpeTrainer, Makes_no_token_twice) {
    const auto model = small_model();
    const std::set<std::string> different(model.tokens.begin(), model.tokens.end());
    EXPECT_EQ(different.size(), model.tokens.size());
}

TEST(Tokenizer, Encodes_like_the_definition_of_bpe) {
    const Tokenizer tokenizer(small_model());
    std::mt19937 random(7);
    for (int round = 0; round < 400; ++round) {
        const std::string text = random_text(random);
        ASSERT_EQ(tokenizer.encode(text), slow_encode(small_model(), text)) << text;
    }
}

TEST(Tokenizer, Decoding_gives_any_bytes_back) {
    const Tokenizer tokenizer(small_model());
    std::mt19937 random(11);
    for (int round = 0; round < 500; ++round) {
        std::string text = random_text(random);
        for (int i = 0; i < 10; ++i) text += static_cast<char>(random());
        ASSERT_EQ(tokenizer.decode(tokenizer.encode(text)), text);
    }
}

TEST(Tokenizer, The_separators_name_inside_a_text_is_not_the_separator) {
    const Tokenizer tokenizer(small_model());
    const auto tokens = tokenizer.encode("a<|endoftext|>b");
    EXPECT_EQ(std::count(tokens.begin(), tokens.end(), tokenizer.separator()), 0);
    EXPECT_EQ(tokenizer.decode(tokens), "a<|endoftext|>b");
}

TEST(Tokenizer, A_prefix_space_stands_before_a_text_and_goes_with_it) {
    formats::BpeModel model = small_model();
    model.prefix_space = true;
    const Tokenizer spaced(model);
    const Tokenizer plain(small_model());
    EXPECT_EQ(spaced.encode("the man"), plain.encode(" the man"));
    EXPECT_EQ(spaced.encode(" the man"), plain.encode(" the man"));
    EXPECT_TRUE(spaced.encode("").empty());
    EXPECT_EQ(spaced.decode(spaced.encode("the man")), " the man");
    EXPECT_EQ(spaced.decode_text(spaced.encode("the man")), "the man");
    EXPECT_EQ(plain.decode_text(plain.encode(" the man")), " the man");
}

TEST(Tokenizer, A_whole_piece_is_a_token_only_where_the_file_says_so) {
    formats::BpeModel model = small_model();
    model.tokens.insert(model.tokens.end() - 1, " quux");
    model.specials = {291 - 1};
    const auto expected = Tokenizer(model).encode("a quux quuxes");
    EXPECT_EQ(std::ranges::count(expected, 289u), 0);
    model.whole_pieces = true;
    const auto whole = Tokenizer(model).encode("a quux quuxes");
    EXPECT_EQ(std::ranges::count(whole, 289u), 1);
    EXPECT_EQ(Tokenizer(model).decode(whole), "a quux quuxes");
}

TEST(Tokenizer, The_separator_is_one_of_its_special_tokens) {
    formats::BpeModel model = small_model();
    model.tokens.push_back("<|eot_id|>");
    model.specials.push_back(290);
    const std::string json = Tokenizer(model).json();
    EXPECT_EQ(Tokenizer(model).separator(), 289u);
    EXPECT_EQ(Tokenizer::parse(json, 290).value().separator(), 290u);
    EXPECT_EQ(Tokenizer::parse(json, 290).value().json(), json);
    EXPECT_EQ(Tokenizer::parse(json, 3).error().where, "tokenizer.json: added_tokens");
    const std::vector<std::uint32_t> around = {289, 0, 290};
    EXPECT_EQ(Tokenizer(model).decode(around), "!") << "special tokens have no bytes";
}

TEST(Tokenizer, Its_file_gives_the_same_tokenizer_back) {
    const Tokenizer tokenizer(small_model());
    const Tokenizer again = Tokenizer::parse(tokenizer.json(), tokenizer.separator()).value();
    EXPECT_EQ(again.json(), tokenizer.json());
    EXPECT_EQ(again.digest(), tokenizer.digest());
    EXPECT_EQ(again.encode(documents()[0]), tokenizer.encode(documents()[0]));
}

TEST(Tokenizer, A_long_text_without_spaces_is_encoded_and_comes_back) {
    const Tokenizer tokenizer(small_model());
    const std::string text(1 << 20, 'a');
    EXPECT_EQ(tokenizer.decode(tokenizer.encode(text)), text);
}

}  // namespace
}  // namespace litura::engine
