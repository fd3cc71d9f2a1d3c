// Sorts a command line's words into options and others; there are too few for a library.
#include "check/options.hpp"

#include <algorithm>
#include <fstream>

namespace litura::check {

Result<std::string> read_document(const std::string& path, std::size_t most) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return Error{Code::environment, "cannot read a file", path, "check its name and rights"};
    std::string text(most + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (file.bad())
        return Error{Code::environment, "cannot read a file", path, "check its name and rights"};
    if (text.size() <= most) return text;
    return Error{Code::bad_input, "the file is too large for what it should be", path,
                 "give the right file"};
}

std::string Options::get(const std::string& name) const {
    const auto found = values.find(name);
    return found == values.end() ? std::string() : found->second;
}

Result<Options> parse_options(const std::vector<std::string>& words,
                              const std::vector<std::string>& names, std::size_t count) {
    const auto refused = [](const std::string& message) {
        return Error{Code::bad_input, message, "the command line", "run 'litura-check --help'"};
    };
    Options options;
    for (std::size_t index = 0; index < words.size(); ++index) {
        if (!words[index].starts_with("--")) {
            options.words.push_back(words[index]);
            continue;
        }
        const std::string name = words[index].substr(2);
        if (std::ranges::find(names, name) == names.end())
            return refused("there is no option --" + name);
        if (index + 1 == words.size()) return refused("--" + name + " needs a value");
        options.values[name] = words[++index];
    }
    if (count != kAnyCount && options.words.size() != count)
        return refused("this command takes other arguments");
    return options;
}

}  // namespace litura::check
