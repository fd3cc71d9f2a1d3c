#include "release/facts_fields.hpp"

namespace litura::release {
namespace {

// One fact as JSON.
Json json_of(const std::string& text) { return text; }
Json json_of(bool flag) { return flag; }
Json json_of(std::uint64_t number) { return number; }
Json json_of(std::int64_t number) { return number; }
Json json_of(const Digest& digest) { return to_text(digest); }
Json json_of(Instant instant) { return to_text(instant); }
Json json_of(Tally::Detail detail) { return to_text(detail); }
Json json_of(const std::set<std::string>& texts) { return texts; }
Json json_of(const std::map<std::string, std::string>& texts) { return texts; }
template <typename T>
Json json_of(const std::optional<T>& value);
template <typename T>
Json json_of(const std::vector<T>& values);
template <typename T>
requires std::is_class_v<T> Json json_of(const T& of) {
    Json json = Json::object();
    each_field(of, [&](const char* name, const auto& field) { json[name] = json_of(field); });
    return json;
}
template <typename T>
Json json_of(const std::optional<T>& value) {
    return value ? json_of(*value) : Json();
}
template <typename T>
Json json_of(const std::vector<T>& values) {
    Json json = Json::array();
    for (const T& value : values) json.push_back(json_of(value));
    return json;
}

}  // namespace

Json to_json(const Facts& facts) { return json_of(facts); }

}  // namespace litura::release
