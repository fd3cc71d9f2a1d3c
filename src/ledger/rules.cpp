// Adopting rules: their text is an attachment of an event, its digest stands in the chain.
#include <algorithm>

#include "ledger/core.hpp"
#include "ledger/document_rows.hpp"
#include "ledger/rules.hpp"

namespace litura::ledger {

Result<Event> rules_event(ByteView text, Instant at) {
    const RulePack pack = TRY(RulePack::parse(text_of(text)));
    const Json payload{{"rules", sha256(text).hex()},
                       {"name", pack.name},
                       {"version", pack.version},
                       {"valid_from", pack.valid_from.ms}};
    return Event{0,
                 at,
                 std::string(type::kRules),
                 type::kRules.type().version,
                 std::nullopt,
                 payload,
                 {text.begin(), text.end()}};
}

Result<std::vector<AdoptedRules>> Core::adopted(Database& folds) {
    std::vector<AdoptedRules> rules;
    for (const RulesRow& row : TRY(read_rules(folds))) {
        AdoptedRules each{nullptr, row.digest, row.event};
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

Result<AdoptedRules> Core::rules_now() {
    const Instant at = TRY(moment(TRY(chain.head())));
    const auto rules = TRY(adopted(*db));
    if (const AdoptedRules* now = in_force(rules, at)) return *now;
    return Error{Code::forbidden, "no rules are in force", to_text(at),
                 "adopt rules that are valid from an earlier day: litura rules adopt FILE"};
}

Result<Digest> Rules::adopt(ByteView text) {
    const RulePack pack = TRY(RulePack::parse(text_of(text)));
    const Digest digest = sha256(text);
    auto transaction = TRY(core_->db->begin());
    const auto known = TRY(core_->adopted(*core_->db));
    if (!known.empty() && known.back().digest == digest) return digest;
    if (!known.empty() && pack.valid_from < known.back().pack->valid_from) {
        return Error{Code::bad_input, "rules of a later day are adopted already",
                     to_text(known.back().pack->valid_from), "give them a later `valid_from`"};
    }
    Event event = TRY(rules_event(text, TRY(core_->now())));
    TRY(core_->append(type::kRules, std::nullopt, std::move(event.payload), text));
    TRY(transaction.commit());
    return digest;
}

Result<std::vector<AdoptedRules>> Rules::all() { return core_->adopted(*core_->db); }

Error Rules::refusal(Refusal refusal, std::string_view detail, std::string_view where) {
    const auto rules = core_->rules_now();
    return rules ? refused(*rules.value().pack, refusal, detail, where) : rules.error();
}

}  // namespace litura::ledger
