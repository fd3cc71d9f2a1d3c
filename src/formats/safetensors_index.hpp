// model.safetensors.index.json: which of a model's safetensors files holds which tensor. Reads the
// map and checks that files are named, not paths; opening them is the caller's business.
//
//   index := {"metadata": {...}, "weight_map": {TENSOR: FILE ...}}, the first one optional
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace litura::formats {

/// File by tensor. A file's name has letters, digits, '-', '_' and '.' only, does not begin with
/// '.', and ends with ".safetensors".
using SafetensorsIndex = std::map<std::string, std::string, std::less<>>;

Result<SafetensorsIndex> read_safetensors_index(std::string_view json);

}  // namespace litura::formats
