// One name at most.
#include "corpus/importers/owner.hpp"

namespace litura::corpus {

Result<void> Owner::learn(std::string_view identifier) {
    if (identifier.empty()) return done();
    if (found_.empty()) found_ = PersonalText(std::string(identifier));
    if (found_.reveal() == identifier) return done();
    return Error{Code::bad_input, "these are the files of more than one person", "",
                 "import each person's by themselves"};
}

}  // namespace litura::corpus
