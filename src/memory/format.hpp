// What writing and reading a memory share: numbers, and the head of the file. Not public.
#pragma once

#include <cstdint>

#include "memory/memory.hpp"

namespace litura::memory {

/// Everything before the first list.
Bytes file_head(const Rule& rule, std::uint32_t vocabulary);

/// LEB128: seven bits a byte, the lowest first.
inline void write_varint(Bytes& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
    out.push_back(static_cast<std::uint8_t>(value));
}

/// Reads numbers below 2^42. After a short, long or wasteful one ok() is false and all are zero.
class Varints {
public:
    explicit Varints(ByteView bytes) : rest_(bytes) {}

    std::uint64_t next() {
        std::uint64_t value = 0;
        for (unsigned at = 0; at < 6 && at < rest_.size(); ++at) {
            value |= static_cast<std::uint64_t>(rest_[at] & 0x7F) << (7 * at);
            if ((rest_[at] & 0x80) != 0) continue;
            const bool wasteful = at > 0 && rest_[at] == 0;
            if (wasteful) break;
            rest_ = rest_.subspan(at + 1);
            return value;
        }
        return fail();
    }
    ByteView take(std::uint64_t bytes) {
        if (bytes > rest_.size()) bytes = fail();
        const ByteView taken = rest_.first(bytes);
        rest_ = rest_.subspan(bytes);
        return taken;
    }
    ByteView rest() const { return rest_; }
    bool ok() const { return ok_; }
    bool at_end() const { return ok_ && rest_.empty(); }

private:
    std::uint64_t fail() {
        rest_ = {};
        ok_ = false;
        return 0;
    }

    ByteView rest_;
    bool ok_ = true;
};

}  // namespace litura::memory
