// Running a format on small files, for tests: what came out, in a form that is easy to compare.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "corpus/importers/format.hpp"
#include "corpus/importers/import.hpp"
#include "corpus/test_files.hpp"

namespace litura::corpus {

struct Imported {
    struct Post {
        std::string id, author, created_at, edited_at, audience, text, rest;
    };
    std::vector<Post> posts;
    std::vector<std::string> deleted, objected;  ///< ids; "author at"
    ImportCounts counts;
    std::string error;  ///< empty if the import went through
};

inline Imported import_path(const std::string& format, const Path& path,
                            const std::string& author = "") {
    Imported out;
    const auto found = find_format(format, path);
    if (!found.ok()) {
        out.error = found.error().message;
        return out;
    }
    const Receiver receiver = {
        .record = [&](IncomingRecord record) -> Result<Added> {
            out.posts.push_back({record.id.reveal(), record.author.reveal(),
                                 to_text(record.created_at),
                                 record.edited_at ? to_text(*record.edited_at) : "",
                                 std::string(to_text(record.audience)), record.text.reveal(),
                                 record.rest.reveal()});
            return Added{};
        },
        .deleted = [&](const PersonalText& id) -> Result<void> {
            out.deleted.push_back(id.reveal());
            return done();
        },
        .objected = [&](const PersonalText& person, Instant at) -> Result<void> {
            out.objected.push_back(person.reveal() + " " + to_text(at));
            return done();
        }};
    const auto counts = import_files(*found.value(), path, {PersonalText(author)}, receiver);
    if (counts.ok()) {
        out.counts = counts.value();
    } else {
        out.error = counts.error().message;
    }
    return out;
}

/// A folder of files by name and content.
using Files = std::vector<std::pair<std::string, std::string>>;
inline Imported import_all(const std::string& format, const Files& files,
                           const std::string& author = "") {
    const TestFolder folder;
    for (const auto& [name, content] : files) folder.write(name, content);
    return import_path(format, folder.path(), author);
}

inline std::vector<std::string> texts(const Imported& imported) {
    std::vector<std::string> texts;
    for (const auto& post : imported.posts) texts.push_back(post.text);
    return texts;
}

using Strings = std::vector<std::string>;
using Reasons = std::map<std::string, std::uint64_t>;

}  // namespace litura::corpus
