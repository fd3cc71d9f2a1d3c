// Signed notes and cosignatures (C2SP signed-note and tlog-cosignature): a text, an empty line, and
// signature lines. Parsing trusts nothing: a note's text means something only after verify_note.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "proof/signature.hpp"

namespace litura::proof {

/// The signature type's identifier byte. ML-DSA-44 cosignatures (0x06) wait for a library that has
/// them; other types are unknown keys.
enum class KeyType : std::uint8_t { ed25519 = 1, cosignature = 4 };

/// Whose signature is looked for: name, type and key. Its text is a "vkey",
/// NAME+hex(id)+base64(type, key).
struct VerifierKey {
    std::string name;
    KeyType type = KeyType::ed25519;
    PublicKey key;

    bool operator==(const VerifierKey&) const = default;
    std::uint32_t id() const;
    std::string text() const;
};
/// Code::bad_input for a broken one, an unknown type, or an id that is not the key's.
Result<VerifierKey> parse_verifier_key(std::string_view text);

struct NoteSignature {
    std::string name;
    std::uint32_t id = 0;
    Bytes bytes;  ///< what follows the id

    bool operator==(const NoteSignature&) const = default;
    std::string line() const;
};

struct Note {
    std::string text;  ///< ends in a newline
    std::vector<NoteSignature> signatures;

    bool operator==(const Note&) const = default;
    std::string encode() const;
};

/// Limits: 1 MiB, 64 signatures.
Result<Note> parse_note(std::string_view text);
/// Lines as a witness answers with, without a text.
Result<std::vector<NoteSignature>> parse_signature_lines(std::string_view lines);

/// Names of keys: no white space, no plus, not empty.
bool is_key_name(std::string_view name);

NoteSignature sign_note(std::string_view text, std::string name, const SigningKey& key);
/// "As of `at`, this is the largest tree head I have seen of that log." Whole seconds.
NoteSignature cosign(std::string_view text, std::string name, const SigningKey& key, Instant at);

/// A valid signature of a known key. `at` for cosignatures only.
struct Signer {
    std::size_t known = 0;  ///< index
    std::optional<Instant> at;
};
/// All known keys that signed, in the order of the note's lines. Signatures of unknown keys are
/// passed over; Code::check_failed if one of a known key does not hold, or no known key signed.
Result<std::vector<Signer>> verify_note(const Note& note, std::span<const VerifierKey> known);

}  // namespace litura::proof
