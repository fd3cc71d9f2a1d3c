// Reads a memory: once through all of it, to refuse what is none; then row by row.
#include <optional>

#include "memory/format.hpp"

namespace litura::memory {
namespace {

constexpr std::string_view kMagic = "litura.memory.1";

/// Checks lists and their rows, all the way down.
class Checker {
public:
    Checker(const Rule& rule, std::uint32_t vocabulary) : rule_(rule), vocabulary_(vocabulary) {}

    /// The row of a sequence of n tokens that occurs `count` times.
    bool row(ByteView bytes, std::uint32_t n, std::uint64_t count) const {
        Varints in(bytes);
        const std::uint64_t total = in.next(), types = in.next();
        const std::optional<Kept> kept = list(in, n + 1);
        if (!kept || !in.at_end() || kept->types == 0 || total > count) return false;
        if (kept->types > types || kept->count > total) return false;
        const std::uint64_t other_types = types - kept->types, other = total - kept->count;
        return types <= vocabulary_ && other >= other_types && (other_types > 0 || other == 0);
    }

    struct Kept {
        std::uint64_t types = 0, count = 0;
    };
    /// A list of sequences of n tokens, from where `in` stands.
    std::optional<Kept> list(Varints& in, std::uint32_t n) const {
        Kept kept;
        std::vector<Head> heads;
        for (Heads each(in, n, rule_.order); each.next(); heads.push_back(each.head)) {
            if (!each.inside(vocabulary_)) return std::nullopt;
            if (n > 1 && each.head.count < rule_.min_people) return std::nullopt;
            if (n == 1 && each.head.body == 0) return std::nullopt;
            ++kept.types;
            kept.count += each.head.count;
        }
        for (const Head& head : heads) {
            const ByteView body = in.take(head.body);
            const std::uint64_t count = n > 1 ? head.count : kCountMax;
            if (!in.ok() || (!body.empty() && !row(body, n, count))) return std::nullopt;
        }
        return in.ok() ? std::optional(kept) : std::nullopt;
    }

private:
    static constexpr std::uint64_t kCountMax = std::uint64_t{1} << 42;
    const Rule& rule_;
    std::uint32_t vocabulary_;
};

/// Where a row's list begins.
struct Opened {
    Row row;
    Varints list;
};

Opened open(ByteView body) {
    Varints in(body);
    Row row;
    row.total = in.next();
    row.types = in.next();
    return {std::move(row), in};
}

/// The row of one more token after a sequence of n tokens; empty if there is none.
ByteView body_after(ByteView body, std::uint32_t n, std::uint32_t order, std::uint32_t token) {
    if (body.empty() || n + 1 >= order) return {};
    Opened opened = open(body);
    std::uint64_t before = 0, size = 0, skipped = 0;
    for (Heads heads(opened.list, n + 1, order); heads.next(); skipped += heads.head.body) {
        if (heads.head.token != token) continue;
        before = skipped;
        size = heads.head.body;
    }
    return opened.list.rest().subspan(before, size);
}

Row read_row(ByteView body, std::uint32_t n, std::uint32_t order) {
    Opened opened = open(body);
    for (Heads heads(opened.list, n + 1, order); heads.next();) {
        opened.row.entries.push_back({heads.head.token, heads.head.count});
        opened.row.kept += heads.head.count;
    }
    return std::move(opened.row);
}

bool within(const Rule& rule) {
    const auto inside = [](std::uint32_t value, std::uint32_t least, std::uint32_t most) {
        return value >= least && value <= most;
    };
    return inside(rule.order, kLeastRule.order, kMostRule.order) &&
           inside(rule.min_people, kLeastRule.min_people, kMostRule.min_people) &&
           inside(rule.backoff, kLeastRule.backoff, kMostRule.backoff);
}

}  // namespace

Bytes file_head(const Rule& rule, std::uint32_t vocabulary) {
    CHECK(within(rule) && vocabulary <= kVocabularyMax);
    ByteWriter out;
    out.text(kMagic);
    for (const std::uint32_t value : {rule.order, rule.min_people, rule.backoff, vocabulary})
        out.u32(value);
    return out.take();
}

Memory MemoryWriter::write(const Rule& rule, std::span<const ByteView> rows) {
    Memory memory;
    memory.rule_ = rule;
    memory.vocabulary_ = static_cast<std::uint32_t>(rows.size());
    std::uint64_t length = 0, size = 0, before = 0;
    for (const ByteView row : rows) {
        length += !row.empty();
        size += row.size();
    }
    Bytes heads = file_head(rule, memory.vocabulary_);
    write_varint(heads, length);
    for (std::size_t token = 0; token < rows.size(); ++token) {
        if (rows[token].empty()) continue;
        write_varint(heads, token - before);
        write_varint(heads, rows[token].size());
        before = token + 1;
    }
    memory.bytes_.reserve(heads.size() + size);
    memory.bytes_.insert(memory.bytes_.end(), heads.begin(), heads.end());
    for (const ByteView row : rows)
        memory.bytes_.insert(memory.bytes_.end(), row.begin(), row.end());
    memory.find_rows();
    return memory;
}

Result<Memory> Memory::parse(Bytes bytes) {
    const Error broken{Code::broken, "the bytes are no memory", "", ""};
    const std::size_t head = file_head(kLeastRule, 0).size();
    if (bytes.size() < head) return broken;
    ByteReader in(ByteView(bytes).first(head));
    Memory memory;
    const bool known = in.text() == kMagic;
    memory.rule_ = {in.u32(), in.u32(), in.u32()};
    memory.vocabulary_ = in.u32();
    if (!known || !in.at_end() || !within(memory.rule_) || memory.vocabulary_ > kVocabularyMax)
        return broken;
    Varints all(ByteView(bytes).subspan(head));
    if (!Checker(memory.rule_, memory.vocabulary_).list(all, 1) || !all.at_end()) return broken;
    memory.bytes_ = std::move(bytes);
    memory.find_rows();
    return memory;
}

void Memory::find_rows() {
    Varints in(ByteView(bytes_).subspan(file_head(rule_, vocabulary_).size()));
    std::vector<Head> heads;
    for (Heads each(in, 1, rule_.order); each.next();) heads.push_back(each.head);
    if (!heads.empty()) first_.resize(heads.back().token + 1);
    for (const Head& head : heads) first_[head.token] = in.take(head.body);
}

// A context without a row has no longer one with a row: whoever wrote the longer wrote it too.
std::vector<Row> Memory::rows(std::span<const std::uint32_t> history) const {
    std::vector<Row> rows;
    for (std::uint32_t n = 1; n < rule_.order && n <= history.size(); ++n) {
        const auto context = history.last(n);
        ByteView body = row_after(context[0]);
        for (std::uint32_t at = 1; at < n; ++at)
            body = body_after(body, at, rule_.order, context[at]);
        if (body.empty()) break;
        rows.push_back(read_row(body, n, rule_.order));
    }
    return rows;
}

}  // namespace litura::memory
