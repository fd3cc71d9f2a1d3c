// Which records an instruction from outside is about, in words that a jurist can read and write:
//
//     source is "forum" and (audience is "followers" or created before 2026-05-27)
//
//     predicate = all { "or" all }            all  = one { "and" one }
//     one       = "not" one | "(" predicate ")" | question
//     question  = ("source" | "purpose" | "audience") ("is" TEXT | "in" "(" TEXT { "," TEXT } ")")
//               | "created" ("before" | "from") DATE
//     TEXT      = characters between quotation marks, none of them a quotation mark or a control
//     DATE      = 2026-05-27 (its first moment, UTC) or a whole RFC 3339 moment
//
// A predicate answers yes, no or unknown (Kleene's logic), because a fact may be missing; what
// forbids takes unknown for yes. It is no query language: it sees one record and nothing else.
// Values are immutable and may be shared between threads.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/types.hpp"

namespace litura::ledger {

enum class Truth { no, unknown, yes };

/// What a predicate may ask of one record; empty or unknown: nobody knows.
struct Described {
    std::string_view source, purpose;
    Audience audience = Audience::unknown;
    std::optional<Instant> created_at;
};

class Predicate {
public:
    static constexpr std::size_t kBytesMax = 64 * 1024;
    static constexpr std::size_t kNodesMax = 4096;
    static constexpr std::size_t kDepthMax = 32;

    /// Code::bad_input with what was expected and the byte where it was not found.
    static Result<Predicate> parse(std::string_view text);

    Truth about(const Described& record) const;
    /// The canonical form: parse() of it gives the same predicate, and two texts that differ in
    /// spaces, superfluous brackets or the form of a date give the same. Its SHA-256 names the
    /// predicate.
    std::string text() const;

private:
    enum class Kind { either, both, negation, source, purpose, audience, before, from };
    struct Node {
        Kind kind;
        std::vector<Node> parts;          ///< of either, both, negation
        std::vector<std::string> values;  ///< sorted, each once
        Instant moment;
    };
    class Parser;
    explicit Predicate(Node root) : root_(std::move(root)) {}
    static Truth about(const Node& node, const Described& record);
    /// `closer`: how closely what stands around binds: 0 "or" or nothing, 1 "and", 2 "not".
    static void write(const Node& node, int closer, std::string& out);

    Node root_;
};

}  // namespace litura::ledger
