// Which records an instruction from outside is about, in words that a jurist can read and write:
//
//     source is "forum" and (audience is "followers" or created before 2026-05-27)
//
//     predicate = all { "or" all }            all  = one { "and" one }
//     one       = "not" one | "(" predicate ")" | question
//     question  = field ("is" TEXT | "in" "(" TEXT { "," TEXT } ")")
//               | "created" ("before" | "from") DATE
//               | "age" ("below" | "from") YEARS
//     field     = "source" | "purpose" | "audience" | "person" | "country"
//     TEXT      = characters between quotation marks, none of them a quotation mark or a control
//     DATE      = 2026-05-27 (its first moment, UTC) or a whole RFC 3339 moment
//     YEARS     = 0 to 150, without a sign
//
// A predicate answers yes, no or unknown (Kleene's logic), because a fact may be missing; what
// forbids takes unknown for yes. It is no query language: it sees one record and nothing else.
// Values are immutable and may be shared between threads.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/types.hpp"

namespace litura::ledger {

enum class Truth { no, unknown, yes };

/// What a predicate may ask of one record and its author; empty or unknown: nobody knows.
struct Described {
    std::string_view source, purpose;
    Audience audience = Audience::unknown;
    std::optional<Instant> created_at = {};
    const Digest* person = nullptr;
    std::string_view country = {};  ///< ISO 3166-1 alpha-2, of residence
    std::optional<std::int64_t> age_from = {},
                                age_below = {};  ///< whole years, as far as somebody knows
};

class Predicate {
public:
    static constexpr std::size_t kBytesMax = 64 * 1024;
    static constexpr std::size_t kNodesMax = 4096;
    static constexpr std::size_t kDepthMax = 32;

    /// Code::bad_input with what was expected and the byte where it was not found.
    static Result<Predicate> parse(std::string_view text);

    Truth about(const Described& record) const;
    /// Handles it names; about() answers their questions with "unknown" until know_persons().
    std::vector<std::string> handles() const;
    /// Nobody (any more) for a handle: then no record is theirs.
    using PersonOf = std::function<Result<std::optional<Digest>>(const std::string& handle)>;
    Result<void> know_persons(const PersonOf& person_of);
    /// Is this one of them?
    bool names(const Digest& person) const;
    /// The dates at which an answer may change, sorted: between two of them it is the same.
    std::vector<Instant> dates() const;
    /// The canonical form: parse() of it gives the same predicate, and two texts that differ in
    /// spaces, superfluous brackets or the form of a date give the same. Its SHA-256 names the
    /// predicate.
    std::string text() const;

private:
    enum class Kind {
        either,
        both,
        negation,
        source,
        purpose,
        audience,
        person,
        country,
        before,
        from,
        younger,
        older
    };
    struct Node {
        Kind kind = Kind::either;
        std::vector<Node> parts;          ///< of either, both, negation
        std::vector<std::string> values;  ///< sorted, each once
        Instant moment;
        std::int64_t years = 0;
        std::optional<std::vector<Digest>> persons;  ///< sorted; of the handles in `values`
    };
    class Parser;
    explicit Predicate(Node root) : root_(std::move(root)) {}
    static Truth about(const Node& node, const Described& record);
    template <typename NodeOf, typename Visit>
    static void each(NodeOf& node, const Visit& visit);
    /// `closer`: how closely what stands around binds: 0 "or" or nothing, 1 "and", 2 "not".
    static void write(const Node& node, int closer, std::string& out);

    Node root_;
};

}  // namespace litura::ledger
