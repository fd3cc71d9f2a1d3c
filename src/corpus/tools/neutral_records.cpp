// What a format makes of a file, as JSON lines on standard output: each record, then the counts.
// For tests that compare with other parsers; it prints people's words, so it is not part of litura.
//
//   neutral_records FORMAT PATH [AUTHOR]
#include <cstdio>

#include "corpus/importers/format.hpp"
#include "corpus/importers/import.hpp"
#include "corpus/marks.hpp"

namespace {

using namespace litura;
using namespace litura::corpus;

void print(const Json& json) { std::printf("%s\n", compact(json).c_str()); }

Result<ImportCounts> run(const std::string& name, const Path& path, const std::string& author) {
    const Format* format = TRY(find_format(name, path));
    const Receiver receiver = {
        .record = [](IncomingRecord record) -> Result<Added> {
            Json json = {{"id", record.id.reveal()},
                         {"author", record.author.reveal()},
                         {"created_at", to_text(record.created_at)},
                         {"audience", to_text(record.audience)},
                         {"text", record.text.reveal()},
                         {"effective", effective_text(record.text.reveal())}};
            if (record.edited_at) json["edited_at"] = to_text(*record.edited_at);
            if (!record.rest.empty()) json["rest"] = TRY(parse_json(record.rest.reveal(), "rest"));
            print(json);
            return Added{};
        },
        .deleted = [](const PersonalText& id) -> Result<void> {
            print({{"deleted", id.reveal()}});
            return done();
        },
        .objected = [](const PersonalText& person, Instant at) -> Result<void> {
            print({{"objected", person.reveal()}, {"at", to_text(at)}});
            return done();
        }};
    return import_files(*format, path, {PersonalText(author)}, receiver);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) return 2;
    const auto counts = run(argv[1], argv[2], argc > 3 ? argv[3] : "");
    if (!counts.ok()) {
        const Error& error = counts.error();
        std::fprintf(stderr, "%s: %s\n", error.message.c_str(), error.where.c_str());
        return static_cast<int>(error.code);
    }
    print({{"in", counts.value().in},
           {"imported", counts.value().imported},
           {"rejected", counts.value().rejected}});
    return 0;
}
