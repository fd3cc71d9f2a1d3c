// Any two texts: the scanner ends, is right about its own definition of a run, and finds a text in
// itself and in any text around it.
#include "base/text.hpp"
#include "corpus/echoes.hpp"
#include "corpus/marks.hpp"

#include <algorithm>
#include <string>

namespace {

std::size_t words_in(const std::string& plain) {
    return plain.empty() ? 0 : 1 + static_cast<std::size_t>(std::ranges::count(plain, ' '));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using litura::corpus::EchoScanner;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t cut = std::min(input.find('\n'), input.size());
    const std::string_view learned = input.substr(0, cut), asked = input.substr(cut);
    EchoScanner scanner;
    const auto known = scanner.learn(learned);
    const auto found = scanner.finds(asked);
    CHECK(known.ok() == litura::is_utf8(learned) && found.ok() == litura::is_utf8(asked));
    if (!known.ok() || !found.ok()) return 0;
    const std::string plain = litura::plain_words(litura::corpus::without_marks(learned)).value();
    // Folding is no fixed point of every text: a dropped sign may let two others join.
    if (plain != litura::plain_words(plain).value()) return 0;
    if (words_in(plain) < EchoScanner::kShingle) return 0;
    CHECK(!scanner.finds(plain)->empty());
    if (words_in(plain) < EchoScanner::kRun) return 0;
    CHECK(!scanner.finds("before " + plain + " after")->empty());
    CHECK(!scanner.finds(std::string(learned) + " " + std::string(asked))->empty());
    return 0;
}
