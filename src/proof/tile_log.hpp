// An append-only log on disk (C2SP tlog-tiles): the folder can be served as it stands by any file
// server, and anybody can recompute every hash in it. Entries are short: digests of documents with
// the name of their kind, never documents, never anything personal, for nothing can be taken back.
#pragma once

#include <memory>
#include <optional>

#include "base/env.hpp"
#include "proof/log_proof.hpp"

namespace litura::proof {

/// FOLDER/checkpoint, FOLDER/tile/LEVEL/N[.p/W], FOLDER/tile/entries/N[.p/W]; and FOLDER/cosigned,
/// the last head that witnesses signed.
class TileLog {
public:
    static constexpr std::size_t kEntryMax = 65535;  ///< bytes

    /// Of the log in `folder`, made empty where there is none. `key` signs heads; its origin is
    /// also the key's name. A TileLog belongs to one thread; several processes may append in turn.
    static Result<TileLog> open(Env& env, Path folder, std::string origin, const SigningKey& key);

    VerifierKey verifier() const;
    /// The newest head, signed, with the witnesses' lines that were added to it.
    Result<Note> head();
    Result<Checkpoint> checkpoint();

    /// The index of the new entry; the head covers it on return. A crash in between leaves the old
    /// head, and files that the next append replaces.
    Result<std::uint64_t> append(ByteView entry);
    /// The first entry that is byte for byte this one.
    Result<std::optional<std::uint64_t>> find(ByteView entry);
    Result<Bytes> entry(std::uint64_t index);

    Result<MerklePath> inclusion(std::uint64_t index, std::uint64_t size);
    /// Of an entry: by the last head that witnesses signed if it covers the entry, else the newest.
    Result<LogProof> prove(std::uint64_t index);
    /// The newest head with its consistency from `old_size` on (nothing: the last head that
    /// witnesses signed, or the beginning). Code::bad_input if the log was never that large.
    Result<WitnessRequest> witness_request(std::optional<std::uint64_t> old_size);
    Result<MerklePath> consistency(std::uint64_t old_size, std::uint64_t size);

    /// Puts the witness's lines under the head they cosign. Lines of keys other than `witnesses`
    /// are left away. Code::check_failed if a known one does not hold for the present head.
    Result<void> add_cosignatures(const std::vector<NoteSignature>& lines,
                                  std::span<const VerifierKey> witnesses);

private:
    TileLog(Env& env, Path folder, std::string origin, const SigningKey& key);
    Result<FileLock> turn();
    Result<Note> read_head(const char* name);
    Result<void> write_head(const char* name, const Note& note);
    Result<void> write_tile(const Path& name, std::uint64_t index, std::uint64_t width,
                            ByteView bytes);
    Result<Bytes> read_tile(const Path& name, std::uint64_t index, std::uint64_t width);
    Result<std::vector<Digest>> hashes(unsigned level, std::uint64_t index, std::uint64_t width);
    Result<std::vector<Bytes>> entries(std::uint64_t index, std::uint64_t width);
    Result<Digest> add_hash(unsigned level, std::uint64_t index, const Digest& hash);
    Subtree subtree(std::uint64_t size);

    Env* env_;
    Path folder_;
    std::string origin_;
    const SigningKey* key_;
};

/// N of a tile's path: groups of three digits, all but the last with an x before them.
std::string tile_number(std::uint64_t index);

}  // namespace litura::proof
