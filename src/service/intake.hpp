// Records come in: what was read of people's files, what people said with it, what is used of it
// now and why the rest is not.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "corpus/importers/import.hpp"
#include "derive/view.hpp"
#include "service/acts.hpp"
#include "service/rules.hpp"

namespace litura::service {

/// What `import` knows, beside "auto".
std::vector<std::string> format_names();

struct ImportArguments {
    std::string format;  ///< "auto": the one that the files look like
    Path path;           ///< a file, a folder, or an archive as the platform delivers it
    std::string source;  ///< empty: the format's name
    std::optional<ActsFile> evidence;
    std::string ground;   ///< legitimate_interest or nothing: claimed for everyone without an act
    PersonalText author;  ///< whose files they are, where they do not say
};

struct Imported {
    std::string format;
    corpus::ImportCounts counts;
    std::uint64_t acts = 0, claimed = 0;
    derive::Admission admission;
    std::vector<Explained> why_not;  ///< the rules that refuse something now
};
/// Acts first, legitimate interest for the others; without a ground a record is kept and not used.
/// Files are read and understood outside of any transaction; between two transactions others have
/// their turn, and whom they bar is barred from the next record on.
Result<Imported> import(Session& session, const ImportArguments& arguments);
Json to_json(const Imported& imported);

}  // namespace litura::service
