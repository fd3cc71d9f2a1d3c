// Tells files, folders and archives apart by what they are, never by their names.
#include "corpus/importers/bundle.hpp"

#include <algorithm>
#include <vector>

namespace litura::corpus {
namespace {

constexpr std::size_t kTarMagicAt = 257;
constexpr std::size_t kTarHeader = 512;

Error in_file(Error error, std::uint64_t number) {
    const std::string file = "file " + std::to_string(number);
    error.where = error.where.empty() ? file : file + ", " + error.where;
    return error;
}

/// Names from the folder on: whole paths of a million files would be large.
Result<std::vector<std::string>> files_under(const Path& folder, const ArchiveLimits& limits) {
    std::vector<std::string> found;
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator at(folder, error), end; !error && at != end;
         at.increment(error)) {
        if (at.depth() >= static_cast<int>(limits.depth)) at.disable_recursion_pending();
        if (at->is_symlink(error) || !at->is_regular_file(error)) continue;
        if (found.size() >= limits.entries) {
            return Error{Code::bad_input, "the folder has too many files", "", ""};
        }
        found.push_back(at->path().lexically_relative(folder).generic_string());
    }
    if (error) {
        return Error{Code::environment, "cannot read the folder", "", "check its permissions"};
    }
    std::ranges::sort(found);
    return found;
}

}  // namespace

std::string_view Member::file_name() const {
    return std::string_view(name).substr(name.rfind('/') + 1);
}

bool Member::named(std::string_view prefix, std::string_view suffix) const {
    const std::string_view last = file_name();
    return last.size() >= prefix.size() + suffix.size() && last.starts_with(prefix) &&
           last.ends_with(suffix);
}

Result<Bundle> Bundle::open(const Path& path, ArchiveLimits limits) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return Bundle(path, Kind::folder, limits);
    const std::string raw = TRY(head_of(TRY(read_file_in_pieces(path)), 4));
    if (raw == "PK\x03\x04" || raw == "PK\x05\x06") return Bundle(path, Kind::zip, limits);
    const ReadBytes bytes = unpacking(TRY(read_file_in_pieces(path)), limits.unpack);
    const auto head = head_of(bytes, kTarHeader);
    const bool tar = head.ok() && head.value().size() == kTarHeader &&
                     head.value().compare(kTarMagicAt, 5, "ustar") == 0;
    return Bundle(path, tar ? Kind::tar : Kind::file, limits);
}

Result<void> Bundle::each(const Visit& visit) const {
    if (kind_ == Kind::folder) return each_in_folder(visit);
    if (kind_ == Kind::file) {
        const ReadBytes bytes = TRY(read_file_in_pieces(path_));
        Member only{path_.filename().string(), true, 1, unpacking(bytes, limits_.unpack)};
        return visit(only);
    }
    return each_in_archive(visit);
}

// A file in an archive may be packed itself: what comes out of all of them counts against the size
// of the archive, or two steps of packing would hide what neither shows.
Result<void> Bundle::each_in_archive(const Visit& visit) const {
    std::error_code error;
    const auto size = std::max<std::uint64_t>(std::filesystem::file_size(path_, error), 1);
    std::uint64_t number = 0;
    std::uint64_t unpacked = 0;
    const VisitFile each = [&](const std::string& name, const ReadBytes& bytes) -> Result<void> {
        const ReadBytes inner = unpacking(bytes, limits_.unpack);
        const ReadBytes counted = [&](std::span<std::uint8_t> out) -> Result<std::size_t> {
            const std::size_t count = TRY(inner(out));
            unpacked += count;
            TRY(check_unpacked(limits_.unpack, size, unpacked));
            return count;
        };
        Member member{name, false, ++number, counted};
        auto visited = visit(member);
        if (!visited.ok()) return in_file(std::move(visited).error(), number);
        return done();
    };
    if (kind_ == Kind::zip) return each_in_zip(path_, limits_, each);
    return each_in_tar(unpacking(TRY(read_file_in_pieces(path_)), limits_.unpack), limits_, each);
}

Result<void> Bundle::each_in_folder(const Visit& visit) const {
    std::uint64_t number = 0;
    for (const std::string& name : TRY(files_under(path_, limits_))) {
        ++number;
        auto bytes = read_file_in_pieces(path_ / name);
        if (!bytes.ok()) {
            Error error = std::move(bytes).error();
            error.where.clear();
            return in_file(std::move(error), number);
        }
        Member member{name, false, number, unpacking(std::move(*bytes), limits_.unpack)};
        auto visited = visit(member);
        if (!visited.ok()) return in_file(std::move(visited).error(), number);
    }
    return done();
}

}  // namespace litura::corpus
