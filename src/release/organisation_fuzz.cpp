// Any bytes as organisation.toml: every field there, one line each, or a refusal that names the
// file. What was read makes pages whose tables nobody's words break.
#include <algorithm>

#include "release/documents.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace litura;
    using namespace litura::release;
    const auto parsed = parse_organisation({reinterpret_cast<const char*>(data), size});
    if (!parsed.ok()) {
        CHECK(parsed.error().code == Code::bad_input);
        CHECK(parsed.error().where.starts_with("organisation.toml"));
        return 0;
    }
    const Organisation& organisation = parsed.value();
    CHECK(organisation.stated.size() == kFields.size());
    Facts facts, silent;
    facts.stated = organisation.stated;
    for (const DeclaredSource& source : organisation.sources) {
        CHECK(!source.name.empty());
        SourceFacts& plain = silent.sources.emplace_back();
        plain.name = "source";
        plain.kind = source.kind;
        SourceFacts& told = facts.sources.emplace_back(plain);
        told.name = source.name;
        told.description = source.description;
    }
    const auto lines = [](const Facts& of) {
        const std::string text = record_of_processing(of).text + notice_draft(of).text;
        return std::ranges::count(text, '\n');
    };
    CHECK(lines(facts) == lines(silent));
    return 0;
}
