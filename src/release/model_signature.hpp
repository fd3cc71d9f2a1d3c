// The signature of a release's folder as OpenSSF's model signing specification 1.0 (OMS) wants it:
// a sigstore bundle in `model.sig`, an in-toto statement over the digests of all files. Other
// people's tools check it. It says who signed which bytes, and nothing about whether they may still
// be used: that is the channel's.
//
//   payload   := {"_type": "https://in-toto.io/Statement/v1",
//                 "subject": [{"name": FOLDER, "digest": {"sha256": over the files' raw digests in
//                 order}}], "predicateType": "https://model_signing/signature/v1.0", "predicate":
//                 {"resources": [{"name", "digest", "algorithm": "sha256"} .. by name],
//                               "serialization": {"method": "files", "hash_type": "sha256", ..}}}
//   hint      := SHA-256 of the PEM of the public key, in hex
#pragma once

#include <map>

#include "base/digest.hpp"
#include "base/env.hpp"
#include "release/p256.hpp"

namespace litura::release {

inline constexpr std::string_view kSignatureFile = "model.sig";

using FileDigests = std::map<std::string, Digest>;  ///< by path below the folder, '/' between

/// All files below `folder` except model.sig. Code::bad_input for a link.
Result<FileDigests> digest_folder(const Path& folder);

/// The bundle for files of a folder called `name`.
std::string sign_model(const std::string& name, const FileDigests& files, const P256Key& key);

/// Of any signer's bundle, whole files by method `key`. Code::check_failed, naming a file, unless
/// it is signed by this key and names exactly these files.
Result<void> verify_model(std::string_view bundle, const FileDigests& files,
                          std::string_view public_pem);

}  // namespace litura::release
