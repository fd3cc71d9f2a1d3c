// Who stands behind words that a model says from its memory: the persons and records in which a
// sequence of tokens was counted. For the house's own eyes; outsiders get numbers.
#pragma once

#include "derive/project.hpp"
#include "derive/visible.hpp"
#include "memory/passages.hpp"

namespace litura::derive {

/// Of one model. Holds in memory the tokens that were counted.
class Attribution {
public:
    /// Nothing for a model without a memory, or whose passages were not kept.
    static Result<std::optional<Attribution>> open(Project& project, const VisibleModel& model);

    struct Behind {
        Digest person;
        std::vector<Digest> records;
    };
    /// Those who wrote the tokens one after another, by person.
    std::vector<Behind> behind(std::span<const std::uint32_t> tokens) const;

private:
    Attribution() = default;
    memory::Passages passages_;
    std::map<Digest, std::pair<Digest, Digest>>
        named_;  ///< person and record, by the passages' name
};

}  // namespace litura::derive
