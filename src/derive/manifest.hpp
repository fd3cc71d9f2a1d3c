// The manifest: why each record was allowed, sealed beside the model it belongs to. It holds the
// training view (what a replay needs), the ledger events behind it, the moment, and the records
// that a suppressed model leaves out for now. Certificates and `verify` read it; training never
// does. Its root is the SHA-256 of its bytes (docs/derivation.md).
#pragma once

#include "derive/view.hpp"

namespace litura::derive {

struct Manifest {
    std::string settings_text;  ///< litura.toml as it was
    std::string purpose;
    Digest base, model;
    View used;                     ///< its as_of, sequence and rules are the manifest's
    std::vector<Sample> deferred;  ///< admitted, but in slices not derived yet
    bool test_clock = false;

    Bytes encode() const;
    Digest root() const;
};

Result<Manifest> decode_manifest(ByteView bytes);

/// A sample as it stands in the manifest's bytes; the record's tag is first.
void write_sample(ByteWriter& out, const Sample& sample);

/// `folder`/ROOT, sealed under the project key; written in `aside` first, a folder on the same
/// disk.
Result<Digest> save_manifest(Env& env, const Path& aside, const Path& folder,
                             const SecretKey& project, const Manifest& manifest);
/// Code::broken if the file was changed.
Result<Manifest> load_manifest(Env& env, const Path& folder, const SecretKey& project,
                               const Digest& root);

}  // namespace litura::derive
