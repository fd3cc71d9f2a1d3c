// libarchive, behind one file. Only zip and tar are switched on, and no filter: what wraps a tar is
// the Unpacker's matter. Nothing is extracted, so a name can do no harm; it is checked all the
// same, because an archive with such names was not made by a platform.
#include "corpus/importers/archive.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

namespace litura::corpus {
namespace {

constexpr std::size_t kBlock = 1 << 16;

struct Free {
    void operator()(struct archive* archive) const { archive_read_free(archive); }
};
using Handle = std::unique_ptr<struct archive, Free>;

Error broken(const char* how) {
    return {Code::bad_input, how, "", "fetch the archive again; what was read before is kept"};
}

/// The bytes under a tar, and the error that they ended with: libarchive knows only its own.
struct Source {
    const ReadBytes& bytes;
    Bytes block = Bytes(kBlock);
    Result<void> state = done();
};

la_ssize_t feed(struct archive* archive, void* context, const void** out) {
    auto& source = *static_cast<Source*>(context);
    auto count = source.bytes(source.block);
    if (!count.ok()) {
        source.state = std::move(count).error();
        archive_set_error(archive, EIO, "source");
        return ARCHIVE_FATAL;
    }
    *out = source.block.data();
    return static_cast<la_ssize_t>(*count);
}

/// The file under a zip. libarchive holds its directory in memory, three times as large as it is in
/// the file, before it hands out the first entry: until then, what may be read is limited.
struct ZipSource {
    ZipSource(const Path& path, std::uint64_t directory)
        : file(std::fopen(path.c_str(), "rb"), &std::fclose), left(directory) {}

    static la_ssize_t read(struct archive* archive, void* context, const void** out) {
        auto& self = *static_cast<ZipSource*>(context);
        const std::size_t count = std::fread(self.block.data(), 1, kBlock, self.file.get());
        if (count > self.left) self.state = broken("the zip's list of its files is too long");
        if (!self.state.ok() || std::ferror(self.file.get()) != 0) {
            archive_set_error(archive, EIO, "source");
            return ARCHIVE_FATAL;
        }
        self.left -= count;
        *out = self.block.data();
        return static_cast<la_ssize_t>(count);
    }
    static la_int64_t seek(struct archive*, void* context, la_int64_t offset, int whence) {
        std::FILE* file = static_cast<ZipSource*>(context)->file.get();
        return ::fseeko(file, offset, whence) == 0 ? ::ftello(file) : ARCHIVE_FATAL;
    }

    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file;
    std::uint64_t left;  ///< bytes that may still be read
    Bytes block = Bytes(kBlock);
    Result<void> state = done();
};

class Walk {
public:
    Walk(struct archive* archive, const ArchiveLimits& limits, std::uint64_t packed)
        : archive_(archive), limits_(limits), packed_(packed) {}

    Result<void> each(const VisitFile& visit) {
        struct archive_entry* entry = nullptr;
        while (true) {
            const int status = archive_read_next_header(archive_, &entry);
            if (status == ARCHIVE_EOF) return done();
            if (status != ARCHIVE_OK && status != ARCHIVE_WARN) {
                return broken("the archive is broken or cut off");
            }
            if (++entries_ > limits_.entries) return broken("the archive has too many entries");
            const std::string name = TRY(checked(entry));
            if (archive_entry_filetype(entry) == AE_IFDIR) continue;
            TRY(visit(name, [this](std::span<std::uint8_t> out) { return read(out); }));
        }
    }

private:
    Result<std::string> checked(struct archive_entry* entry) const {
        const char* utf8 = archive_entry_pathname_utf8(entry);
        const char* name = utf8 != nullptr ? utf8 : archive_entry_pathname(entry);
        if (name == nullptr || !is_tame_name(name, limits_)) {
            return broken("the archive has a file name that leaves its folder or cannot be read");
        }
        const auto type = archive_entry_filetype(entry);
        const bool link =
            archive_entry_hardlink(entry) != nullptr || archive_entry_symlink(entry) != nullptr;
        if (link || (type != AE_IFREG && type != AE_IFDIR)) {
            return broken("the archive has a link or a device; exports have files only");
        }
        if (archive_entry_is_encrypted(entry) > 0) return broken("the archive is encrypted");
        return std::string(name);
    }

    Result<std::size_t> read(std::span<std::uint8_t> out) {
        const la_ssize_t count = archive_read_data(archive_, out.data(), out.size());
        if (count < 0) return broken("a file in the archive is broken or cut off");
        unpacked_ += static_cast<std::uint64_t>(count);
        if (packed_ > 0) TRY(check_unpacked(limits_.unpack, packed_, unpacked_));
        return static_cast<std::size_t>(count);
    }

    struct archive* archive_;
    const ArchiveLimits& limits_;
    std::uint64_t packed_;  ///< size of the archive; 0: its source is bounded already
    std::uint64_t entries_ = 0, unpacked_ = 0;
};

}  // namespace

Result<void> each_in_zip(const Path& path, const ArchiveLimits& limits, const VisitFile& visit) {
    ZipSource source(path, limits.directory);
    const Handle archive(archive_read_new());
    archive_read_support_format_zip_seekable(archive.get());
    archive_read_set_seek_callback(archive.get(), ZipSource::seek);
    if (!source.file || archive_read_open(archive.get(), &source, nullptr, ZipSource::read,
                                          nullptr) != ARCHIVE_OK) {
        TRY(std::move(source.state));
        return broken("the zip file cannot be opened");
    }
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    auto walked = Walk(archive.get(), limits, error ? 1 : std::max<std::uint64_t>(size, 1))
                      .each([&](const std::string& name, const ReadBytes& bytes) {
                          source.left = UINT64_MAX;
                          return visit(name, bytes);
                      });
    TRY(std::move(source.state));
    return walked;
}

Result<void> each_in_tar(const ReadBytes& bytes, const ArchiveLimits& limits,
                         const VisitFile& visit) {
    Source source{bytes};
    const Handle archive(archive_read_new());
    archive_read_support_format_tar(archive.get());
    if (archive_read_open(archive.get(), &source, nullptr, feed, nullptr) != ARCHIVE_OK) {
        TRY(std::move(source.state));
        return broken("the tar file cannot be opened");
    }
    auto walked = Walk(archive.get(), limits, 0).each(visit);
    TRY(std::move(source.state));
    TRY(std::move(walked));
    // A tar ends before its file does; what wraps it shows only at the end whether it is whole.
    while (TRY(bytes(source.block)) > 0) {
    }
    return done();
}

bool is_tame_name(std::string_view name, const ArchiveLimits& limits) {
    if (name.empty() || name.size() > limits.name || name.front() == '/') return false;
    std::size_t depth = 0;
    for (std::size_t begin = 0; begin <= name.size(); ++depth) {
        const std::size_t end = std::min(name.find_first_of("/\\", begin), name.size());
        if (name.substr(begin, end - begin) == "..") return false;
        begin = end + 1;
    }
    return depth <= limits.depth;
}

}  // namespace litura::corpus
