// Cuts the texts on standard input, each ended by a zero byte, into pieces, and prints the lengths
// of a text's pieces on one line, so that another program can cut the same texts:
// tests/pieces_regex.py. The one argument is gpt2, gpt2_digits or llama3.
#include <cstdio>
#include <string>
#include <string_view>

#include "engine/pretokenizer.hpp"

namespace {

using litura::formats::Splitter;

void print_pieces(std::string_view text, Splitter splitter) {
    while (!text.empty()) {
        const std::size_t length = litura::engine::first_piece(text, splitter);
        std::printf("%zu ", length);
        text.remove_prefix(length);
    }
    std::printf("\n");
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view name = argc == 2 ? argv[1] : "";
    if (name != "gpt2" && name != "gpt2_digits" && name != "llama3") return 2;
    const Splitter splitter = name == "gpt2"     ? Splitter::gpt2
                              : name == "llama3" ? Splitter::llama3
                                                 : Splitter::gpt2_digits;
    std::string text;
    for (int byte = std::getchar(); byte != EOF; byte = std::getchar()) {
        if (byte != 0) {
            text += static_cast<char>(byte);
            continue;
        }
        print_pieces(text, splitter);
        text.clear();
    }
    return 0;
}
