// What became of an order, for the authority that gave it (GDPR Art. 31, 58(1)(e)): what was
// ordered, what the machine had reached, that nothing came after it, what was refused since, how it
// ended. Every line is looked up in ledger and store at the time of writing; signed like a
// certificate.
#pragma once

#include "base/json.hpp"
#include "derive/project.hpp"
#include "proof/note.hpp"

namespace litura::release {

struct OrderReport {
    Json json;
    proof::Note note;    ///< the plain words, signed under the log's name
    bool obeyed = true;  ///< nothing was found that the order forbids
};

/// Code::bad_input if there is no such order.
Result<OrderReport> report_on_order(derive::Project& project, std::string_view id);

}  // namespace litura::release
