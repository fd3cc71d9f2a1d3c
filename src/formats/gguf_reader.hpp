// Reading GGUF versions 2 and 3 (grammar in gguf.hpp): the tensors, and the fields that hold one
// number or one text; arrays are checked and passed over. For recognising a model, not for running
// it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "formats/dtype.hpp"

namespace litura::formats {

struct GgufTensor {
    std::string name;
    std::optional<Dtype> dtype;        ///< nothing: a quantised type, whose data is left out unless
    bool q8_0 = false;                 ///< it is this one
    std::vector<std::uint64_t> shape;  ///< row-major as in safetensors: the reverse of the file's
    ByteView data;                     ///< points into the file
};

struct GgufFile {
    std::map<std::string, std::uint64_t, std::less<>> numbers;  ///< whole and not negative
    std::map<std::string, std::string, std::less<>> texts;
    std::vector<GgufTensor> tensors;  ///< in the file's order
};

/// Code::bad_input if the file is not as the grammar says. `file` must outlive the result.
Result<GgufFile> read_gguf(ByteView file);

}  // namespace litura::formats
