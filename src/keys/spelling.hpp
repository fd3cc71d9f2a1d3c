// The ways in which one account's name is written: by a platform's files of several generations, by
// people in a request, and by whoever wants back in under a name that looks the same. For
// recognising only; what tells accounts apart is their exact name (tags.hpp).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace litura::keys {

/// One form for all of them: case, width and compatibility forms folded, what is not seen left out
/// (controls, format signs, private and unassigned code points), white space to single spaces; then
/// the addresses of profiles and the signs before a name as the platform's files have the account:
/// "u/Name" and "https://reddit.com/user/Name", with or without "https://", are "name", "@a@host"
/// and "https://host/@a" are "https://host/users/a", "https://bsky.app/profile/did:x" is "did:x".
/// Letters of other scripts that look alike stay distinct.
Result<std::string> account_key(std::string_view name);

/// How earlier versions of the importers wrote the account that is `name` now; empty for most.
std::vector<std::string> earlier_forms(std::string_view name);

/// A platform's id of a record without what is not seen: NFKC, no controls or format signs, no
/// white space around it. What holds none of these is unchanged.
Result<std::string> clean_id(std::string_view id);

/// The ids under which a record may be kept that is asked for by `written`: it itself, and what an
/// address of a post or an id without its kind stands for (Reddit, X, Mastodon, Bluesky).
std::vector<std::string> record_ids(std::string_view written);

}  // namespace litura::keys
