// The machine with a clock that tests set. Tests only.
#pragma once

#include "base/env.hpp"

namespace litura {

class ClockEnv : public Env {
public:
    Instant moment;

    explicit ClockEnv(Instant at) : moment(at) {}
    Instant now() const override { return moment; }
    void random(std::span<std::uint8_t> out) override { real_->random(out); }
    Result<Bytes> read_file(const Path& path) override { return real_->read_file(path); }
    Result<void> write_file(const Path& path, ByteView bytes) override {
        return real_->write_file(path, bytes);
    }
    Result<void> overwrite(const Path& path, std::uint64_t offset, ByteView bytes) override {
        return real_->overwrite(path, offset, bytes);
    }
    Result<void> rename(const Path& from, const Path& to) override {
        return real_->rename(from, to);
    }
    Result<void> sync_folder(const Path& folder) override { return real_->sync_folder(folder); }
    Result<void> remove(const Path& path) override { return real_->remove(path); }
    Result<void> make_folders(const Path& folder) override { return real_->make_folders(folder); }
    bool exists(const Path& path) override { return real_->exists(path); }
    std::vector<std::string> list(const Path& folder) override { return real_->list(folder); }

private:
    std::unique_ptr<Env> real_ = system_env();
};

}  // namespace litura
