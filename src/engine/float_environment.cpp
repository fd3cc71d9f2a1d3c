#include "engine/float_environment.hpp"

#include <atomic>
#include <bit>
#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace litura::engine {
namespace {

bool settings_hold() {
#if defined(__x86_64__)
    // Rounding control (bits 13, 14), flush to zero (15), denormals are zero (6).
    return (_mm_getcsr() & 0xE040u) == 0;
#elif defined(__aarch64__)
    // Rounding mode (bits 22, 23), flush to zero (24), and for half precision (19).
    std::uint64_t fpcr = 0;
    __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
    return (fpcr & 0x01C80000u) == 0;
#else
#error "say how this processor's rounding and flush-to-zero settings are read"
#endif
}

Result<void> changed() {
    return Error{Code::broken,
                 "floating-point settings were changed from round-to-nearest with subnormals",
                 "control register", "look for a library built with -ffast-math in this process"};
}

}  // namespace

Result<void> check_float_environment() { return settings_hold() ? done() : changed(); }

Result<void> check_float_environment(const Team& team) {
    std::atomic<bool> sound = true;
    team.run_each([&sound] {
        if (!settings_hold()) sound = false;
    });
    return sound ? done() : changed();
}

Result<void> check_finite(std::span<const float> values) {
    bool finite = true;
    for (const float value : values)
        finite &= (std::bit_cast<std::uint32_t>(value) & 0x7F800000u) != 0x7F800000u;
    if (finite) return done();
    return Error{Code::bad_input, "training produced numbers that are not finite", "weights",
                 "lower the learning rate in litura.toml"};
}

}  // namespace litura::engine
