// TOML that people write by hand, by toml++ (the one place that includes it), strictly: every key
// that nobody asked for is refused, values have the type and range that were asked for, and what is
// wrong is named with its line.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace litura {

/// One table of a document. Hands out the values of keys; end() refuses what is left. A table keeps
/// its document alive.
class TomlTable {
public:
    /// The document's root. `file` names it in errors, `next` is their advice. Code::bad_input,
    /// also for more than 1 MiB.
    static Result<TomlTable> parse(std::string_view text, std::string file, std::string next);

    bool has(std::string_view key) const;
    /// All keys, sorted: for tables whose keys are names.
    std::vector<std::string> keys() const;

    // Of a key that must be there, or whose value is `otherwise` if it is not.
    Result<std::string> text(std::string_view key);
    Result<std::string> text(std::string_view key, std::string otherwise);
    Result<bool> flag(std::string_view key);
    Result<bool> flag(std::string_view key, bool otherwise);
    /// Within [least, most].
    Result<std::int64_t> whole(std::string_view key, std::int64_t least, std::int64_t most);
    Result<std::int64_t> whole(std::string_view key, std::int64_t least, std::int64_t most,
                               std::int64_t otherwise);
    /// Finite, within [least, most]; a whole number may stand for it.
    Result<double> number(std::string_view key, double least, double most);
    Result<double> number(std::string_view key, double least, double most, double otherwise);

    // Of a key that must be there.
    Result<TomlTable> table(std::string_view key);
    // Of a key that may be missing: then empty.
    Result<std::vector<std::string>> texts(std::string_view key);
    Result<std::vector<TomlTable>> tables(std::string_view key);

    /// Code::bad_input if the table holds a key that nobody asked for.
    Result<void> end() const;

    /// About the value of `key`, or about the table if it has none.
    Error error(std::string_view key, std::string message) const;
    Error error(std::string message) const { return error({}, std::move(message)); }
    std::uint32_t line_of(std::string_view key) const;

private:
    struct Document;
    TomlTable(std::shared_ptr<const Document> document, const void* table, std::string name)
        : document_(std::move(document)), table_(table), name_(std::move(name)) {}
    template <typename T>
    Result<T> value(std::string_view key);
    bool given(std::string_view key);

    std::shared_ptr<const Document> document_;
    const void* table_;  ///< a toml::table of the document
    std::string name_;   ///< as in [name]; empty for the root
    std::set<std::string, std::less<>> asked_;
};

}  // namespace litura
