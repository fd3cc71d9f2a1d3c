// A model as one GGUF file of llama.cpp's architecture `llama`, so that it computes what we do: the
// query and key rows are brought from Hugging Face's rotary order (half against half) into
// neighbours, stretched positions become a key or a tensor of divisors, and the separator is
// written as the token that begins a text. docs/exporting.md says what is refused and why.
#pragma once

#include "engine/model.hpp"
#include "formats/gguf.hpp"

namespace litura::engine {

/// The file. Its bytes depend on the model and `type` only. Code::bad_input if llama.cpp would cut
/// texts in another way, or if the weights do not fit `type`.
Result<Bytes> gguf_file(const Model& model, formats::GgufType type);

}  // namespace litura::engine
