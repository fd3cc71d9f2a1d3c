// Permission to act, checked at the moment of acting. Stepping an optimizer, writing a checkpoint,
// making a model visible, serving and publishing all take a Permit&; the ledger mints it, so a stop
// order reaches every one of them by type. It fails closed: what cannot be read is a refusal.
#pragma once

#include <vector>

#include "base/digest.hpp"
#include "base/result.hpp"

namespace litura {

enum class Operation { step, write, promote, serve, publish };

class Permit {
public:
    virtual ~Permit() = default;

    /// Done if `operation` is allowed now; Code::forbidden with the order as reason if not. Cheap
    /// enough to be called at every optimizer step, and safe to call from several threads at once.
    virtual Result<void> check(Operation operation) const = 0;
    /// Likewise with this model; an order may be about one model only.
    virtual Result<void> check_with(Operation operation, const Digest& /*model*/) const {
        return check(operation);
    }
};

/// A Permit for what is done with one model, under every name that an order may call it by.
class ModelPermit final : public Permit {
public:
    /// `permit` outlives it.
    ModelPermit(const Permit& permit, std::vector<Digest> names)
        : permit_(permit), names_(std::move(names)) {}
    Result<void> check(Operation operation) const override {
        for (const Digest& name : names_)
            if (auto checked = permit_.check_with(operation, name); !checked.ok()) return checked;
        return done();
    }

private:
    const Permit& permit_;
    std::vector<Digest> names_;
};

}  // namespace litura
