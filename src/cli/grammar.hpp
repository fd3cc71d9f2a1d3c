// The words of the command line. Each family of commands adds its own and binds them to arguments
// that live as long as the parse. CLI11 does the work, behind grammar.cpp alone: it takes seconds
// to compile wherever it is included.
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace litura::cli {

using Run = std::function<Result<Answer>(Context&)>;

/// "--name VALUE", or an argument by its place: a name without dashes.
class Option {
public:
    explicit Option(CLI::Option* option) : option_(option) {}
    Option required(bool is = true) const;
    Option between(double least, double greatest) const;
    Option one_of(std::vector<std::string> values) const;
    Option needs(const Option& other) const;
    Option excludes(std::initializer_list<const char*> names) const;
    Option shows_default() const;

private:
    CLI::Option* option_;
};

class Command {
public:
    explicit Command(CLI::App* app) : app_(app) {}
    template <typename Value>
    Option option(const std::string& name, Value& into, const std::string& about = "") const;
    Option flag(const std::string& name, bool& into, const std::string& about = "") const;
    CLI::App* app() const { return app_; }
    bool operator==(const Command&) const = default;

private:
    CLI::App* app_;
};

class Grammar {
public:
    Grammar();
    ~Grammar();

    /// Calls `run` if this command was given.
    Command command(Command parent, const std::string& name, const std::string& about, Run run);
    Command command(const std::string& name, const std::string& about, Run run) {
        return command(top(), name, about, std::move(run));
    }
    /// Commands of two words, of which this is the first.
    Command family(const std::string& name, const std::string& about);
    /// What stands before or after every command.
    Command top() const;
    /// --person and --person-file.
    static void add_person(Command command, PersonArguments& person);

    /// Arguments that live as long as the grammar.
    template <typename Arguments>
    Arguments& keep() {
        auto kept = std::make_shared<Arguments>();
        kept_.push_back(kept);
        return *kept;
    }

    struct Parsed {
        Run run;           ///< what was asked for; empty: help
        std::string name;  ///< the command's first word
        std::string help;  ///< to be printed instead of running anything
    };
    /// Code::bad_input for words that are not of the grammar.
    Result<Parsed> parse(int argc, const char* const* argv);

private:
    std::unique_ptr<CLI::App> app_;
    Run chosen_;
    std::vector<std::shared_ptr<void>> kept_;
};

void add_intake_commands(Grammar& on);
void add_people_commands(Grammar& on);
void add_order_commands(Grammar& on);
void add_class_commands(Grammar& on);
void add_model_commands(Grammar& on);
void add_proof_commands(Grammar& on);
void add_release_commands(Grammar& on);
void add_recipient_commands(Grammar& on);
void add_audit_commands(Grammar& on);
void add_making_commands(Grammar& on);

}  // namespace litura::cli
