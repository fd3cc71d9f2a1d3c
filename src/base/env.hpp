// The world outside: clock, randomness and files, behind one interface, so that tests can jump the
// clock, fill the disk or cut the power. Everything durable goes through here or through
// store/database.hpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace litura {

using Path = std::filesystem::path;

class Env {
public:
    virtual ~Env() = default;

    virtual Instant now() const = 0;
    virtual void random(std::span<std::uint8_t> out) = 0;

    virtual Result<Bytes> read_file(const Path& path) = 0;
    /// Creates or replaces `path` with mode 0600 and syncs the file, not the folder.
    virtual Result<void> write_file(const Path& path, ByteView bytes) = 0;
    /// Writes over bytes of an existing file, in place, and syncs them: the only way in which a
    /// secret on a plain disk is replaced where it stood. Never makes the file longer.
    virtual Result<void> overwrite(const Path& path, std::uint64_t offset, ByteView bytes) = 0;
    /// Atomic within one file system; syncs both parent folders.
    virtual Result<void> rename(const Path& from, const Path& to) = 0;
    /// Syncs the names in a folder.
    virtual Result<void> sync_folder(const Path& folder) = 0;
    /// Removes a file or a folder with all in it; nothing there is fine.
    virtual Result<void> remove(const Path& path) = 0;
    virtual Result<void> make_folders(const Path& folder) = 0;
    virtual bool exists(const Path& path) = 0;
    /// Names of the entries, sorted; an absent folder has none.
    virtual std::vector<std::string> list(const Path& folder) = 0;

    /// A procedure says where it has come to ("E4b"); a test ends the process there.
    virtual void reached(std::string_view /*point*/) {}
};

/// The real machine. Thread-safe.
std::unique_ptr<Env> system_env();

/// A memory-mapped file, read-only. Thread-safe.
class MappedFile {
public:
    static Result<MappedFile> open(const Path& path);
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;
    ~MappedFile();
    ByteView bytes() const { return bytes_; }

private:
    MappedFile() = default;
    ByteView bytes_;
};

/// An advisory lock on a file (flock), held until destroyed. Released by the kernel when the
/// process dies.
class FileLock {
public:
    enum class Mode { shared, exclusive };
    enum class Wait { yes, no };
    /// Code::forbidden if another process holds it and wait is no.
    static Result<FileLock> take(const Path& path, Mode mode, Wait wait);
    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&& other) noexcept;
    ~FileLock();
    /// Exclusive to shared, without letting go in between where the system allows.
    Result<void> downgrade();

private:
    explicit FileLock(int fd) : fd_(fd) {}
    int fd_ = -1;
};

/// At program start: no core dumps, not dumpable, umask 077. Personal text never reaches a core
/// file.
void harden_process();

}  // namespace litura
