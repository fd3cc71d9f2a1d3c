// The parts of a tokenizer.json around its model: what happens to a text before BPE and to tokens
// after it. Inside of formats/tokenizer_json.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "formats/bpe_model.hpp"
#include "formats/strict_json.hpp"

namespace litura::formats {

/// Fills in how texts are cut and refuses by name what we would not do.
Result<void> read_splitting(const StrictJson& file, BpeModel& model);

/// Names of the special tokens that the file's template puts before and after a text.
struct Template {
    std::vector<std::string> before, after;
};
Result<Template> read_template(const StrictJson& file);

/// The values of "pre_tokenizer" and "post_processor", compact.
std::string pre_tokenizer_json(const BpeModel& model);
std::string post_processor_json(const BpeModel& model);

/// The value of `field`, null where it is absent.
const StrictJson& field_of(const StrictJson& json, const char* field);

/// Code::bad_input unless `field` is absent, null or `only`.
Result<void> requires_value(const StrictJson& json, const char* field, const StrictJson& only);

/// `where` is a field of the file.
Error bad_tokenizer(std::string message, std::string_view where);

std::string json_string(const std::string& text);

}  // namespace litura::formats
