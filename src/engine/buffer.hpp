// Memory for floats, aligned for the widest vectors, zeroed, never resized behind a caller's back.
#pragma once

#include <cstddef>
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
        data_.reset(static_cast<float*>(::operator new(count * sizeof(float), kAlignment)));
        std::memset(data_.get(), 0, count * sizeof(float));
        count_ = count;
    }

    float* data() { return data_.get(); }
    const float* data() const { return data_.get(); }
    std::size_t size() const { return count_; }

private:
    static constexpr std::align_val_t kAlignment{64};

    struct Free {
        void operator()(float* pointer) const { ::operator delete(pointer, kAlignment); }
    };
    std::unique_ptr<float[], Free> data_;
    std::size_t count_ = 0;
};

}  // namespace litura::engine
