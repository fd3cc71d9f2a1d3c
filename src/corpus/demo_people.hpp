// Who lives in the made-up network: names, towns, jobs, pets, hobbies, friends. Every draw is a
// function of (seed, person, purpose), so a person says the same whoever else is there; only
// friends depend on the number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace litura::corpus {

inline constexpr std::uint32_t kDemoPeopleMax = 100'000;

/// Counter-based draws (splitmix64's finaliser); no state, no floating point.
class Draws {
public:
    Draws(std::uint64_t seed, std::uint64_t person) : key_(mix(mix(seed) ^ person)) {}
    /// In [0, count), for this purpose.
    std::uint64_t below(std::uint64_t count, std::uint64_t purpose) const {
        return mix(key_ ^ purpose) % count;
    }

private:
    static std::uint64_t mix(std::uint64_t value);
    std::uint64_t key_;
};

struct DemoPerson {
    std::string name;    ///< "Ansa Torvil"; no two people share one
    std::string author;  ///< "ansa.torvil", the account
    std::string_view town, job, work, animal, hobby;
    std::string pet;
    std::vector<std::uint32_t> friends;  ///< empty if there is nobody else
    bool consents = false;
};

DemoPerson demo_person(std::uint64_t seed, std::uint32_t index, std::uint32_t people);

}  // namespace litura::corpus
