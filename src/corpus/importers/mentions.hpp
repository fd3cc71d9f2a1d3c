// The other persons of a record: a list kept with it, and their names cut from its text. @mentions
// are marks.hpp's; this is for names that only the format knows to be names.
#pragma once

#include <string>
#include <string_view>

#include "base/json.hpp"

namespace litura::corpus {

class Mentions {
public:
    /// A person who is written as `name` in the text; an identifier if the platform gives one.
    void add(std::string_view name, std::string_view identifier = {});
    /// Whole occurrences of the names become the mention mark. Shorter ones than three bytes stay.
    std::string marked(std::string text) const;
    /// For the record's field `mentions`.
    const Json& list() const { return list_; }

private:
    Json list_ = Json::array();
    std::vector<std::string> names_;
};

}  // namespace litura::corpus
