// Reads and writes inclusion proofs and witness requests, which both end in a checkpoint.
#include "proof/log_proof.hpp"

#include <fmt/format.h>

#include "proof/base64.hpp"

namespace litura::proof {
namespace {

constexpr std::string_view kMagic = "c2sp.org/tlog-proof@v1";
constexpr std::size_t kHashesMax = 63;

Error bad_log_proof(const char* what) { return {Code::bad_input, what, "", ""}; }

std::string hash_lines(const MerklePath& path) {
    std::string lines;
    for (const Digest& hash : path) lines += base64(hash.view()) + "\n";
    return lines;
}

/// Lines from the front of a text, one by one.
class Lines {
public:
    explicit Lines(std::string_view text) : rest_(text) {}

    /// Nothing at the end, or if the last line has no end.
    std::optional<std::string_view> next() {
        const std::size_t end = rest_.find('\n');
        if (end == std::string_view::npos) return {};
        const std::string_view line = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        return line;
    }
    std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
};

Result<std::uint64_t> number_line(const std::optional<std::string_view>& line,
                                  std::string_view name) {
    if (!line || !line->starts_with(name)) return bad_log_proof("a line is missing");
    return parse_decimal(line->substr(name.size()));
}

/// Hashes up to an empty line.
Result<MerklePath> read_hashes(Lines& lines) {
    MerklePath path;
    while (true) {
        const auto line = lines.next();
        if (!line) return bad_log_proof("no empty line before the checkpoint");
        if (line->empty()) return path;
        auto hash = from_base64(*line);
        if (!hash.ok() || hash->size() != 32 || path.size() == kHashesMax)
            return bad_log_proof("a hash is 32 bytes of base64, and there are at most 63");
        path.push_back(TRY(digest_from_bytes(*hash)));
    }
}

}  // namespace

std::string LogProof::encode() const {
    std::string text = std::string(kMagic) + "\n";
    if (extra) text += "extra " + base64(*extra) + "\n";
    return text + fmt::format("index {}\n", index) + hash_lines(path) + "\n" + head.encode();
}

Result<LogProof> parse_log_proof(std::string_view text) {
    Lines lines(text);
    if (lines.next() != kMagic)
        return bad_log_proof("not a proof of a log (c2sp.org/tlog-proof@v1)");
    LogProof proof;
    auto line = lines.next();
    constexpr std::string_view kExtra = "extra ";
    if (line && line->starts_with(kExtra)) {
        proof.extra = TRY(from_base64(line->substr(kExtra.size())));
        line = lines.next();
    }
    proof.index = TRY(number_line(line, "index "));
    proof.path = TRY(read_hashes(lines));
    proof.head = TRY(parse_note(lines.rest()));
    return proof;
}

Result<Head> verify_logged(ByteView entry, const LogProof& proof, const LogPolicy& policy) {
    Head head = TRY(verify_checkpoint(proof.head, policy));
    if (!holds_inclusion(leaf_hash(entry), proof.index, head.checkpoint.size, proof.path,
                         head.checkpoint.root))
        return Error{Code::check_failed, "the log's head does not cover this entry", "", ""};
    return head;
}

std::string WitnessRequest::encode() const {
    return fmt::format("old {}\n", old_size) + hash_lines(path) + "\n" + head.encode();
}

Result<WitnessRequest> parse_witness_request(std::string_view text) {
    Lines lines(text);
    WitnessRequest request;
    request.old_size = TRY(number_line(lines.next(), "old "));
    request.path = TRY(read_hashes(lines));
    request.head = TRY(parse_note(lines.rest()));
    return request;
}

Result<Checkpoint> check_witness_request(const WitnessRequest& request, const VerifierKey& log,
                                         const std::optional<Checkpoint>& last) {
    LogPolicy policy;
    policy.logs.push_back(log);
    const Head head = TRY(verify_checkpoint(request.head, policy));
    const Checkpoint& next = head.checkpoint;
    if (request.old_size > next.size)
        return bad_log_proof("the old size is larger than the head's");
    const std::uint64_t last_size = last ? last->size : 0;
    if (request.old_size != last_size) {
        return Error{Code::forbidden, "the request does not start at the last head seen",
                     fmt::format("size {}", last_size),
                     fmt::format("litura witness request --old {}", last_size)};
    }
    const Digest last_root = last ? last->root : sha256(ByteView());
    if (!holds_consistency(last_size, last_root, next.size, next.root, request.path)) {
        return Error{Code::check_failed,
                     "this head does not continue the one seen before: the log was forked", "",
                     "keep the request: it is evidence"};
    }
    return next;
}

}  // namespace litura::proof
