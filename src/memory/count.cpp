// Sorts where every sequence begins, first token by first token, and writes each context's row from
// its neighbours.
#include "memory/count.hpp"

#include <algorithm>

#include "memory/format.hpp"

namespace litura::memory {
namespace {

using Stream = Passages::Stream;
constexpr int kPacked = 3;  ///< tokens of kVocabularyMax that a key of 64 bits holds

struct Suffix {
    std::uint64_t key;  ///< the tokens after the first; zeros from the passage's end on
    std::uint32_t at;   ///< of the first token, in the stream
};

/// What a thread needs to write rows: its own.
class RowWriter {
public:
    RowWriter(Stream stream, const std::vector<std::uint32_t>& persons, std::uint32_t persons_end,
              const Rule& rule)
        : stream_(stream), persons_(persons), rule_(rule), seen_(persons_end, 0),
          drafts_(rule.order + 1) {}

    /// The row of a context of one token, from all places where that token stands.
    Bytes row(std::span<const std::uint32_t> places) {
        suffixes_.clear();
        for (const std::uint32_t at : places) suffixes_.push_back({key_of(at), at});
        std::ranges::sort(suffixes_, [this](const Suffix& a, const Suffix& b) {
            return a.key != b.key ? a.key < b.key : rest_before(a, b);
        });
        Bytes out;
        write_row(suffixes_, 1, out);
        return out;
    }

private:
    using Group = std::span<const Suffix>;

    std::uint64_t key_of(std::uint32_t at) const {
        std::uint64_t key = 0;
        bool ended = false;
        for (int next = 1; next <= kPacked; ++next) {
            ended = ended || stream_[at + static_cast<std::uint32_t>(next) - 1] == 0;
            key = (key << 21) | (ended ? 0 : stream_[at + static_cast<std::uint32_t>(next)]);
        }
        return key;
    }

    /// Of two suffixes with one key.
    bool rest_before(const Suffix& a, const Suffix& b) const {
        if ((a.key & kVocabularyMax) == 0) return false;
        for (std::uint32_t next = kPacked + 1; next < rule_.order; ++next) {
            const std::uint32_t left = stream_[a.at + next], right = stream_[b.at + next];
            if (left != right) return left < right;
            if (left == 0) break;
        }
        return false;
    }

    /// The token after the first n, which do not end the passage, plus 1.
    std::uint32_t token(const Suffix& suffix, std::uint32_t n) const {
        return stream_[suffix.at + n];
    }

    bool enough_people(Group group) {
        if (rule_.min_people == 1) return true;
        if (group.size() < rule_.min_people) return false;
        ++groups_;
        std::uint32_t people = 0;
        for (const Suffix& suffix : group) {
            std::uint64_t& seen = seen_[persons_[suffix.at]];
            people += seen != groups_;
            seen = groups_;
            if (people == rule_.min_people) return true;
        }
        return false;
    }

    /// The row of the context of n tokens that all of `group` begin with; nothing if it has none.
    void write_row(Group group, std::uint32_t n, Bytes& out) {
        RowDraft& draft = drafts_[n];
        draft.begin();
        std::uint64_t total = 0, types = 0;
        while (!group.empty()) {
            const std::uint32_t next = token(group.front(), n);
            const auto other = std::ranges::find_if(
                group, [&](const Suffix& suffix) { return token(suffix, n) != next; });
            const Group same = group.first(static_cast<std::size_t>(other - group.begin()));
            group = group.subspan(same.size());
            if (next == 0) continue;  // the passage's end
            total += same.size();
            ++types;
            if (!enough_people(same)) continue;
            draft.head(next - 1, same.size());
            if (n + 1 < rule_.order)
                draft.body([&](Bytes& bodies) { write_row(same, n + 1, bodies); });
        }
        draft.finish(total, types, out);
    }

    const Stream stream_;
    const std::vector<std::uint32_t>& persons_;  ///< by place in the stream
    const Rule rule_;
    std::vector<std::uint64_t> seen_;  ///< by person: the last group in which they were seen
    std::uint64_t groups_ = 0;
    std::vector<Suffix> suffixes_;
    std::vector<RowDraft> drafts_;  ///< of the row being written, by its context's length
};

}  // namespace

/// The steps of count(), over one set of passages.
class Counter {
public:
    Counter(const Passages& passages, const Rule& rule, std::uint32_t vocabulary)
        : stream_(passages.stream()), rule_(rule), rows_(vocabulary) {
        CHECK(stream_.size() < (std::uint64_t{1} << 32) && vocabulary <= kVocabularyMax);
        name_persons(passages);
        sort_by_first();
    }

    void count(ThreadPool& pool) {
        pool.run(places_.size(), [this](std::size_t begin, std::size_t end) {
            RowWriter writer(stream_, persons_, persons_end_, rule_);
            const auto bound = [this](std::size_t place) {
                return static_cast<std::size_t>(std::ranges::lower_bound(begins_, place) -
                                                begins_.begin());
            };
            const std::size_t last = std::min(bound(end), rows_.size());
            for (std::size_t token = bound(begin); token < last; ++token) {
                const auto places =
                    std::span(places_).subspan(begins_[token], begins_[token + 1] - begins_[token]);
                if (!places.empty()) rows_[token] = writer.row(places);
            }
        });
    }

    Memory memory() const {
        return MemoryWriter::write(rule_, std::vector<ByteView>(rows_.begin(), rows_.end()));
    }

private:
    void name_persons(const Passages& passages) {
        persons_.reserve(stream_.size());
        persons_end_ = static_cast<std::uint32_t>(passages.persons());
        for (std::uint32_t person = 0; person < persons_end_; ++person)
            persons_.insert(persons_.end(), passages.stream_of(person).size(), person);
    }

    /// Where each token stands, token by token.
    void sort_by_first() {
        begins_.assign(rows_.size() + 1, 0);
        for (const std::uint32_t token : stream_) {
            CHECK(token <= rows_.size());
            if (token != 0) ++begins_[token];
        }
        for (std::size_t token = 1; token < begins_.size(); ++token)
            begins_[token] += begins_[token - 1];
        places_.resize(begins_.back());
        std::vector<std::size_t> free = begins_;
        for (std::size_t at = 0; at < stream_.size(); ++at) {
            if (stream_[at] != 0) places_[free[stream_[at] - 1]++] = static_cast<std::uint32_t>(at);
        }
    }

    const Stream stream_;
    const Rule rule_;
    std::vector<std::uint32_t> persons_, places_;
    std::uint32_t persons_end_ = 0;
    std::vector<std::size_t> begins_;  ///< by token: of its places
    std::vector<Bytes> rows_;          ///< by token
};

Memory count(const Passages& passages, const Rule& rule, std::uint32_t vocabulary,
             ThreadPool& pool) {
    Counter counter(passages, rule, vocabulary);
    counter.count(pool);
    return counter.memory();
}

}  // namespace litura::memory
