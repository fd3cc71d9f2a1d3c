// Parsing and writing JSON by nlohmann-json, whose exceptions and recursion stop here.
#include "base/json.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "base/text.hpp"

namespace litura {
namespace {

constexpr std::size_t kDepthMax = 64;
constexpr std::size_t kKeysMax = 10'000;

/// Builds the tree from the parser's calls. The library's own builder looks every key of an object
/// up among those before it, so that its time grows with the square of their number; here they are
/// sorted once, and of equal ones the last stays, as there.
class Builder : public nlohmann::json_sax<Json> {
public:
    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(value); }
    bool number_unsigned(number_unsigned_t value) override { return add(value); }
    bool number_float(number_float_t value, const string_t&) override { return add(value); }
    bool string(string_t& value) override { return add(std::move(value)); }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return open(Json::object()); }
    bool start_array(std::size_t) override { return open(Json::array()); }
    bool key(string_t& name) override {
        if (open_.back().size() >= kKeysMax)
            return fail("a JSON object with more than 10,000 keys");
        append_member(open_.back(), std::move(name), nullptr);
        return true;
    }
    bool end_object() override {
        keep_last_of_equal_keys(open_.back().get_ref<Json::object_t&>());
        return close();
    }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
        return false;
    }

    Json take() { return std::move(root_); }
    const char* excess() const { return excess_; }

private:
    bool open(Json container) {
        if (open_.size() == kDepthMax) return fail("JSON nested deeper than 64 levels");
        open_.push_back(std::move(container));
        return true;
    }
    bool close() {
        Json whole = std::move(open_.back());
        open_.pop_back();
        return add(std::move(whole));
    }
    bool add(Json value) {
        if (open_.empty()) {
            root_ = std::move(value);
        } else if (open_.back().is_array()) {
            open_.back().push_back(std::move(value));
        } else {
            open_.back().get_ref<Json::object_t&>().back().second = std::move(value);
        }
        return true;
    }
    bool fail(const char* excess) {
        excess_ = excess;
        return false;
    }

    static void keep_last_of_equal_keys(Json::object_t& members) {
        std::vector<std::string_view> keys;
        for (const auto& [key, value] : members) keys.emplace_back(key);
        std::ranges::sort(keys);
        if (std::ranges::adjacent_find(keys) == keys.end()) return;
        Json::object_t kept;
        std::map<std::string, std::size_t> places;
        for (auto& [key, value] : members) {
            const auto [place, added] = places.emplace(key, kept.size());
            if (added) kept.emplace_back(key, nullptr);
            kept.begin()[static_cast<std::ptrdiff_t>(place->second)].second = std::move(value);
        }
        members = std::move(kept);
    }

    std::vector<Json> open_;
    Json root_;
    const char* excess_ = nullptr;
};

}  // namespace

void append_member(Json& object, std::string key, Json value) {
    object.get_ref<Json::object_t&>().emplace_back(std::move(key), std::move(value));
}

// The library takes a NUL for the end of the text: what stood behind it, others would read.
Result<Json> parse_json(std::string_view text, std::string_view where) {
    const std::string place(where);
    if (!is_utf8(text))
        return Error{Code::bad_input, "not UTF-8", place, "convert the file to UTF-8"};
    Builder builder;
    const bool whole = text.find('\0') == text.npos && Json::sax_parse(text, &builder);
    if (builder.excess() != nullptr) return Error{Code::bad_input, builder.excess(), place, ""};
    if (!whole) return Error{Code::bad_input, "not valid JSON", place, "check the file's syntax"};
    return builder.take();
}

std::string compact(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace litura
