// What each format says besides its author's words, and that it is never taken for them: the
// audience told elsewhere, what was deleted, what programs wrote. The table in docs/importing.md is
// made of these rows.
#include <set>
#include <sstream>

#include "corpus/importers/format_test_files.hpp"

namespace litura::corpus {
namespace {

using std::string;

struct Row {
    string format, trait;
    Files files;
    string outcome;  ///< "text (audience), ...; reason n, ..."
};

string outcome(const Imported& imported) {
    if (!imported.error.empty()) return "refused";
    string out;
    for (const auto& post : imported.posts)
        out += (out.empty() ? "" : ", ") + post.text + " (" + post.audience + ")";
    for (const auto& [reason, count] : imported.counts.rejected)
        out += "; " + reason + " " + std::to_string(count);
    if (imported.counts.objections > 0)
        out += "; objections " + std::to_string(imported.counts.objections);
    return out;
}

const string kNarrower = "audience told elsewhere", kDeleted = "deleted or removed",
             kPrograms = "program's lines", kEdited = "edited", kFiles = "files without words",
             kReposts = "others' posts", kPlaceholders = "names of nobody",
             kWishes = "wishes against training", kNothing = "nothing read", kNicks = "nicks";
const std::vector<string> kTraits = {kNarrower, kDeleted,      kPrograms, kEdited, kFiles,
                                     kReposts,  kPlaceholders, kWishes,   kNicks,  kNothing};

string tweet(const string& id, const string& text, const string& more = "") {
    return R"({"tweet":{"id_str":")" + id +
           R"(","created_at":"Wed Oct 12 20:19:24 +0000 2022","full_text":")" + text + "\"" + more +
           "}}";
}
string x_file(const string& variable, const string& items) {
    return "window.YTD." + variable + ".part0 = [" + items + "]";
}
const std::pair<string, string> kAccount = {"data/account.js",
                                            x_file("account", R"({"account":{"accountId":"77"}})")};
const std::pair<string, string> kOpen = {
    "data/protected-history.js",
    x_file(
        "protected_history",
        R"({"protectedHistory":{"protectedAt":"2022-10-01T00:00:00.000Z","action":"Unprotect"}})")};

Files x(const string& name, const string& variable, const string& items) {
    return {kAccount,
            kOpen,
            {"data/tweets.js", x_file("tweets", tweet("1", "all") + "," + tweet("2", "few"))},
            {"data/" + name, x_file(variable, items)}};
}

string reddit(const string& id, const string& more) {
    return R"({"id":")" + id +
           R"(","author":"Vera_E","body":"words","created_utc":1700000000,"subreddit":"s")" + more +
           "}\n";
}
string meta(const string& content, const string& sender = "Vera", const string& more = "") {
    return R"({"participants":[{"name":"Vera"},{"name":"Otto"}],"messages":[{"sender_name":")" +
           sender + R"(","timestamp_ms":1650000000001,"content":")" + content + "\"" + more + "}]}";
}
string telegram(const string& more, const string& type = "public_supergroup") {
    return R"({"name":"g","type":")" + type +
           R"(","id":5,"messages":[{"id":1,"type":"message","date_unixtime":"10",)"
           R"("from":"Vera","from_id":"user7")" +
           more + "}]}";
}
string status(const string& more, const string& account = "") {
    return R"([{"uri":"https://m.example/users/vera/statuses/1","created_at":"2024-01-02T03:04:05.000Z",)"
           R"("content":"<p>words</p>",)"
           R"("visibility":"public","account":{"url":"https://m.example/@vera")" +
           account + "}" + more + "}]";
}
string note(const string& more) {
    return R"({"@context":"https://www.w3.org/ns/activitystreams","type":"Note","id":"1",)"
           R"("published":"2024-01-02T03:04:05Z",)"
           R"("attributedTo":"me","content":"words","to":["as:Public"])" +
           more + "}";
}
string sky(const string& author, const string& more = "") {
    return R"({"feed":[{"post":{"uri":"at://did:plc:v/app.bsky.feed.post/1","author":{"did":"did:plc:v")" +
           author +
           R"(},"record":{"$type":"app.bsky.feed.post","text":"words","createdAt":"2024-01-02T03:04:05Z"}})" +
           more + "}]}";
}
string profile(const string& key, const string& value) {
    return R"({"profile_user":[{"string_map_data":{"Username":{"value":"vera"},")" + key +
           R"(":{"value":")" + value + "\"}}}]}";
}
const string kCaption = R"([{"media":[{"creation_timestamp":5,"title":"words"}]}])";
Files chat(const string& text) { return {{"_chat.txt", text}}; }
const string kIphone = "\u200E[14.02.23, 12:2";

std::vector<Row> rows() {
    std::vector<Row> all = {
        {"twitter", kNarrower,
         x("twitter-circle-tweet.js", "twitter_circle_tweet", tweet("2", "few")),
         "all (public), few (followers), few (followers)"},
        {"twitter", kNarrower, x("twitter-circle-tweet.js", "tweet", tweet("2", "few")),
         "all (public), few (followers), few (followers)"},
        {"twitter", kNarrower, x("community-tweet.js", "community_tweet", tweet("3", "ours")),
         "ours (followers), all (public), few (public)"},
        {"twitter", kNarrower,
         x("t.js", "tweets", tweet("3", "ours", R"(,"community_id_str":"1")")),
         "ours (followers), all (public), few (public)"},
        {"twitter", kNarrower,
         x("t.js", "tweets", tweet("3", "ours", R"(,"exclusive_tweet_info":{"a":1})")),
         "ours (followers), all (public), few (public)"},
        {"twitter", kDeleted,
         x("deleted-tweet-headers.js", "deleted_tweet_headers",
           R"({"tweet":{"tweet_id":"2","deleted_at":"x"}})"),
         "all (public), few (public); deleted 1"},
        {"twitter", kReposts, x("t.js", "tweets", tweet("3", "RT @otto: his")),
         "all (public), few (public); repost 1"},
        {"twitter", kNothing, {{"account.js", kAccount.second}}, "refused"},
        {"reddit",
         kDeleted,
         {{"RC.ndjson",
           reddit("1", R"(,"_meta":{"was_deleted_later":true,"removal_type":"deleted"})") +
               reddit("2", R"(,"_meta":{"removal_type":"removed"})") +
               reddit("3", R"(,"_meta":{"retrieved_2nd_on":5})")}},
         "words (public); deleted 2"},
        {"reddit",
         kDeleted,
         {{"RC.ndjson", reddit("1", R"(,"removed_by_category":"reddit")") +
                            reddit("2", R"(,"banned_by":true)") +
                            reddit("3", R"(,"removed_by_category":null,"banned_by":null)")}},
         "words (public); deleted 2"},
        {"reddit",
         kDeleted,
         {{"RS.ndjson",
           R"({"id":"c","author":"V","title":"t",)"
           R"("selftext":"[ Removed by Reddit on account of violating the [content policy](/x). ]",)"
           R"("created_utc":1})"
           "\n"
           R"({"id":"d","author":"V","title":"t","selftext":"\\[removed\\]","created_utc":1})"}},
         "; deleted 2"},
        {"reddit",
         kNarrower,
         {{"RC.ndjson", reddit("1", R"(,"subreddit_type":"private")") +
                            reddit("2", R"(,"subreddit_type":"gold_only")") +
                            reddit("3", R"(,"subreddit_type":"of tomorrow")")}},
         "words (private), words (private), words (unknown)"},
        {"reddit",
         kReposts,
         {{"RS.ndjson", R"({"id":"c","author":"V","title":"t","selftext":"s","created_utc":1,)"
                        R"("crosspost_parent":"t3_x"})"}},
         "; repost 1"},
        {"reddit",
         kPlaceholders,
         {{"RC.ndjson", R"({"id":"1","author":"[deleted]","body":"words","created_utc":1})"}},
         "; deleted 1"},
        {"facebook",
         kDeleted,
         {{"message_1.json", meta("You unsent a message")},
          {"message_2.json", meta("x", "Vera", R"(,"is_unsent":true)")},
          {"message_3.json", meta("Vera unsent a message")}},
         "; deleted 3"},
        {"facebook",
         kDeleted,
         {{"Otto_12.json",
           R"({"participants":["Otto","Vera"],"threadName":"Otto_12","messages":[{"isUnsent":false,)"
           R"("senderName":"Vera","text":"shall we","timestamp":1705000000000,"type":"text"},)"
           R"({"isUnsent":true,"senderName":"Otto","text":"","timestamp":1705000000001,"type":"text"}]})"}},
         "shall we (private); deleted 1"},
        {"facebook",
         kPrograms,
         {{"message_1.json", meta("Vera sent an attachment.")},
          {"message_2.json", meta("Reacted \\u00f0\\u009f\\u0098\\u0086 to your message ")},
          {"message_3.json", meta("Vera hat einen Anhang gesendet.")},
          {"message_4.json", meta("Liked a message")}},
         "; system_message 4"},
        {"facebook",
         kEdited,
         {{"message_1.json", meta("Last year (edited)")}},
         "Last year (private)"},
        {"facebook",
         kPlaceholders,
         {{"message_1.json", meta("I am Otto", "Facebook User")},
          {"message_2.json", meta("I am Anna", "Facebook User")},
          {"message_3.json", meta("I am Ada", "Facebook-Nutzer*in")}},
         "; no_author 3"},
        {"facebook",
         kFiles,
         {{"your_posts_1.json",
           R"([{"timestamp":12,"attachments":[{"data":[{"external_context":{"url":"https://x"}}]}]}])"}},
         "; no_text 1"},
        {"facebook",
         kNothing,
         {{"posts_from_apps_and_websites.json",
           R"({"app_posts_v2":[{"timestamp":1,"title":"t"}]})"}},
         "refused"},
        {"instagram",
         kNarrower,
         {{"personal_information.json", profile("Private Account", "False")},
          {"posts_1.json", kCaption}},
         "words (public)"},
        {"instagram",
         kNarrower,
         {{"personal_information.json", profile("Compte priv\\u00c3\\u00a9", "True")},
          {"posts_1.json", kCaption}},
         "words (followers)"},
        {"instagram",
         kNarrower,
         {{"personal_information.json", profile("Yksityinen tili", "True")},
          {"posts_1.json", kCaption}},
         "words (followers)"},
        {"instagram",
         kNarrower,
         {{"personal_information.json", profile("of a language to come", "True")},
          {"posts_1.json", kCaption}},
         "words (followers)"},
        {"instagram",
         kNarrower,
         {{"personal_information.json", profile("of a language to come", "False")},
          {"posts_1.json", kCaption}},
         "words (unknown)"},
        {"instagram",
         kPrograms,
         {{"message_1.json", meta("Liked a message")},
          {"message_2.json", meta("A aim\\u00c3\\u00a9 un message")}},
         "; system_message 2"},
        {"instagram",
         kDeleted,
         {{"message_1.json", meta("x", "Vera", R"(,"is_unsent":true)")}},
         "; deleted 1"},
        {"instagram",
         kPlaceholders,
         {{"message_1.json", meta("hey", "Instagram User")}},
         "; no_author 1"},
        {"instagram",
         kFiles,
         {{"personal_information.json", profile("Private Account", "False")},
          {"posts_1.json", R"([{"media":[{"creation_timestamp":5,"title":""}]}])"}},
         "; no_text 1"},
        {"instagram",
         kNothing,
         {{"stories.json",
           R"({"ig_stories":[{"title":"words","creation_timestamp":1600000000}]})"}},
         "refused"},
        {"mastodon",
         kNarrower,
         {{"statuses.json", status(R"(,"local_only":true)")}},
         "words (followers)"},
        {"mastodon",
         kNarrower,
         {{"outbox.json", R"({"orderedItems":[)" + note(R"(,"directMessage":true)") + "]}"}},
         "words (private)"},
        {"mastodon",
         kReposts,
         {{"statuses.json", status(R"(,"reblog":{"id":"1"})")}},
         "; repost 1"},
        {"mastodon",
         kReposts,
         {{"m.example.user.vera.json",
           R"({"account":{"url":"https://m.example/@vera"},"statuses":)" + status("") +
               R"(,"favourites":)" + status("") + "}"}},
         "words (public)"},
        {"mastodon",
         kDeleted,
         {{"outbox.json", R"({"orderedItems":[{"type":"Delete","object":{"id":"9"}}]})"}},
         "; deleted 1"},
        {"mastodon",
         kWishes,
         {{"statuses.json", status("", R"(,"indexable":false)")}},
         "words (public); objections 1"},
        {"mastodon", kNothing, {{"likes.json", R"({"type":"OrderedCollection"})"}}, "refused"},
        {"activitystreams",
         kNarrower,
         {{"a.json", note(R"(,"localOnly":true)")}},
         "words (followers)"},
        {"activitystreams",
         kNarrower,
         {{"a.json", note(R"(,"visibility":"specified")")}},
         "words (private)"},
        {"activitystreams",
         kDeleted,
         {{"a.json", R"({"type":"Tombstone","id":"9"})"}},
         "; deleted 1"},
        {"activitystreams",
         kReposts,
         {{"a.json", R"({"type":"Announce","object":"x"})"}},
         "; repost 1"},
        {"activitystreams",
         kWishes,
         {{"a.json", R"({"type":"Person","id":"me","indexable":false})"}},
         "; objections 1"},
        {"bluesky",
         kNarrower,
         {{"feed.json", sky(R"(,"labels":[{"val":"!no-unauthenticated","src":"did:plc:v"}])")}},
         "words (followers)"},
        {"bluesky",
         kNarrower,
         {{"feed.json", sky("")},
          {"profile.json", R"({"uri":"at://did:plc:v/app.bsky.actor.profile/self",)"
                           R"("value":{"$type":"app.bsky.actor.profile",)"
                           R"("labels":{"$type":"com.atproto.label.defs#selfLabels",)"
                           R"("values":[{"val":"!no-unauthenticated"}]}}})"}},
         "words (followers); not_a_post 1"},
        {"bluesky",
         kReposts,
         {{"feed.json", sky("", R"(,"reason":{"$type":"app.bsky.feed.defs#reasonRepost"})")}},
         "; repost 1"},
        {"bluesky",
         kWishes,
         {{"records.json",
           R"({"records":[{"uri":"at://did:plc:v/c/self",)"
           R"("value":{"$type":"community.lexicon.preference.ai","training":{"allow":"no"}}}]})"}},
         "; objections 1"},
        {"telegram",
         kNarrower,
         {{"result.json", telegram(R"(,"text":"words")", "private_supergroup")}},
         "words (private)"},
        {"telegram",
         kNarrower,
         {{"result.json", telegram(R"(,"text":"words")", "public_of_tomorrow")}},
         "words (private)"},
        {"telegram",
         kReposts,
         {{"result.json", telegram(R"(,"forwarded_from":null,"text":"x")")}},
         "; repost 1"},
        {"telegram",
         kReposts,
         {{"result.json", telegram(R"(,"via_bot":"@gif","text":"x")")}},
         "; repost 1"},
        {"telegram",
         kPrograms,
         {{"result.json",
           R"({"type":"public_channel","id":5,"messages":[{"id":1,"type":"service","text":"x"}]})"}},
         "; system_message 1"},
        {"telegram",
         kFiles,
         {{"result.json", telegram(R"(,"photo":"a.jpg","text":"")")}},
         "; no_text 1"},
        {"telegram",
         kPlaceholders,
         {{"result.json",
           R"({"type":"public_channel","id":5,"messages":[{"id":1,"type":"message","date_unixtime":"10",)"
           R"("from":"Vera","text":"x"}]})"}},
         "; no_author 1"},
        {"telegram",
         kNicks,
         {{"result.json",
           R"({"type":"private_group","id":5,"messages":[{"id":1,"type":"message","date_unixtime":"10",)"
           R"("from":"Vera","from_id":"user7","text":"Otto: yes"},{"id":2,"type":"message",)"
           R"("date_unixtime":"10","from":"Otto","from_id":"user8","text":"Note: no"}]})"}},
         "@someone: yes (private), Note: no (private)"},
        {"telegram", kNothing, {{"result.json", R"([{"a":1}])"}}, "refused"},
        {"whatsapp", kPrograms,
         chat(kIphone + "3:45] Club: \u200EMessages and calls are end-to-end encrypted.\n" +
              kIphone + "4:00] Club: \u200EVera created this group\n" + kIphone +
              "5:00] Vera: here\n"),
         "here (private); system_message 2"},
        {"whatsapp", kPrograms,
         chat("13/06/2023, 06:12 - Vera changed the subject to \u201CPlan B: the "
              "mill\u201D\n13/06/2023, 06:13 - Vera: here\n"),
         "here (private); system_message 1"},
        {"whatsapp", kDeleted,
         chat("13/06/2023, 06:12 - Vera: This message was deleted\n13/06/2023, 06:13 - Vera: Du "
              "hast diese Nachricht gel\u00F6scht.\n13/06/2023, 06:13 - Otto: "
              "\u0414\u0430\u043D\u043D\u043E\u0435 "
              "\u0441\u043E\u043E\u0431\u0449\u0435\u043D\u0438\u0435 "
              "\u0443\u0434\u0430\u043B\u0435\u043D\u043E\n"),
         "; deleted 3"},
        {"whatsapp", kEdited,
         chat("13/06/2023, 06:12 - Vera: at nine <This message was edited>\n" + kIphone +
              "5:00] Vera: at ten \u200E<in a language to come>\n"),
         "at nine (private), at ten (private)"},
        {"whatsapp", kFiles,
         chat("13/06/2023, 06:12 - Vera: IMG-1.jpg (file attached)\n13/06/2023, 06:12 - Vera: "
              "IMG-1.jpg (Datei angeh\u00E4ngt)\na caption\n13/06/2023, 06:12 - Otto: "
              "null\n13/06/2023, 06:12 - Otto: <Medien ausgeschlossen>\n" +
              kIphone + "5:00] Vera: \u200Eimage omitted\n"),
         "a caption (private); no_text 4"},
        {"whatsapp", kNicks,
         chat("13/06/2023, 06:12 - Vera: Otto, are you there\n13/06/2023, 06:13 - Otto: Note: I "
              "am\n"),
         "@someone, are you there (private), Note: I am (private)"},
        {"whatsapp", kNothing, chat("no chat at all\n"), "refused"},
        {"signal", kNicks,
         chat("[2019-12-24, 12:23] Vera: Otto: come\n[2019-12-24, 12:24] Otto: yes\n"),
         "@someone: come (private), yes (private)"},
        {"signal", kNothing, chat("no chat at all\n"), "refused"},
        {"mbox",
         kPlaceholders,
         {{"a.mbox",
           "From x\nFrom: V <noreply@x.example>\nDate: Thu, 02 Jan 2020 03:04:05 "
           "+0000\n\nwords\n"}},
         "; no_author 1"},
        {"mbox",
         kFiles,
         {{"a.mbox",
           "From x\nFrom: v@x.example\nDate: Thu, 02 Jan 2020 03:04:05 +0000\nContent-Type: "
           "image/png\n\nAAAA\n"}},
         "; no_text 1"},
        {"mbox",
         kPrograms,
         {{"a.mbox",
           "From x\nFrom: v@x.example\nDate: Thu, 02 Jan 2020 03:04:05 "
           "+0000\nContent-Transfer-Encoding: base64\n\nd29yZHM=\n____\nclub mailing list\n"}},
         "words (private)"},
        {"jsonl",
         kNarrower,
         {{"a.jsonl",
           R"({"id":"1","author":"a","created_at":"2024-01-02T03:04:05Z","text":"words",)"
           R"("audience":"of tomorrow"})"}},
         "; bad_audience 1"},
    };
    return all;
}

TEST(Traits, What_a_file_says_besides_words_is_seen) {
    for (const Row& row : rows())
        EXPECT_EQ(outcome(import_all(row.format, row.files,
                                     row.format == "facebook" && row.trait == kFiles ? "me" : "")),
                  row.outcome)
            << row.format << ": " << row.trait;
}

/// The table of docs/importing.md.
string table() {
    std::set<std::pair<string, string>> seen;
    for (const Row& row : rows()) seen.emplace(row.format, row.trait);
    string out = "| format |", rule = "|---|";
    for (const string& trait : kTraits) {
        out += " " + trait + " |";
        rule += "---|";
    }
    out += "\n" + rule + "\n";
    for (const Format& format : formats()) {
        out += "| `" + string(format.name) + "` |";
        for (const string& trait : kTraits)
            out += seen.contains({string(format.name), trait}) ? " yes |" : " |";
        out += "\n";
    }
    return out;
}

TEST(Traits, The_table_in_the_documentation_is_what_these_tests_show) {
    std::ifstream file(Path(LITURA_SOURCE_DIR) / "docs/importing.md");
    std::stringstream page;
    page << file.rdbuf();
    EXPECT_NE(page.str().find(table()), string::npos) << "docs/importing.md should hold\n"
                                                      << table();
}

}  // namespace
}  // namespace litura::corpus
