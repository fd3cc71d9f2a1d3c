// ActivityStreams 2.0 (W3C, 2017): one activity or object to a record. Used by the archives of
// Mastodon and by documents of any other software that speaks it.
#pragma once

#include "corpus/importers/format.hpp"

namespace litura::corpus {

/// Create, Update and bare Notes, Articles and Questions become records; Announce is somebody
/// else's text ("repost"); Delete and Tombstone are deletions; everything else is "not_a_post".
/// `unnamed`: whose a post is that names nobody; may be empty.
Result<void> take_activity(const Json& activity, const PersonalText& unnamed, Intake& intake);

/// A Person, Service, ... whose `indexable` is false, or `noindex` true, objects. The setting
/// carries no time: the account's beginning is taken, so that every later consent goes before it.
Result<void> take_actor(const Json& actor, Intake& intake);

}  // namespace litura::corpus
