// The format jsonl: Litura's own neutral form, a line a record.
#include "corpus/importers/format_list.hpp"
#include "corpus/importers/import.hpp"
#include "corpus/importers/json_pieces.hpp"
#include "corpus/importers/jsonl.hpp"
#include "corpus/importers/line_reader.hpp"

namespace litura::corpus {
namespace {

constexpr std::size_t kJsonLineMax = 4 << 20;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

Error at_line(Error error, std::uint64_t number) {
    if (error.where.empty()) error.where = "line " + std::to_string(number);
    return error;
}

class Jsonl final : public Reader {
public:
    Result<bool> read(const Member& member, Intake& intake) override {
        if (!member.alone && !member.named("", ".jsonl") && !member.named("", ".jsonl.gz") &&
            !member.named("", ".jsonl.zst")) {
            return false;
        }
        LineReader lines(member.bytes, kJsonLineMax);
        while (const std::optional<Line> line = TRY(lines.next())) {
            auto taken = take(*line, intake);
            if (!taken.ok()) return at_line(std::move(taken).error(), line->number);
        }
        return true;
    }

private:
    Result<void> take(const Line& line, Intake& intake) {
        std::string_view text = line.text;
        if (line.number == 1 && text.starts_with(kByteOrderMark))
            text.remove_prefix(kByteOrderMark.size());
        if (text.find_first_not_of(" \t\r") == text.npos) return done();
        if (!line.whole || has_too_many_values(text)) {
            intake.reject("too_long");
            return done();
        }
        auto parsed = parser_.parse(text);
        if (const auto* reason = std::get_if<std::string_view>(&parsed)) {
            intake.reject(*reason);
            return done();
        }
        return intake.record(std::get<IncomingRecord>(std::move(parsed)));
    }

    JsonlParser parser_;
};

Likeness likeness(const Glance& glance) {
    const std::string_view line = glance.head.substr(0, glance.head.find('\n'));
    const bool object = line.starts_with('{');
    const auto has = [&](std::string_view key) { return line.find(key) != line.npos; };
    return object && has("\"author\"") && has("\"created_at\"") && has("\"text\"")
               ? Likeness::strong
               : Likeness::none;
}

}  // namespace

extern const Format kJsonl = {.name = "jsonl",
                              .reads = "Litura's own form: a JSON object a line",
                              .likeness = likeness,
                              .reader = [](const ImportOptions&) -> std::unique_ptr<Reader> {
                                  return std::make_unique<Jsonl>();
                              }};

Result<ImportCounts> import_jsonl(const Path& path, const Sink& sink) {
    return import_files(kJsonl, path, {}, {sink, {}, {}});
}

}  // namespace litura::corpus
