// Any bytes as a file of any format: the first line names the format and, if it likes, the file;
// the rest is the file. What comes out is whole and within its limits, and every record is counted
// once.
#include "base/text.hpp"
#include "corpus/importers/format.hpp"
#include "corpus/importers/import.hpp"

namespace {

using namespace litura;
using namespace litura::corpus;

ReadBytes bytes_in(std::string_view file) {
    return [file, at = std::size_t{0}](std::span<std::uint8_t> out) mutable {
        const std::size_t count = std::min({out.size(), file.size() - at, std::size_t{999}});
        std::copy_n(file.begin() + static_cast<std::ptrdiff_t>(at), count, out.begin());
        at += count;
        return Result<std::size_t>(count);
    };
}

void check(const IncomingRecord& record) {
    CHECK(!record.id.empty() && record.id.reveal().size() <= 1024 && is_utf8(record.id.reveal()));
    CHECK(!record.author.empty() && record.author.reveal().size() <= 1024);
    CHECK(is_utf8(record.author.reveal()) && is_utf8(record.rest.reveal()));
    CHECK(record.created_at.ms >= -62'135'596'800'000 &&
          record.created_at.ms < 253'402'300'800'000);
    CHECK(record.rest.empty() || parse_json(record.rest.reveal(), "").ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t line = std::min(input.find('\n'), input.size());
    const std::string_view file = input.substr(std::min(line + 1, input.size()));
    const std::size_t space = std::min(input.find(' '), line);
    const std::string name(input.substr(space, line - space));
    for (const Format& format : formats()) {
        if (format.name != input.substr(0, space)) continue;
        const PersonalText author("somebody");
        const auto reader = format.reader({author.clone()});
        const auto member = [&] {
            return name.empty() ? Member{"file", true, 1, bytes_in(file)}
                                : Member{name.substr(1), false, 1, bytes_in(file)};
        };
        format.likeness({member(), file.substr(0, 4096)});
        if (!reader->learn(member()).ok()) return 0;

        std::uint64_t records = 0;
        const Receiver receiver = {.record = [&](IncomingRecord record) -> Result<Added> {
                                       check(record);
                                       ++records;
                                       return Added{};
                                   },
                                   .deleted = {},
                                   .objected = {}};
        ImportCounts counts;
        Intake intake(receiver, counts);
        (void)reader->read(member(), intake).ok();
        std::uint64_t rejected = 0;
        for (const auto& [reason, count] : counts.rejected) rejected += count;
        CHECK(counts.imported == records && counts.in == records + rejected);
    }
    return 0;
}
