// A jsonl file from end to end: lines, records, counts.
#include <algorithm>

#include "corpus/import.hpp"
#include "corpus/import_count.hpp"
#include "corpus/jsonl.hpp"
#include "corpus/line_reader.hpp"

namespace litura::corpus {
namespace {

constexpr std::size_t kLineMax = 16 << 20;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

Error at_line(Error error, std::uint64_t number) {
    if (error.where.empty()) error.where = "line " + std::to_string(number);
    return error;
}

}  // namespace

Result<ImportCounts> import_jsonl(const Path& path, const Sink& sink) {
    LineReader lines(Unpacker(TRY(read_file_in_pieces(path))), kLineMax);
    JsonlParser parser;
    ImportCounts counts;
    while (const std::optional<Line> line = TRY(lines.next())) {
        std::string_view text = line->text;
        if (line->number == 1 && text.starts_with(kByteOrderMark))
            text.remove_prefix(kByteOrderMark.size());
        if (text.find_first_not_of(" \t\r") == text.npos) continue;
        if (!line->whole) {
            count(counts, {Outcome::rejected, "too_long"});
            continue;
        }
        auto parsed = parser.parse(text);
        if (const auto* reason = std::get_if<std::string_view>(&parsed)) {
            count(counts, {Outcome::rejected, std::string(*reason)});
            continue;
        }
        auto added = sink(std::get<IncomingRecord>(std::move(parsed)));
        if (!added.ok()) return at_line(std::move(added).error(), line->number);
        count(counts, *added);
    }
    return counts;
}

}  // namespace litura::corpus
