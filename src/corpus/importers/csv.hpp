// Comma-separated values (RFC 4180), row by row: quoted fields may hold commas, quotes and line
// ends.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "corpus/importers/unpack.hpp"

namespace litura::corpus {

struct CsvRow {
    std::vector<std::string> fields;
    bool whole = true;  ///< false: longer than 4 MiB or 1000 fields, or a quote that never ends
};

class CsvReader {
public:
    explicit CsvReader(ReadBytes source) : source_(std::move(source)) {}
    /// The next row; nothing at the end. Empty lines are passed over.
    Result<std::optional<CsvRow>> next();

private:
    Result<int> get();
    Result<int> peek();

    ReadBytes source_;
    Bytes buffer_;
    std::size_t at_ = 0, filled_ = 0;
    bool begun_ = false;
};

}  // namespace litura::corpus
