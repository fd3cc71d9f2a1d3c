#include "corpus/corpus.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "corpus/test_corpus.hpp"
#include "corpus/test_files.hpp"
#include "ledger/decide.hpp"
#include "ledger/persons.hpp"
#include "ledger/requests.hpp"
#include "ledger/snapshots.hpp"

namespace litura::corpus {
namespace {

constexpr std::string_view kPurpose = "model_training";

Instant day(std::int64_t number) { return Instant{1'700'000'000'000}.plus_days(number); }

/// A record in the making; plain strings, so that tests can copy it.
struct Post {
    std::string id, author, text;
    std::int64_t created = 0;
    std::optional<std::int64_t> edited = std::nullopt;
    ledger::Audience audience = ledger::Audience::everyone;
    std::string rest = "";

    IncomingRecord record() const {
        IncomingRecord record;
        record.id = PersonalText(id);
        record.author = PersonalText(author);
        record.text = PersonalText(text);
        record.created_at = day(created);
        if (edited.has_value()) record.edited_at = day(*edited);
        record.audience = audience;
        record.rest = PersonalText(rest);
        return record;
    }
};

/// A hundred days after its beginning.
class Project : public TestCorpus {
public:
    explicit Project(Database db = must(Database::in_memory()))
        : TestCorpus(std::move(db), day(0), day(100)) {}

    Added add(const Post& post, std::string_view source = "forum") {
        const auto bars = ledger().snapshots().latest().value();
        return corpus().add(ledger(), *bars, source, post.record()).value();
    }
    std::string outcome(const Post& post) {
        const Added added = add(post);
        if (added.outcome == Outcome::rejected) return added.reason;
        return added.outcome == Outcome::imported ? "imported" : "unchanged";
    }
    RecordRow row(const std::string& id) { return corpus().find(PersonalText(id)).value(); }
    std::string text(const std::string& id) {
        return corpus().effective_text(row(id).record).value().reveal();
    }

    Digest tag_of(const std::string& author) {
        return keys::account_tag(secrets().deal, "forum", PersonalText(author)).value();
    }

    void erase(const Digest& person) {
        const auto request = ledger().requests().accept(
            {ledger::RequestKind::erasure, person, std::nullopt, "letter"}, kPurpose);
        auto transaction = db().begin().value();
        CHECK(corpus().erase(person).ok());
        CHECK(ledger().requests().begin_erasure(request.value().id).ok());
        CHECK(transaction.commit().ok());
    }
    void erase_one(const Digest& record) {
        const auto request = ledger().requests().accept(
            {ledger::RequestKind::erasure, corpus().row(record).value()->person, record, "letter"},
            kPurpose);
        const auto spellings = corpus().spellings(ledger(), record).value();
        auto transaction = db().begin().value();
        CHECK(corpus().erase_record(record).ok());
        CHECK(ledger().requests().begin_erasure(request.value().id, spellings.id).ok());
        CHECK(transaction.commit().ok());
    }
    void rectify(const Digest& record, const std::string& text) {
        const RecordRow old = corpus().row(record).value().value();
        const auto request = ledger().requests().accept(
            {ledger::RequestKind::rectification, old.person, record, "letter"}, kPurpose);
        const auto spellings = corpus().spellings(ledger(), record).value();
        auto transaction = db().begin().value();
        CHECK(corpus().rectify(record, PersonalText(text), ledger().now().value()).ok());
        CHECK(ledger()
                  .requests()
                  .begin_rectification(request.value().id, old.wording, spellings.wording)
                  .ok());
        CHECK(transaction.commit().ok());
    }
};

/// Ordered by record tag.
std::vector<RecordRow> all_rows(Corpus& corpus) {
    std::vector<RecordRow> all;
    const auto walked = corpus.each_page([&](std::span<const RecordRow> rows) -> Result<void> {
        all.insert(all.end(), rows.begin(), rows.end());
        return done();
    });
    CHECK(walked.ok());
    std::ranges::sort(all, {}, &RecordRow::record);
    return all;
}

TEST(Corpus, A_record_comes_back_as_it_was_and_as_training_may_use_it) {
    Project project;
    const Post post{"7",
                    "ansa",
                    "> yours\nmine, @beno",
                    3,
                    5,
                    ledger::Audience::followers,
                    R"({"likes":3,"id":"9"})"};
    EXPECT_EQ(project.outcome(post), "imported");
    const RecordRow row = project.row("7");
    EXPECT_EQ(row.source, "forum");
    EXPECT_EQ(row.created_at, day(3));
    EXPECT_EQ(row.version_ms, day(5).ms);
    EXPECT_EQ(row.audience, ledger::Audience::followers);
    EXPECT_EQ(project.text("7"), "[quote]\nmine, @someone");
    const Json original =
        parse_json(project.corpus().original(row.record).value().reveal(), "test").value();
    EXPECT_EQ(original.at("id"), "7") << "further fields never replace ours";
    EXPECT_EQ(original.at("text"), post.text);
    EXPECT_EQ(original.at("likes"), 3);
    EXPECT_EQ(original.at("created_at"), to_text(day(3)));
}

TEST(Corpus, An_erased_name_comes_back_in_no_spelling_that_looks_like_it) {
    Project project;
    EXPECT_EQ(project.outcome({"1", "Ansa Example", "hello there", 3}), "imported");
    project.erase(project.row("1").person);
    for (const std::string& name :
         {std::string("ansa example"), std::string(" Ansa  Example "), std::string("Ansa\tExample"),
          std::string("Ansa Example\n"), std::string("Ansa\0 Example", 13),
          std::string("Ansa\x01 Example"), std::string("Ansa\uFFF9 Example"),
          std::string("Ansa\uE000 Example"), std::string("Ansa\uFFFE Example"),
          std::string("Ansa\U000E0FFF Example"), std::string("Ansa\u2800Example"),
          std::string("\u0410nsa Example")}) {
        EXPECT_EQ(project.outcome({"1", name, "hello there", 3}), "name_barred") << name;
    }
    for (const char* source : {"Forum", "forum ", "forum\u200B"}) {
        const Added added = project.add({"1", "Ansa Example", "hello there", 3}, source);
        EXPECT_EQ(added.reason, "name_barred") << source;
    }
    EXPECT_EQ(project.outcome({"1", "Ansa Exemple", "hello there", 3}), "imported");
}

TEST(Corpus, An_erased_record_comes_back_however_its_id_is_written_never) {
    Project project;
    EXPECT_EQ(project.outcome({"42", "ansa", "hello there", 3}), "imported");
    EXPECT_EQ(project.outcome({"43", "ansa", "hello again", 3}), "imported");
    project.erase_one(project.row("42").record);
    for (const char* id : {"42", "42 ", "042", "\uFF14\uFF12", "42\u200B"})
        EXPECT_EQ(project.outcome({id, "ansa", "hello there", 4}), "record_erased") << id;
    EXPECT_EQ(project.outcome({"42", "Ansa", "hello there", 4}), "record_erased");
    EXPECT_EQ(project.outcome({"420", "ansa", "hello there", 4}), "imported");
}

TEST(Corpus, A_disputed_wording_comes_back_in_no_other_spacing_or_case) {
    Project project;
    EXPECT_EQ(project.outcome({"7", "ansa", "I live in Velmora, here.", 3}), "imported");
    project.rectify(project.row("7").record, "I never said that.");
    for (const char* text :
         {"I live in Velmora, here.", "I  live in Velmora, here. ", "i live in velmora, here.",
          "I live in Vel\u200Bmora, here", "I\u00A0live in Velmora, here.\r\n"})
        EXPECT_EQ(project.outcome({"7", "ansa", text, 3, 200}), "wording_barred") << text;
    EXPECT_EQ(project.outcome({"7", "ansa", "I live elsewhere.", 3, 200}), "imported");
}

TEST(Corpus, Further_fields_beyond_the_limits_of_JSON_cost_the_record_and_not_the_import) {
    Project project;
    std::string many = R"({"x":{"k":0)";
    for (int key = 0; key < 10'000; ++key) many += ",\"" + std::to_string(key) + "\":0";
    Post post{"7", "ansa", "hello", 3};
    post.rest = many + "}}";
    EXPECT_EQ(project.outcome(post), "bad_field");
    post.rest = R"({"x":)" + std::string(64, '[') + std::string(64, ']') + "}";
    EXPECT_EQ(project.outcome(post), "bad_field");
}

TEST(Corpus, The_same_record_again_is_unchanged) {
    Project project;
    const Post post{"7", "ansa", "hello", 3};
    project.add(post);
    EXPECT_EQ(project.outcome(post), "unchanged");
    EXPECT_EQ(all_rows(project.corpus()).size(), 1U);
}

TEST(Corpus, The_greater_version_stays) {
    Project project;
    EXPECT_EQ(project.outcome({"7", "ansa", "first", 3}), "imported");
    EXPECT_EQ(project.outcome({"7", "ansa", "third", 3, 9}), "imported");
    EXPECT_EQ(project.outcome({"7", "ansa", "second", 3, 5}), "older_version");
    EXPECT_EQ(project.text("7"), "third");
}

TEST(Corpus, Text_that_cannot_be_used_is_rejected_by_reason) {
    Project project;
    EXPECT_EQ(project.outcome({"1", "ansa", ""}), "empty_text");
    EXPECT_EQ(project.outcome({"2", "ansa", "> only yours\n @beno"}), "empty_text");
    EXPECT_EQ(project.outcome({"3", "ansa", std::string((256 << 10) + 1, 'x')}), "too_long");
    EXPECT_EQ(project.outcome({"4", "ansa", std::string(256 << 10, 'x')}), "imported");
    EXPECT_EQ(project.outcome({"5", "ansa", "caf\xE9"}), "not_utf8");
    EXPECT_EQ(project.ledger().persons().all().value().size(), 1U);
}

TEST(Corpus, Two_authors_of_one_id_have_two_records) {
    const Post a{"7", "ansa", "mine", 3};
    const Post b{"7", "beno", "no, mine", 4};
    Project project;
    EXPECT_EQ(project.outcome(a), "imported");
    EXPECT_EQ(project.outcome(b), "imported");
    EXPECT_EQ(project.outcome(a), "unchanged");
    EXPECT_EQ(all_rows(project.corpus()).size(), 2U);
    EXPECT_EQ(project.corpus().find(PersonalText("7")).error().code, Code::bad_input)
        << "ambiguous";
    project.erase(project.tag_of("ansa"));
    EXPECT_EQ(project.text("7"), "no, mine");
}

TEST(Corpus, One_id_on_two_sources_is_two_records) {
    Project project;
    project.add({"7", "ansa", "here", 3}, "forum");
    project.add({"7", "ansa", "there", 3}, "board");
    EXPECT_EQ(all_rows(project.corpus()).size(), 2U);
    EXPECT_EQ(project.corpus().find(PersonalText("7")).error().code, Code::bad_input)
        << "ambiguous";
}

TEST(Corpus, A_record_is_found_by_its_handle) {
    Project project;
    project.add({"7", "ansa", "hello", 3});
    const Digest record = project.row("7").record;
    const std::string handle = keys::record_handle(project.secrets().deal, record);
    EXPECT_EQ(project.corpus().find(PersonalText(handle)).value().record, record);
    EXPECT_EQ(project.corpus().find(PersonalText("r-nobody")).error().code, Code::bad_input);
}

TEST(Corpus, An_erased_person_stays_out_in_every_spelling_and_leaves_no_account) {
    Project project;
    project.add({"1", "Ansa", "hello", 3});
    project.add({"2", "beno", "hello too", 3});
    const RecordRow row = project.row("1");
    project.erase(row.person);
    EXPECT_FALSE(project.corpus().row(row.record).value().has_value());
    EXPECT_EQ(project.outcome({"1", "Ansa", "hello", 3}), "name_barred");
    EXPECT_EQ(project.outcome({"3", "ansa", "it is me", 4}), "name_barred");
    EXPECT_EQ(project.ledger().persons().all().value().size(), 1U);
    EXPECT_EQ(project.outcome({"4", "beno", "I am still here", 4}), "imported");
}

TEST(Corpus, Rectifying_replaces_the_text_in_its_place_and_bars_the_old_wording) {
    Project project;
    const Post post{"7", "ansa", "I live in Velmora", 3};
    project.add(post);
    const RecordRow before = project.row("7");
    project.rectify(before.record, "I live in Oskerry");
    const RecordRow after = project.row("7");
    EXPECT_EQ(project.text("7"), "I live in Oskerry");
    EXPECT_EQ(after.account, before.account);
    EXPECT_EQ(after.created_at, before.created_at);
    EXPECT_NE(after.wording, before.wording);
    EXPECT_EQ(project.outcome(post), "wording_barred");
    EXPECT_EQ(project.outcome({"7", "ansa", "I live in Velmora", 3, 200}), "wording_barred");
    EXPECT_EQ(project.outcome({"7", "ansa", "I live in Tarnhollow", 3, 50}), "older_version");
    EXPECT_EQ(project.outcome({"7", "ansa", "I live in Tarnhollow", 3, 200}), "imported");
}

TEST(Corpus, A_correction_must_be_usable_words) {
    Project project;
    project.add({"7", "ansa", "hello", 3});
    const Digest record = project.row("7").record;
    for (const std::string& text : {std::string("> quote"), std::string("\xFF")}) {
        EXPECT_EQ(project.corpus().rectify(record, PersonalText(text), day(9)).error().code,
                  Code::bad_input);
    }
    EXPECT_EQ(project.text("7"), "hello");
}

TEST(Corpus, What_was_sealed_for_one_record_does_not_open_as_another) {
    Project project;
    project.add({"1", "ansa", "one", 3});
    project.add({"2", "ansa", "two", 3});
    ASSERT_TRUE(
        project.db()
            .execute(
                "UPDATE record SET (wrapped_key, sealed) = (SELECT wrapped_key, sealed FROM record"
                " ORDER BY record LIMIT 1)")
            .ok());
    int opened = 0;
    for (const RecordRow& row : all_rows(project.corpus())) {
        const auto text = project.corpus().effective_text(row.record);
        if (!text.ok()) {
            EXPECT_EQ(text.error().code, Code::broken);
        }
        opened += text.ok() ? 1 : 0;
    }
    EXPECT_EQ(opened, 1);
}

/// What must not depend on the order of imports: everything but the random sealing.
std::vector<std::string> rows_of(Project& project) {
    std::vector<std::string> rows;
    for (const RecordRow& row : all_rows(project.corpus())) {
        rows.push_back(row.record.hex() + row.account.hex() + row.person.hex() + row.wording.hex() +
                       row.source + to_text(row.created_at) + std::to_string(row.version_ms) +
                       std::string(ledger::to_text(row.audience)) +
                       project.corpus().original(row.record).value().reveal());
    }
    return rows;
}

/// One id and few values of everything else, so that many versions tie in all but one thing.
Post any_version() {
    const auto edited = *rc::gen::element<std::int64_t>(0, 1, 2);
    return {"1",
            *rc::gen::weightedElement<std::string>({{3, "ansa"}, {1, "beno"}}),
            *rc::gen::element<std::string>("a", "b", "> q\na", "> r\n> r\na", "> q"),
            *rc::gen::element<std::int64_t>(0, 1),
            edited == 0 ? std::nullopt : std::optional(edited),
            *rc::gen::element(ledger::Audience::unknown, ledger::Audience::everyone,
                              ledger::Audience::restricted),
            *rc::gen::element<std::string>("", R"({"x":1})")};
}

RC_GTEST_PROP(Corpus, Every_order_of_the_same_imports_leaves_the_same_rows, ()) {
    std::vector<Post> posts(12);
    std::generate(posts.begin(), posts.end(), any_version);
    auto shuffled = posts;
    for (std::size_t at = shuffled.size(); at > 1; --at) {
        std::swap(shuffled[at - 1], shuffled[*rc::gen::inRange<std::size_t>(0, at)]);
    }
    Project one, other;
    for (const Post& each : posts) one.add(each);
    for (const Post& each : shuffled) other.add(each);
    RC_ASSERT(rows_of(one) == rows_of(other));
}

std::string bytes_of_file(const Path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Corpus, A_walk_over_long_records_has_many_places_where_others_come_in) {
    Project project;
    const std::string words(200'000, 'a');
    for (int number = 0; number < 18; ++number)
        project.add({std::to_string(number), "ansa", words + std::to_string(number)});
    int records = 0, places = 0;
    const auto walked = project.corpus().each(
        [&](const RecordRow&, const Json&) {
            ++records;
            return done();
        },
        [&] {
            ++places;
            return done();
        });
    ASSERT_TRUE(walked.ok());
    EXPECT_EQ(records, 18);
    EXPECT_GE(places, 3);
}

TEST(Corpus, No_word_name_or_id_stands_in_the_database_or_its_log) {
    const TestFolder folder;
    Project project(Database::open(folder.path() / "litura.db").value());
    project.add({"canary-id", "canary-author", "canary-text and more", 3, std::nullopt,
                 ledger::Audience::everyone, R"({"canary-field":"canary-value"})"});
    project.rectify(project.row("canary-id").record, "canary-correction");
    std::uint64_t bytes = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
        const std::string content = bytes_of_file(file.path());
        bytes += content.size();
        EXPECT_EQ(content.find("canary"), content.npos) << file.path().filename();
    }
    EXPECT_GT(bytes, 4096U);
}

TEST(Corpus, After_erasure_not_even_the_sealed_bytes_are_left) {
    const TestFolder folder;
    Project project(Database::open(folder.path() / "litura.db").value());
    project.add({"1", "ansa", "hello", 3});
    Bytes sealed;
    {
        auto find = project.db().prepare("SELECT sealed FROM record").value();
        ASSERT_TRUE(find.step().value());
        sealed = find.blob(0);
    }
    project.erase(project.row("1").person);
    ASSERT_TRUE(project.db().truncate_log().ok());
    for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
        EXPECT_EQ(bytes_of_file(file.path()).find(text_of(sealed)), std::string::npos);
    }
}

}  // namespace
}  // namespace litura::corpus
