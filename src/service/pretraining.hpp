// A base from plain text, outside of any project: no ledger, no order reaches it. Makes a tokenizer
// and a model of the texts and writes a model folder. Running it again after an interruption goes
// on from the last checkpoint and gives the same bits as a run that was never interrupted.
#pragma once

#include <vector>

#include "base/env.hpp"
#include "base/json.hpp"
#include "base/observer.hpp"
#include "base/permit.hpp"
#include "base/result.hpp"
#include "engine/evaluate.hpp"

namespace litura::service {

struct PretrainWish {
    Path recipe;
    /// Documents separated by blank lines; taken in the order of the file names.
    std::vector<Path> texts;
    Path out;         ///< the model folder to make; the checkpoint stands beside it
    int threads = 0;  ///< 0: as many as the machine has
};

struct Pretrained {
    Path folder;
    Digest digest;  ///< of the model as written
    engine::Evaluation held_out;
    std::uint64_t stream_tokens = 0, steps = 0;
};

Result<Pretrained> pretrain(Env& env, const PretrainWish& wish, Observer& observer);
/// Asks the permit at every step.
Result<Pretrained> pretrain(Env& env, const PretrainWish& wish, Observer& observer,
                            const Permit& permit);
Json to_json(const Pretrained& pretrained);

/// Posts and acts of made-up people, to try everything out on.
struct DemoData {
    Path folder;  ///< new
    std::uint32_t people = 300;
    std::uint64_t seed = 1;
};
Result<DemoData> make_demo_data(Env& env, const DemoData& wish);
Json to_json(const DemoData& demo);

}  // namespace litura::service
