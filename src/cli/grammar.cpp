#include "cli/grammar.hpp"

#include <CLI/CLI.hpp>

#include <sstream>

namespace litura::cli {
namespace {

constexpr const char* kAbout =
    "Litura trains language models in such a way that each person keeps their rights afterwards.";

constexpr const char* kFooter = R"(
A first tour, with made-up people:
  litura demo-data demo --people 60 --seed 1     # demo/README.md has the commands that follow
  litura init p && cd p
  litura import jsonl ../demo/posts.jsonl --source demo --evidence ../demo/acts.jsonl
  litura derive --plan && litura derive
  litura request objection --person p-xxxxxxxxxx
  echo "Once upon a time" | litura complete -

Exit status: 0 done, 1 a check did not hold, 2 bad usage or input, 3 the state forbids it,
4 the environment (disk, permissions), 70 a broken invariant.)";

}  // namespace

Option Option::required(bool is) const { return Option(option_->required(is)); }
Option Option::between(double least, double greatest) const {
    return Option(option_->check(CLI::Range(least, greatest)));
}
Option Option::one_of(std::vector<std::string> values) const {
    return Option(option_->check(CLI::IsMember(std::move(values))));
}
Option Option::needs(const Option& other) const { return Option(option_->needs(other.option_)); }
Option Option::excludes(std::initializer_list<const char*> names) const {
    for (const char* name : names) option_->excludes(name);
    return *this;
}
Option Option::shows_default() const { return Option(option_->capture_default_str()); }

template <typename Value>
Option Command::option(const std::string& name, Value& into, const std::string& about) const {
    return Option(app_->add_option(name, into, about));
}
template Option Command::option(const std::string&, std::string&, const std::string&) const;
template Option Command::option(const std::string&, std::vector<std::string>&,
                                const std::string&) const;
template Option Command::option(const std::string&, int&, const std::string&) const;
template Option Command::option(const std::string&, std::int64_t&, const std::string&) const;
template Option Command::option(const std::string&, std::uint32_t&, const std::string&) const;
template Option Command::option(const std::string&, std::uint64_t&, const std::string&) const;
template Option Command::option(const std::string&, double&, const std::string&) const;
template Option Command::option(const std::string&, std::optional<std::uint64_t>&,
                                const std::string&) const;

Option Command::flag(const std::string& name, bool& into, const std::string& about) const {
    return Option(app_->add_flag(name, into, about));
}

Grammar::Grammar() : app_(std::make_unique<CLI::App>(kAbout, "litura")) {
    app_->require_subcommand(1);
    app_->fallthrough();
    app_->footer(kFooter);
}
Grammar::~Grammar() = default;

Command Grammar::top() const { return Command(app_.get()); }

Command Grammar::command(Command parent, const std::string& name, const std::string& about,
                         Run run) {
    CLI::App* sub = parent.app()->add_subcommand(name, about);
    sub->fallthrough();
    sub->callback([this, run = std::move(run)] { chosen_ = run; });
    return Command(sub);
}

Command Grammar::family(const std::string& name, const std::string& about) {
    CLI::App* sub = app_->add_subcommand(name, about);
    sub->fallthrough();
    sub->require_subcommand(1);
    return Command(sub);
}

void Grammar::add_person(Command command, PersonArguments& person) {
    command.option("--person", person.person,
                   "handle p-..., or - to read the identifier from standard input");
    command.option("--person-file", person.person_file, "file that holds the identifier");
}

Result<Grammar::Parsed> Grammar::parse(int argc, const char* const* argv) {
    try {
        app_->parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() != 0)
            return Error{Code::bad_input, error.what(), "the command line", "run 'litura --help'"};
        std::ostringstream help;
        app_->exit(error, help, help);
        return Parsed{{}, {}, help.str()};
    }
    return Parsed{chosen_, app_->get_subcommands().front()->get_name(), {}};
}

}  // namespace litura::cli
