// Looks fields up in other people's JSON without throwing.
#include "corpus/importers/json_fields.hpp"

#include <algorithm>
#include <charconv>

namespace litura::corpus {
namespace {

constexpr std::int64_t kSecondsMax = 253'402'300'799;  // the end of the year 9999

std::optional<std::int64_t> number_in(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool fraction = end != text.data() + text.size() && *end == '.';
    if (problem != std::errc() || (end != text.data() + text.size() && !fraction)) return {};
    return value;
}

std::optional<std::int64_t> whole_number(const Json& value) {
    if (value.is_string()) return number_in(value.get_ref<const std::string&>());
    if (value.is_number_unsigned()) {
        const auto number = value.get<std::uint64_t>();
        if (number <= static_cast<std::uint64_t>(INT64_MAX)) {
            return static_cast<std::int64_t>(number);
        }
        return {};
    }
    if (value.is_number_integer()) return value.get<std::int64_t>();
    if (!value.is_number_float()) return {};
    const double number = value.get<double>();
    if (!(number > -1e15 && number < 1e15)) return {};
    return static_cast<std::int64_t>(number);
}

}  // namespace

const Json& field(const Json& json, JsonPath path) {
    static const Json nothing;
    const Json* at = &json;
    for (const std::string_view key : path) {
        if (!at->is_object()) return nothing;
        const auto found = at->find(key);
        if (found == at->end()) return nothing;
        at = &*found;
    }
    return *at;
}

std::string_view text_field(const Json& json, JsonPath path) {
    const Json& value = field(json, path);
    return value.is_string() ? std::string_view(value.get_ref<const std::string&>())
                             : std::string_view();
}

std::optional<Instant> epoch_field(const Json& json, JsonPath path, std::int64_t units_a_second) {
    const auto number = whole_number(field(json, path));
    if (!number || *number < 0 || *number / units_a_second > kSecondsMax) return {};
    return Instant{*number * (1000 / units_a_second)};
}

PersonalText rest_of(const Json& object, JsonPath used, const Json& mentions) {
    Json rest = Json::object();
    if (object.is_object()) {
        for (const auto& [key, value] : object.items()) {
            if (std::ranges::find(used, key) == used.end()) append_member(rest, key, value);
        }
    }
    if (!mentions.empty()) rest["mentions"] = mentions;
    return PersonalText(rest.empty() ? std::string() : compact(rest));
}

}  // namespace litura::corpus
