// What only the operator can say, for the documents (documents.hpp): organisation.toml in the
// project's folder. Every value is one line of text; an empty one is "not stated". One table says
// which values there are, what they mean and which article asks for each; the parser, the commented
// file of a new project and the pages all go by it. Decides nothing about training, enters no key.
//
//   organisation.toml := [TABLE] KEY = "text" ..   and any number of
//   [[source]] name = "as imported", kind = one of kSourceKinds, description = "text"
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hpp"

namespace litura::release {

struct Field {
    std::string_view name;  ///< "table.key"
    std::string_view asked_by;
    std::string_view says;
};
extern const std::vector<Field> kFields;

/// How the posts of a source came here. `section`: of the AI Office's template for the public
/// summary. From the person: GDPR Art. 13 applies, else Art. 14.
struct SourceKind {
    std::string_view name, says, section;
    bool from_person;
};
extern const std::vector<SourceKind> kSourceKinds;
const SourceKind* find_source_kind(std::string_view name);

struct DeclaredSource {
    std::string name, kind, description;
};

struct Organisation {
    std::map<std::string, std::string> stated;  ///< by the name of the field, all of kFields
    std::vector<DeclaredSource> sources;
};

/// Code::bad_input with the line for anything unknown, of another type, or not one line of text.
Result<Organisation> parse_organisation(std::string_view toml);
/// Of a project; nothing is stated where there is no file.
Result<Organisation> load_organisation(Env& env, const Path& file);

/// A commented organisation.toml in which nothing is stated.
std::string empty_organisation();

}  // namespace litura::release
