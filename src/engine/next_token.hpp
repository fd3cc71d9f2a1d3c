// Which token comes next: the one question that writing, judging and auditing ask of a model. What
// stands before an answer (a memory, rules) is another NextToken that asks the one beneath it.
//
// An answer is a row of logits, one a token of the vocabulary; the distribution they stand for is
// p(w) = exp(logit(w)) / (sum of exp(logit) over the vocabulary). Choosing from it is sampling.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "engine/window.hpp"

namespace litura::engine {

/// One text as far as it has been read.
class Reading {
public:
    virtual ~Reading() = default;

    /// One more token, inside the vocabulary; at most as many as begin() was told.
    virtual void read(std::uint32_t token) = 0;
    /// Of the token after those read, of which there is at least one; valid until the next call.
    virtual std::span<const float> logits() = 0;
    /// The same text so far, to go on with in another way; independent of this one.
    virtual std::unique_ptr<Reading> fork() const = 0;
    /// Begins another text; what follows is that of a new reading.
    virtual void rewind() = 0;
};

/// How known texts are read.
struct PassShape {
    std::uint32_t sequence = 256;  ///< inputs of a window, at most
    std::uint32_t tokens = 2048;   ///< targets of one forward pass, at most (a window is never cut)
};

/// Belongs to one thread, with its readings, which it outlives.
class NextToken {
public:
    virtual ~NextToken() = default;

    /// The longest text that can be read.
    virtual std::size_t context() const = 0;
    /// Nothing read yet; for at most `positions` tokens, which are no more than context().
    virtual std::unique_ptr<Reading> begin(std::size_t positions) = 0;

    virtual PassShape shape() const = 0;
    /// -log p of every target of `windows`, one after another, in nats, by one forward pass: what
    /// reading token by token gives, of a model bit for bit. Windows that fit shape() together; Code::bad_input
    /// for a token outside the vocabulary.
    virtual Result<std::vector<float>> losses(std::span<const Window> windows) = 0;
};

struct Loss {
    double sum = 0.0;  ///< nats
    std::uint64_t targets = 0;
};
/// Of any number of windows, as many to a pass as fit.
Result<Loss> total_loss(NextToken& next, std::span<const Window> windows);

/// The canonical sum of one pass's losses: chunks of kChunk in binary32, added up in binary64.
double sum_of_losses(std::span<const float> losses);

}  // namespace litura::engine
