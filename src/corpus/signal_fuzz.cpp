// Any bytes as a signal: the first byte names the format, the rest is the file. What is read stays
// within its limits, and a "no" that more lines follow is still a "no" where lines stand alone.
#include "base/text.hpp"
#include "corpus/signal.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace litura;
    using namespace litura::corpus;
    if (size == 0) return 0;
    const auto format = static_cast<SignalFormat>(data[0] % 6);
    const ByteView file(data + 1, size - 1);
    auto signal = read_signal(format, file);
    if (!signal.ok()) return 0;
    CHECK(signal->locations.size() <= 1000);
    for (const std::string& location : signal->locations)
        CHECK(location.size() <= 2048 && is_utf8(location));
    CHECK(signal->forbids || (signal->locations.empty() && !signal->since));
    const bool lines = format == SignalFormat::gpc || format == SignalFormat::aipref;
    if (!lines || !signal->forbids || file.size() + 32 > kSignalBytesMax) return 0;
    Bytes more(file.begin(), file.end());
    for (const char c : std::string_view("\ncontent-usage: train-ai=y\n"))
        more.push_back(static_cast<std::uint8_t>(c));
    auto again = read_signal(format, more);
    CHECK(again.ok() && again->forbids);
    return 0;
}
