// Whose files a bundle holds: whom the operator names, or else whom one of the files names.
#pragma once

#include "corpus/importers/import.hpp"

namespace litura::corpus {

class Owner {
public:
    explicit Owner(const ImportOptions& options) : given_(options.author.clone()) {}

    /// A file names its owner; an empty identifier names nobody. Code::bad_input if another file
    /// named somebody else: one person's words must never become another's.
    Result<void> learn(std::string_view identifier);

    /// Empty if nobody is named.
    const PersonalText& identifier() const { return given_.empty() ? found_ : given_; }
    bool is_given() const { return !given_.empty(); }

private:
    PersonalText given_, found_;
};

}  // namespace litura::corpus
