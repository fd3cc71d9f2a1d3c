// A step allocates nothing: what a trainer needs it took when it was made. The operators are replaced
// for the whole test program, and count on every thread.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "engine/test_models.hpp"
#include "engine/trainer.hpp"

namespace {

std::atomic<std::size_t> allocations = 0;

void* counted(void* memory) {
    ++allocations;
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}

}  // namespace

void* operator new(std::size_t size) { return counted(std::malloc(size)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
    const auto unit = static_cast<std::size_t>(alignment);
    return counted(std::aligned_alloc(unit, (size + unit - 1) / unit * unit));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace litura::engine {
namespace {

using namespace testing;

TEST(Trainer, A_step_allocates_nothing_not_even_the_first) {
    const formats::LlamaConfig config = small_config();
    const std::vector<float> base = lively_weights(config, 1);
    const std::vector<Window> windows = random_windows({40, 7, 1, 42}, config.vocab, 11);
    for (const std::uint32_t rank : {0u, 3u}) {
        for (const bool recompute : {false, true}) {
            TrainSettings settings;
            settings.sequence = 42;
            settings.step_tokens = 90;
            settings.method = {.lora = {.rank = rank, .alpha = 6.0f}, .recompute = recompute};
            ThreadPool pool(2);
            Trainer trainer(config, settings, pool, base);
            TrainState state = TrainState::fresh(
                rank > 0 ? std::vector<float>(trainer.layout().count(), 0.01f) : base);
            const std::size_t before = allocations;
            EXPECT_GT(before, 100u) << "the trainer's own were counted";
            ASSERT_TRUE(trainer.step(state, windows, 0.01f, AlwaysPermit()).ok());
            EXPECT_EQ(allocations, before) << "rank " << rank << ", recompute " << recompute;
        }
    }
}

}  // namespace
}  // namespace litura::engine
