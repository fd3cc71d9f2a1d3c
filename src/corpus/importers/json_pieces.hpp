// Cuts a JSON document of any size into values small enough to be parsed whole, in the memory of
// one value. It finds brackets and strings; what a value says, and whether it is valid, is for the
// parser that gets it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "corpus/importers/unpack.hpp"

namespace litura::corpus {

/// A value and where it stands: "/orderedItems/*" is an element of the array under that key.
struct Piece {
    std::string path;
    std::string_view text;  ///< valid until the next call
    bool whole = true;      ///< false: longer than the limit, text is its beginning
};

class JsonPieces {
public:
    /// Objects and arrays at these paths are gone into ("" is the document itself); every other
    /// value is handed out whole. The strings that `entered` views outlive the JsonPieces.
    JsonPieces(ReadBytes source, std::vector<std::string_view> entered);

    /// The next value; nothing at the end. Code::bad_input where the document is broken or cut off.
    Result<std::optional<Piece>> next();

private:
    struct Container {
        bool array;
        std::string path;
        bool begun = false;
    };

    Result<int> look();  ///< the next byte, -1 at the end
    Result<int> peek();  ///< likewise, after white space
    Result<int> get();
    Result<bool> refill();
    Result<std::optional<std::string>> next_place();
    Result<std::optional<std::string>> leave_or_continue();
    Result<std::string> key();
    Result<void> take_value();
    Result<void> take_string();
    void keep(int byte);
    Error broken() const;

    ReadBytes source_;
    std::vector<std::string_view> entered_;
    std::vector<Container> open_;
    bool started_ = false;
    Bytes buffer_;
    std::size_t at_ = 0, filled_ = 0;
    std::uint64_t position_ = 0;
    std::string value_;
    bool whole_ = true;
};

/// A value in memory is many times as large as "[{},{},..." is: by its commas, more than 300,000.
bool has_too_many_values(std::string_view json);

/// The value, or why there is none: "too_long", "not_utf8", "not_json".
struct ParsedPiece {
    Json json;
    std::string_view reason;
};
ParsedPiece parse_piece(const Piece& piece);

}  // namespace litura::corpus
