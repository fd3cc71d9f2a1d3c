// Small words that several results say in the same way: digests, moments, persons, records.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"
#include "service/session.hpp"

namespace litura::service {

/// "sha256:" and the digits, as everything prints and takes digests.
std::string digest_text(const Digest& digest);
/// Null where there is none.
Json optional_time(const std::optional<Instant>& at);

/// A public key: its 32 bytes, or 64 hex digits with or without a line end.
Result<Digest> parse_public_key(ByteView bytes);

/// Whom a call is about: a handle ("p-..."), or an identifier if there is no handle.
struct PersonName {
    std::string handle;
    PersonalText identifier;
};
/// Code::bad_input for nobody, and for a name that several people have; it names their handles.
Result<Digest> find_person(Session& session, const PersonName& name);

/// "r-...", as every result names a record.
std::string record_handle(Session& session, const Digest& record);

/// The model that took the visible one's place because that one held somebody who is barred now.
struct Replacement {
    Digest model;
    std::uint64_t deferred = 0;  ///< records that it leaves out for now
    bool suppressed = false;     ///< false: it is the whole model already
};
/// After something barred records; nothing if no model had to go. An order may forbid a new one:
/// then none is in use.
Result<std::optional<Replacement>> leave_out_barred(Session& session);
Json to_json(const std::optional<Replacement>& replacement);

}  // namespace litura::service
