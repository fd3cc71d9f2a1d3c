// Each format on small files of our own: what is the author's, what is not, who may see it, and
// what a file forbids.
#include "corpus/importers/format_test_files.hpp"

namespace litura::corpus {
namespace {

using std::string;

// ---- X

string tweet(const string& id, const string& text, const string& more = "") {
    return R"({"tweet":{"id_str":")" + id +
           R"(","created_at":"Wed Oct 10 20:19:24 +0000 2018","full_text":")" + text + "\"" + more +
           "}}";
}
const Files kArchive = {
    {"data/account.js",
     R"(window.YTD.account.part0 = [{"account":{"username":"ansa","accountId":"77"}}])"},
    {"data/tweets.js",
     "window.YTD.tweets.part0 = [" +
         tweet("1", "a &lt;b&gt; &amp; c @beno",
               R"(,"entities":{"user_mentions":[{"screen_name":"beno","id_str":"88"}]})") +
         "," + tweet("2", "RT @beno: not mine") + "]\n"},
    {"data/tweets-part1.js", "window.YTD.tweets.part1 = [" + tweet("3", "more") + "];"},
    {"data/deleted-tweets.js",
     "window.YTD.deleted_tweets.part0 = [" + tweet("4", "gone for good") + "]"},
    {"data/like.js", R"(window.YTD.like.part0 = [{"like":{"tweetId":"5","fullText":"theirs"}}])"},
    {"data/direct-messages.js",
     R"(window.YTD.direct_messages.part0 = [{"dmConversation":{"conversationId":"77-88","messages":[)"
     R"({"messageCreate":{"id":"6","senderId":"88","recipientId":"77","text":"psst",)"
     R"("createdAt":"2020-01-02T03:04:05.678Z"}}]}}])"},
};

TEST(Twitter, Reads_the_posts_of_all_parts_and_leaves_likes_and_retweets) {
    const Imported imported = import_all("auto", kArchive);
    ASSERT_EQ(imported.error, "");
    EXPECT_EQ(texts(imported), (Strings{"psst", "more", "a <b> & c @beno"}));
    EXPECT_EQ(imported.posts[2].author, "77");
    EXPECT_EQ(imported.posts[2].created_at, "2018-10-10T20:19:24Z");
    EXPECT_NE(imported.posts[2].rest.find(R"("mentions":["88"])"), string::npos);
    EXPECT_EQ(imported.counts.rejected, (Reasons{{"deleted", 1}, {"repost", 1}}));
}

TEST(Twitter, What_its_author_deleted_is_never_read_and_bars_earlier_imports) {
    const Imported imported = import_all("twitter", kArchive);
    EXPECT_EQ(imported.deleted, (Strings{"4"}));
    for (const string& text : texts(imported)) EXPECT_EQ(text.find("gone"), string::npos);
}

TEST(Twitter, What_was_deleted_after_an_edit_is_barred_under_the_id_that_its_versions_share) {
    const string edit =
        R"(,"edit_info":{"initial":{"editTweetIds":["1600000000000000000","1600000000004194304"]}})";
    EXPECT_EQ(import_all("twitter", {{"data/deleted-tweets.js",
                                      "window.YTD.deleted_tweets.part0 = [" +
                                          tweet("1600000000004194304", "second", edit) + "]"}})
                  .deleted,
              (Strings{"1600000000000000000"}));
}

TEST(Twitter, A_file_is_what_its_script_says_whatever_its_name) {
    const string deleted = "window.YTD.deleted_tweets.part0 = [" + tweet("4", "gone") + "]";
    const string tweets = "window.YTD.tweets.part0 = [" + tweet("4", "here") + "]";
    EXPECT_EQ(import_all("twitter", {{"tweets.js", deleted}}, "me").deleted, (Strings{"4"}));
    EXPECT_EQ(import_all("twitter", {{"renamed.js", tweets}}, "me").posts.size(), 1U);
    EXPECT_TRUE(import_all("twitter", {{"deleted-tweets.js", tweets}}, "me").posts.empty())
        << "and one that is called deleted is never read";
    EXPECT_NE(import_all("twitter", {{"tweets.js", "no script"}}, "me").error, "");
}

TEST(Twitter, A_message_is_private_and_its_senders) {
    const Imported imported = import_all("twitter", kArchive);
    EXPECT_EQ(imported.posts[0].audience, "private");
    EXPECT_EQ(imported.posts[0].author, "88");
}

TEST(Twitter, Posts_are_public_only_where_the_files_prove_it) {
    EXPECT_EQ(import_all("twitter", kArchive).posts[1].audience, "unknown");
    const auto with = [](const string& entries) {
        Files files = kArchive;
        files.emplace_back("data/protected-history.js",
                           "window.YTD.protected_history.part0 = [" + entries + "]");
        return import_all("twitter", files).posts[1].audience;
    };
    const string protect =
        R"({"protectedHistory":{"protectedAt":"2022-01-01T00:00:00.000Z","action":"Protect"}})";
    const string unprotect =
        R"({"protectedHistory":{"protectedAt":"2023-01-01T00:00:00.000Z","action":"Unprotect"}})";
    EXPECT_EQ(with(""), "unknown") << "the list covers six months: empty proves nothing";
    EXPECT_EQ(with(unprotect + "," + protect), "public");
    EXPECT_EQ(with(protect), "followers");
}

TEST(Twitter, Versions_of_an_edited_post_are_one_record_at_the_place_of_the_first) {
    const string edit =
        R"(,"edit_info":{"initial":{"editTweetIds":["1600000000000000000","1600000000004194304"]}})";
    const Imported imported =
        import_all("twitter",
                   {{"data/tweets.js", "window.YTD.tweets.part0 = [" +
                                           tweet("1600000000004194304", "second", edit) + "," +
                                           tweet("1600000000000000000", "first", edit) + "]"}},
                   "me");
    ASSERT_EQ(imported.posts.size(), 2U);
    EXPECT_EQ(imported.posts[0].id, "1600000000000000000");
    EXPECT_EQ(imported.posts[0].created_at, "2022-12-06T05:31:41Z") << "from the id";
    EXPECT_NE(imported.posts[0].edited_at, "");
    EXPECT_EQ(imported.posts[1].id, imported.posts[0].id);
}

TEST(Owners, The_files_of_two_people_are_never_read_as_one_persons) {
    const auto account = [](const string& id) {
        return R"(window.YTD.account.part0 = [{"account":{"accountId":")" + id + "\"}}]";
    };
    EXPECT_EQ(import_all("twitter", {{"a/account.js", account("77")},
                                     {"b/account.js", account("77")},
                                     {"b/tweets.js", "window.YTD.tweets.part0 = []"}})
                  .error,
              "");
    EXPECT_EQ(import_all("twitter",
                         {{"a/account.js", account("77")},
                          {"a/tweets.js", "window.YTD.tweets.part0 = [" + tweet("1", "a") + "]"},
                          {"b/account.js", account("88")}})
                  .error,
              "these are the files of more than one person");
    const auto profile = [](const string& name) {
        return R"({"profile_v2":{"name":{"full_name":")" + name + "\"}}}";
    };
    EXPECT_NE(import_all("facebook", {{"a/profile_information.json", profile("Ansa")},
                                      {"b/profile_information.json", profile("Beno")},
                                      {"b/your_posts_1.json", "[]"}})
                  .error,
              "");
    const auto statistics = [](const string& name) {
        return "statistic,value\naccount name," + name + "\n";
    };
    EXPECT_NE(import_all("reddit", {{"a/statistics.csv", statistics("ansa")},
                                    {"b/statistics.csv", statistics("beno")},
                                    {"b/comments.csv", "id,permalink,date,body\n"}})
                  .error,
              "");
}

// ---- Mastodon and ActivityStreams

string create(const string& id, const string& to, const string& cc, const string& content,
              const string& more = "") {
    return R"({"type":"Create","actor":"https://h/users/u","to":[)" + to + R"(],"cc":[)" + cc +
           R"(],"object":{"type":"Note","id":")" + id +
           R"(","published":"2024-01-02T03:04:05Z","attributedTo":"https://h/users/u","to":[)" +
           to + R"(],"cc":[)" + cc + R"(],"content":")" + content + "\"" + more + "}}";
}
const string kPublicAddress = R"("https://www.w3.org/ns/activitystreams#Public")";
const string kFollowers = R"("https://h/users/u/followers")";

string outbox(const Strings& items) {
    string list;
    for (const string& item : items) list += (list.empty() ? "" : ",") + item;
    return R"({"@context":"https://www.w3.org/ns/activitystreams","type":"OrderedCollection",)"
           R"("totalItems":1,"orderedItems":[)" +
           list + "]}";
}

TEST(Mastodon, The_audience_is_whom_a_post_was_addressed_to) {
    const Imported imported = import_all(
        "auto", {{"outbox.json", outbox({create("1", kPublicAddress, kFollowers, "public"),
                                         create("2", kFollowers, kPublicAddress, "unlisted"),
                                         create("3", kFollowers, "", "followers"),
                                         create("4", R"("https://h/users/v")", "", "direct")})}});
    ASSERT_EQ(imported.posts.size(), 4U);
    EXPECT_EQ(imported.posts[0].audience, "public");
    EXPECT_EQ(imported.posts[1].audience, "followers") << "not listed: its author's wish";
    EXPECT_EQ(imported.posts[2].audience, "followers");
    EXPECT_EQ(imported.posts[3].audience, "private");
}

TEST(Mastodon, Boosts_are_other_peoples_and_deletions_are_kept) {
    const Imported imported = import_all(
        "mastodon",
        {{"outbox.json", outbox({R"({"type":"Announce","object":"https://o/1"})",
                                 R"({"type":"Delete","object":{"type":"Tombstone","id":"9"}})",
                                 R"({"type":"Like","object":"https://o/1"})"})}});
    EXPECT_EQ(imported.counts.rejected,
              (Reasons{{"deleted", 1}, {"not_a_post", 1}, {"repost", 1}}));
    EXPECT_EQ(imported.deleted, (Strings{"9"}));
}

TEST(Mastodon, Whoever_does_not_want_to_be_indexed_objects_from_the_accounts_beginning) {
    const auto with = [](const string& indexable) {
        return import_all("mastodon",
                          {{"actor.json", R"({"type":"Person","id":"https://h/users/u",)"
                                          R"("published":"2020-01-01T00:00:00Z",)" +
                                              indexable + "\"x\":0}"},
                           {"outbox.json", outbox({})}})
            .objected;
    };
    EXPECT_EQ(with(R"("indexable":false,)"), (Strings{"https://h/users/u 2020-01-01T00:00:00Z"}));
    EXPECT_EQ(with(R"("indexable":true,)"), Strings{}) << "a file never permits";
    EXPECT_EQ(with(""), Strings{});
}

TEST(Mastodon, A_wish_in_the_statuses_of_the_api_counts_once_an_account) {
    const auto status = [](const string& id, const string& wish) {
        return R"({"uri":")" + id +
               R"(","created_at":"2024-01-02T03:04:05.000Z","content":"x","visibility":"public",)"
               R"("account":{"acct":"u","url":"https://h/@u","created_at":"2020-01-01T00:00:00.000Z",)" +
               wish + "\"x\":0}}";
    };
    for (const string wish : {R"("indexable":false,)", R"("noindex":true,)"}) {
        const Imported imported = import_all(
            "mastodon",
            {{"statuses.json", "[" + status("1", wish) + "," + status("2", wish) + "]"}});
        EXPECT_EQ(imported.posts.size(), 2U);
        EXPECT_EQ(imported.objected, (Strings{"https://h/users/u 2020-01-01T00:00:00Z"}));
    }
    EXPECT_EQ(
        import_all("mastodon", {{"statuses.json",
                                 "[" + status("1", R"("indexable":true,"noindex":null,)") + "]"}})
            .objected,
        Strings{});
}

TEST(Mastodon, Mentions_become_marks_and_persons_and_a_warning_is_text) {
    const Imported imported = import_all(
        "mastodon",
        {{"outbox.json",
          outbox({create(
              "1", kPublicAddress, "",
              R"(<p><a href=\"x\" class=\"u-url mention\">@<span>v</span></a> hi</p>)",
              R"(,"summary":"rain","tag":[{"type":"Mention","name":"@v","href":"https://h/v"}])")})}});
    EXPECT_EQ(texts(imported), (Strings{"rain\n\n@someone hi"}));
    EXPECT_NE(imported.posts[0].rest.find(R"("mentions":["https://h/v"])"), string::npos);
}

TEST(ActivityStreams, A_quoted_post_in_a_tag_is_not_kept) {
    const Imported imported = import_all(
        "activitystreams",
        {{"a.json",
          R"({"@context":"https://www.w3.org/ns/activitystreams","type":"Note","id":"1",)"
          R"("published":"2024-01-02T03:04:05","attributedTo":{"id":"me"},"content":"mine",)"
          R"("tag":[{"type":"Link","content":"theirs"}],"quote":{"content":"theirs"},)"
          R"("inReplyTo":{"content":"theirs"}})"}});
    ASSERT_EQ(imported.posts.size(), 1U);
    EXPECT_EQ(imported.posts[0].audience, "unknown");
    EXPECT_EQ(imported.posts[0].rest.find("theirs"), string::npos);
}

TEST(ActivityStreams, A_document_of_any_size_and_any_number_of_members_is_read_in_bounded_memory) {
    string many = R"({"type":"Note")", large = many;
    for (int key = 0; key < 5000; ++key) many += ",\"" + std::to_string(key) + "\":1";
    for (int key = 0; key < 5; ++key)
        large += ",\"" + std::to_string(key) + "\":\"" + string(1 << 20, 'a') + "\"";
    for (const string& document : {many + "}", large + "}"}) {
        EXPECT_EQ(import_all("activitystreams", {{"a.json", document}}).counts.rejected,
                  (Reasons{{"too_long", 1}}));
    }
}

// ---- Facebook and Instagram

const string kBroken = R"(caf\u00c3\u00a9 \u00f0\u009f\u0098\u00a0)";

TEST(Facebook, Broken_utf8_is_repaired_once_and_only_in_files_that_are_broken) {
    const string post = R"([{"timestamp":1386163177,"data":[{"post":"TEXT"}]}])";
    const auto text = [&](const string& content) {
        string file = post;
        file.replace(file.find("TEXT"), 4, content);
        return texts(import_all("facebook", {{"posts/your_posts_1.json", file}}, "me")).at(0);
    };
    EXPECT_EQ(text(kBroken), "café 😠");
    EXPECT_EQ(text("plain"), "plain");
    EXPECT_EQ(text(R"(caf\u00e9)"), "café") << "a lone byte is no UTF-8";
    EXPECT_EQ(text(R"(\u00c3\u00a9 \u5df2)"), "Ã© 已") << "an escape above U+00FF: a clean file";
    EXPECT_EQ(text(R"(\u00c3\u00a9 é)"), "Ã© é") << "a byte above 0x7F: a clean file";
    EXPECT_EQ(text(R"(\\u00c3\u00a9)"), "\\u00c3©");
}

TEST(Facebook, Posts_are_the_owners_and_comments_too) {
    const Imported imported = import_all(
        "auto",
        {{"fb/profile_information/profile_information.json",
          R"({"profile_v2":{"name":{"full_name":"An\u00c3\u00a9 Torvil"},"profile_uri":"https://f/an"}})"},
         {"fb/posts/your_posts_1.json",
          R"([{"timestamp":10,"data":[{"post":"with Beno Kar, @[12:3:Cilo Dar] and Beno Karlin"},)"
          R"({"update_timestamp":20}],"tags":[{"name":"Beno Kar"}],"title":"X was with Beno Kar"},)"
          R"({"timestamp":11,"data":[],"attachments":[{"data":[{"media":{"description":"a lake",)"
          R"("media_metadata":{"photo_metadata":{"exif_data":[{"upload_ip":"192.0.2.7"}]}}}}]}]},)"
          R"({"timestamp":12,"attachments":[{"data":[{"external_context":{"url":"https://x"}}]}]}])"},
         {"fb/posts/your_posts_check_ins.json", R"([{"timestamp":9,"data":[{"post":"no"}]}])"},
         {"fb/comments/comments.json",
          R"({"comments_v2":[{"timestamp":13,"data":[{"comment":{"timestamp":13,"comment":"nice",)"
          R"("author":"An\u00c3\u00a9 Torvil"}}],"title":"An commented on Beno's post."}]})"},
         {"fb/messages/inbox/x/message_1.json",
          R"({"participants":[{"name":"Beno Kar"},{"name":"An\u00c3\u00a9 Torvil"}],"messages":[)"
          R"({"sender_name":"Beno Kar","timestamp_ms":14000,"content":"hey An\u00c3\u00a9 Torvil"},)"
          R"({"sender_name":"An\u00c3\u00a9 Torvil","timestamp_ms":15000,"content":"hey"},)"
          R"({"sender_name":"Beno Kar","timestamp_ms":16000,"content":"oops","is_unsent":true}]})"}});
    ASSERT_EQ(imported.error, "");
    EXPECT_EQ(texts(imported), (Strings{"nice", "hey @someone", "hey",
                                        "with @someone, @someone and Beno Karlin", "a lake"}));
    EXPECT_EQ(imported.counts.rejected, (Reasons{{"deleted", 1}, {"no_text", 1}}));
    EXPECT_EQ(imported.posts[0].author, "https://f/an");
    EXPECT_EQ(imported.posts[1].author, "Beno Kar");
    EXPECT_EQ(imported.posts[2].author, "https://f/an");
    EXPECT_EQ(imported.posts[1].audience, "private");
    EXPECT_EQ(imported.posts[3].audience, "unknown") << "nothing proves an audience";
    EXPECT_EQ(imported.posts[3].edited_at, "1970-01-01T00:00:20Z");
    for (const auto& post : imported.posts) EXPECT_EQ(post.rest.find("192.0.2.7"), string::npos);
}

TEST(Instagram, Captions_and_three_generations_of_comments_in_any_language) {
    const Imported imported = import_all(
        "auto",
        {{"personal_information/personal_information.json",
          R"({"profile_user":[{"string_map_data":{"Username":{"value":"an"},)"
          R"("Private Account":{"value":"False"}}}]})"},
         {"content/posts_1.json",
          R"([{"media":[{"creation_timestamp":5,"title":"one"}]},)"
          R"({"media":[{"creation_timestamp":6,"title":""},{"creation_timestamp":7,"title":""}],)"
          R"("title":"two","creation_timestamp":8},{"media":[{"creation_timestamp":9,"title":""}]}])"},
         {"comments/post_comments.json",
          R"({"comments_media_comments":[{"title":"beno","string_list_data":[{"value":"first","timestamp":10}]},)"
          R"({"string_map_data":{"Opmerking":{"value":"second"},"Media-eigenaar":{"value":"beno"},)"
          R"("Tijd":{"timestamp":11}}}]})"},
         {"comments/post_comments_1.json",
          R"([{"string_map_data":{"Comment":{"value":"third"},"Media Owner":{"value":"cilo"},)"
          R"("Time":{"timestamp":12}}}])"}});
    ASSERT_EQ(imported.error, "");
    EXPECT_EQ(texts(imported), (Strings{"first", "second", "third", "one", "two"}));
    EXPECT_EQ(imported.posts[1].created_at, "1970-01-01T00:00:11Z");
    EXPECT_EQ(imported.posts[2].author, "an");
    EXPECT_NE(imported.posts[2].rest.find(R"("mentions":["cilo"])"), string::npos);
    EXPECT_EQ(imported.posts[2].audience, "unknown") << "under another person's post";
    EXPECT_EQ(imported.posts[3].audience, "public") << "the account says that it is not private";
    EXPECT_EQ(imported.counts.rejected, (Reasons{{"no_text", 1}}));
}

// ---- Reddit

TEST(Reddit, Dumps_are_unescaped_before_quotes_and_users_are_looked_for) {
    const Imported imported = import_all(
        "reddit",
        {{"RC_2024.ndjson",
          R"({"id":"a","author":"ansa","body":"&gt; theirs\n\nthanks /u/beno-x, you/me","created_utc":)"
          R"("1706745600","subreddit":"s","edited":1706745700.0})"
          "\n\n"
          R"({"id":"b","author":"[deleted]","body":"[removed]","created_utc":1})"
          "\n"
          R"({"id":"c","author":"ansa","title":"T","selftext":"S","created_utc":2,"subreddit_type":"private"})"
          "\n"
          R"({"id":"d","author":"ansa","title":"T","selftext":"","created_utc":2,"crosspost_parent_list":[]})"
          "\nnot json\n\"\xFF\"\n"}});
    EXPECT_EQ(texts(imported), (Strings{"> theirs\n\nthanks @someone, you/me", "T\n\nS"}));
    EXPECT_EQ(imported.posts[0].id, "t1_a");
    EXPECT_EQ(imported.posts[0].edited_at, "2024-02-01T00:01:40Z");
    EXPECT_EQ(imported.posts[0].audience, "public");
    EXPECT_EQ(imported.posts[1].audience, "private");
    EXPECT_EQ(imported.deleted, (Strings{"t1_b"}));
    EXPECT_EQ(imported.counts.rejected,
              (Reasons{{"deleted", 1}, {"not_json", 1}, {"not_utf8", 1}, {"repost", 1}}));
}

TEST(Reddit, A_data_request_gives_the_same_ids_as_a_dump_and_no_address) {
    const Imported imported = import_all(
        "auto",
        {{"comments.csv",
          "id,permalink,date,ip,subreddit,gildings,link,parent,body,media\r\n"
          "a,/r/s/a,2024-01-02 03:04:05 UTC,192.0.2.7,s,0,l,p,\"two\nlines, \"\"quoted\"\"\",\r\n"},
         {"statistics.csv", "statistic,value\naccount name,ansa\n"},
         {"saved_comments.csv", "id,permalink\nt1_z,/r/s/z\n"}});
    ASSERT_EQ(imported.posts.size(), 1U) << imported.error;
    EXPECT_EQ(imported.posts[0].id, "t1_a");
    EXPECT_EQ(imported.posts[0].author, "ansa");
    EXPECT_EQ(imported.posts[0].text, "two\nlines, \"quoted\"");
    EXPECT_EQ(imported.posts[0].created_at, "2024-01-02T03:04:05Z");
    EXPECT_EQ(imported.posts[0].rest.find("192.0.2.7"), string::npos);
}

// ---- Chats

TEST(WhatsApp, Day_and_month_are_told_apart_by_the_whole_file_or_not_at_all) {
    const auto moment = [](const string& chat) {
        const Imported imported = import_all("whatsapp", {{"_chat.txt", chat}});
        return imported.posts.empty() ? "rejected" : imported.posts[0].created_at;
    };
    EXPECT_EQ(moment("05/06/19, 11:25 - A: x\n13/06/19, 11:25 - A: y\n"), "2019-06-05T11:25:00Z");
    EXPECT_EQ(moment("05/06/19, 11:25 - A: x\n06/13/19, 11:25 - A: y\n"), "2019-05-06T11:25:00Z");
    EXPECT_EQ(moment("05/06/19, 11:25 - A: x\n01/07/19, 11:25 - A: y\n"), "2019-06-05T11:25:00Z")
        << "only so do the dates run on";
    EXPECT_EQ(moment("05/06/19, 11:25 - A: x\n"), "rejected");
    EXPECT_EQ(moment("13/14/19, 11:25 - A: x\n"), "rejected");
}

TEST(WhatsApp, Messages_go_on_over_lines_and_attachments_are_no_text) {
    const Imported imported =
        import_all("auto", {{"_chat.txt",
                             "\u200E[24.12.2019, 9:05:07\u202FPM] Ansa T: one\n24 lines: two\n"
                             "[25.12.2019, 9:05:07 AM] Ansa T: \u200E<attached: 1.jpg>\n"
                             "[25.12.2019, 9:05:08 AM] Messages are end-to-end encrypted.\n"}});
    EXPECT_EQ(texts(imported), (Strings{"one\n24 lines: two"})) << imported.error;
    EXPECT_EQ(imported.posts[0].created_at, "2019-12-24T21:05:07Z");
    EXPECT_EQ(imported.posts[0].audience, "private");
    EXPECT_EQ(imported.counts.rejected, (Reasons{{"no_text", 1}, {"system_message", 1}}));
}

TEST(Telegram, A_chat_is_private_unless_it_says_public_and_forwards_are_other_peoples) {
    const auto chat = [](const string& type) {
        return R"({"name":"n","type":")" + type +
               R"(","id":5,"messages":[{"id":1,"type":"message","date_unixtime":"10","from":"A",)"
               R"("from_id":"user7","text":["hi ",{"type":"mention","text":"@b"},{"type":"bold","text":"!"}]},)"
               R"({"id":2,"type":"service","date_unixtime":"11"},)"
               R"({"id":3,"type":"message","date_unixtime":"12","forwarded_from":"B","text":"theirs"}]})";
    };
    const Imported all =
        import_all("auto", {{"result.json", R"({"chats":{"list":[)" + chat("public_supergroup") +
                                                "," + chat("private_group") + "]}}"}});
    ASSERT_EQ(all.posts.size(), 2U) << all.error;
    EXPECT_EQ(all.posts[0].text, "hi @someone!");
    EXPECT_EQ(all.posts[0].author, "user7");
    EXPECT_EQ(all.posts[0].id, "5/1");
    EXPECT_EQ(all.posts[0].audience, "public");
    EXPECT_EQ(all.posts[1].audience, "private");
    EXPECT_EQ(all.counts.rejected, (Reasons{{"repost", 2}, {"system_message", 2}}));
}

TEST(Mbox, Parts_codings_and_sets_are_undone_and_mail_is_private) {
    const Imported imported = import_all(
        "auto",
        {{"a.mbox",
          "From ansa Thu Jan  2 03:04:05 2020\n"
          "From: \"Ansa @ home\" <ansa@example.org>\nTo: Beno <beno@example.org>,\n "
          "cilo@example.org\n"
          "Date: Thu, 02 Jan 2020 03:04:05 +0100 (CET)\nMessage-ID: <1@example.org>\n"
          "Content-Type: multipart/alternative; boundary=\"b b\"\n\n"
          "--b b\nContent-Type: text/html\n\n<p>no</p>\n"
          "--b b\nContent-Type: text/plain; charset=iso-8859-1\n"
          "Content-Transfer-Encoding: quoted-printable\n\ncaf=E9 =\nau lait\n>From here\n--b b--\n"
          "\nFrom beno Thu Jan  2 03:04:05 2020\n"
          "From: beno@example.org\nDate: Thu, 02 Jan 2020 03:04:06 GMT\n"
          "Content-Transfer-Encoding: base64\n\naGVs\nbG8=\n"
          "\nFrom x\nSubject: nothing\n\nno date\n"}});
    ASSERT_EQ(imported.error, "");
    EXPECT_EQ(texts(imported), (Strings{"café au lait\nFrom here", "hello"}));
    EXPECT_EQ(imported.posts[0].author, "ansa@example.org");
    EXPECT_EQ(imported.posts[0].id, "1@example.org");
    EXPECT_EQ(imported.posts[0].created_at, "2020-01-02T02:04:05Z");
    EXPECT_NE(imported.posts[0].rest.find(R"(["beno@example.org","cilo@example.org"])"),
              string::npos);
    EXPECT_EQ(imported.posts[0].audience, "private");
    EXPECT_EQ(imported.counts.rejected, (Reasons{{"bad_time", 1}}));
}

// ---- Bluesky (repositories: repository_test.cpp)

TEST(Bluesky, Preferences_forbid_and_never_permit) {
    const auto objected = [](const string& record) {
        return import_all("bluesky", {{"records.json",
                                       R"({"records":[{"uri":"at://did:plc:a/c/self","value":)" +
                                           record + "}]}"}})
            .objected;
    };
    EXPECT_EQ(objected(R"({"$type":"org.user-intents.declaration","syntheticContentGeneration":)"
                       R"({"allow":false,"updatedAt":"2025-02-20T21:37:20Z"}})"),
              (Strings{"did:plc:a 2025-02-20T21:37:20Z"}));
    EXPECT_EQ(objected(R"({"$type":"org.user-intents.declaration","syntheticContentGeneration":)"
                       R"({"allow":true}})"),
              Strings{});
    EXPECT_EQ(objected(R"({"$type":"community.lexicon.preference.ai","preferences":{"training":)"
                       R"({"allow":false}}})"),
              (Strings{"did:plc:a 1970-01-01T00:00:00Z"}));
}

// ---- All of them

TEST(Formats, A_folder_or_file_of_no_or_of_several_formats_is_not_guessed) {
    EXPECT_NE(import_all("auto", {{"x.json", "{}"}}).error, "");
    EXPECT_NE(import_all("auto", {{"message_1.json",
                                   R"({"participants":[],"messages":[{"sender_name":"A"}]})"}})
                  .error,
              "")
        << "Facebook and Instagram write it alike";
    EXPECT_NE(import_all("nonsense", {{"x", "x"}}).error, "");
    EXPECT_NE(import_all("twitter", {{"x.txt", "x"}}).error, "");
}

TEST(Formats, A_file_that_is_cut_off_is_an_error) {
    for (const auto& [format, file] : Files{{"twitter", "window.YTD.tweets.part0 = [{\"tweet\":"},
                                            {"mastodon", R"({"orderedItems":[{"type":"Note")"},
                                            {"telegram", R"({"messages":[{"type":"mess)"},
                                            {"bluesky", "\x3A\xA2"}}) {
        const TestFolder folder;
        EXPECT_NE(import_path(format, folder.write("x", file)).error, "") << format;
    }
}

}  // namespace
}  // namespace litura::corpus
