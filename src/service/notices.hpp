// What people were shown and said, and what the operator states: notices, assessments and other
// documents, statements about sources, acts.
#pragma once

#include <optional>
#include <string>

#include "ledger/types.hpp"
#include "service/words.hpp"

namespace litura::service {

Result<Digest> add_notice(Session& session, ByteView text);

struct Served {
    Digest notice;
    std::string source;
    Instant at, grace_until;
};
Result<Served> serve_notice(Session& session, const Digest& notice, const std::string& source,
                            Instant at);
Json to_json(const Served& served);

/// An assessment must answer what the rules in force ask.
Result<Digest> add_document(Session& session, ledger::DocumentKind kind, ByteView text);

struct SourceArguments {
    std::string name;
    std::string audience, age;  ///< "public" and "adult" are all that can be stated; empty: nothing
    std::optional<Bytes> document;  ///< that backs the statement
};
struct Declared {
    std::string source;
    ledger::Audience audience = ledger::Audience::unknown;
    bool adults_only = false;
};
Result<Declared> declare_source(Session& session, const SourceArguments& arguments);
Json to_json(const Declared& declared);

}  // namespace litura::service
