// Sharing out outputs over threads. The parts are a fixed function of (count, threads), and no
// result may depend on them: threads share outputs, never a reduction.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace litura {

/// `wanted`, or as many as the machine has if that is 0.
int thread_count(int wanted = 0);

/// A fixed set of worker threads. run() may be called by one thread at a time; the calling thread
/// works too.
class ThreadPool {
public:
    /// `threads` >= 1 counts the caller: ThreadPool(1) starts no thread.
    explicit ThreadPool(int threads);
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    int threads() const;

    /// Calls body(begin, end) for consecutive parts of [0, count), one a thread, and waits for all.
    void run(std::size_t count,
             const std::function<void(std::size_t begin, std::size_t end)>& body);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace litura
