// One line of a jsonl file to one record (docs/importing.md). Strings and times are checked here;
// what is allowed of a record is the ledger's matter, and how long a text may be is the corpus's.
#pragma once

#include <memory>
#include <string_view>
#include <variant>

#include "corpus/corpus.hpp"

namespace litura::corpus {

/// Not thread-safe; keeps its buffers from line to line.
class JsonlParser {
public:
    JsonlParser();
    ~JsonlParser();

    /// A record, or why there is none: "not_json", "not_utf8", "missing_field" (id, author,
    /// created_at or text), "bad_field" (not a string, or an id or author of more than 1,024
    /// bytes), "duplicate_field", "bad_time", "bad_audience".
    std::variant<IncomingRecord, std::string_view> parse(std::string_view line);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace litura::corpus
