// Memory for floats, aligned for the widest vectors, zeroed, never resized behind a caller's back.
// Large ones ask Linux for huge pages: a matrix is walked along both sides, and across 4 KiB pages
// neither address translation nor the processor's own prefetching keeps up.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

namespace litura::engine {

class Buffer {
public:
    Buffer() = default;
    explicit Buffer(std::size_t count) { reserve(count); }

    /// At least `count` floats; a larger request than before gives new, zeroed memory.
    void reserve(std::size_t count) {
        if (count <= count_) return;
        const std::size_t bytes =
            (count * sizeof(float) + kAlignment - 1) / kAlignment * kAlignment;
        const std::size_t huge = bytes / kHugePage * kHugePage;  // the rest would waste half a page
        const std::size_t alignment = huge > 0 ? kHugePage : kAlignment;
        void* memory = nullptr;  // aligned_alloc() would want whole pages
        if (posix_memalign(&memory, alignment, bytes) != 0) throw std::bad_alloc();
        data_.reset(static_cast<float*>(memory));
        if (huge > 0) (void)madvise(data_.get(), huge, MADV_HUGEPAGE);
        std::memset(data_.get(), 0, count * sizeof(float));
        count_ = count;
    }

    float* data() { return data_.get(); }
    const float* data() const { return data_.get(); }
    std::size_t size() const { return count_; }

private:
    static constexpr std::size_t kAlignment = 64, kHugePage = 2u << 20;

    struct Free {
        void operator()(float* pointer) const { std::free(pointer); }
    };
    std::unique_ptr<float[], Free> data_;
    std::size_t count_ = 0;
};

}  // namespace litura::engine
