// Reads CSV byte by byte; one row is in memory, never the file.
#include "corpus/importers/csv.hpp"

namespace litura::corpus {
namespace {

constexpr std::size_t kCsvBufferSize = 1 << 16;
constexpr std::size_t kRowMax = 4 << 20;
constexpr std::size_t kFieldsMax = 1000;

/// A row as it grows.
class Row {
public:
    void keep(int byte) {
        if (++size_ > kRowMax) {
            row_.whole = false;
        } else {
            row_.fields.back().push_back(static_cast<char>(byte));
        }
    }
    void next_field() {
        if (++size_ <= kRowMax && row_.fields.size() < kFieldsMax) {
            row_.fields.emplace_back();
        } else {
            row_.whole = false;
        }
    }
    bool field_empty() const { return row_.fields.back().empty(); }
    bool empty() const { return row_.fields.size() == 1 && field_empty() && !quoted; }
    CsvRow take() { return std::move(row_); }
    void cut() { row_.whole = false; }

    bool quoted = false;

private:
    CsvRow row_{{""}};
    std::size_t size_ = 0;
};

}  // namespace

Result<int> CsvReader::peek() {
    if (at_ == filled_) {
        buffer_.resize(kCsvBufferSize);
        at_ = 0;
        filled_ = TRY(source_(buffer_));
    }
    return filled_ == 0 ? -1 : int{buffer_[at_]};
}

Result<int> CsvReader::get() {
    const int byte = TRY(peek());
    if (byte >= 0) ++at_;
    return byte;
}

Result<std::optional<CsvRow>> CsvReader::next() {
    if (!begun_ && TRY(peek()) == 0xEF) {  // a byte order mark
        for (int byte = 0; byte < 3; ++byte) TRY(get());
    }
    begun_ = true;
    Row row;
    bool inside = false;  // quotes
    while (true) {
        const int byte = TRY(get());
        if (byte < 0) {
            if (inside) row.cut();
            if (row.empty()) return std::optional<CsvRow>();
            return std::optional(row.take());
        }
        if (inside) {
            if (byte != '"') {
                row.keep(byte);
            } else if (TRY(peek()) == '"') {
                row.keep(TRY(get()));
            } else {
                inside = false;
            }
        } else if (byte == '"' && row.field_empty()) {
            inside = row.quoted = true;
        } else if (byte == ',') {
            row.next_field();
        } else if (byte == '\n') {
            if (!row.empty()) return std::optional(row.take());
        } else if (byte != '\r') {
            row.keep(byte);
        }
    }
}

}  // namespace litura::corpus
