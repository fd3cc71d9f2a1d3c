// Env on the real machine: POSIX files, the system clock, the kernel's random numbers.
#include "base/env.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>

namespace litura {
namespace {

Error system_error(const char* what, const Path& path) {
    const int code = errno;
    const char* next = code == ENOSPC ? "free some space and run the command again"
                                      : "check the path and its permissions";
    return {Code::environment, std::string(what) + ": " + std::strerror(code),
            path.filename().string(), next};
}

/// Of what has no size before it is read: pipes, devices.
constexpr std::size_t kLongestStream = std::size_t{64} << 20;

/// Owns a file descriptor.
class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

private:
    int fd_;
};

Result<void> write_all(int fd, ByteView bytes, const Path& path) {
    while (!bytes.empty()) {
        const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return system_error("cannot write", path);
        bytes = bytes.subspan(static_cast<std::size_t>(wrote));
    }
    return done();
}

class SystemEnv final : public Env {
public:
    Instant now() const override {
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        return {std::chrono::duration_cast<std::chrono::milliseconds>(now).count()};
    }

    void random(std::span<std::uint8_t> out) override {
        while (!out.empty()) {
            const ssize_t got = ::getrandom(out.data(), std::min<std::size_t>(out.size(), 256), 0);
            CHECK(got > 0 || errno == EINTR);
            if (got > 0) out = out.subspan(static_cast<std::size_t>(got));
        }
    }

    Result<Bytes> read_file(const Path& path) override {
        const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        struct stat info {};
        if (file.get() < 0 || ::fstat(file.get(), &info) != 0)
            return system_error("cannot open", path);
        if (S_ISDIR(info.st_mode))
            return Error{Code::bad_input, "is a folder, not a file", path.filename().string(), ""};
        const bool endless = !S_ISREG(info.st_mode);
        Bytes bytes;
        bytes.reserve(static_cast<std::size_t>(std::max<off_t>(info.st_size, 0)));
        std::array<std::uint8_t, 65536> part{};
        while (true) {
            const ssize_t got = ::read(file.get(), part.data(), part.size());
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return system_error("cannot read", path);
            if (got == 0) return bytes;
            if (endless && bytes.size() >= kLongestStream)
                return Error{Code::bad_input, "longer than 64 MiB, or without an end",
                             path.filename().string(), "give the part that matters"};
            bytes.insert(bytes.end(), part.begin(), part.begin() + got);
        }
    }

    Result<void> write_file(const Path& path, ByteView bytes) override {
        const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
        if (file.get() < 0) return system_error("cannot create", path);
        // What was there before keeps its mode when it is opened; the promise is made for the
        // words.
        if (::fchmod(file.get(), 0600) != 0) return system_error("cannot make private", path);
        TRY(write_all(file.get(), bytes, path));
        if (::fsync(file.get()) != 0) return system_error("cannot sync", path);
        return done();
    }

    Result<void> overwrite(const Path& path, std::uint64_t offset, ByteView bytes) override {
        const Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
        struct stat info {};
        if (file.get() < 0 || ::fstat(file.get(), &info) != 0)
            return system_error("cannot open", path);
        CHECK(offset + bytes.size() <= static_cast<std::uint64_t>(info.st_size));
        if (::lseek(file.get(), static_cast<off_t>(offset), SEEK_SET) < 0)
            return system_error("cannot write", path);
        TRY(write_all(file.get(), bytes, path));
        if (::fsync(file.get()) != 0) return system_error("cannot sync", path);
        return done();
    }

    Result<void> rename(const Path& from, const Path& to) override {
        if (::rename(from.c_str(), to.c_str()) != 0) return system_error("cannot rename", to);
        TRY(sync_folder(to.parent_path()));
        if (from.parent_path() != to.parent_path()) TRY(sync_folder(from.parent_path()));
        return done();
    }

    Result<void> sync_folder(const Path& folder) override {
        const Path target = folder.empty() ? Path(".") : folder;
        const Descriptor handle(::open(target.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (handle.get() < 0 || ::fsync(handle.get()) != 0)
            return system_error("cannot sync folder", target);
        return done();
    }

    Result<void> remove(const Path& path) override {
        std::error_code error;
        std::filesystem::remove_all(path, error);
        if (!error) return done();
        errno = error.value();
        return system_error("cannot remove", path);
    }

    Result<void> make_folders(const Path& folder) override {
        std::error_code error;
        std::filesystem::create_directories(folder, error);
        if (!error) return done();
        errno = error.value();
        return system_error("cannot create folder", folder);
    }

    bool exists(const Path& path) override {
        std::error_code error;
        return std::filesystem::exists(path, error);
    }

    std::vector<std::string> list(const Path& folder) override {
        std::vector<std::string> names;
        std::error_code error;
        for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
             at.increment(error)) {
            names.push_back(at->path().filename().string());
        }
        std::sort(names.begin(), names.end());
        return names;
    }
};

}  // namespace

std::unique_ptr<Env> system_env() { return std::make_unique<SystemEnv>(); }

Result<MappedFile> MappedFile::open(const Path& path) {
    // Without waiting for whoever would write into a pipe: it is refused.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat info {};
    if (file.get() < 0 || ::fstat(file.get(), &info) != 0) return system_error("cannot open", path);
    if (!S_ISREG(info.st_mode))
        return Error{Code::bad_input, "not a regular file", path.filename().string(), ""};
    MappedFile mapped;
    const auto size = static_cast<std::size_t>(info.st_size);
    if (size == 0) return mapped;
    void* at = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
    if (at == MAP_FAILED) return system_error("cannot map", path);
    mapped.bytes_ = {static_cast<const std::uint8_t*>(at), size};
    return mapped;
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
}

MappedFile::~MappedFile() {
    if (!bytes_.empty()) ::munmap(const_cast<std::uint8_t*>(bytes_.data()), bytes_.size());
}

Result<FileLock> FileLock::take(const Path& path, Mode mode, Wait wait) {
    FileLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (lock.fd_ < 0) return system_error("cannot open lock", path);
    const int operation =
        (mode == Mode::shared ? LOCK_SH : LOCK_EX) | (wait == Wait::no ? LOCK_NB : 0);
    while (::flock(lock.fd_, operation) != 0) {
        if (errno == EWOULDBLOCK) {
            return Error{Code::forbidden, "another process holds the lock",
                         path.filename().string(), "wait until it ends and try again"};
        }
        if (errno != EINTR) return system_error("cannot lock", path);
    }
    return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

FileLock::~FileLock() {
    if (fd_ >= 0) ::close(fd_);
}

Result<void> FileLock::downgrade() {
    if (::flock(fd_, LOCK_SH) != 0) return system_error("cannot share the lock", "");
    return done();
}

namespace {

/// So that no file opened later takes the place of a closed standard stream: the lowest free number
/// is that stream's. What is read from it or answered to it then fails.
void occupy_standard_streams() {
    constexpr std::array<int, 3> kModes = {O_WRONLY, O_RDONLY, O_WRONLY};
    for (int stream = 0; stream < 3; ++stream)
        if (::fcntl(stream, F_GETFD) < 0)
            CHECK(::open("/dev/null", kModes[static_cast<std::size_t>(stream)]) == stream);
}

}  // namespace

void harden_process() {
    occupy_standard_streams();
    ::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of the write
    ::umask(077);
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

}  // namespace litura
