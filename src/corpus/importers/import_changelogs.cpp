// A folder of Debian changelogs: files in name order, entries in file order, two limits. The limits
// count every entry of the files, whatever the sink makes of it: a person's going never lets more
// of another person in.
#include <algorithm>
#include <set>

#include "corpus/importers/changelog.hpp"
#include "corpus/importers/import.hpp"
#include "corpus/importers/line_reader.hpp"
#include "corpus/marks.hpp"

namespace litura::corpus {
namespace {

constexpr std::size_t kEntryLineMax =
    2 << 20;  // above the longest body, so that a cut line is never taken for a whole one
constexpr std::string_view kFileName = "changelog.Debian.gz";

std::vector<Path> changelogs_under(const Path& folder) {
    std::vector<Path> found;
    std::error_code error;
    for (const auto& package : std::filesystem::directory_iterator(folder, error)) {
        const Path path = package.path() / kFileName;
        if (std::filesystem::is_regular_file(path, error)) found.push_back(path);
    }
    std::sort(found.begin(), found.end());
    return found;
}

class ChangelogImport {
public:
    ChangelogImport(const ChangelogLimits& limits,
                    const std::function<std::uint64_t(std::string_view)>& count_tokens,
                    const Sink& sink)
        : limits_(limits), count_tokens_(count_tokens), sink_(sink) {}

    bool full() const { return tokens_ >= limits_.tokens; }
    const ImportCounts& counts() const { return counts_; }

    Result<void> read(const Path& path) {
        LineReader lines(unpacking(TRY(read_file_in_pieces(path))), kEntryLineMax);
        ChangelogParser parser;
        while (!full()) {
            const std::optional<Line> line = TRY(lines.next());
            auto outcome = line.has_value() ? parser.take(line->text) : parser.finish();
            if (outcome.has_value()) TRY(take(std::move(*outcome)));
            if (!line.has_value()) break;
        }
        return done();
    }

private:
    Result<void> take(ChangelogParser::Outcome outcome) {
        if (const auto* reason = std::get_if<std::string_view>(&outcome)) {
            count(counts_, {Outcome::rejected, std::string(*reason)});
            return done();
        }
        count(counts_, TRY(pass_on(std::get<IncomingRecord>(std::move(outcome)))));
        return done();
    }

    Result<Added> pass_on(IncomingRecord record) {
        if (!seen_.insert(fingerprint(record)).second) return Added{Outcome::unchanged, ""};
        const std::uint64_t tokens = count_tokens_(effective_text(record.text.reveal()));
        std::uint64_t& of_account = by_account_[sha256(record.author.reveal())];
        if (of_account + tokens > limits_.tokens_per_account)
            return Added{Outcome::rejected, "account_limit"};
        of_account += tokens;
        tokens_ += tokens;
        return sink_(std::move(record));
    }

    static Digest fingerprint(const IncomingRecord& record) {
        ByteWriter fields;
        fields.text(record.id.reveal());
        fields.text(record.author.reveal());
        fields.text(record.text.reveal());
        fields.i64(record.created_at.ms);
        return sha256(fields.bytes());
    }

    const ChangelogLimits& limits_;
    const std::function<std::uint64_t(std::string_view)>& count_tokens_;
    const Sink& sink_;
    ImportCounts counts_;
    std::set<Digest> seen_;
    std::map<Digest, std::uint64_t> by_account_;
    std::uint64_t tokens_ = 0;
};

}  // namespace

Result<ImportCounts> import_debian_changelogs(
    const Path& folder, const ChangelogLimits& limits,
    const std::function<std::uint64_t(std::string_view)>& count_tokens, const Sink& sink) {
    if (!std::filesystem::is_directory(folder)) {
        return Error{Code::environment, "no such folder", folder.string(),
                     "Debian machines have changelogs under /usr/share/doc"};
    }
    ChangelogImport import(limits, count_tokens, sink);
    for (const Path& path : changelogs_under(folder)) {
        if (import.full()) break;
        auto read = import.read(path);
        if (!read.ok()) {
            Error error = std::move(read).error();
            error.where = path.parent_path().filename().string() + ": " + error.where;
            return error;
        }
    }
    return import.counts();
}

}  // namespace litura::corpus
