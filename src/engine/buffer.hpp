// Memory for floats, aligned for the widest vectors, zeroed, never resized behind a caller's back.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>

#include "base/result.hpp"

namespace litura::engine {

class Buffer {
public:
    Buffer() = default;
    explicit Buffer(std::size_t count) { reserve(count); }

    /// At least `count` floats; a larger request than before gives new, zeroed memory.
    void reserve(std::size_t count) {
        if (count <= count_) return;
        constexpr std::size_t kAlignment = 64;
        const std::size_t bytes =
            (count * sizeof(float) + kAlignment - 1) / kAlignment * kAlignment;
        data_.reset(static_cast<float*>(std::aligned_alloc(kAlignment, bytes)));
        CHECK(data_ != nullptr);
        std::memset(data_.get(), 0, bytes);
        count_ = count;
    }

    float* data() { return data_.get(); }
    const float* data() const { return data_.get(); }
    std::size_t size() const { return count_; }

private:
    struct Free {
        void operator()(float* pointer) const { std::free(pointer); }
    };
    std::unique_ptr<float[], Free> data_;
    std::size_t count_ = 0;
};

}  // namespace litura::engine
