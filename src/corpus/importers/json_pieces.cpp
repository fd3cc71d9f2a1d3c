// Cuts a stream of JSON into pieces; remembers which containers are open, and no value.
#include "corpus/importers/json_pieces.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace litura::corpus {
namespace {

constexpr std::size_t kPieceBufferSize = 1 << 16;
constexpr std::size_t kPieceMax = 4 << 20;
constexpr std::size_t kPieceKeyMax = 1024;
constexpr std::ptrdiff_t kValuesMax = 300'000;  // more commas than a text may have bytes

bool is_blank(int byte) { return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t'; }
bool opens(int byte) { return byte == '{' || byte == '['; }
bool closes(int byte) { return byte == '}' || byte == ']'; }

}  // namespace

JsonPieces::JsonPieces(ReadBytes source, std::vector<std::string_view> entered)
    : source_(std::move(source)), entered_(std::move(entered)), buffer_(kPieceBufferSize) {}

Error JsonPieces::broken() const {
    return {Code::bad_input, "the JSON document is broken or cut off",
            "byte " + std::to_string(position_),
            "fetch the file again; what was read before is kept"};
}

Result<bool> JsonPieces::refill() {
    at_ = filled_ = 0;
    filled_ = TRY(source_(buffer_));
    return filled_ > 0;
}

Result<int> JsonPieces::look() {
    if (at_ == filled_ && !TRY(refill())) return -1;
    return int{buffer_[at_]};
}

Result<int> JsonPieces::get() {
    const int byte = TRY(look());
    if (byte < 0) return byte;
    ++at_;
    ++position_;
    return byte;
}

Result<int> JsonPieces::peek() {
    while (is_blank(TRY(look()))) TRY(get());
    return look();
}

void JsonPieces::keep(int byte) {
    if (value_.size() < kPieceMax) {
        value_.push_back(static_cast<char>(byte));
    } else {
        whole_ = false;
    }
}

/// From the opening quote, which is still to be read, to the closing one.
Result<void> JsonPieces::take_string() {
    keep(TRY(get()));
    while (true) {
        const int byte = TRY(get());
        if (byte < 0) return broken();
        keep(byte);
        if (byte == '"') return done();
        if (byte != '\\') continue;
        const int escaped = TRY(get());
        if (escaped < 0) return broken();
        keep(escaped);
    }
}

Result<void> JsonPieces::take_value() {
    value_.clear();
    whole_ = true;
    const int first = TRY(peek());
    if (first == '"') return take_string();
    if (!opens(first)) {
        for (int byte = first; byte >= 0 && byte != ',' && !closes(byte) && !is_blank(byte);) {
            keep(TRY(get()));
            byte = TRY(look());
        }
        return value_.empty() ? Result<void>(broken()) : done();
    }
    for (std::uint64_t depth = 0;;) {
        const int byte = TRY(look());
        if (byte < 0) return broken();
        if (byte == '"') {
            TRY(take_string());
            continue;
        }
        keep(TRY(get()));
        if (opens(byte)) ++depth;
        if (closes(byte) && --depth == 0) return done();
    }
}

Result<std::string> JsonPieces::key() {
    if (TRY(peek()) != '"') return broken();
    value_.clear();
    TRY(take_string());
    auto parsed = value_.size() <= kPieceKeyMax ? parse_json(value_, "") : Result<Json>(broken());
    if (!parsed.ok() || TRY(peek()) != ':') return broken();
    TRY(get());
    return parsed->get<std::string>();
}

/// Where the next value stands in the innermost container, or nothing if that has ended.
Result<std::optional<std::string>> JsonPieces::leave_or_continue() {
    Container& inside = open_.back();
    if (TRY(peek()) == (inside.array ? ']' : '}')) {
        TRY(get());
        open_.pop_back();
        return std::optional<std::string>();
    }
    if (inside.begun) {
        if (TRY(peek()) != ',') return broken();
        TRY(get());
    }
    inside.begun = true;
    if (inside.array) return std::optional(inside.path + "/*");
    const std::string name = TRY(key());
    return std::optional(inside.path + "/" + name);
}

/// Where the next value stands, or nothing at the end of the document.
Result<std::optional<std::string>> JsonPieces::next_place() {
    while (!open_.empty()) {
        auto place = TRY(leave_or_continue());
        if (place.has_value()) return place;
    }
    if (!started_) {
        started_ = true;
        if (TRY(peek()) == 0xEF) {  // a byte order mark
            for (int byte = 0; byte < 3; ++byte) TRY(get());
        }
        return std::optional<std::string>("");
    }
    while (TRY(peek()) == ';') TRY(get());  // the document was a script's assignment
    if (TRY(peek()) >= 0) return broken();
    return std::optional<std::string>();
}

Result<std::optional<Piece>> JsonPieces::next() {
    while (auto place = TRY(next_place())) {
        const int first = TRY(peek());
        if (opens(first) && std::ranges::find(entered_, *place) != entered_.end()) {
            TRY(get());
            open_.push_back({first == '[', std::move(*place)});
            continue;
        }
        TRY(take_value());
        return std::optional(Piece{std::move(*place), value_, whole_});
    }
    return std::optional<Piece>();
}

bool has_too_many_values(std::string_view json) {
    return std::ranges::count(json, ',') > kValuesMax;
}

ParsedPiece parse_piece(const Piece& piece) {
    if (!piece.whole || has_too_many_values(piece.text)) return {{}, "too_long"};
    if (!is_utf8(piece.text)) return {{}, "not_utf8"};
    auto parsed = parse_json(piece.text, "");
    if (!parsed.ok()) return {{}, "not_json"};
    return {std::move(parsed).value(), ""};
}

}  // namespace litura::corpus
