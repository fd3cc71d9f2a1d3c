// What leaves the house, and taking it back: the channel, releases, recalls, their recipients.
#pragma once

#include <string>
#include <vector>

#include "release/patch.hpp"
#include "release/recall.hpp"
#include "release/recipients.hpp"
#include "service/words.hpp"

namespace litura::service {

// The channel. `keys` everywhere: the folder of its roles' keys; Code::bad_input without one.

struct BegunChannel {
    Path channel, root, keys;
};
/// `address`: where it will be found.
Result<BegunChannel> begin_channel(Session& session, const Path& keys, const std::string& address);
Json to_json(const BegunChannel& channel);

/// What signing left behind, and which keys will be needed soon.
struct SignedChannel {
    Path channel;
    std::uint64_t epoch = 0;
    std::vector<std::string> renewed;
    std::map<std::string, Instant> ending;  ///< by role, within kWarnDays
};
inline constexpr std::int64_t kWarnDays = 30;
Result<SignedChannel> tend_channel(Session& session, const Path& keys);
/// A new key for one role.
Result<SignedChannel> rotate_channel_key(Session& session, const Path& keys,
                                         const std::string& role);
Json to_json(const SignedChannel& channel);

// Releases.

struct Publication {
    Path folder;
    release::PublishAnswer answer;
};
Result<Publication> publish(Session& session, const release::PublishWish& wish);
Json to_json(const Publication& publication);

Result<release::Registry> releases(Session& session);
Json to_json(const release::Registry& registry);

/// How many copies went to nobody knows whom.
struct Unnamed {
    std::string release;
    std::uint64_t copies = 0;
};
Result<Unnamed> count_unnamed(Session& session, const Unnamed& counted);
Json to_json(const Unnamed& counted);

/// From the weights of one release to those of its successor.
struct Patched {
    Path path;
    release::PatchMade made;
};
Result<Patched> make_patch(Session& session, const Path& before, const Path& after,
                           const Path& out);
Json to_json(const Patched& patch);

// Recalls and recipients.

struct Recalled {
    release::Recall recall;
    release::Reach reach;
};
Result<Recalled> recall(Session& session, const release::RecallWish& wish);
Json to_json(const Recalled& recalled);

struct Notified {
    std::string recall;
    Path folder;
    std::vector<std::string> notices;
    release::Reach reach;
};
/// Writes a notice for everybody who has the release.
Result<Notified> notify(Session& session, const std::string& recall, const Path& folder);
Json to_json(const Notified& notified);

struct Replied {
    release::Answered answered;
    release::Reach reach;
};
/// What a recipient's program wrote.
Result<Replied> take_reply(Session& session, std::string_view envelope);
Result<Replied> note_unreachable(Session& session, const std::string& recall,
                                 const std::string& recipient);
Json to_json(const Replied& replied);

struct Supplied {
    std::string recipient;
    std::vector<std::string> releases;
};
/// `description`: name, contact and key, as JSON.
Result<Supplied> add_recipient(Session& session, std::string_view description,
                               const std::vector<std::string>& releases);
Result<Supplied> supply(Session& session, const Supplied& more);
Json to_json(const Supplied& supplied);

struct RemovedRecipient {
    std::string recipient;
};
/// Name and address go; that there was one stays.
Result<RemovedRecipient> remove_recipient(Session& session, const std::string& recipient);
Json to_json(const RemovedRecipient& removed);

struct RecipientList {
    struct Entry {
        std::string id;
        std::optional<release::Contact> contact;  ///< nothing: removed
        std::set<std::string> releases;
    };
    std::vector<Entry> entries;
};
Result<RecipientList> recipients(Session& session);
Json to_json(const RecipientList& list);

}  // namespace litura::service
