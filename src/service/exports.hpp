// The visible model in a form for others' tools. What is exported is out of reach of later
// requests.
#pragma once

#include <string>

#include "formats/gguf.hpp"
#include "service/words.hpp"

namespace litura::service {

struct ExportWish {
    std::string format;        ///< "hf", "gguf", "peft"
    Path path;                 ///< new: a folder, or a file for gguf
    std::string type = "f32";  ///< gguf only: one of formats::kGgufTypeNames
};
struct Exported {
    Digest model;  ///< of the weights, which are all that leaves
    Path path;
    bool without_memory = false;  ///< the model's memory stays in the house
};
/// Code::forbidden under an order against publishing, and for a suppressed model: that one is for
/// serving only. Recorded before the first byte leaves; what was cut off stays recorded.
Result<Exported> export_model(Session& session, const ExportWish& wish);
Json to_json(const Exported& exported);

}  // namespace litura::service
