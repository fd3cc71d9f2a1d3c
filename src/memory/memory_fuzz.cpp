// Any bytes as a memory: refused, or every row that can be found in it makes a distribution.
#include "memory/mixing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace litura;
    const auto memory = memory::Memory::parse(Bytes(data, data + size));
    if (!memory.ok()) {
        CHECK(memory.error().code == Code::broken);
        return 0;
    }
    std::vector<std::uint32_t> history;
    for (std::size_t at = 0; at < std::min<std::size_t>(size, 64); ++at) {
        history.push_back(data[at]);
        const memory::Mixture mixture(memory.value(), history);
        double sum = 1.0;
        for (const auto& bonus : mixture.bonuses()) sum += bonus.value;
        CHECK(mixture.lambda() > 0.0);
        CHECK(std::abs(sum * mixture.lambda() - 1.0) < 1e-9);
    }
    return 0;
}
