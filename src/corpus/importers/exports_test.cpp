// Real exports, read as a careful person would: tests/cases/exports.txt says how many records each
// file has, how many are the author's own words, and why the others are not. The files lie beside
// the source folder or not at all.
#include <set>
#include <sstream>

#include "corpus/importers/format_test_files.hpp"
#include "corpus/test_corpus.hpp"
#include "ledger/decide.hpp"
#include "ledger/intake.hpp"
#include "ledger/snapshots.hpp"

namespace litura::corpus {
namespace {

/// A line of the table.
struct Export {
    std::string path, format, why;
    bool recognised = true;  ///< without being named
    bool refused = false;
    std::uint64_t in = 0, imported = 0;
    Reasons rejected;
};

std::string trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(' ');
    if (begin == text.npos) return "";
    return std::string(text.substr(begin, text.find_last_not_of(' ') + 1 - begin));
}

Strings split(const std::string& line, char sign) {
    Strings parts;
    std::istringstream in(line);
    for (std::string part; std::getline(in, part, sign);) parts.push_back(trimmed(part));
    return parts;
}

Export export_of(const std::string& line) {
    const Strings parts = split(line, '|');
    CHECK(parts.size() == 4);
    Export out;
    out.path = parts[0];
    out.format = parts[1];
    out.why = parts[3];
    out.recognised = !out.format.starts_with('(');
    if (!out.recognised) out.format = out.format.substr(1, out.format.size() - 2);
    out.refused = parts[2] == "refused";
    if (out.refused) return out;
    for (const std::string& count : split(parts[2], ',')) {
        const std::size_t space = count.find(' ');
        out.rejected[count.substr(0, space)] = std::stoull(count.substr(space));
    }
    out.in = out.rejected.extract("in").mapped();
    out.imported = out.rejected.extract("imported").mapped();
    return out;
}

class Exports : public ::testing::Test {
protected:
    void SetUp() override {
        if (!std::filesystem::exists(folder_))
            GTEST_SKIP() << "no exports beside the source folder";
        std::ifstream file(Path(LITURA_SOURCE_DIR) / "tests/cases/exports.txt");
        for (std::string line; std::getline(file, line);)
            if (!line.empty() && !line.starts_with('#')) table_.push_back(export_of(line));
    }
    Path at(const std::string& path) const { return folder_ / path; }

    const Path folder_ = Path(LITURA_SOURCE_DIR) / "../shared/data/exports";
    std::vector<Export> table_;
};

TEST_F(Exports, Every_file_has_the_counts_that_a_careful_reader_expects) {
    for (const Export& file : table_) {
        SCOPED_TRACE(file.path + ": " + file.why);
        const auto format = find_format("auto", at(file.path));
        EXPECT_EQ(format.ok() ? format.value()->name : "none",
                  file.recognised ? file.format : "none");
        const Imported imported = import_path(file.format, at(file.path));
        EXPECT_EQ(imported.error.empty(), !file.refused) << imported.error;
        EXPECT_EQ(imported.counts.in, file.in);
        EXPECT_EQ(imported.counts.imported, file.imported);
        EXPECT_EQ(imported.counts.rejected, file.rejected);
        EXPECT_TRUE(!file.refused || imported.posts.empty()) << "half imported";
    }
}

TEST_F(Exports, No_file_is_missing_in_the_table) {
    std::set<std::string> listed;
    for (const Export& file : table_) listed.insert(file.path);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
        const std::string path = entry.path().lexically_relative(folder_).generic_string();
        EXPECT_TRUE(!entry.is_regular_file() || listed.contains(path)) << path;
    }
}

/// Everything that an import can change, as text.
std::string state_of(TestCorpus& project) {
    std::string state;
    for (const char* sql :
         {"SELECT quote(record) || quote(wrapped_key) || quote(sealed) FROM record",
          "SELECT quote(hash) FROM event", "SELECT quote(wrapped) FROM held_key"}) {
        auto rows = must(project.db().prepare(std::string(sql) + " ORDER BY 1"));
        while (must(rows.step())) state += rows.text(0) + "\n";
    }
    return state;
}

ImportCounts import_into(TestCorpus& project, const Export& file, const Path& path) {
    const auto kept = must(project.ledger().snapshots().latest());
    const ledger::Snapshot& bars = *kept;
    const Receiver receiver = {
        .record =
            [&](IncomingRecord record) {
                return project.corpus().add(project.ledger(), bars, file.format, record);
            },
        .deleted =
            [&](const PersonalText& id) {
                return project.corpus().bar_deleted(project.ledger(), file.format, id);
            },
        .objected = [&](const PersonalText& author, Instant at) -> Result<void> {
            ledger::Act act;
            act.author = author.clone();
            act.source = file.format;
            act.purpose = "model_training";
            act.kind = ledger::ActKind::objection;
            act.at = at;
            TRY(project.ledger().intake().record(act));
            return done();
        }};
    const Format* format = must(find_format(file.format, path));
    return must(import_files(*format, path, {PersonalText("somebody")}, receiver));
}

TEST_F(Exports, Importing_a_file_twice_changes_nothing) {
    for (const Export& file : table_) {
        if (file.refused) continue;
        SCOPED_TRACE(file.path);
        TestCorpus project(must(Database::in_memory()), Instant{},
                           must(parse_instant("2026-01-01T00:00:00Z")));
        const ImportCounts first = import_into(project, file, at(file.path));
        const std::string state = state_of(project);
        const ImportCounts second = import_into(project, file, at(file.path));
        EXPECT_EQ(second.imported, 0U);
        EXPECT_EQ(second.in, first.in);
        EXPECT_EQ(second.unchanged, first.imported + first.unchanged);
        EXPECT_EQ(second.rejected, first.rejected);
        EXPECT_TRUE(state_of(project) == state);
    }
}

TEST_F(Exports, A_file_that_does_not_say_whose_it_is_is_read_for_the_person_it_came_from) {
    const auto posts = [&](const char* path) { return import_path("auto", at(path), "me").posts; };
    EXPECT_EQ(posts("facebook/parser/your_posts_1.json").size(), 6U);
    EXPECT_EQ(posts("instagram/fake-data-v2").size(), 161U);
    EXPECT_EQ(posts("twitter/modern-mini").size(), 2U);
}

TEST_F(Exports, The_five_date_styles_of_one_chat_give_the_same_records) {
    const auto ids_of = [&](const std::string& path) {
        Strings ids;
        for (const auto& post : import_path("whatsapp", at(path)).posts) ids.push_back(post.id);
        return ids;
    };
    const Strings first = ids_of("whatsapp/test_ddmmyy_24hrs.txt");
    EXPECT_EQ(first.size(), 6U);
    for (const Export& file : table_) {
        if (file.format != "whatsapp" || file.imported == 0) continue;
        EXPECT_EQ(ids_of(file.path), first) << file.path;
    }
}

}  // namespace
}  // namespace litura::corpus
