// Two passes: a streaming one that checks what the library's tree builder would let through (it
// keeps the last of two equal keys), then the tree.
#include "formats/strict_json.hpp"

#include <set>
#include <string>
#include <vector>

namespace litura::formats {
namespace {

constexpr std::size_t kMaxDepth = 16;

/// Walks the document and notes the first thing that is not allowed.
class Checker : public nlohmann::json_sax<StrictJson> {
public:
    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return fail("holds binary data"); }
    bool start_object(std::size_t) override { return open(); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(); }
    bool end_array() override { return close(); }
    bool key(string_t& name) override {
        return keys_.back().insert(name).second || fail("names a key twice");
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
        return fail("is not well-formed JSON");
    }
    const std::string& problem() const { return problem_; }

private:
    bool open() {
        keys_.emplace_back();
        return keys_.size() <= kMaxDepth || fail("is nested too deeply");
    }
    bool close() {
        keys_.pop_back();
        return true;
    }
    bool fail(const char* problem) {
        problem_ = problem;
        return false;
    }
    std::vector<std::set<std::string>> keys_;
    std::string problem_;
};

}  // namespace

Result<StrictJson> parse_strict_json(std::string_view text, std::string_view where) {
    // The library takes a NUL for the end, and whatever follows would be somebody else's to read.
    if (text.find('\0') != text.npos)
        return Error{Code::bad_input, "the JSON holds a NUL", std::string(where), {}};
    Checker checker;
    if (!StrictJson::sax_parse(text, &checker)) {
        return Error{Code::bad_input, "the JSON " + checker.problem(), std::string(where), {}};
    }
    StrictJson json = StrictJson::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) {
        return Error{Code::bad_input, "the JSON is not an object", std::string(where), {}};
    }
    return json;
}

}  // namespace litura::formats
