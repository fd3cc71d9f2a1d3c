// Any bytes as a line of acts: what is read has an author, a source and purposes, and is read again
// from what a person is given of it.
#include "service/acts.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace litura;
    using namespace litura::service;
    auto line = parse_act_line({reinterpret_cast<const char*>(data), size});
    if (!line.ok()) return 0;
    ledger::Act& act = line->act;
    CHECK(!act.author.empty() && !act.source.empty() && !line->purposes.empty());
    if (act.preset) return 0;  // refused, so never given
    act.purpose = line->purposes.front();
    const std::string given = compact(act_json(act));
    auto again = parse_act_line(given);
    CHECK(again.ok() && again->purposes.size() == 1);
    again->act.purpose = again->purposes.front();
    CHECK(compact(act_json(again->act)) == given);
    return 0;
}
