// The visible model in a form for others' tools: its weights, or its memory. What is exported is
// out of reach of later requests.
#pragma once

#include <string>

#include "formats/gguf.hpp"
#include "service/words.hpp"

namespace litura::service {

struct ExportWish {
    std::string format;        ///< "hf", "gguf", "peft"; "memory"
    Path path;                 ///< new: a folder, or a file for gguf and memory
    std::string type = "f32";  ///< gguf only: one of formats::kGgufTypeNames
};
struct Exported {
    Digest model;  ///< of what leaves: the weights, or the memory
    Path path;
    bool without_memory = false;  ///< the model's memory stays in the house
};
/// For which a person must have given a ground before a memory leaves that they wrote in.
inline constexpr const char* kPublication = "memory_publication";
/// Code::forbidden under an order against publishing, for a suppressed model, which is for serving
/// only, and for a memory of which somebody gave no ground for kPublication. Recorded before the
/// first byte leaves; what was cut off stays recorded.
Result<Exported> export_model(Session& session, const ExportWish& wish);
Json to_json(const Exported& exported);

}  // namespace litura::service
