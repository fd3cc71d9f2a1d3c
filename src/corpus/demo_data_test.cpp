#include "corpus/demo_data.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "corpus/demo_people.hpp"
#include "corpus/importers/import.hpp"
#include "corpus/marks.hpp"
#include "corpus/test_files.hpp"

namespace litura::corpus {
namespace {

std::string content(const Path& path) {
    std::stringstream out;
    out << std::ifstream(path, std::ios::binary).rdbuf();
    return out.str();
}

std::vector<Json> lines(const Path& path) {
    std::ifstream file(path);
    std::vector<Json> out;
    for (std::string line; std::getline(file, line);)
        out.push_back(parse_json(line, "test").value());
    return out;
}

class DemoData : public testing::Test {
protected:
    void write(std::uint32_t people, std::uint64_t seed) {
        ASSERT_TRUE(write_demo_data(*env_, folder_.path(), people, seed).ok());
    }
    std::unique_ptr<Env> env_ = system_env();
    TestFolder folder_;
};

TEST_F(DemoData, Is_the_same_bytes_for_the_same_numbers_everywhere) {
    write(20, 7);
    const Digest posts = sha256(content(folder_.path() / "posts.jsonl"));
    write(20, 8);
    EXPECT_NE(sha256(content(folder_.path() / "posts.jsonl")), posts);
    write(20, 7);
    EXPECT_EQ(sha256(content(folder_.path() / "posts.jsonl")), posts);
    EXPECT_EQ(posts.hex(), "8ad2bfba00a0dcfa6f3794cac79536f40c871f758057e344cbcd07fdfa666994");
}

TEST_F(DemoData, Is_read_by_the_importer_without_a_rejection) {
    write(300, 1);
    std::uint64_t words = 0;
    const auto counts = import_jsonl(
        folder_.path() / "posts.jsonl", [&words](IncomingRecord record) -> Result<Added> {
            const std::string text = effective_text(record.text.reveal());
            words += static_cast<std::uint64_t>(std::count_if(
                text.begin(), text.end(), [](char c) { return c == ' ' || c == '\n'; }));
            EXPECT_GE(record.created_at, parse_instant("2023-01-01T00:00:00Z").value());
            EXPECT_LT(record.created_at, parse_instant("2025-01-01T00:00:00Z").value());
            return Added{};
        });
    ASSERT_TRUE(counts.ok());
    EXPECT_GE(counts.value().in, 3000U);
    EXPECT_EQ(counts.value().imported, counts.value().in);
    EXPECT_GT(words, 45'000U);
    EXPECT_LT(words, 75'000U);
}

TEST_F(DemoData, A_persons_town_stands_in_their_own_words_only_and_often) {
    write(60, 3);
    const std::vector<Json> posts = lines(folder_.path() / "posts.jsonl");
    for (const Json& person : lines(folder_.path() / "facts.jsonl")) {
        const std::string name = person.at("name").get<std::string>();
        const std::string statement = name + " lives in " + person.at("town").get<std::string>();
        std::uint64_t said = 0;
        for (const Json& post : posts) {
            const std::string text = effective_text(post.at("text").get<std::string>());
            if (post.at("author") == person.at("author")) {
                said += text.find(statement) != text.npos ? 1 : 0;
            } else {
                EXPECT_EQ(text.find(name), text.npos);
            }
        }
        EXPECT_GE(said, 5U) << statement;
    }
}

TEST_F(DemoData, People_quote_and_mention_each_other) {
    write(60, 3);
    const std::string posts = content(folder_.path() / "posts.jsonl");
    EXPECT_NE(posts.find("\"> "), posts.npos);
    EXPECT_NE(posts.find('@'), posts.npos);
}

TEST_F(DemoData, About_a_quarter_consents_to_the_notice_that_is_there) {
    write(400, 1);
    const std::vector<Json> acts = lines(folder_.path() / "acts.jsonl");
    EXPECT_GT(acts.size(), 70U);
    EXPECT_LT(acts.size(), 130U);
    const std::string notice = "sha256:" + sha256(content(folder_.path() / "notice.md")).hex();
    for (const Json& act : acts) EXPECT_EQ(act.at("notice"), notice);
    EXPECT_NE(content(folder_.path() / "README.md").find(notice), std::string::npos);
}

TEST(DemoPeople, Have_names_of_their_own) {
    std::set<std::string> authors;
    for (std::uint32_t index = 0; index < 20'000; ++index)
        authors.insert(demo_person(5, index, 20'000).author);
    EXPECT_EQ(authors.size(), 20'000U);
}

TEST_F(DemoData, A_lonely_person_and_too_many_people_are_thought_of) {
    write(1, 1);
    EXPECT_EQ(content(folder_.path() / "posts.jsonl").find('@'), std::string::npos);
    EXPECT_EQ(write_demo_data(*env_, folder_.path(), 0, 1).error().code, Code::bad_input);
    EXPECT_EQ(write_demo_data(*env_, folder_.path(), 100'001, 1).error().code, Code::bad_input);
}

}  // namespace
}  // namespace litura::corpus
