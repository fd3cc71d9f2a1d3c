// The main program of every unit test: GoogleTest's, with what libsodium draws at random (deal
// secrets, keys, nonces) drawn instead from the test's own name, so that a test that fails fails
// again. GTEST_RANDOM_SEED gives the tests other secrets: a test has to pass with any.
#include <gtest/gtest.h>
#include <pthread.h>
#include <sodium.h>

#include <array>
#include <cstring>
#include <mutex>
#include <string>

namespace {

std::mutex mutex;
std::array<unsigned char, randombytes_SEEDBYTES> seed{};
std::uint64_t draws = 0, forks = 0;

void start(const std::string& test) {
    const std::string from = test + '/' + std::to_string(GTEST_FLAG_GET(random_seed));
    const std::lock_guard lock(mutex);
    crypto_generichash(seed.data(), seed.size(),
                       reinterpret_cast<const unsigned char*>(from.data()), from.size(), nullptr,
                       0);
    draws = forks = 0;
}

void draw(void* into, std::size_t size) {
    std::array<unsigned char, randombytes_SEEDBYTES> mine;
    {
        const std::lock_guard lock(mutex);
        mine = seed;
        std::uint64_t number = ++draws;
        for (std::size_t i = 0; i < sizeof number; ++i, number >>= 8)
            mine[i] ^= static_cast<unsigned char>(number);
    }
    randombytes_buf_deterministic(into, size, mine.data());
}

std::uint32_t draw_word() {
    std::uint32_t word = 0;
    draw(&word, sizeof word);
    return word;
}

// A forked child draws otherwise than its parent and its siblings.
void before_fork() {
    mutex.lock();
    ++forks;
}

void in_parent() { mutex.unlock(); }

void in_child() {
    std::memcpy(seed.data() + sizeof draws, &forks, sizeof forks);
    mutex.unlock();
}

const char* name() { return "by the test's name"; }

class Names final : public ::testing::EmptyTestEventListener {
    void OnTestStart(const ::testing::TestInfo& test) override {
        start(std::string(test.test_suite_name()) + '.' + test.name());
    }
};

}  // namespace

int main(int argc, char** argv) {
    static randombytes_implementation implementation{name,    draw_word, nullptr,
                                                     nullptr, draw,      nullptr};
    randombytes_set_implementation(&implementation);
    if (sodium_init() < 0 || pthread_atfork(before_fork, in_parent, in_child) != 0) return 1;
    ::testing::InitGoogleTest(&argc, argv);
    start("");
    ::testing::UnitTest::GetInstance()->listeners().Append(new Names);
    return RUN_ALL_TESTS();
}
