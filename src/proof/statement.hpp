// What an operator states about one derivation, and what an auditor states about that: texts of
// signed notes, `name value` lines in a fixed order, logged by their digests. Grammar and examples
// are in docs/proof.md.
//
// Version 2 commits to the sources that the list was made of, so that a ticket has to answer for
// each, and says how many and when only roughly, so that two statements around one erasure do not
// tell of it. Version 1 does neither; its statements and tickets are read, and made no more.
#pragma once

#include <span>

#include "base/digest.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"
#include "proof/note.hpp"
#include "proof/vrf.hpp"

namespace litura::proof {

struct Statement {
    int version = 2;
    std::string origin;     ///< of the log it is an entry of, and the name of the key that signs it
    Instant made, expires;  ///< after `expires` it says nothing about the present any more
    bool test_clock = false;
    std::string purpose;
    Instant as_of;
    Digest ledger_head;  ///< hash of the ledger's last event: what came before stays as it was
    Digest manifest;     ///< root of the sealed manifest
    Digest items_root;   ///< over the records that were trained on
    std::uint64_t items = 0, persons = 0, tokens = 0;  ///< in version 2 about(): a power of two
    std::uint64_t sources = 0;  ///< from version 2 on: how many places a ticket answers for
    Digest sources_root;        ///< over their tags
    Digest map_root;
    PublicKey vrf;
    std::string names;  ///< the normal form of names
    Digest recipe;      ///< SHA-256 of litura.toml
    std::string arithmetic;
    Digest base;
    std::string base_claim;
    Digest model;
    bool suppressed = false;
    struct Exact {  ///< only in version 1
        std::uint64_t cutoff = 0, ledger_event = 0, deferred = 0, labels = 0;
        bool operator==(const Exact&) const = default;
    } exact;

    bool operator==(const Statement&) const = default;
    std::string text() const;
    /// SHA-256 of text().
    Digest digest() const;
};
/// Code::bad_input unless text() wrote it.
Result<Statement> parse_statement(std::string_view text);

/// The largest power of two that is not above it: what a statement says instead of a number.
std::uint64_t about(std::uint64_t number);

/// What of a document stands in the log: its kind and digest, nothing else.
std::string log_entry(std::string_view kind, const Digest& digest);
inline constexpr std::string_view kStatementKind = "litura.statement.2";
/// The kind of a statement of this version.
std::string_view statement_kind(int version);
inline constexpr std::string_view kAttestationKind = "litura.attestation.1";
inline constexpr std::string_view kChannelKind = "litura.channel.1";  ///< of a snapshot

/// An auditor with access to the corpus replayed the derivation and rebuilt list and map.
struct Attestation {
    Digest statement;  ///< Statement::digest()
    Digest model;      ///< what the replay gave
    Instant at;

    bool operator==(const Attestation&) const = default;
    std::string text() const;
};
Result<Attestation> parse_attestation(std::string_view text);

/// The normal form in which names are looked up: NFKC with case folding, without ignorable
/// characters (base/text.hpp: folded). Of a present Unicode version.
std::string names_form(int version = 2);
/// The VRF's input for a name on a source: on its tag, in version 1 on its name. Code::bad_input
/// for what is not UTF-8.
Result<Bytes> name_input(const Digest& source_tag, const PersonalText& name);
Result<Bytes> name_input_1(std::string_view source, const PersonalText& name);
/// What stands for a source in a statement: nobody learns the source from it without the blind.
Digest source_tag(const Digest& blind, std::string_view source);
/// RFC 6962 root over the tags, which are in ascending order.
Digest sources_root(std::span<const Digest> tags);
/// The first 32 bytes of the VRF's output.
Digest label_of(const VrfOutput& output);

}  // namespace litura::proof
