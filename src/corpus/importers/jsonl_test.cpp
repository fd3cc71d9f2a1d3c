#include "corpus/importers/jsonl.hpp"

#include <gtest/gtest.h>

#include "corpus/importers/import.hpp"
#include "corpus/test_files.hpp"

namespace litura::corpus {
namespace {

constexpr std::string_view kWhole =
    R"({"id":"7","author":"ansa","created_at":"2023-05-01T10:00:00+02:00","text":"hi \u00e9\n",)"
    R"("audience":"public","edited_at":"2023-05-02T00:00:00Z","thread":"t1","mentions":["beno"],)"
    R"("likes":3,"nested":{"a":[1,null]}})";

TEST(Jsonl, A_line_becomes_a_record_and_keeps_every_other_field) {
    JsonlParser parser;
    const auto parsed = parser.parse(kWhole);
    const auto* record = std::get_if<IncomingRecord>(&parsed);
    ASSERT_NE(record, nullptr);
    EXPECT_EQ(record->id.reveal(), "7");
    EXPECT_EQ(record->author.reveal(), "ansa");
    EXPECT_EQ(record->text.reveal(), "hi \u00e9\n");
    EXPECT_EQ(to_text(record->created_at), "2023-05-01T08:00:00Z");
    EXPECT_EQ(to_text(record->edited_at.value()), "2023-05-02T00:00:00Z");
    EXPECT_EQ(record->audience, ledger::Audience::everyone);
    EXPECT_EQ(record->rest.reveal(),
              R"({"thread":"t1","mentions":["beno"],"likes":3,"nested":{"a":[1,null]}})");
}

TEST(Jsonl, What_may_be_missing_is_unknown) {
    JsonlParser parser;
    const auto parsed =
        parser.parse(R"({"id":"7","author":"a","created_at":"2023-05-01T10:00:00Z","text":"hi",)"
                     R"("edited_at":null,"audience":null})");
    const auto* record = std::get_if<IncomingRecord>(&parsed);
    ASSERT_NE(record, nullptr);
    EXPECT_EQ(record->audience, ledger::Audience::unknown);
    EXPECT_FALSE(record->edited_at.has_value());
    EXPECT_TRUE(record->rest.empty());
}

struct Refusal {
    std::string_view name;
    std::string line;
    std::string_view reason;
};

class JsonlRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(JsonlRefuses, With_a_reason) {
    JsonlParser parser;
    const auto parsed = parser.parse(GetParam().line);
    const auto* reason = std::get_if<std::string_view>(&parsed);
    ASSERT_NE(reason, nullptr);
    EXPECT_EQ(*reason, GetParam().reason);
    EXPECT_TRUE(std::holds_alternative<IncomingRecord>(parser.parse(kWhole)))
        << "the next line is none the worse";
}

std::string line_with(const std::string& fields) {
    return R"({"id":"1","author":"a","created_at":"2023-05-01T10:00:00Z","text":"t")" + fields +
           "}";
}

INSTANTIATE_TEST_SUITE_P(
    Lines, JsonlRefuses,
    testing::Values(
        Refusal{"prose", "hello", "not_json"}, Refusal{"array", "[1]", "not_json"},
        Refusal{"cut", R"({"id":)", "not_json"}, Refusal{"two_documents", "{} {}", "not_json"},
        Refusal{"too_deep", line_with(",\"x\":" + std::string(100, '[') + std::string(100, ']')),
                "not_json"},
        Refusal{"half_a_surrogate", line_with(R"(,"x":"\ud800")"), "not_json"},
        Refusal{"latin1", line_with(",\"x\":\"\xE9\""), "not_utf8"},
        Refusal{"no_text", R"({"id":"1","author":"a","created_at":"2023-05-01T10:00:00Z"})",
                "missing_field"},
        Refusal{"empty_author",
                R"({"id":"1","author":"","created_at":"2023-05-01T10:00:00Z","text":"t"})",
                "missing_field"},
        Refusal{"number_as_id",
                R"({"id":1,"author":"a","created_at":"2023-05-01T10:00:00Z","text":"t"})",
                "bad_field"},
        Refusal{"endless_id",
                R"({"id":")" + std::string(1025, 'x') +
                    R"(","author":"a","created_at":"2023-05-01T10:00:00Z","text":"t"})",
                "bad_field"},
        Refusal{"text_twice", line_with(R"(,"text":"u")"), "duplicate_field"},
        Refusal{"no_such_day",
                R"({"id":"1","author":"a","created_at":"2023-02-30T10:00:00Z","text":"t"})",
                "bad_time"},
        Refusal{"edited_some_time", line_with(R"(,"edited_at":"later")"), "bad_time"},
        Refusal{"audience_of_dogs", line_with(R"(,"audience":"dogs")"), "bad_audience"}),
    [](const testing::TestParamInfo<Refusal>& each) { return std::string(each.param.name); });

Result<ImportCounts> import(const Path& path, std::vector<std::string>& ids) {
    return import_jsonl(path, [&ids](IncomingRecord record) -> Result<Added> {
        ids.push_back(record.id.reveal());
        if (record.id.reveal() == "again") return Added{Outcome::unchanged, ""};
        return Added{};
    });
}

std::string line(const std::string& id) {
    return R"({"id":")" + id + R"(","author":"a","created_at":"2023-05-01T10:00:00Z","text":"t"})" +
           "\n";
}

TEST(ImportJsonl, In_is_imported_and_unchanged_and_rejected_and_blank_lines_are_nothing) {
    const TestFolder folder;
    const std::string content =
        "\xEF\xBB\xBF" + line("1") + "\n  \r\n" + line("again") + "junk\n" + line("2");
    for (const std::string& file : {content, gzip(content)}) {
        std::vector<std::string> ids;
        const auto counts = import(folder.write("posts", file), ids);
        ASSERT_TRUE(counts.ok());
        EXPECT_EQ(counts.value().in, 4U);
        EXPECT_EQ(counts.value().imported, 2U);
        EXPECT_EQ(counts.value().unchanged, 1U);
        EXPECT_EQ(counts.value().rejected, (std::map<std::string, std::uint64_t>{{"not_json", 1}}));
        EXPECT_EQ(ids, (std::vector<std::string>{"1", "again", "2"}));
    }
}

TEST(ImportJsonl, A_line_beyond_the_limit_is_counted_and_the_next_is_read) {
    const TestFolder folder;
    std::vector<std::string> ids;
    const auto counts =
        import(folder.write("posts", std::string((4 << 20) + 1, 'x') + "\n" + line("2")), ids);
    ASSERT_TRUE(counts.ok());
    EXPECT_EQ(counts.value().rejected.at("too_long"), 1U);
    EXPECT_EQ(counts.value().imported, 1U);
}

TEST(ImportJsonl, A_cut_off_gzip_keeps_what_was_read_and_names_the_line) {
    const TestFolder folder;
    std::string packed = gzip(line("1") + line("2"));
    packed.resize(packed.size() - 8);
    std::vector<std::string> ids;
    const auto counts = import(folder.write("posts", packed), ids);
    ASSERT_FALSE(counts.ok());
    EXPECT_EQ(counts.error().where, "line 3");
    EXPECT_EQ(ids.size(), 2U);
}

TEST(ImportJsonl, An_error_of_the_sink_ends_the_import) {
    const TestFolder folder;
    const auto counts = import_jsonl(folder.write("posts", line("1") + line("2")),
                                     [](IncomingRecord) -> Result<Added> {
                                         return Error{Code::forbidden, "stopped", "", ""};
                                     });
    ASSERT_FALSE(counts.ok());
    EXPECT_EQ(counts.error().code, Code::forbidden);
    EXPECT_EQ(counts.error().where, "line 1");
}

TEST(ImportJsonl, A_missing_file_is_the_environments_fault) {
    std::vector<std::string> ids;
    EXPECT_EQ(import("/nowhere/at/all", ids).error().code, Code::environment);
}

TEST(ImportJsonl, Real_posts_are_read_to_the_last_line) {
    const Path file = Path(LITURA_SOURCE_DIR) / "../shared/data/corpora/polis.jsonl.gz";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << "no real posts beside the source folder";
    std::vector<std::string> ids;
    const auto counts = import(file, ids);
    ASSERT_TRUE(counts.ok()) << counts.error().message;
    EXPECT_EQ(counts.value().in, 11'081U);
    EXPECT_EQ(counts.value().imported, 11'081U);
}

}  // namespace
}  // namespace litura::corpus
