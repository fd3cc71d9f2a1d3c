// Everything held of a person, for that person and nobody else (GDPR Art. 15, 20), as a document in
// JSON: it has no other form.
#pragma once

#include "base/digest.hpp"
#include "base/json.hpp"
#include "service/session.hpp"

namespace litura::service {

/// What the person provided: `records` as `import` and `acts` as `ground add` read them.
Result<Json> provided_by(Session& session, const Digest& person);
/// And all else: the notices they were shown, grounds, bars, requests, evidence of links, the
/// manifests and models that held them, the releases, and the recipients by name (C-154/21).
Result<Json> access_report(Session& session, const Digest& person);

}  // namespace litura::service
