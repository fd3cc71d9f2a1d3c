// `ledger verify`: the chain is walked, every payload that can be opened is held against its
// commitment, the folds are rebuilt in memory from the events and compared row by row. What it
// cannot see: an end cut off together with its folds and written anew by someone who holds the
// project's secrets; for that, heads are anchored outside (a later part).
#include <algorithm>

#include "ledger/fields.hpp"
#include "ledger/core.hpp"
#include "ledger/schema.hpp"

namespace litura::ledger {
namespace {

std::string name_of(Sequence seq) { return "event " + std::to_string(seq); }

/// What one walk finds. The first difference ends it.
class Walk {
public:
    Walk(EventChain& chain, Database& rebuilt) : chain_(&chain), rebuilt_(&rebuilt) {}

    Result<void> operator()(const StoredEvent& stored) {
        if (!difference_.empty()) return done();
        const Head here{stored.seq, stored.at, stored.expected_hash()};
        if (const char* wrong = link(stored, here)) return differs(stored.seq, wrong);
        if (!stored.is_bound() && bound_from_ != 0)
            return differs(stored.seq, "is bound less than the one before");
        if (stored.is_bound() && bound_from_ == 0) bound_from_ = stored.seq;
        last_ = here;
        std::optional<Digest> person;
        if (stored.person) {
            const auto tag = digest_from_bytes(*stored.person);
            if (!tag) return differs(stored.seq, "names nobody");
            person = tag.value();
        }
        return payload(stored, person);
    }

    /// Payloads that did not open are in order if an erasure of their person came after them.
    void settle() {
        for (const auto& [seq, person] : sealed_) {
            const auto erased = erased_.find(person);
            if (difference_.empty() && (erased == erased_.end() || erased->second < seq)) {
                difference_ = name_of(seq) + ": its payload does not open and nobody was erased";
            }
        }
        for (const auto& [seq, person] : opened_) {
            const auto erased = erased_.find(person);
            if (difference_.empty() && erased != erased_.end() && seq < erased->second) {
                difference_ = name_of(seq) + ": its payload opens although its person was erased";
            }
        }
    }

    Sequence events() const { return last_.seq; }
    /// The first event that is bound; the next one, if none is.
    Sequence bound_from() const { return bound_from_ != 0 ? bound_from_ : last_.seq + 1; }
    Sequence unreadable() const { return sealed_.size(); }
    const std::string& difference() const { return difference_; }

private:
    const char* link(const StoredEvent& stored, const Head& here) const {
        if (stored.seq != last_.seq + 1) return "does not follow the one before";
        if (stored.at < last_.at) return "lies before the one before";
        if (!std::ranges::equal(stored.prev, last_.hash.view())) {
            return "does not name the hash of the one before";
        }
        if (!std::ranges::equal(stored.hash, here.hash.view())) return "does not have its hash";
        return nullptr;
    }

    Result<void> payload(const StoredEvent& stored, const std::optional<Digest>& person) {
        auto key = chain_->key_of(person);
        if (!key) return differs(stored.seq, "its person's key does not open");
        const auto event = key.value() ? EventChain::open(stored, *key.value()) : no_key();
        if (!event && person) {
            sealed_.emplace_back(stored.seq, *person);
            return done();
        }
        if (!event) {
            return differs(stored.seq, "its payload does not open or is not what was committed to");
        }
        if (person) opened_.emplace_back(stored.seq, *person);
        if (event.value().type == type::kErasureBegun) note_erasure(event.value());
        if (auto folded = fold(*rebuilt_, event.value()); !folded) {
            return differs(stored.seq, "cannot be folded");
        }
        return done();
    }

    static Result<Event> no_key() { return Error{Code::broken, "no key", "", ""}; }

    void note_erasure(const Event& event) {
        for (const Digest& account : Fields(event.payload).digests("accounts"))
            erased_[account] = event.seq;
    }

    Result<void> differs(Sequence seq, const char* what) {
        difference_ = name_of(seq) + ": " + what;
        return done();
    }

    EventChain* chain_;
    Database* rebuilt_;
    Head last_;
    Sequence bound_from_ = 0;
    std::vector<std::pair<Sequence, Digest>> sealed_, opened_;
    std::map<Digest, Sequence> erased_;
    std::string difference_;
};

}  // namespace

Result<Verification> Ledger::verify() {
    const ReadView one_state = TRY(core_->db->read());
    auto rebuilt = TRY(Database::in_memory());
    TRY(rebuilt.execute(kFoldSchema));
    Walk walk(core_->chain, rebuilt);
    auto all_at_once = TRY(rebuilt.begin());
    TRY(core_->chain.walk([&walk](const StoredEvent& stored) { return walk(stored); }));
    TRY(all_at_once.commit());
    walk.settle();

    Verification found{false, walk.events(), walk.unreadable(), walk.bound_from(),
                       walk.difference()};
    const SecretKey key = keys::random_key();
    for (const FoldTable& table : kFoldTables) {
        if (!found.first_difference.empty()) break;
        if (TRY(sum_of_rows(*core_->db, table, key)) != TRY(sum_of_rows(rebuilt, table, key))) {
            found.first_difference =
                "table " + std::string(table.name) + ": differs from what the events say";
        }
    }
    found.holds = found.first_difference.empty();
    return found;
}

}  // namespace litura::ledger
