// What stands of somebody in other people's records: the records that a search found become bars by
// rule, or wait for a person's decision.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "ledger/types.hpp"

namespace litura::ledger {

struct Core;

/// Records that a request has barred, and that wait for a decision.
struct Found {
    std::vector<FoundRecord> barred, waiting;
};

class Findings {
public:
    explicit Findings(Core& core) : core_(&core) {}

    static constexpr std::uint64_t kFoundMax = 10;

    /// The records found for a request become bars of this kind, unless they are more than
    /// kFoundMax and more than one in a thousand of those searched: then a person has to decide,
    /// and nothing is barred yet. What the request knows of already is passed over. An
    /// echo's bar falls with the objection or withdrawal that it follows, and outlives an erasure.
    /// `searched`: nothing where a person has named the records.
    Result<void> bar(std::string_view id, BarKind kind, std::optional<std::uint64_t> searched,
                     const std::vector<FoundRecord>& records);
    /// A name that the file of a record just imported holds; see Snapshot::names.
    Result<void> bar_named(std::int64_t request, const FoundRecord& record);
    Result<Found> of(std::string_view id);
    /// Of what waits, these records are barred and the others are not. With `name_too`, later
    /// imports are looked through for the name, as they are where nothing had to be decided.
    Result<void> decide(std::string_view id, const std::vector<FoundRecord>& bar, bool name_too);
    /// Names that this request is about, in force or not.
    Result<std::vector<BarredName>> names(std::string_view id);

private:
    Core* core_;
};

}  // namespace litura::ledger
