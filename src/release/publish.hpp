// Publishing: a model's folder with its papers and its signature, recorded in the ledger, announced
// in the channel. The gate decides, a stop order forbids. The ledger comes first: nothing is out
// that it does not know; a channel that lags behind it is caught up by the next command that signs.
#pragma once

#include "release/channel_writer.hpp"
#include "release/gate.hpp"
#include "release/registry.hpp"

namespace litura::release {

/// Makes the channel, its keys and the key for model signatures in `keys`. `address`: where people
/// will find it.
Result<void> begin_channel(derive::Project& project, const Path& keys, const std::string& address);

/// Puts all that the registry holds into the channel and signs what changed or grows old. The epoch
/// after it; every epoch is a note of the ledger.
Result<std::uint64_t> sign_channel(derive::Project& project, ChannelWriter& writer);

struct PublishWish {
    Path folder;  ///< new
    Path keys;
    std::optional<Digest> order;       ///< of a document of kind order
    std::optional<std::string> audit;  ///< JSON of somebody else's, see DiffAudit
};
struct PublishAnswer {
    std::string release;
    Digest model;
    Changed changed;
    std::uint64_t epoch = 0;
    Instant lease_until;
    std::optional<std::string> supersedes;
    bool without_memory = false;  ///< the model's memory stays in the house
};
/// A publication that was cut off after it was recorded is finished by the same command.
Result<PublishAnswer> publish(derive::Project& project, const PublishWish& wish);

}  // namespace litura::release
