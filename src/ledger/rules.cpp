// Adopting rules: their text is an attachment of an event, its digest stands in the chain.
#include <algorithm>

#include "ledger/impl.hpp"

namespace litura::ledger {

Result<Event> rules_event(ByteView text, Instant at) {
    const RulePack pack = TRY(RulePack::parse(text_of(text)));
    const Json payload{{"rules", sha256(text).hex()},
                       {"name", pack.name},
                       {"version", pack.version},
                       {"valid_from", pack.valid_from.ms}};
    return Event{
        0, at, std::string(type::kRules), 1, std::nullopt, payload, {text.begin(), text.end()}};
}

Result<std::vector<AdoptedRules>> Ledger::Impl::adopted(Database& folds) {
    auto rows = TRY(folds.prepare("SELECT digest, event FROM rules ORDER BY valid_from_ms, event"));
    std::vector<AdoptedRules> rules;
    while (TRY(rows.step())) {
        AdoptedRules each{nullptr, rows.digest(0), static_cast<Sequence>(rows.integer(1))};
        auto& pack = packs[each.digest];
        if (pack == nullptr) {
            const Event event = TRY(chain.event(each.event));
            pack = std::make_shared<RulePack>(TRY(RulePack::parse(text_of(event.attachment))));
        }
        each.pack = pack;
        rules.push_back(std::move(each));
    }
    return rules;
}

Result<AdoptedRules> Ledger::Impl::rules_now() {
    const Instant at = TRY(moment(TRY(chain.head())));
    const auto rules = TRY(adopted(*db));
    if (const AdoptedRules* now = in_force(rules, at)) return *now;
    return Error{Code::forbidden, "no rules are in force", to_text(at),
                 "adopt rules that are valid from an earlier day: litura rules adopt FILE"};
}

Result<Digest> Ledger::adopt_rules(ByteView text) {
    const RulePack pack = TRY(RulePack::parse(text_of(text)));
    const Digest digest = sha256(text);
    auto transaction = TRY(impl_->db->begin());
    const auto known = TRY(rules());
    if (!known.empty() && known.back().digest == digest) return digest;
    if (!known.empty() && pack.valid_from < known.back().pack->valid_from) {
        return Error{Code::bad_input, "rules of a later day are adopted already",
                     to_text(known.back().pack->valid_from), "give them a later `valid_from`"};
    }
    Event event = TRY(rules_event(text, TRY(now())));
    TRY(impl_->append(event.type, std::nullopt, std::move(event.payload), text));
    TRY(transaction.commit());
    return digest;
}

Result<std::vector<AdoptedRules>> Ledger::rules() { return impl_->adopted(*impl_->db); }

Error Ledger::refusal(Refusal refusal, std::string_view detail, std::string_view where) {
    const auto rules = impl_->rules_now();
    return rules ? refused(*rules.value().pack, refusal, detail, where) : rules.error();
}

}  // namespace litura::ledger
