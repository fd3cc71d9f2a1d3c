// The members of a class as an entity hands them in: one hash for each account, which the entity
// makes without us and without telling us who is not in our data:
//
//     hash = SHA-256(fields "litura.class.member.1", salt, source, folded name)
//
// Fields are those of base/bytes.hpp: a length of 8 bytes, little-endian, before each. `salt` is
// the list's own, 32 random bytes. A file is either text (a line "salt " and 64 hex digits, then
// one hash a line) or rows of 32 bytes, the salt first. It is kept sealed; the event names its
// root.
#pragma once

#include <vector>

#include "base/bytes.hpp"
#include "base/env.hpp"
#include "base/secret.hpp"
#include "ledger/types.hpp"

namespace litura::ledger {

/// Code::bad_input if the name is not UTF-8.
Result<Digest> member_hash(const Digest& salt, std::string_view source, const PersonalText& name);

/// Immutable once made; about 32 bytes of memory a member.
class MemberList {
public:
    static constexpr std::size_t kMembersMax = 10'000'000;

    /// Code::bad_input for a row that is no hash, no member, or more than kMembersMax. Order and
    /// repetitions do not matter.
    static Result<MemberList> parse(ByteView file);

    const Digest& salt() const { return salt_; }
    std::size_t size() const { return rows_.size(); }
    bool holds(const Digest& hash) const;
    /// The Merkle tree hash (RFC 6962) of the salt and the sorted rows: an entity can prove one
    /// membership by it and show no other.
    Digest root() const;

    /// `folder`/ROOT, sealed; written in `aside` first, a folder on the same disk.
    Result<Digest> save(Env& env, const Path& aside, const Path& folder,
                        const SecretKey& project) const;
    /// Code::broken if the file is not the list of this root.
    static Result<MemberList> load(Env& env, const Path& folder, const SecretKey& project,
                                   const Digest& root);

private:
    Digest salt_;
    std::vector<Digest> rows_;  ///< sorted, each once
};

}  // namespace litura::ledger
