// The manifest: why each record was allowed, sealed beside the model it belongs to. It holds the
// training view (what a replay needs), the ledger events behind it, the moment, and the records
// that a suppressed model leaves out for now. Certificates and `verify` read it; training never
// does. Its root is the SHA-256 of its bytes (docs/derivation.md).
#pragma once

#include "base/env.hpp"
#include "derive/view.hpp"

namespace litura::derive {

struct Manifest {
    std::string settings_text;  ///< litura.toml as it was
    std::string purpose;
    Digest base, model;
    Digest weights;  ///< of the model's files; `model`, unless it has a memory beside them
    View used;       ///< its as_of, sequence and rules are the manifest's
    std::vector<Sample> deferred;  ///< admitted, but in slices not derived yet
    bool test_clock = false;

    Bytes encode() const;
    Digest root() const;
};

Result<Manifest> decode_manifest(ByteView bytes);

/// Does the sample stand in the recipe's memory?
bool is_remembered(const Recipe& recipe, const Sample& sample);
/// What leaves the house with the weights: the same manifest without the records that a memory was
/// counted from.
Result<Manifest> of_weights(Manifest manifest);

/// A sample as it stands in the manifest's bytes; the record's tag is first.
void write_sample(ByteWriter& out, const Sample& sample);

/// The manifests of one project: a file each, named by its root, sealed under the project's key.
class Manifests {
public:
    /// `aside` is a folder on the same disk; env and key outlive this.
    Manifests(Env& env, Path folder, Path aside, const SecretKey& key)
        : env_(&env), folder_(std::move(folder)), aside_(std::move(aside)), key_(&key) {}
    Result<Digest> save(const Manifest& manifest) const;
    /// Code::broken if the file was changed.
    Result<Manifest> load(const Digest& root) const;
    bool holds(const Digest& root) const { return env_->exists(folder_ / root.hex()); }
    std::vector<Digest> roots() const;

private:
    Env* env_;
    Path folder_, aside_;
    const SecretKey* key_;
};

}  // namespace litura::derive
