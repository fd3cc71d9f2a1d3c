#include "base/toml.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include "base/text.hpp"

namespace litura {
namespace {

constexpr std::size_t kSizeMax = 1 << 20;

const toml::table& as_table(const void* table) { return *static_cast<const toml::table*>(table); }

/// Exact: toml++ would turn 2e48 into a whole number, which is undefined. A whole number may stand
/// for a float.
template <typename T>
std::optional<T> value_of(const toml::node& node) {
    if (std::is_same_v<T, double> && node.is_integer()) return node.value<T>();
    return node.value_exact<T>();
}

}  // namespace

struct TomlTable::Document {
    toml::table root;
    std::string file, next;

    Error error(const toml::source_region& at, std::string message) const {
        return {Code::bad_input, std::move(message),
                fmt::format("{}, line {}", file, at.begin.line), next};
    }
};

Result<TomlTable> TomlTable::parse(std::string_view text, std::string file, std::string next) {
    if (text.size() > kSizeMax) return Error{Code::bad_input, "larger than 1 MiB", file, ""};
    auto document = std::make_shared<Document>();
    document->file = std::move(file);
    document->next = std::move(next);
    try {
        document->root = toml::parse(text);
    } catch (const toml::parse_error& error) {
        return document->error(error.source(), std::string(error.description()));
    }
    const void* root = &document->root;
    return TomlTable(std::move(document), root, "");
}

bool TomlTable::has(std::string_view key) const { return as_table(table_).contains(key); }

std::vector<std::string> TomlTable::keys() const {
    std::vector<std::string> keys;
    for (const auto& [key, value] : as_table(table_)) keys.emplace_back(key.str());
    return keys;
}

Error TomlTable::error(std::string_view key, std::string message) const {
    const toml::node* node = as_table(table_).get(key);
    const toml::source_region& at = node == nullptr ? as_table(table_).source() : node->source();
    return document_->error(at, std::move(message));
}

std::uint32_t TomlTable::line_of(std::string_view key) const {
    const toml::node* node = as_table(table_).get(key);
    return node == nullptr ? 0 : node->source().begin.line;
}

template <typename T>
Result<T> TomlTable::value(std::string_view key) {
    asked_.insert(std::string(key));
    const toml::node* node = as_table(table_).get(key);
    if (node == nullptr)
        return error(name_.empty() ? fmt::format("the key '{}' is missing", key)
                                   : fmt::format("[{}] needs the key '{}'", name_, key));
    if (auto found = value_of<T>(*node)) return *std::move(found);
    return error(key, fmt::format("'{}' has the wrong type", key));
}

bool TomlTable::given(std::string_view key) {
    asked_.insert(std::string(key));
    return has(key);
}

Result<std::string> TomlTable::text(std::string_view key) { return value<std::string>(key); }
Result<std::string> TomlTable::text(std::string_view key, std::string otherwise) {
    return given(key) ? text(key) : Result<std::string>(std::move(otherwise));
}

Result<bool> TomlTable::flag(std::string_view key) { return value<bool>(key); }
Result<bool> TomlTable::flag(std::string_view key, bool otherwise) {
    return given(key) ? flag(key) : Result<bool>(otherwise);
}

Result<std::int64_t> TomlTable::whole(std::string_view key, std::int64_t least, std::int64_t most) {
    const auto found = TRY(value<std::int64_t>(key));
    if (found >= least && found <= most) return found;
    return error(key, fmt::format("'{}' must be {} to {}", key, least, most));
}
Result<std::int64_t> TomlTable::whole(std::string_view key, std::int64_t least, std::int64_t most,
                                      std::int64_t otherwise) {
    return given(key) ? whole(key, least, most) : Result<std::int64_t>(otherwise);
}

Result<double> TomlTable::number(std::string_view key, double least, double most) {
    const auto found = TRY(value<double>(key));
    if (found >= least && found <= most) return found;
    return error(key, fmt::format("'{}' must be {} to {}", key, least, most));
}
Result<double> TomlTable::number(std::string_view key, double least, double most,
                                 double otherwise) {
    return given(key) ? number(key, least, most) : Result<double>(otherwise);
}

Result<TomlTable> TomlTable::table(std::string_view key) {
    if (!given(key)) return error(fmt::format("the section [{}] is missing", key));
    const toml::table* found = as_table(table_).get(key)->as_table();
    if (found == nullptr) return error(key, fmt::format("a table is written [{}]", key));
    return TomlTable(document_, found, std::string(key));
}

Result<std::vector<std::string>> TomlTable::texts(std::string_view key) {
    std::vector<std::string> out;
    if (!given(key)) return out;
    const toml::array* array = as_table(table_).get(key)->as_array();
    if (array == nullptr) return error(key, fmt::format("'{}' must be a list", key));
    for (const toml::node& item : *array) {
        const auto text = item.value_exact<std::string>();
        if (!text) return error(key, fmt::format("'{}' has the wrong type", key));
        out.push_back(*text);
    }
    return out;
}

Result<std::vector<TomlTable>> TomlTable::tables(std::string_view key) {
    std::vector<TomlTable> out;
    if (!given(key)) return out;
    const toml::array* array = as_table(table_).get(key)->as_array();
    for (std::size_t index = 0; array != nullptr && index < array->size(); ++index) {
        const toml::table* item = array->get(index)->as_table();
        if (item == nullptr) break;
        out.push_back(TomlTable(document_, item, std::string(key)));
    }
    if (array != nullptr && out.size() == array->size()) return out;
    return error(key, fmt::format("'{}' is written [[{}]]", key, key));
}

Result<void> TomlTable::end() const {
    for (const auto& [key, value] : as_table(table_)) {
        if (asked_.contains(key.str())) continue;
        const bool section = name_.empty() && (value.is_table() || value.is_array_of_tables());
        return document_->error(
            key.source(), fmt::format("unknown {} '{}'{}", section ? "section" : "key", key.str(),
                                      name_.empty() ? "" : " in [" + name_ + "]"));
    }
    return done();
}

}  // namespace litura
