// Whose files a bundle holds: whom one of the files names, or else whom the operator names. So the
// same files are the same account's, whatever the operator calls its owner.
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
    const PersonalText& identifier() const { return found_.empty() ? given_ : found_; }
    /// Makes the record the owner's, who may be known here by the operator's name for them.
    void sign(IncomingRecord& record) const;
    /// Of a record whose author the file names itself: the operator's name is another for it.
    void add_given_name(IncomingRecord& record) const;

private:
    PersonalText given_, found_;
};

}  // namespace litura::corpus
