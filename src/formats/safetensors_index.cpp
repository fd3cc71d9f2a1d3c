#include "formats/safetensors_index.hpp"

#include <algorithm>
#include <set>

#include "formats/strict_json.hpp"

namespace litura::formats {
namespace {

constexpr std::size_t kIndexMax = 16u << 20;
constexpr std::size_t kIndexTensorsMax = 100'000;
constexpr std::size_t kShardsMax = 1'000;
constexpr std::size_t kFileNameMax = 128;

Error bad_index(std::string message) {
    return {Code::bad_input, std::move(message), "model.safetensors.index.json",
            "check that the folder is complete"};
}

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

/// Nothing that leads out of the folder.
bool is_file_name(std::string_view name) {
    return name.size() <= kFileNameMax && !name.starts_with('.') &&
           name.ends_with(".safetensors") && std::ranges::all_of(name, is_name_character);
}

}  // namespace

Result<SafetensorsIndex> read_safetensors_index(std::string_view text) {
    if (text.size() > kIndexMax) return bad_index("the file is too large");
    const StrictJson json = TRY(parse_strict_json(text, "model.safetensors.index.json"));
    const auto map = json.find("weight_map");
    if (map == json.end() || !map->is_object() || map->empty() || map->size() > kIndexTensorsMax) {
        return bad_index("weight_map is missing, empty or too large");
    }
    SafetensorsIndex index;
    std::set<std::string_view> files;
    for (const auto& [tensor, file] : map->items()) {
        if (!file.is_string() || !is_file_name(file.get_ref<const std::string&>())) {
            return bad_index(
                "weight_map names something other than a safetensors file of the folder");
        }
        files.insert(file.get_ref<const std::string&>());
        index.emplace(tensor, file.get<std::string>());
    }
    if (files.size() > kShardsMax) return bad_index("there are too many files");
    return index;
}

}  // namespace litura::formats
