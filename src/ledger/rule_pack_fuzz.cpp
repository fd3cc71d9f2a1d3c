// Any bytes as a rule pack: a pack that explains every rule and knows every day, or a refusal.
#include "ledger/rule_pack.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace litura;
    using namespace std::chrono_literals;
    const auto parsed = ledger::RulePack::parse({reinterpret_cast<const char*>(data), size});
    if (!parsed.ok()) {
        CHECK(parsed.error().code == Code::bad_input);
        return 0;
    }
    const ledger::RulePack& pack = parsed.value();
    CHECK(!pack.name.empty() && pack.consent_age("DE") >= 0);
    CHECK(!pack.explain(ledger::Rule::no_ground).article.empty());
    CHECK(!pack.explain(ledger::Refusal::consent_bundled).next.empty());
    for (const std::chrono::sys_days day : {2024y / 2 / 29, 2026y / 12 / 31})
        ledger::is_holiday(pack, "DE", day);
    return 0;
}
