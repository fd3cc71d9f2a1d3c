// What people were shown and what an operator states: notices, assessments and other documents,
// sources. All are idempotent.
#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "ledger/types.hpp"

namespace litura::ledger {

struct Core;

class Documents {
public:
    explicit Documents(Core& core) : core_(&core) {}

    Result<Digest> add_notice(ByteView text);
    Result<void> serve_notice(const Digest& notice, std::string_view source, Instant at);
    /// An assessment must answer what the rules in force ask, and name its purpose (default:
    /// `purpose`).
    Result<Digest> add(DocumentKind kind, ByteView text, std::string_view purpose);
    Result<Bytes> read(const Digest& digest);
    Result<bool> has(DocumentKind kind, const Digest& digest);
    Result<void> declare_source(std::string_view source, Audience audience, bool adults_only,
                                std::optional<ByteView> document);

private:
    Core* core_;
};

}  // namespace litura::ledger
