// Keeps the name of the account that an export belongs to; another name in it is an error.
#include "corpus/importers/owner.hpp"

namespace litura::corpus {

Result<void> Owner::learn(std::string_view identifier) {
    if (identifier.empty()) return done();
    if (found_.empty()) found_ = PersonalText(std::string(identifier));
    if (found_.reveal() == identifier) return done();
    return Error{Code::bad_input, "these are the files of more than one person", "",
                 "import each person's by themselves"};
}

void Owner::sign(IncomingRecord& record) const {
    record.author = identifier().clone();
    add_given_name(record);
}

void Owner::add_given_name(IncomingRecord& record) const {
    if (!given_.empty()) record.earlier_names.push_back(given_.clone());
}

}  // namespace litura::corpus
