// The missing tail of one shard as bytes: all that says what a worker has to do. Weights, texts and
// permission are not in it; it names the state to start from and each text by its tags, and whoever
// runs it is given them (executor.hpp), by a thread's host as by a machine that has only files.
#pragma once

#include <string>
#include <vector>

#include "derive/graph.hpp"

namespace litura::derive {

struct ChainTask {
    struct Text {
        Digest account, record, wording;
        bool operator==(const Text&) const = default;
    };
    struct Slice {
        Key key;
        std::string label;
        std::uint64_t tokens = 0;  ///< targets of one epoch
        std::uint32_t epochs = 1;
        std::vector<Text> texts;  ///< in training order
        bool operator==(const Slice&) const = default;
    };

    std::string settings_text;  ///< litura.toml: the recipe
    Digest base;                ///< the base's model digest
    std::string label;
    Key start;          ///< the node whose end it starts from
    bool fresh = true;  ///< that node is a base or a merge: no moments, no steps yet
    std::vector<Slice> slices;

    Bytes encode() const;
    bool operator==(const ChainTask&) const = default;
};

/// Of any bytes; Code::broken if they are no task. What it takes of memory is bounded by their
/// size.
Result<ChainTask> decode_chain_task(ByteView bytes);

/// Where tasks come from.
struct TaskSource {
    const std::string& settings_text;
    const Digest& base;
    const View& view;
    const Graph& graph;
};
/// The chain's slices from `first` on.
ChainTask make_chain_task(const TaskSource& source, const Chain& chain, std::size_t first);

}  // namespace litura::derive
