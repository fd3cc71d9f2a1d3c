// Real exports, read as a careful person would: how many records each file has, how many are the
// author's own words, and why the others are not. They lie beside the source folder or not at all.
#include <numeric>

#include "corpus/importers/format_test_files.hpp"

namespace litura::corpus {
namespace {

struct Export {
    const char* path;
    const char* format;  ///< as detected
    std::uint64_t in, imported;
    Reasons rejected;
    const char* why;
};

const Export kExports[] = {
    {"activitystreams/granary/accept_follow.as2.json",
     "activitystreams",
     1,
     0,
     {{"not_a_post", 1}},
     "follows are not posts"},
    {"activitystreams/granary/activity_with_person_tag.as2.json",
     "activitystreams",
     1,
     0,
     {{"missing_field", 1}},
     "a note without text or time"},
    {"activitystreams/granary/article_with_photo.as2.json",
     "activitystreams",
     1,
     0,
     {{"missing_field", 1}},
     "an article without a time"},
    {"activitystreams/granary/comment_inreplyto_id.as2.json",
     "activitystreams",
     1,
     0,
     {{"no_author", 1}},
     "nobody is named"},
    {"activitystreams/granary/note.as2.json", "activitystreams", 1, 1, {}, "a whole note"},
    {"activitystreams/granary/note_public.as2.json",
     "activitystreams",
     1,
     0,
     {{"missing_field", 1}},
     "no time"},
    {"activitystreams/granary/quote.as2.json",
     "activitystreams",
     1,
     1,
     {},
     "the quoting words; the quoted ones stand in a tag"},
    {"activitystreams/granary",
     "activitystreams",
     18,
     2,
     {{"missing_field", 7}, {"no_author", 1}, {"not_a_post", 8}},
     "all twenty files; two are actors and hold no post"},
    {"mastodon/archive-test-account",
     "mastodon",
     9,
     9,
     {},
     "totalItems says 8, the list has 9; indexable is false, so there is an objection as well"},
    {"mastodon/api/user_statuses.json", "mastodon", 2, 2, {}, "two statuses"},
    {"bluesky/fakermaker.repo.car",
     "bluesky",
     26,
     26,
     {},
     "26 keys app.bsky.feed.post in the tree"},
    {"bluesky/granary/comment_inreplyto_id.bsky.json", "bluesky", 1, 1, {}, "a reply"},
    {"bluesky/granary/like.bsky.json", "bluesky", 1, 0, {{"not_a_post", 1}}, "a like"},
    {"bluesky/granary/quote_and_attachment.bsky.json",
     "bluesky",
     1,
     0,
     {{"bad_time", 1}},
     "createdAt is empty"},
    {"bluesky/granary/quote_with_image.bsky.json", "bluesky", 1, 1, {}, "only the quoting words"},
    {"bluesky/granary/note_with_mention_linked_text.bsky.json",
     "bluesky",
     1,
     0,
     {{"no_author", 1}},
     "a bare record names no author"},
    {"facebook/parser/facebook_comments.json", "facebook", 8, 8, {}, "comments name their author"},
    {"facebook/parser/your_posts_1.json",
     "facebook",
     14,
     0,
     {{"no_author", 6}, {"no_text", 8}},
     "six have words; the file alone does not say whose"},
    {"facebook/parser/your_posts_in_groups.json",
     "facebook",
     3,
     0,
     {{"no_text", 3}},
     "a title, a picture, a poll"},
    {"facebook/objectbox/posts_and_comments.json",
     "facebook",
     17,
     0,
     {{"not_a_post", 17}},
     "reactions"},
    {"instagram/parser/instagram_media.json",
     "instagram",
     6,
     0,
     {{"no_author", 5}, {"not_a_post", 1}},
     "five captions; a profile picture is no post"},
    {"instagram/parser/instagram_post.json",
     "instagram",
     5,
     0,
     {{"no_author", 4}, {"no_text", 1}},
     "one picture has no caption"},
    {"instagram/fake-data-v2",
     "instagram",
     161,
     59,
     {{"no_author", 102}},
     "102 captions without a profile, 59 messages that name their senders"},
    {"reddit/pushshift_comments.ndjson",
     "reddit",
     13,
     10,
     {{"deleted", 3}},
     "two removed, one deleted"},
    {"reddit/pushshift_submissions.ndjson", "reddit", 15, 14, {{"repost", 1}}, "one crosspost"},
    {"twitter/grailbird-2016-2017",
     "twitter",
     728,
     618,
     {{"repost", 110}},
     "267 + 461 tweets, 38 + 72 of them retweets"},
    {"twitter/modern-mini",
     "twitter",
     3,
     0,
     {{"no_author", 2}, {"repost", 1}},
     "no account.js; likes are not read"},
    {"whatsapp/test_ddmmyy_24hrs.txt",
     "whatsapp",
     9,
     6,
     {{"system_message", 3}},
     "six messages; an empty one, a group made and a person added are the program's"},
    {"whatsapp/test__mmddyy__24hrs.txt", "whatsapp", 9, 6, {{"system_message", 3}}, "likewise"},
    {"whatsapp/test_mmddyy_24hrs.txt", "whatsapp", 9, 6, {{"system_message", 3}}, "likewise"},
    {"whatsapp/test_mmddyyyy_12hrs.txt", "whatsapp", 9, 6, {{"system_message", 3}}, "likewise"},
    {"whatsapp/test_yyyymmdd_24hrs.txt", "whatsapp", 9, 6, {{"system_message", 3}}, "likewise"},
    {"signal/test_export.txt", "signal", 2, 2, {}, "two messages, one of two lines"},
    {"telegram/test_batch_export.json", "telegram", 2, 2, {}, "two messages"},
    {"telegram/test_single_export.json", "telegram", 2, 2, {}, "two messages"},
};

Path exports() { return Path(LITURA_SOURCE_DIR) / "../shared/data/exports"; }

TEST(Exports, Every_file_has_the_counts_that_a_careful_reader_expects) {
    if (!std::filesystem::exists(exports())) GTEST_SKIP() << "no exports beside the source folder";
    for (const Export& file : kExports) {
        SCOPED_TRACE(std::string(file.path) + ": " + file.why);
        const Path path = exports() / file.path;
        const auto format = find_format("auto", path);
        ASSERT_TRUE(format.ok()) << format.error().message;
        EXPECT_EQ(format.value()->name, file.format);
        const Imported imported = import_path("auto", path);
        EXPECT_EQ(imported.error, "");
        EXPECT_EQ(imported.counts.in, file.in);
        EXPECT_EQ(imported.counts.imported, file.imported);
        EXPECT_EQ(imported.counts.rejected, file.rejected);
    }
}

TEST(Exports, A_file_that_does_not_say_whose_it_is_is_read_for_the_person_it_came_from) {
    if (!std::filesystem::exists(exports())) GTEST_SKIP() << "no exports beside the source folder";
    EXPECT_EQ(
        import_path("auto", exports() / "facebook/parser/your_posts_1.json", "me").posts.size(),
        6U);
    EXPECT_EQ(import_path("auto", exports() / "instagram/fake-data-v2", "me").posts.size(), 161U);
    EXPECT_EQ(import_path("auto", exports() / "twitter/modern-mini", "me").posts.size(), 2U);
}

TEST(Exports, Files_without_any_post_are_refused_and_not_half_imported) {
    if (!std::filesystem::exists(exports())) GTEST_SKIP() << "no exports beside the source folder";
    for (const char* path : {"twitter/other-parts", "reddit/gdpr", "reddit/gdpr/saved_posts.csv"}) {
        EXPECT_NE(import_path("auto", exports() / path).error, "") << path;
    }
}

TEST(Exports, The_five_date_styles_of_one_chat_give_the_same_records) {
    if (!std::filesystem::exists(exports())) GTEST_SKIP() << "no exports beside the source folder";
    const auto ids_of = [](const char* path) {
        Strings ids;
        for (const auto& post : import_path("whatsapp", exports() / path).posts) {
            ids.push_back(post.id);
        }
        return ids;
    };
    const Strings first = ids_of("whatsapp/test_ddmmyy_24hrs.txt");
    EXPECT_EQ(first.size(), 6U);
    for (const Export& file : kExports) {
        if (std::string_view(file.format) != "whatsapp") continue;
        EXPECT_EQ(ids_of(file.path), first) << file.path;
    }
}

}  // namespace
}  // namespace litura::corpus
