// One account, however written; one id, however copied.
#include "keys/spelling.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/test_support.hpp"
#include "keys/sealing.hpp"
#include "keys/tags.hpp"

namespace litura::keys {
namespace {

TEST(Spelling, What_looks_the_same_is_one_key) {
    const std::string name = must(account_key("Alice Example"));
    for (const char* spelling : {"alice example",
                                 "ALICE EXAMPLE",
                                 " Alice Example",
                                 "Alice Example ",
                                 "Alice  Example",
                                 "Alice\tExample",
                                 "Alice Example\n",
                                 "Alice\u00A0Example",
                                 "Alice\u2009Example",
                                 "Alice\u3000Example",
                                 "Al\u200Bice Example",
                                 "Al\u00ADice Example",
                                 "\uFEFFAlice Example",
                                 "Alice\x01 Example",
                                 "Alice Example\x7F",
                                 "Alice Example\u0085",
                                 "\x1B"
                                 "Alice Example",
                                 "Alice Example\uFE0F",
                                 "A\u034Flice Example",
                                 "Alice Example\U000E0041",
                                 "Alice\u3164 Example",
                                 "Alice Example\u2800",
                                 "Alice\uFFF9 Example",
                                 "Alice\U0001D173 Example",
                                 "\u202AAlice Example\u202C",
                                 "\u0600Alice Example",
                                 "\U000110BDAlice Example",
                                 "Alice\u2028Example",
                                 "Alice\uE000 Example",
                                 "Alice\uFFFE Example",
                                 "Alice\U000E0FFF Example",
                                 "Al\u0131ce Example",
                                 "\uFF21lice Example"})
        EXPECT_EQ(must(account_key(spelling)), name) << spelling;
    EXPECT_EQ(must(account_key(std::string("Alice Example\0", 14))), name);
    for (const char* other :
         {"Alice Examples", "AliceExample", "Alice\u0301 Example", "\u0410lice Example"})
        EXPECT_NE(must(account_key(other)), name) << other;
}

TEST(Spelling, The_forms_of_each_platform_are_one_key) {
    const std::vector<std::vector<const char*>> accounts = {
        {"Vera_E", "vera_e", "u/Vera_E", "/u/vera_e", "U/VERA_E",
         "https://www.reddit.com/user/Vera_E/", "https://old.reddit.com/u/vera_e", "@vera_e",
         "old.reddit.com/user/Vera_E", "Reddit.com/u/Vera_E/?sort=new"},
        {"https://m.example/users/alice", "https://m.example/@alice", "@alice@m.example",
         "http://m.example/@Alice/", "https://other.example/@alice@m.example", "m.example/@alice"},
        {"did:plc:abc", "at://did:plc:abc", "at://did:plc:abc/app.bsky.feed.post/3k",
         "https://bsky.app/profile/did:plc:abc", "bsky.app/profile/did:plc:abc"},
        {"https://www.facebook.com/alice.e", "https://facebook.com/alice.e",
         "https://m.facebook.com/alice.e/"},
        {"vera@example.example", "Vera@Example.example", "mailto:vera@example.example"}};
    for (const auto& forms : accounts)
        for (const char* form : forms)
            EXPECT_EQ(must(account_key(form)), must(account_key(forms.front()))) << form;
    for (std::size_t one = 0; one < accounts.size(); ++one)
        for (std::size_t other = 0; other < one; ++other)
            EXPECT_NE(must(account_key(accounts[one].front())),
                      must(account_key(accounts[other].front())));
}

TEST(Spelling, A_bar_holds_for_every_form_and_so_does_one_that_an_earlier_version_made) {
    const SecretKey identity = random_key();
    const auto stands = [&](const Digest& bar, const char* source, const char* written) {
        const auto tags = must(barred_as(identity, source, PersonalText(written)));
        return std::ranges::find(tags, bar) != tags.end();
    };
    const auto holds = [&](const char* barred, const char* written) {
        return stands(must(name_bar_tag(identity, "s", PersonalText(barred))), "s", written);
    };
    EXPECT_TRUE(holds("https://m.example/@alice", "https://m.example/users/alice"));
    EXPECT_TRUE(holds("u/Alice", "alice"));
    EXPECT_FALSE(holds("alice", "alicia"));
    const auto held = [&](const char* barred, const char* source, const char* written) {
        return stands(must(folded_tag(identity, "s", PersonalText(barred))), source, written);
    };
    EXPECT_TRUE(held("https://m.example/@alice", "s", "https://m.example/users/alice"));
    EXPECT_TRUE(held("Alice", "s", "u/alice"));
    EXPECT_TRUE(held("u/Alice", "s", "U/alice"));
    EXPECT_TRUE(held("Alice", "S\u200B ", "alice"));
    EXPECT_FALSE(held("alice", "s", "alicia"));
    EXPECT_FALSE(held("alice", "t", "alice"));
    EXPECT_EQ(earlier_forms("https://m.example/users/alice"),
              (std::vector<std::string>{"https://m.example/@alice"}));
    EXPECT_TRUE(earlier_forms("alice").empty());
}

TEST(Spelling, A_source_is_no_other_one_by_case_or_by_what_is_not_seen) {
    const SecretKey identity = random_key();
    const Digest tag = must(name_bar_tag(identity, "here", PersonalText("alice")));
    for (const char* source : {"Here", "here ", "HERE", "here\u200B"})
        EXPECT_EQ(must(name_bar_tag(identity, source, PersonalText("alice"))), tag) << source;
    EXPECT_NE(must(name_bar_tag(identity, "there", PersonalText("alice"))), tag);
}

TEST(Spelling, Ids_keep_their_signs_and_lose_what_is_not_seen) {
    for (const char* id : {"42 ", " 42", "42\u200B", "\uFF14\uFF12", "42\n", "4\u00AD2"})
        EXPECT_EQ(must(clean_id(id)), "42") << id;
    for (const char* id : {"42", "<Ab@X>", "042", "a/b?c=d"}) EXPECT_EQ(must(clean_id(id)), id);
}

TEST(Spelling, A_post_is_found_by_its_address) {
    const auto has = [](const char* written, const std::string& id) {
        const auto ids = record_ids(written);
        return std::ranges::find(ids, id) != ids.end();
    };
    EXPECT_TRUE(has("/r/law/comments/abc/_/a1/", "t1_a1"));
    EXPECT_TRUE(has("https://www.reddit.com/r/law/comments/abc/title/", "t3_abc"));
    EXPECT_TRUE(has("reddit.com/r/law/comments/abc/_/a1/", "t1_a1"));
    EXPECT_TRUE(has("https://redd.it/abc", "t3_abc"));
    EXPECT_TRUE(has("x.com/vera/status/158", "158"));
    EXPECT_TRUE(has("m.example/@alice/1", "https://m.example/users/alice/statuses/1"));
    EXPECT_TRUE(has("a1", "t1_a1"));
    EXPECT_TRUE(has("a1", "t3_a1"));
    EXPECT_TRUE(has("https://x.com/vera/status/158?s=20", "158"));
    EXPECT_TRUE(has("https://m.example/@alice/1", "https://m.example/users/alice/statuses/1"));
    EXPECT_TRUE(
        has("https://bsky.app/profile/did:plc:a/post/3k", "at://did:plc:a/app.bsky.feed.post/3k"));
    EXPECT_TRUE(has(" 42 ", "42"));
    for (const char* id : {"42-7", "a.b/c", "1@x.example/@y"})
        EXPECT_EQ(record_ids(id).size(), 1U) << id;
}

}  // namespace
}  // namespace litura::keys
