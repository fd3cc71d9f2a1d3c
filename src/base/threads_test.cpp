// A pool covers every output once, again and again, whatever the number of threads. Run
// under TSan too.
#include "base/threads.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <vector>

namespace litura {
namespace {

TEST(Threads, Every_output_is_computed_once_whatever_the_number_of_threads) {
    for (const int threads : {1, 2, 3, 7}) {
        ThreadPool pool(threads);
        EXPECT_EQ(pool.threads(), threads);
        for (const std::size_t count : {0u, 1u, 2u, 5u, 6u, 7u, 1000u}) {
            std::vector<int> done(count);
            pool.run(count, [&](std::size_t begin, std::size_t end) {
                for (std::size_t at = begin; at < end; ++at) ++done[at];
            });
            EXPECT_EQ(done, std::vector<int>(count, 1)) << threads << " threads";
        }
    }
}

TEST(Threads, The_parts_depend_on_count_and_threads_only) {
    const auto parts = [](ThreadPool& pool) {
        std::mutex mutex;
        std::vector<std::pair<std::size_t, std::size_t>> seen;
        pool.run(100, [&](std::size_t begin, std::size_t end) {
            const std::lock_guard lock(mutex);
            seen.emplace_back(begin, end);
        });
        std::sort(seen.begin(), seen.end());
        return seen;
    };
    ThreadPool one(3);
    ThreadPool other(3);
    const auto expected = parts(one);
    EXPECT_EQ(expected.size(), 3u);
    for (int times = 0; times < 50; ++times) EXPECT_EQ(parts(other), expected);
}

TEST(Threads, Results_of_one_run_are_seen_by_the_next) {
    ThreadPool pool(3);
    std::vector<long> values(64, 1);
    for (int times = 0; times < 500; ++times) {
        std::vector<long> next(values.size());
        pool.run(values.size(), [&](std::size_t begin, std::size_t end) {
            for (std::size_t at = begin; at < end; ++at) {
                next[at] = values[values.size() - 1 - at] + 1;
            }
        });
        values = std::move(next);
    }
    EXPECT_EQ(values, std::vector<long>(64, 501));
}

TEST(Threads, A_pool_that_never_ran_ends) { ThreadPool pool(4); }

}  // namespace
}  // namespace litura
