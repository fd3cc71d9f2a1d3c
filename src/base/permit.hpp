// Permission to act, checked at the moment of acting. Stepping an optimizer, writing a checkpoint,
// making a model visible, serving and publishing all take a Permit&; the ledger mints it, so a stop
// order reaches every one of them by type. It fails closed: what cannot be read is a refusal.
#pragma once

#include "base/result.hpp"

namespace litura {

enum class Act { step, write, promote, serve, publish };

class Permit {
public:
    virtual ~Permit() = default;

    /// Done if `act` is allowed now; Code::forbidden with the order as reason if not. Cheap enough
    /// to be called at every optimizer step, and safe to call from several threads at once.
    virtual Result<void> check(Act act) const = 0;
};

}  // namespace litura
