// The documents that the law asks for, and what they still lack.
#pragma once

#include <string_view>

#include "release/documents.hpp"
#include "service/words.hpp"

namespace litura::service {

struct MadePaper {
    release::Paper kind = release::Paper::notice;
    release::Document document;  ///< written also where something is missing
    release::Facts facts;
    Path path;  ///< empty: to no file
    /// Is it what its article asks for?
    bool complete() const { return document.missing.empty(); }
};
/// `kind`: as release::to_text() names it. Written to `to`, if that is given.
Result<MadePaper> make_paper(Session& session, std::string_view kind, const Path& to);
Json to_json(const MadePaper& paper);

}  // namespace litura::service
