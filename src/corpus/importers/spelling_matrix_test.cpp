// One person in every form that a format has had: erased in one, imported in all others, nothing of
// them is there. And two people are never one account.
#include <set>

#include "corpus/importers/format_test_files.hpp"
#include "corpus/test_corpus.hpp"
#include "ledger/decide.hpp"
#include "ledger/requests.hpp"
#include "ledger/snapshots.hpp"

namespace litura::corpus {
namespace {

using std::string;

/// The same person's files of one generation.
struct Form {
    string name;
    Files files;
    string given = "";  ///< --person
};

struct Platform {
    string format;
    std::vector<Form> forms;
};

string tweets(const string& user) {
    return R"([{"id_str":"1600000000000000001","full_text":"I like goats","created_at":)"
           R"("Wed Oct 10 20:19:24 +0000 2018")" +
           (user.empty() ? "" : ",\"user\":" + user) + "}]";
}
const string kAccount =
    R"(window.YTD.account.part0 = [{"account":{"accountId":"77","username":"vera"}}])";

string note(const string& author) {
    return R"({"orderedItems":[{"type":"Create","object":{"type":"Note",)"
           R"("id":"https://m.example/users/vera/statuses/1",)"
           R"("published":"2024-01-02T03:04:05Z","attributedTo":)" +
           author + R"(,"to":["as:Public"],"content":"goats"}}]})";
}
string status(const string& account,
              const string& uri = "https://m.example/users/vera/statuses/1") {
    return R"({"id":"1","uri":")" + uri +
           R"(","created_at":"2024-01-02T03:04:05.000Z","visibility":"public","content":"goats")" +
           (account.empty() ? "" : ",\"account\":" + account) + "}";
}
const string kNewAccount =
    R"({"acct":"vera","uri":"https://m.example/users/vera","url":"https://m.example/@vera"})";
const string kOldAccount = R"({"acct":"vera","url":"https://m.example/@vera"})";

string chat(const string& from_id) {
    return R"({"name":"g","type":"public_supergroup","id":5,"messages":[{"id":1,"type":"message",)"
           R"("date":"2024-05-01T00:00:00","date_unixtime":"1714521600","from":"Vera E","from_id":)" +
           from_id + R"(,"text":"goats"}]})";
}

string comment(const string& author) {
    return R"({"id":"a1","author":")" + author +
           R"(","body":"goats","created_utc":1700000000,"subreddit":"s"})";
}
const string kComments = "id,permalink,date,body\na1,/r/s/a1,2024-01-02 03:04:05 UTC,goats\n";

string mail(const string& headers) {
    return "From x Thu Jan  2 03:04:05 2020\n" + headers +
           "\nDate: Thu, 02 Jan 2020 03:04:05 +0000\nMessage-ID: <1@x.example>\n\ngoats\n";
}

const string kFacebookProfile =
    R"({"profile_v2":{"name":{"full_name":"Vera E"},"profile_uri":"https://www.facebook.com/vera.e"}})";
const string kFacebookPosts = R"([{"timestamp":1714521600,"data":[{"post":"goats"}]}])";
const string kFacebookComments =
    R"({"comments_v2":[{"timestamp":1714521600,"data":[{"comment":{"timestamp":1714521600,)"
    R"("comment":"goats","author":"Vera E"}}]}]})";

string instagram_profile(const string& user, const string& name) {
    return R"({"profile_user":[{"string_map_data":{")" + user + R"(":{"value":"vera"},")" + name +
           R"(":{"value":"Vera E"}}}]})";
}
const string kInstagramPosts = R"([{"media":[{"creation_timestamp":1714521600,"title":"goats"}]}])";
string instagram_message(const string& sender) {
    return R"({"participants":[{"name":"Vera E"},{"name":"Otto"}],"messages":[{"sender_name":")" +
           sender + R"(","timestamp_ms":1714521600000,"content":"goats"}]})";
}

string bluesky(const string& uri) {
    return R"({"posts":[{"uri":")" + uri +
           R"(","record":{"$type":"app.bsky.feed.post","text":"goats",)"
           R"("createdAt":"2024-01-02T03:04:05Z"}}]})";
}

string line(const string& author, const string& id = "1") {
    return R"({"id":")" + id + R"(","author":")" + author +
           R"(","created_at":"2024-01-02T03:04:05Z","text":"goats","audience":"public"})";
}

std::vector<Platform> platforms() {
    return {
        {"twitter",
         {{"modern",
           {{"account.js", kAccount}, {"tweets.js", "window.YTD.tweets.part0 = " + tweets("")}}},
          {"modern, named by the operator",
           {{"account.js", kAccount}, {"tweets.js", "window.YTD.tweets.part0 = " + tweets("")}},
           "@vera"},
          {"monthly",
           {{"2018_10.js", "Grailbird.data.tweets_2018_10 = " + tweets(R"({"id_str":"77"})")}}},
          {"monthly, a number",
           {{"2018_10.js", "Grailbird.data.tweets_2018_10 = " + tweets(R"({"id":77})")}}}}},
        {"mastodon",
         {{"archive", {{"outbox.json", note(R"("https://m.example/users/vera")")}}},
          {"archive, an object",
           {{"outbox.json", note(R"({"id":"https://m.example/users/vera"})")}}},
          {"api", {{"statuses.json", "[" + status(kNewAccount) + "]"}}},
          {"api before 4.2", {{"statuses.json", "[" + status(kOldAccount) + "]"}}},
          {"api, another's address of the post",
           {{"statuses.json", "[" + status(kOldAccount, "https://m.example/notes/1") + "]"}}},
          {"mastodon-archive",
           {{"m.example.user.vera.json",
             R"({"account":)" + kOldAccount + R"(,"statuses":[)" + status("") + "]}"}}}}},
        {"activitystreams",
         {{"named", {{"a.json", note(R"("https://m.example/users/vera")")}}},
          {"profile", {{"a.json", note(R"("https://m.example/@vera")")}}},
          {"named by the operator", {{"a.json", note("null")}}, "@vera@m.example"}}},
        {"bluesky",
         {{"view", {{"a.json", bluesky("at://did:plc:vera/app.bsky.feed.post/3k")}}},
          {"record, named by the operator", {{"a.json", bluesky("")}}, "did:plc:vera"},
          {"by profile", {{"a.json", bluesky("")}}, "https://bsky.app/profile/did:plc:vera"}}},
        {"reddit",
         {{"dump", {{"RC_1.ndjson", comment("Vera_E")}}},
          {"dump, small letters", {{"RC_1.ndjson", comment("vera_e")}}},
          {"dump, with its sign", {{"RC_1.ndjson", comment("u/Vera_E")}}},
          {"request",
           {{"comments.csv", kComments},
            {"statistics.csv", "statistic,value\naccount name,Vera_E\n"}}},
          {"request, by link",
           {{"comments.csv", kComments}},
           "https://www.reddit.com/user/Vera_E/"}}},
        {"telegram",
         {{"text", {{"result.json", chat("\"user123\"")}}},
          {"number", {{"result.json", chat("123")}}},
          {"number in text", {{"result.json", chat("\"123\"")}}}}},
        {"facebook",
         {{"posts",
           {{"profile_information.json", kFacebookProfile}, {"your_posts_1.json", kFacebookPosts}}},
          {"comments",
           {{"profile_information.json", kFacebookProfile}, {"comments.json", kFacebookComments}}},
          {"comments, by profile",
           {{"comments.json", kFacebookComments}},
           "https://m.facebook.com/Vera.E/"},
          {"comments alone", {{"comments.json", kFacebookComments}}}}},
        {"instagram",
         {{"english",
           {{"personal_information.json", instagram_profile("Username", "Name")},
            {"posts_1.json", kInstagramPosts}}},
          {"finnish",
           {{"personal_information.json",
             instagram_profile("K\\u00c3\\u00a4ytt\\u00c3\\u00a4j\\u00c3\\u00a4nimi", "Nimi")},
            {"posts_1.json", kInstagramPosts}}},
          {"message",
           {{"personal_information.json", instagram_profile("Username", "Name")},
            {"message_1.json", instagram_message("Vera E")}}},
          {"by profile", {{"posts_1.json", kInstagramPosts}}, "https://www.instagram.com/vera/"}}},
        {"whatsapp",
         {{"android", {{"a.txt", "24.12.2019, 12:23 - Vera E: goats\n"}}},
          {"iphone", {{"a.txt", "[24.12.2019, 12:23:45] \u202AVera E\u202C: goats\n"}}},
          {"hard space", {{"a.txt", "24.12.2019, 12:23 - Vera\u00A0E: goats\n"}}}}},
        {"mbox",
         {{"plain", {{"a.mbox", mail("From: Vera <vera@example.example>")}}},
          {"capitals", {{"a.mbox", mail("From: VERA@Example.Example")}}},
          {"pipermail", {{"a.mbox", mail("From: vera at example.example (Vera)")}}},
          {"rewritten by a list",
           {{"a.mbox", mail("From: Vera via Club <club@lists.example>\nReply-To: Vera "
                            "<vera@example.example>\nList-Post: <mailto:club@lists.example>")}}},
          {"said by the list",
           {{"a.mbox", mail("From: 'Vera' via Club <club@lists.example>\nX-Original-From: Vera "
                            "<Vera@example.example>")}}},
          {"dmarc",
           {{"a.mbox", mail("From: Vera <vera=40example.example@dmarc.lists.example>")}}}}},
        {"jsonl",
         {{"plain", {{"a.jsonl", line("Vera Example")}}},
          {"small letters", {{"a.jsonl", line("vera example")}}},
          {"two spaces", {{"a.jsonl", line("Vera  Example")}}},
          {"unseen", {{"a.jsonl", line("\u200BVera\u00A0Example\\u0000 ")}}},
          {"full width", {{"a.jsonl", line("\uFF36era Example")}}}}},
    };
}

class World : public TestCorpus {
public:
    World()
        : TestCorpus(must(Database::in_memory()), Instant{},
                     must(parse_instant("2026-01-01T00:00:00Z"))) {}

    ImportCounts take(const string& format, const Form& form) {
        const TestFolder folder;
        for (const auto& [name, content] : form.files) folder.write(name, content);
        const auto bars = must(ledger().snapshots().latest());
        const Receiver receiver = {.record =
                                       [&](IncomingRecord record) {
                                           return corpus().add(ledger(), *bars, format, record);
                                       },
                                   .deleted = {},
                                   .objected = {}};
        return must(import_files(*must(find_format(format, folder.path())), folder.path(),
                                 {PersonalText(form.given)}, receiver));
    }
    void erase(const Digest& person) {
        const auto request = must(ledger().requests().accept(
            {ledger::RequestKind::erasure, person, std::nullopt, "letter"}, "model_training"));
        auto transaction = must(db().begin());
        must(corpus().erase(person));
        must(ledger().requests().begin_erasure(request.id));
        must(transaction.commit());
    }
    std::vector<RecordRow> rows() {
        std::vector<RecordRow> all;
        must(corpus().each_page([&](std::span<const RecordRow> page) -> Result<void> {
            all.insert(all.end(), page.begin(), page.end());
            return done();
        }));
        return all;
    }
};

TEST(SpellingMatrix, Who_was_erased_in_one_form_comes_back_in_none) {
    for (const Platform& platform : platforms()) {
        for (const Form& erased : platform.forms) {
            World world;
            world.take(platform.format, erased);
            if (world.rows().empty()) continue;  // a form that names nobody
            world.erase(world.rows().front().person);
            for (const Form& form : platform.forms) {
                world.take(platform.format, form);
                EXPECT_TRUE(world.rows().empty()) << platform.format << ": erased as "
                                                  << erased.name << ", back as " << form.name;
            }
        }
    }
}

TEST(SpellingMatrix, Every_format_has_a_form_that_names_its_author) {
    for (const Format& format : formats()) {
        if (format.name == "signal") continue;  // read as whatsapp is
        const auto all = platforms();
        const auto platform = std::ranges::find(all, format.name, &Platform::format);
        ASSERT_NE(platform, all.end()) << format.name;
        World world;
        world.take(platform->format, platform->forms.front());
        EXPECT_EQ(world.rows().size(), 1U) << format.name;
    }
}

TEST(SpellingMatrix, The_forms_of_one_generation_are_one_account) {
    for (const Platform& platform : platforms()) {
        if (platform.format == "jsonl") continue;  // its names are whatever the operator's are
        World world;
        for (const Form& form : platform.forms) world.take(platform.format, form);
        std::set<Digest> accounts;
        for (const RecordRow& row : world.rows()) accounts.insert(row.account);
        if (platform.format == "reddit" || platform.format == "bluesky" ||
            platform.format == "facebook" || platform.format == "instagram" ||
            platform.format == "activitystreams")
            EXPECT_LE(accounts.size(), 3U)
                << platform.format << ": what an operator calls them may differ";
        else
            EXPECT_EQ(accounts.size(), 1U) << platform.format;
    }
}

TEST(SpellingMatrix, A_bar_that_an_earlier_version_made_holds) {
    const auto stays_out = [](const string& format, const string& earlier, const Form& form) {
        World world;
        IncomingRecord record;
        record.id = PersonalText("old");
        record.author = PersonalText(earlier);
        record.text = PersonalText("goats");
        const auto bars = must(world.ledger().snapshots().latest());
        must(world.corpus().add(world.ledger(), *bars, format, record));
        world.erase(world.rows().front().person);
        world.take(format, form);
        return world.rows().empty();
    };
    EXPECT_TRUE(stays_out("mastodon", "https://m.example/@vera",
                          {"", {{"outbox.json", note(R"("https://m.example/users/vera")")}}}));
    EXPECT_TRUE(stays_out(
        "facebook", "Vera E",
        {"",
         {{"profile_information.json", kFacebookProfile}, {"comments.json", kFacebookComments}}}));
    EXPECT_TRUE(stays_out("mbox", "Vera@Example.example",
                          {"", {{"a.mbox", mail("From: vera@example.example")}}}));
}

TEST(SpellingMatrix, An_account_that_is_known_by_an_earlier_form_stays_that_account) {
    World world;
    IncomingRecord record;
    record.id = PersonalText("old");
    record.author = PersonalText("https://m.example/@vera");
    record.text = PersonalText("goats");
    const auto bars = must(world.ledger().snapshots().latest());
    must(world.corpus().add(world.ledger(), *bars, "mastodon", record));
    world.take("mastodon", {"", {{"outbox.json", note(R"("https://m.example/users/vera")")}}});
    ASSERT_EQ(world.rows().size(), 2U);
    EXPECT_EQ(world.rows()[0].account, world.rows()[1].account);
}

TEST(SpellingMatrix, Two_forms_in_one_file_are_the_account_of_the_first) {
    World world;
    world.take("jsonl", {"",
                         {{"a.jsonl", line("https://m.example/@vera") + "\n" +
                                          line("https://m.example/users/vera", "2")}}});
    ASSERT_EQ(world.rows().size(), 2U);
    EXPECT_EQ(world.rows()[0].account, world.rows()[1].account);
}

TEST(SpellingMatrix, Names_of_nobody_are_no_account) {
    const auto authors = [](const string& format, const Files& files) {
        Strings names;
        for (const auto& post : import_all(format, files).posts) names.push_back(post.author);
        return names;
    };
    for (const string name :
         {"Facebook User", "Facebook-Nutzer", "Utilisateur Facebook", "Usuario de Facebook", ""}) {
        EXPECT_EQ(authors("facebook", {{"message_1.json", instagram_message(name)}}), Strings{})
            << name;
    }
    EXPECT_EQ(authors("instagram", {{"message_1.json", instagram_message("Instagram User")}}),
              Strings{});
    EXPECT_EQ(authors("reddit", {{"RC_1.ndjson", comment("[deleted]")}}), Strings{});
    EXPECT_EQ(authors("telegram", {{"result.json", chat("null")}}), Strings{});
    for (const string from :
         {"Vera <noreply@hub.example>", "Vera <notifications@hub.example>",
          "ver...@example.example", "vera@xxxxxxx.example", "Vera via Club <club@lists.example>",
          "a@x.example, b@x.example", "club-bounces@lists.example", "vera"})
        EXPECT_EQ(authors("mbox", {{"a.mbox", mail("From: " + from)}}), Strings{}) << from;
    EXPECT_EQ(
        authors(
            "mbox",
            {{"a.mbox",
              mail("From: Club <club@lists.example>\nList-Post: <mailto:club@lists.example>")}}),
        Strings{});
    EXPECT_EQ(authors("jsonl", {{"a.jsonl", line("\u200B \u3164")}}), Strings{});
}

TEST(SpellingMatrix, An_objection_in_one_file_is_the_same_accounts_as_the_posts_of_another) {
    string account = kOldAccount;
    account.insert(1, R"("indexable":false,)");
    const Imported api = import_all("mastodon", {{"statuses.json", "[" + status(account) + "]"}});
    const Imported archive =
        import_all("mastodon", {{"outbox.json", note(R"("https://m.example/users/vera")")}});
    ASSERT_EQ(api.objected.size(), 1U);
    EXPECT_EQ(api.objected[0].substr(0, api.objected[0].find(' ')), archive.posts.at(0).author);
}

}  // namespace
}  // namespace litura::corpus
