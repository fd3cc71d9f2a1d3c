// Making a channel (proof/channel.hpp) and keeping it fresh. The channel is a fold of what was
// published and recalled: put() what there is as often as one likes, commit() signs what changed.
// Keys are files of a folder, one a role, that may lie on a disk elsewhere: ROLE.key for root,
// targets, recall, releases, snapshot and timestamp. Only the last two have to be at hand every
// week. Knows no ledger.
#pragma once

#include <array>
#include <optional>
#include <set>

#include "base/env.hpp"
#include "proof/channel.hpp"

namespace litura::release {

/// The six roles, in the order in which they are signed.
inline constexpr std::array<const char*, 6> kRoles = {"root",     "targets",  "recall",
                                                      "releases", "snapshot", "timestamp"};

/// Makes the keys in `keys`, new, and an empty channel in `channel`. Code::forbidden if either is
/// there.
/// `address`: where the channel will be found; stands in its root and may be empty.
Result<void> create_channel(Env& env, const Path& channel, const Path& keys,
                            const std::string& address, Instant now);

class ChannelWriter {
public:
    /// Code::environment if there is no channel in `folder`. No `keys`: for reading only.
    static Result<ChannelWriter> open(Env& env, const Path& folder, const Path& keys);

    /// `role` is "releases" or "recall". No change if it stands there already, with the same
    /// custom.
    Result<void> put(const char* role, const std::string& name, const std::string& content,
                     const Json& custom);

    /// A file outside of all roles, for programs that know no channel. Nobody who does believes it.
    Result<void> put_beside(const std::string& path, const std::string& content);

    /// Code::forbidden, naming the first key that is not at hand, or is not the one that the
    /// channel names.
    Result<void> check_keys(const std::set<std::string>& roles) const;

    /// A new key for a role in place of the old one. Who vouches for the role has to sign:
    /// `targets` for recall and releases, root for the others. The key waits as ROLE.key.new until
    /// commit() has changed the channel, then the old one is kept as ROLE.key.old; a rotation that
    /// was cut off is finished by the next open() and commit(), or can be begun again.
    Result<void> rotate(const std::string& role);

    /// Signs and writes all that changed, and what has lived more than half of its time and whose
    /// key is at hand. Code::forbidden, naming the key, if what changed cannot be signed: nothing
    /// is written then.
    Result<void> commit(Instant now);

    std::uint64_t epoch() const;     ///< of the last commit
    Digest snapshot_digest() const;  ///< of its snapshot: of all states at that epoch
    std::string address() const;
    /// What "releases" or "recall" lists, by release, and its state.
    Result<std::map<std::string, proof::State>> states(const char* role) const;
    /// Roles that end within the given time, with the moment: for whoever has to fetch the keys.
    std::map<std::string, Instant> ending(Instant before) const;
    const std::vector<std::string>& renewed() const { return renewed_; }

private:
    ChannelWriter(Env& env, Path folder, Path keys)
        : env_(&env), folder_(std::move(folder)), keys_(std::move(keys)) {}
    Result<proof::RoleKeys> keys_of(const std::string& role) const;
    Result<proof::SigningKey> key_of(const std::string& role) const;
    Result<void> settle_keys() const;
    Result<void> sign(const std::string& role, Instant now);
    Result<void> write(const std::string& name, ByteView bytes);
    friend Result<void> create_channel(Env&, const Path&, const Path&, const std::string&, Instant);

    Env* env_;
    Path folder_, keys_;
    std::map<std::string, Json> roles_;  ///< `signed` of each
    std::set<std::string> changed_;
    std::map<std::string, std::string> files_;  ///< to be written before the metadata
    std::vector<std::string> renewed_;
    std::optional<proof::SigningKey> old_root_;  ///< signs its successor
};

}  // namespace litura::release
