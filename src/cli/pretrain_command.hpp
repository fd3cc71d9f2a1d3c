// `litura pretrain`: a base from plain text, outside of any project. Makes a tokenizer and a model
// of the texts and writes a model folder. Running it again after an interruption goes on from the
// last checkpoint and gives the same bits as a run that was never interrupted.
#pragma once

#include <vector>

#include "base/env.hpp"
#include "base/permit.hpp"
#include "base/result.hpp"
#include "engine/evaluate.hpp"

namespace litura::cli {

struct PretrainArguments {
    Path recipe;
    /// Documents separated by blank lines; taken in the order of the file names.
    std::vector<Path> texts;
    Path out;  ///< the model folder to make; the checkpoint stands beside it
    int threads = 1;
};

struct PretrainOutcome {
    Digest digest;  ///< of the model as written
    engine::Evaluation held_out;
    std::uint64_t stream_tokens = 0, steps = 0;
};

Result<PretrainOutcome> pretrain_command(Env& env, const PretrainArguments& arguments,
                                         const Permit& permit);

}  // namespace litura::cli
