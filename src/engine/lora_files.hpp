// An adapter as PEFT's users hold it: adapter_model.safetensors (every A and B) and
// adapter_config.json, which names the base by its digest. PEFT loads it onto that base as it is.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "base/digest.hpp"
#include "base/env.hpp"
#include "engine/lora.hpp"

namespace litura::engine {

inline constexpr std::array<std::string_view, 2> kAdapterFiles = {"adapter_config.json",
                                                                  "adapter_model.safetensors"};

/// Writes both canonical files into `folder`, which exists.
Result<void> write_adapter(Env& env, const Path& folder, const Lora& lora, std::span<const float> b,
                           const Digest& base);

/// Every B of such a folder. Code::bad_input unless the files are those that write_adapter() makes
/// of them: every A, scale and base are checked too.
Result<std::vector<float>> read_adapter(Env& env, const Path& folder, const Lora& lora,
                                        const Digest& base);

}  // namespace litura::engine
