// The rule of a memory as plain loops over every passage, for tests: nothing is sorted, packed or
// shared out. Not part of the library.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "engine/philox.hpp"
#include "memory/count.hpp"

namespace litura::memory::plain {

using Tokens = std::vector<std::uint32_t>;
struct Passage {
    std::uint32_t person;
    Tokens tokens;
};

struct Row {
    std::uint64_t total = 0, types = 0;
    std::map<std::uint32_t, std::uint64_t> kept;
};

/// What followed `context`, counted by looking everywhere.
inline Row row(const std::vector<Passage>& passages, const Rule& rule, const Tokens& context) {
    std::map<std::uint32_t, std::uint64_t> counts;
    std::map<std::uint32_t, std::set<std::uint32_t>> people;
    const std::size_t n = context.size();
    for (const Passage& passage : passages) {
        for (std::size_t at = 0; at + n < passage.tokens.size(); ++at) {
            if (!std::equal(context.begin(), context.end(),
                            passage.tokens.begin() + static_cast<std::ptrdiff_t>(at)))
                continue;
            ++counts[passage.tokens[at + n]];
            people[passage.tokens[at + n]].insert(passage.person);
        }
    }
    Row found;
    for (const auto& [token, count] : counts) {
        found.total += count;
        ++found.types;
        if (people[token].size() >= rule.min_people) found.kept[token] = count;
    }
    return found;
}

/// p_n of every token, in binary64, from p_0.
inline std::vector<double> mixed(const std::vector<Passage>& passages, const Rule& rule,
                                 const Tokens& history, std::vector<double> p) {
    for (std::size_t n = 1; n < rule.order && n <= history.size(); ++n) {
        const Row at = row(passages, rule,
                           Tokens(history.end() - static_cast<std::ptrdiff_t>(n), history.end()));
        if (at.total == 0) break;
        std::uint64_t kept = 0;
        for (const auto& [token, count] : at.kept) kept += count;
        const double sum = static_cast<double>(at.total + rule.backoff * at.types);
        for (double& each : p) each *= (sum - static_cast<double>(kept)) / sum;
        for (const auto& [token, count] : at.kept) p[token] += static_cast<double>(count) / sum;
    }
    return p;
}

/// Passages of a few persons over a small vocabulary, so that much is repeated.
inline std::vector<Passage> random_passages(std::uint32_t count, std::uint32_t persons,
                                            std::uint32_t vocabulary, std::uint32_t seed) {
    std::vector<Passage> passages(count);
    for (std::uint32_t at = 0; at < count; ++at) {
        const auto head = engine::philox({at, 0, 0, 0}, {seed, 0});
        passages[at].person = head[0] % persons;
        for (std::uint32_t i = 0; i < 2 + head[1] % 40; ++i) {
            const std::uint64_t draw = engine::philox({at, 1, i, 0}, {seed, 0})[0] % vocabulary;
            passages[at].tokens.push_back(static_cast<std::uint32_t>(draw * draw / vocabulary));
        }
    }
    return passages;
}

/// Those of one person together, as persons first wrote; a record is named by its words.
inline Passages gathered(const std::vector<Passage>& passages) {
    std::vector<std::uint32_t> persons;
    std::map<std::uint32_t, std::vector<const Passage*>> of;
    for (const Passage& passage : passages) {
        if (of[passage.person].empty()) persons.push_back(passage.person);
        of[passage.person].push_back(&passage);
    }
    Passages all;
    for (const std::uint32_t person : persons) {
        all.begin_person();
        for (const Passage* passage : of[person]) {
            Tokens named = passage->tokens;
            named.push_back(person);
            all.begin_record(sha256(bytes_of_values<std::uint32_t>(named)));
            all.add(passage->tokens);
        }
    }
    return all;
}

inline Memory counted(const std::vector<Passage>& passages, const Rule& rule,
                      std::uint32_t vocabulary, int threads = 1) {
    ThreadPool pool(threads);
    return count(gathered(passages), rule, vocabulary, pool);
}

}  // namespace litura::memory::plain
