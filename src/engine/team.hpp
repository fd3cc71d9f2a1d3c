// A thread pool as the engine uses it: work items are handed out one by one, so that a delayed
// thread does not hold up the others, and each thread knows its slot and so its scratch memory.
// Items are outputs; which thread computes one never changes its bits.
#pragma once

#include <atomic>
#include <cstddef>

#include "base/threads.hpp"

namespace litura::engine {

class Team {
public:
    explicit Team(ThreadPool& pool) : pool_(&pool) {}

    std::size_t slots() const { return static_cast<std::size_t>(pool_->threads()); }

    /// body(slot, item) for every item in [0, count); two calls with the same slot never overlap.
    template <typename Body>
    void run(std::size_t count, const Body& body) const {
        std::atomic<std::size_t> next = 0;
        const Shared<Body> shared{count, &next, &body};
        pool_->run(slots(), [&shared](std::size_t begin, std::size_t end) {
            for (std::size_t slot = begin; slot < end; ++slot) shared.work(slot);
        });
    }

    /// body(slot, begin, end) for consecutive blocks of at most `block` items.
    template <typename Body>
    void run_blocks(std::size_t count, std::size_t block, const Body& body) const {
        run((count + block - 1) / block, [&](std::size_t slot, std::size_t index) {
            const std::size_t begin = index * block;
            body(slot, begin, count - begin < block ? count : begin + block);
        });
    }

    /// body() once on every thread.
    template <typename Body>
    void run_each(const Body& body) const {
        pool_->run(slots(), [&body](std::size_t, std::size_t) { body(); });
    }

private:
    template <typename Body>
    struct Shared {
        std::size_t count;
        std::atomic<std::size_t>* next;
        const Body* body;

        void work(std::size_t slot) const {
            for (std::size_t item = next->fetch_add(1); item < count; item = next->fetch_add(1))
                (*body)(slot, item);
        }
    };

    ThreadPool* pool_;
};

}  // namespace litura::engine
