// Reads and writes a log's checkpoint, and the policy of whose signatures are enough.
#include "proof/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "proof/base64.hpp"

namespace litura::proof {
namespace {

constexpr std::size_t kPolicyLinesMax = 1000;

Error bad(const char* what) { return {Code::bad_input, what, "", ""}; }

Error bad_line(std::size_t number, const char* what) {
    return {Code::bad_input, what, fmt::format("line {} of the policy", number), ""};
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> words;
    while (true) {
        const std::size_t begin = text.find_first_not_of(separators);
        if (begin == std::string_view::npos) return words;
        text.remove_prefix(begin);
        const std::size_t end = std::min(text.find_first_of(separators), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

using Words = std::vector<std::string_view>;

/// Reads a policy line by line; names must be defined before they are used.
class PolicyReader {
public:
    Result<LogPolicy> read(std::string_view text) {
        if (std::ranges::any_of(text, [](char each) {
                const auto byte = static_cast<unsigned char>(each);
                return (byte < 0x20 && each != '\n' && each != '\t') || byte == 0x7f;
            }))
            return bad("a policy has no control characters");
        std::size_t begin = 0;
        for (number_ = 1; begin < text.size(); ++number_) {
            if (number_ > kPolicyLinesMax) return bad_line(number_, "too many lines");
            const std::size_t end = std::min(text.find('\n', begin), text.size());
            const Words words = split(text.substr(begin, end - begin), " \t");
            if (!words.empty() && !words[0].starts_with('#')) TRY(line(words));
            begin = end + 1;
        }
        if (!has_quorum_) return bad("a policy has one quorum line");
        return std::move(policy_);
    }

private:
    Result<void> line(const Words& words) {
        if (words[0] == "log" && (words.size() == 2 || words.size() == 3)) return log(words);
        if (words[0] == "witness" && (words.size() == 3 || words.size() == 4))
            return witness(words);
        if (words[0] == "group" && words.size() >= 4) return group(words);
        if (words[0] == "quorum" && words.size() == 2) return quorum(words);
        return bad_line(number_, "not a line of a policy (log, witness, group, quorum)");
    }

    Result<VerifierKey> key(std::string_view text, KeyType type) {
        auto parsed = parse_verifier_key(text);
        if (!parsed.ok() || parsed->type != type)
            return bad_line(number_, "not a verifier key of the right type");
        return parsed;
    }

    Result<void> log(const Words& words) {
        VerifierKey each = TRY(key(words[1], KeyType::ed25519));
        for (const VerifierKey& other : policy_.logs)
            if (other.key == each.key) return bad_line(number_, "this log is there already");
        policy_.logs.push_back(std::move(each));
        return done();
    }

    Result<void> witness(const Words& words) {
        VerifierKey each = TRY(key(words[2], KeyType::cosignature));
        TRY(is_free(words[1]));
        for (const auto& [name, other] : policy_.witnesses)
            if (other.key == each.key) return bad_line(number_, "this witness is there already");
        policy_.witnesses.emplace(words[1], std::move(each));
        return done();
    }

    Result<void> group(const Words& words) {
        TRY(is_free(words[1]));
        LogPolicy::Group each;
        for (const std::string_view member : std::span(words).subspan(3)) {
            TRY(is_known(member));
            if (!members_.emplace(member).second)
                return bad_line(number_, "this name is a member of a group already");
            each.members.emplace_back(member);
        }
        if (words[2] == "all") {
            each.needed = each.members.size();
        } else if (words[2] != "any") {
            auto needed = parse_decimal(words[2]);
            if (!needed.ok() || *needed < 1 || *needed > each.members.size())
                return bad_line(number_, "a group needs all, any, or a number of its members");
            each.needed = *needed;
        }
        policy_.groups.emplace(words[1], std::move(each));
        return done();
    }

    Result<void> quorum(const Words& words) {
        if (has_quorum_) return bad_line(number_, "a second quorum");
        if (words[1] != "none") TRY(is_known(words[1]));
        policy_.quorum = words[1];
        has_quorum_ = true;
        return done();
    }

    bool has(std::string_view name) const {
        return policy_.witnesses.contains(std::string(name)) ||
               policy_.groups.contains(std::string(name));
    }
    Result<void> is_free(std::string_view name) const {
        if (name == "none" || has(name)) return bad_line(number_, "this name is taken");
        return done();
    }
    Result<void> is_known(std::string_view name) const {
        if (!has(name)) return bad_line(number_, "a name that no earlier line defines");
        return done();
    }

    LogPolicy policy_;
    std::set<std::string, std::less<>> members_;
    std::size_t number_ = 0;
    bool has_quorum_ = false;
};

bool reached(const LogPolicy& policy, const std::string& name, const std::set<std::string>& seen) {
    if (name == "none" || seen.contains(name)) return true;
    const auto group = policy.groups.find(name);
    if (group == policy.groups.end()) return false;
    const auto count = std::ranges::count_if(group->second.members, [&](const std::string& member) {
        return reached(policy, member, seen);
    });
    return static_cast<std::size_t>(count) >= group->second.needed;
}

}  // namespace

Result<std::uint64_t> parse_decimal(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool leading_zero = text.size() > 1 && text[0] == '0';
    if (failed != std::errc() || end != text.data() + text.size() || leading_zero || value >> 63)
        return bad("not a decimal number");
    return value;
}

std::string Checkpoint::text() const {
    std::string text = fmt::format("{}\n{}\n{}\n", origin, size, base64(root.view()));
    for (const std::string& extension : extensions) text += extension + "\n";
    return text;
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
    const Error refused = bad("not a checkpoint (origin, size, root)");
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos || end == 0) return refused;
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    if (lines.size() < 3) return refused;
    auto size = parse_decimal(lines[1]);
    auto root = from_base64(lines[2]);
    if (!size.ok() || !root.ok() || root->size() != 32) return refused;
    Checkpoint checkpoint{std::string(lines[0]), *size, {}, {}};
    checkpoint.root = TRY(digest_from_bytes(*root));
    checkpoint.extensions.assign(lines.begin() + 3, lines.end());
    return checkpoint;
}

Result<LogPolicy> parse_policy(std::string_view text) { return PolicyReader().read(text); }

Result<Head> verify_checkpoint(const Note& note, const LogPolicy& policy) {
    Head head;
    head.checkpoint = TRY(parse_checkpoint(note.text));
    std::vector<VerifierKey> known;
    std::vector<std::string> names;
    for (const VerifierKey& log : policy.logs)
        if (log.name == head.checkpoint.origin) known.push_back(log);
    const std::size_t logs = known.size();
    for (const auto& [name, witness] : policy.witnesses) {
        known.push_back(witness);
        names.push_back(name);
    }
    const auto signers = TRY(verify_note(note, known));
    const auto log =
        std::ranges::find_if(signers, [&](const Signer& each) { return each.known < logs; });
    if (log == signers.end())
        return Error{Code::check_failed, "no log that the policy knows signed this head", "", ""};
    head.log = known[log->known];
    std::set<std::string> seen;
    for (const Signer& each : signers) {
        if (each.known < logs) continue;
        head.seen.push_back({names[each.known - logs], *each.at});
        seen.insert(names[each.known - logs]);
    }
    if (!reached(policy, policy.quorum, seen))
        return Error{Code::check_failed, "not enough witnesses saw this head of the log",
                     policy.quorum, "ask for a ticket that they cosigned"};
    return head;
}

}  // namespace litura::proof
