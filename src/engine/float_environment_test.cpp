#include "engine/float_environment.hpp"

#include <gtest/gtest.h>

#include <cfenv>
#include <limits>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "engine/test_models.hpp"
#include "engine/trainer.hpp"

namespace litura::engine {
namespace {

TEST(FloatEnvironment, Is_sound_as_a_thread_starts) { EXPECT_TRUE(check_float_environment().ok()); }

TEST(FloatEnvironment, Another_rounding_is_found) {
    std::fesetround(FE_UPWARD);
    const Result<void> checked = check_float_environment();
    std::fesetround(FE_TONEAREST);
    EXPECT_EQ(checked.error().code, Code::broken);
}

#if defined(__x86_64__)
TEST(FloatEnvironment, Flushing_subnormals_to_zero_is_found_and_stops_training) {
    const formats::LlamaConfig config = testing::small_config();
    ThreadPool pool(1);
    Trainer trainer(config, {}, pool);
    TrainState state = TrainState::fresh(random_weights(config, 1));
    const std::vector<Window> windows = testing::random_windows({9}, config.vocab, 1);
    const unsigned before = _mm_getcsr();
    for (const unsigned bit : {0x8000u, 0x0040u}) {  // flush to zero; denormals are zero
        _mm_setcsr(before | bit);
        const Result<void> checked = check_float_environment();
        const Result<std::uint64_t> trained =
            trainer.train(state, windows, testing::AlwaysPermit());
        _mm_setcsr(before);
        EXPECT_EQ(checked.error().code, Code::broken);
        EXPECT_EQ(trained.error().code, Code::broken);
    }
    EXPECT_EQ(state.steps, 0u);
}
#endif

TEST(FloatEnvironment, Values_that_are_not_finite_are_found) {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    EXPECT_TRUE(
        check_finite(std::vector<float>{0.0f, -1.0f, std::numeric_limits<float>::max(), 1e-45f})
            .ok());
    for (const float bad : {kInfinity, -kInfinity, std::numeric_limits<float>::quiet_NaN()}) {
        EXPECT_EQ(check_finite(std::vector<float>{1.0f, bad, 1.0f}).error().code, Code::bad_input);
    }
}

}  // namespace
}  // namespace litura::engine
