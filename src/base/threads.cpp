// Workers that offer their processor to others for a moment between calls and then sleep on a futex
// (std::atomic::wait). The calls of a training step follow each other within microseconds, and
// waking a sleeper costs up to a hundred; spinning without an offer would starve the others on a
// shared machine.
#include "base/threads.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "base/result.hpp"

namespace litura {
namespace {

/// Returns when `value` is no longer `old`.
template <typename Value>
void wait_for_change(const std::atomic<Value>& value, Value old) {
    using Clock = std::chrono::steady_clock;
    // Where somebody takes the offer this is over with the first one: on a busy machine whoever
    // goes on offering waits behind everybody else each time.
    const Clock::time_point end = Clock::now() + std::chrono::microseconds(100);
    do {
        if (value.load() != old) return;
        std::this_thread::yield();
    } while (Clock::now() < end);
    value.wait(old);
}

}  // namespace

struct ThreadPool::Impl {
    using Body = std::function<void(std::size_t, std::size_t)>;

    explicit Impl(int threads) : count_threads(threads) {
        for (int index = 1; index < threads; ++index) {
            workers.emplace_back([this, index] { serve(index); });
        }
    }

    ~Impl() {
        stopping = true;
        generation.fetch_add(1);
        generation.notify_all();
    }

    void serve(int index) {
        std::uint64_t seen = 0;
        while (true) {
            wait_for_change(generation, seen);
            seen = generation.load();
            if (stopping) return;
            work(index);
            if (pending.fetch_sub(1) == 1) pending.notify_one();
        }
    }

    void work(int index) const {
        const auto part = static_cast<std::size_t>(index);
        const auto parts = static_cast<std::size_t>(count_threads);
        const std::size_t begin = count * part / parts;
        const std::size_t end = count * (part + 1) / parts;
        if (begin < end) (*body)(begin, end);
    }

    int count_threads;
    std::size_t count = 0;
    const Body* body = nullptr;
    std::atomic<bool> stopping = false;
    std::atomic<std::uint64_t> generation = 0;
    std::atomic<int> pending = 0;
    std::vector<std::jthread> workers;
};

int thread_count(int wanted) {
    return wanted > 0 ? wanted : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

ThreadPool::ThreadPool(int threads) : impl_(std::make_unique<Impl>(threads)) {
    CHECK(threads >= 1);
}
ThreadPool::~ThreadPool() = default;

int ThreadPool::threads() const { return impl_->count_threads; }

void ThreadPool::run(std::size_t count, const std::function<void(std::size_t, std::size_t)>& body) {
    Impl& pool = *impl_;
    if (pool.count_threads == 1 || count <= 1) {
        if (count > 0) body(0, count);
        return;
    }
    pool.count = count;
    pool.body = &body;
    pool.pending = pool.count_threads - 1;
    pool.generation.fetch_add(1);
    pool.generation.notify_all();
    pool.work(0);
    for (int left = pool.pending.load(); left != 0; left = pool.pending.load())
        wait_for_change(pool.pending, left);
}

}  // namespace litura
