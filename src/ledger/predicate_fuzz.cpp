// Any bytes as a predicate: one whose canonical form is itself again, or a refusal that says where.
#include "ledger/predicate.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace litura;
    using ledger::Predicate;
    const auto parsed = Predicate::parse({reinterpret_cast<const char*>(data), size});
    if (!parsed.ok()) {
        CHECK(parsed.error().code == Code::bad_input);
        return 0;
    }
    const std::string text = parsed.value().text();
    const auto again = Predicate::parse(text);
    if (!again.ok()) {  // only the canonical form of a predicate at the limit is longer than it
        CHECK(text.size() > Predicate::kBytesMax);
        return 0;
    }
    CHECK(again.value().text() == text);
    CHECK(again.value().handles() == parsed.value().handles());
    const ledger::Described record{.source = "forum",
                                   .purpose = "",
                                   .audience = ledger::Audience::everyone,
                                   .created_at = Instant{0},
                                   .country = "DE",
                                   .age_below = 16};
    CHECK(again.value().about(record) == parsed.value().about(record));
    return 0;
}
