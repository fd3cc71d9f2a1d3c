// A memory without some persons, or with others: what they wrote is looked up in everybody's
// passages, and only the rows of those sequences are written anew.
#include <algorithm>
#include <map>
#include <mutex>

#include "memory/count.hpp"
#include "memory/format.hpp"

namespace litura::memory {
namespace {

/// The number of a sequence of tokens; 0 is none.
using SequenceId = std::uint32_t;

/// Every sequence of at most `order` tokens in what is added to it.
class Sequences {
public:
    Sequences(std::uint32_t order, std::uint32_t vocabulary)
        : order_(order), first_(std::size_t{vocabulary} + 1, 0), edges_(std::size_t{1} << 12) {}

    void add(Passages::Stream stream) {
        for (std::size_t at = 0; at < stream.size(); ++at) {
            if (stream[at] == 0) continue;
            SequenceId& first = first_[stream[at]];
            if (first == 0) first = ++last_;
            SequenceId sequence = first;
            for (std::uint32_t n = 1; n < order_ && stream[at + n] != 0; ++n)
                sequence = edge(sequence, stream[at + n]);
        }
    }

    SequenceId end() const { return last_ + 1; }
    SequenceId first(std::uint32_t token_plus_1) const { return first_[token_plus_1]; }
    /// Calls visit(sequence, next) wherever the stream holds one of them, with the token plus 1
    /// that follows, or 0: the passage's end. After the longest nothing is said to follow.
    template <typename Visit>
    void each(Passages::Stream stream, const Visit& visit) const {
        for (std::size_t at = 0; at < stream.size(); ++at) {
            if (stream[at] == 0) continue;
            SequenceId sequence = first(stream[at]);
            for (std::uint32_t n = 1; sequence != 0; ++n) {
                const std::uint32_t next = n < order_ ? stream[at + n] : 0;
                visit(sequence, next);
                sequence = next != 0 ? edges_[place(sequence, next)].to : 0;
            }
        }
    }

    /// By sequence, those that are one token longer; tokens ascend.
    struct Longer {
        SequenceId from;
        std::uint32_t token;
        SequenceId to;
    };
    std::vector<Longer> all_longer() const {
        std::vector<Longer> out;
        for (const Edge& edge : edges_)
            if (edge.to != 0) out.push_back({edge.from, edge.token - 1, edge.to});
        std::ranges::sort(out, [](const Longer& a, const Longer& b) {
            return a.from != b.from ? a.from < b.from : a.token < b.token;
        });
        return out;
    }

private:
    struct Edge {
        SequenceId from = 0, to = 0;
        std::uint32_t token = 0;  ///< plus 1
    };

    /// Where the edge stands, or would.
    std::size_t place(SequenceId from, std::uint32_t token) const {
        const std::uint64_t both = (std::uint64_t{from} << 21) ^ token;
        std::size_t at = static_cast<std::size_t>((both * 0x9E3779B97F4A7C15u) >> 20);
        for (;; ++at) {
            at &= edges_.size() - 1;
            const Edge& edge = edges_[at];
            if (edge.to == 0 || (edge.from == from && edge.token == token)) return at;
        }
    }

    SequenceId edge(SequenceId from, std::uint32_t token) {
        std::size_t at = place(from, token);
        if (edges_[at].to != 0) return edges_[at].to;
        if (++taken_ * 2 > edges_.size()) {
            grow();
            at = place(from, token);
        }
        edges_[at] = {from, ++last_, token};
        return last_;
    }

    void grow() {
        std::vector<Edge> old(edges_.size() * 2);
        old.swap(edges_);
        for (const Edge& edge : old)
            if (edge.to != 0) edges_[place(edge.from, edge.token)] = edge;
    }

    const std::uint32_t order_;
    std::vector<SequenceId> first_;  ///< by token plus 1
    std::vector<Edge> edges_;
    std::size_t taken_ = 0;
    SequenceId last_ = 0;
};

/// Whose passages are looked at: of persons in both, only before, or only after.
enum Who { kept, gone, come };

/// How often a sequence was met, by whom.
struct Met {
    std::uint64_t count[3] = {}, people[3] = {};
    std::uint64_t followed = 0;  ///< after the change: with a token behind it in the passage

    std::uint64_t count_before() const { return count[kept] + count[gone]; }
    std::uint64_t count_after() const { return count[kept] + count[come]; }
    std::uint64_t people_after() const { return people[kept] + people[come]; }
    void add(const Met& other) {
        for (const Who who : {kept, gone, come}) {
            count[who] += other.count[who];
            people[who] += other.people[who];
        }
        followed += other.followed;
    }
};

struct Person {
    Who who;
    Passages::Stream stream;
};

class Recount {
public:
    Recount(const Memory& memory, const Passages& before, const Passages& after)
        : memory_(memory), rule_(memory.rule()), all_(rule_.order, memory.vocabulary()),
          drafts_(rule_.order + 1) {
        find_changes(before, after);
        for (const Person& person : persons_)
            if (person.who != kept) all_.add(person.stream);
        longer_ = all_.all_longer();
    }

    Memory memory(ThreadPool& pool) {
        meet(pool);
        old_.resize(all_.end());
        for (std::uint32_t token = 0; token < memory_.vocabulary(); ++token) {
            const SequenceId first = all_.first(token + 1);
            if (first != 0) find_old(first, 1, memory_.row_after(token));
        }
        find_new_types();
        std::vector<Bytes> written(memory_.vocabulary());
        std::vector<ByteView> rows(memory_.vocabulary());
        for (std::uint32_t token = 0; token < rows.size(); ++token) {
            const SequenceId first = all_.first(token + 1);
            if (first != 0) write_row(first, 1, written[token]);
            rows[token] = first != 0 ? ByteView(written[token]) : memory_.row_after(token);
        }
        return MemoryWriter::write(rule_, rows);
    }

private:
    /// A person is the records they have, in whichever order they were added.
    static std::map<Digest, std::size_t> named(const Passages& passages) {
        std::map<Digest, std::size_t> persons;
        for (std::size_t person = 0; person < passages.persons(); ++person) {
            std::vector<Digest> names;
            for (const auto& record : passages.records_of(person)) names.push_back(record.name);
            std::ranges::sort(names);
            Hasher hasher;
            for (const Digest& name : names) hasher.update(name.view());
            persons.emplace(hasher.finish(), person);
        }
        return persons;
    }

    void find_changes(const Passages& before, const Passages& after) {
        const auto old = named(before), now = named(after);
        for (const auto& [name, person] : old)
            if (!now.contains(name)) persons_.push_back({gone, before.stream_of(person)});
        for (const auto& [name, person] : now)
            persons_.push_back({old.contains(name) ? kept : come, after.stream_of(person)});
    }

    void meet(ThreadPool& pool) {
        met_.resize(all_.end());
        std::mutex mutex;
        pool.run(persons_.size(), [&](std::size_t begin, std::size_t end) {
            std::vector<Met> mine(all_.end());
            std::vector<std::size_t> last(all_.end(), 0);  // by sequence: its last person, plus 1
            for (std::size_t at = begin; at < end; ++at) {
                const Person& person = persons_[at];
                all_.each(person.stream, [&](SequenceId sequence, std::uint32_t next) {
                    Met& met = mine[sequence];
                    ++met.count[person.who];
                    met.followed += next != 0 && person.who != gone;
                    met.people[person.who] += last[sequence] != at + 1;
                    last[sequence] = at + 1;
                });
            }
            const std::lock_guard lock(mutex);
            for (SequenceId sequence = 1; sequence < all_.end(); ++sequence)
                met_[sequence].add(mine[sequence]);
        });
    }

    std::span<const Sequences::Longer> longer(SequenceId sequence) const {
        const auto range =
            std::ranges::equal_range(longer_, sequence, {}, &Sequences::Longer::from);
        return {range.begin(), range.end()};
    }

    bool counts(SequenceId sequence) const {
        return met_[sequence].people_after() >= rule_.min_people;
    }

    /// The row that every sequence has as a context of n tokens in the memory.
    void find_old(SequenceId context, std::uint32_t n, ByteView row) {
        old_[context] = row;
        if (n + 1 == rule_.order) return;
        const auto changed = longer(context);
        auto next = changed.begin();
        each_old(context, n, [&](const Head& head, ByteView body) {
            while (next != changed.end() && next->token < head.token) ++next;
            if (next != changed.end() && next->token == head.token) find_old(next->to, n + 1, body);
        });
    }

    /// What the memory has after a context of n tokens: visit(head, body).
    template <typename Visit>
    void each_old(SequenceId context, std::uint32_t n, const Visit& visit) const {
        if (old_[context].empty()) return;
        Varints in(old_[context]);
        in.next(), in.next();
        std::vector<Head> heads;
        for (Heads each(in, n + 1, rule_.order); each.next();) heads.push_back(each.head);
        for (const Head& head : heads) visit(head, in.take(head.body));
    }

    /// Different tokens after contexts that get a row and had none.
    void find_new_types() {
        types_.assign(all_.end(), 0);
        std::vector<bool> fresh(all_.end(), false);
        bool any = false;
        for (const auto& longer : longer_) {
            if (!old_[longer.from].empty() || !counts(longer.to)) continue;
            fresh[longer.from] = any = true;
        }
        if (!any) return;
        std::vector<std::pair<SequenceId, std::uint32_t>> pairs;
        for (const Person& person : persons_) {
            if (person.who == gone) continue;
            all_.each(person.stream, [&](SequenceId sequence, std::uint32_t next) {
                if (next != 0 && fresh[sequence]) pairs.emplace_back(sequence, next);
            });
        }
        std::ranges::sort(pairs);
        pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
        for (const auto& [sequence, next] : pairs) ++types_[sequence];
    }

    std::uint64_t types_after(SequenceId context) const {
        if (old_[context].empty()) return types_[context];
        Varints in(old_[context]);
        in.next();
        std::uint64_t types = in.next();
        for (const auto& longer : longer(context)) {
            types += met_[longer.to].count_before() == 0 && met_[longer.to].count_after() > 0;
            types -= met_[longer.to].count_before() > 0 && met_[longer.to].count_after() == 0;
        }
        return types;
    }

    /// The row of a context of n tokens; nothing if it has none.
    void write_row(SequenceId context, std::uint32_t n, Bytes& out) {
        RowDraft& draft = drafts_[n];
        draft.begin();
        const auto write_changed = [&](const Sequences::Longer& longer) {
            if (!counts(longer.to)) return;
            draft.head(longer.token, met_[longer.to].count_after());
            if (n + 1 < rule_.order)
                draft.body([&](Bytes& bodies) { write_row(longer.to, n + 1, bodies); });
        };
        const auto changed = longer(context);
        auto next = changed.begin();
        each_old(context, n, [&](const Head& head, ByteView body) {
            for (; next != changed.end() && next->token < head.token; ++next) write_changed(*next);
            if (next != changed.end() && next->token == head.token) return;
            draft.head(head.token, head.count);
            if (n + 1 < rule_.order)
                draft.body(
                    [&](Bytes& bodies) { bodies.insert(bodies.end(), body.begin(), body.end()); });
        });
        for (; next != changed.end(); ++next) write_changed(*next);
        draft.finish(met_[context].followed, types_after(context), out);
    }

    const Memory& memory_;
    const Rule rule_;
    std::vector<Person> persons_;
    Sequences all_;  ///< of whoever came or went
    std::vector<Sequences::Longer> longer_;
    // By sequence:
    std::vector<Met> met_;
    std::vector<ByteView> old_;
    std::vector<std::uint64_t> types_;
    std::vector<RowDraft> drafts_;  ///< of the row being written, by its context's length
};

}  // namespace

Memory recount(const Memory& memory, const Passages& before, const Passages& after,
               ThreadPool& pool) {
    CHECK(before.origin == after.origin);
    return Recount(memory, before, after).memory(pool);
}

}  // namespace litura::memory
