// What writing and reading a memory share: numbers, and the head of the file. Not public.
#pragma once

#include <cstdint>
#include <span>

#include "memory/memory.hpp"

namespace litura::memory {

/// Everything before the first list.
Bytes file_head(const Rule& rule, std::uint32_t vocabulary);

/// Makes memories out of rows that were just counted; nothing checks them again.
class MemoryWriter {
public:
    /// The rows of contexts of one token, by token; empty if it has none.
    static Memory write(const Rule& rule, std::span<const ByteView> rows);
};

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

/// A row while it is written: its heads, and behind them their bodies.
class RowDraft {
public:
    void begin() {
        heads_.clear();
        bodies_.clear();
        length_ = next_ = 0;
    }
    void head(std::uint32_t token, std::uint64_t count) {
        write_varint(heads_, token - next_);
        write_varint(heads_, count);
        next_ = token + 1;
        ++length_;
    }
    /// Of the last head, of a sequence that may be a context: `write` appends it.
    template <typename Write>
    void body(const Write& write) {
        const std::size_t start = bodies_.size();
        write(bodies_);
        write_varint(heads_, bodies_.size() - start);
    }
    /// Nothing if there is no head.
    void finish(std::uint64_t total, std::uint64_t types, Bytes& out) const {
        if (length_ == 0) return;
        for (const std::uint64_t value : {total, types, length_}) write_varint(out, value);
        out.insert(out.end(), heads_.begin(), heads_.end());
        out.insert(out.end(), bodies_.begin(), bodies_.end());
    }

private:
    Bytes heads_, bodies_;
    std::uint64_t length_ = 0, next_ = 0;
};

/// One sequence in a list.
struct Head {
    std::uint32_t token = 0;
    std::uint64_t count = 0, body = 0;
};

/// The heads of a list of sequences of n tokens.
class Heads {
public:
    Heads(Varints& in, std::uint32_t n, std::uint32_t order)
        : in_(in), counted_(n > 1), extended_(n < order), left_(in.next()) {}

    bool next() {
        if (left_ == 0 || !in_.ok()) return false;
        --left_;
        token_ += in_.next() + 1;
        head.token = static_cast<std::uint32_t>(token_ - 1);
        head.count = counted_ ? in_.next() : 0;
        head.body = extended_ ? in_.next() : 0;
        return in_.ok();
    }
    /// Of no list whose tokens all lie inside the vocabulary is it false.
    bool inside(std::uint32_t vocabulary) const { return token_ <= vocabulary; }

    Head head;

private:
    Varints& in_;
    bool counted_, extended_;
    std::uint64_t left_, token_ = 0;
};

}  // namespace litura::memory
