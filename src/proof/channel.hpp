// A channel as those see it who hold releases: which there are, and which must not be used any
// more. It is a folder of small files that any web server, mirror or disk may carry, because
// nothing in it is believed for where it came from:
//
//   N.root.json        keys of all roles; each version signed by the one before, all kept
//   N.targets.json     who may speak: `recall` first and terminating, then `releases`, with keys
//                      of their own
//   N.recall.json      files recall/NAME.json: signed statements that a release must not be used
//   N.releases.json    files releases/NAME.json: what a release consists of
//   N.snapshot.json    which versions of these three belong together; its version is the epoch of
//                      all states
//   timestamp.json     which snapshot is the newest; signed often, expires soon
//   targets/FOLDER/SHA256.NAME.json
//
// update() follows the client's steps of TUF 1.0 (section 5), from a copy of the channel into a
// cache of verified files: rollback, freeze, mix-and-match and unsigned files are refused, the
// cache then stays as it was. Beyond TUF: a recall only grows, whoever signs, also across new
// roots. It stays listed, its state only rises, and what it describes is described ever after; the
// cache keeps the files of the last good state to compare with. A superseded release does not
// become active again. Files have limits of size, known before anything of them is read. Whoever
// updates a cache locks it; readers need not.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/env.hpp"
#include "proof/metadata.hpp"

namespace litura::proof {

/// Ascending: a release's state never goes back.
enum class State { active, superseded, soft_recall, hard_recall };
std::string_view to_text(State state);
Result<State> parse_state(std::string_view text);

/// The "state" that a role states beside a file.
Result<State> state_in(const Json& custom);

/// A file of the channel with what its role says of it.
struct ChannelFile {
    Json custom;
    std::string content;
};

struct ChannelView {
    std::uint64_t epoch = 0;                               ///< the snapshot's version
    Instant issued;                                        ///< of the timestamp
    Instant expires;                                       ///< the first of all roles' ends
    std::map<std::string, ChannelFile> releases, recalls;  ///< by name, without folder and ".json"
};

/// Takes `root`, a 1.root.json or later that came on a way of its own, as what all trust begins
/// with. Any root that the cache has come by since may be given again. Code::forbidden if the cache
/// trusts another channel already.
Result<void> trust_channel(Env& env, const Path& cache, ByteView root);

/// Code::check_failed, naming the file, if something does not hold; Code::environment if a file is
/// missing.
Result<void> update_channel(Env& env, const Path& cache, const Path& source, Instant now);

/// What the cache holds; digests are checked again, signatures were. Expiry is left to the reader:
/// an old recall is still a recall.
Result<ChannelView> read_channel(Env& env, const Path& cache);

}  // namespace litura::proof
