// A session of derive's toy world, and files to import into it. Tests only.
#pragma once

#include <fmt/format.h>

#include "derive/test_world.hpp"
#include "service/session.hpp"
#include "service/words.hpp"

namespace litura::service {

/// On the world's test clock as it stands now.
inline std::unique_ptr<Session> session_of(derive::testing::World& world) {
    return must(Session::open(world.env(), world.folder(), derive::testing::on(world.today),
                              Observer::none(), world.trainers()));
}

/// What a caller would have read from a file.
inline Bytes content(std::string_view text) { return Bytes(text.begin(), text.end()); }

/// Whom the world calls person `number`.
inline PersonName person(int number) { return {{}, derive::testing::name_of(number)}; }

/// A file beside the project.
inline Path file_of(derive::testing::World& world, const std::string& name,
                    std::string_view content) {
    const Path path = world.folder().parent_path() / name;
    must(world.env().write_file(path, bytes_of(content)));
    return path;
}

/// One record as the neutral form `jsonl` has it.
inline std::string line_of(const std::string& id, const std::string& author,
                           const std::string& text) {
    return fmt::format(
        R"({{"id": "{}", "author": "{}", "created_at": "2024-02-01T00:00:00Z", "text": "{}"}})"
        "\n",
        id, author, text);
}

}  // namespace litura::service
