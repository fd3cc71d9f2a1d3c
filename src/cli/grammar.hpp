// The words of the command line, by CLI11 (this is the one header that includes it). Each family of
// commands adds its own and binds them to arguments that live as long as the parse.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.hpp"

namespace litura::cli {

using Run = std::function<Result<Answer>(Context&)>;

class Grammar {
public:
    /// `chosen` gets the command that was given; both outlive the grammar.
    Grammar(CLI::App& app, Run& chosen) : app_(app), chosen_(chosen) {}

    CLI::App& app() { return app_; }
    CLI::App* command(CLI::App& parent, const std::string& name, const std::string& about, Run run);
    CLI::App* command(const std::string& name, const std::string& about, Run run) {
        return command(app_, name, about, std::move(run));
    }
    /// Commands of two words, of which this is the first.
    CLI::App& family(const std::string& name, const std::string& about);
    /// --person and --person-file.
    static void add_person(CLI::App* command, PersonArguments& person);

    /// Arguments that live as long as the grammar.
    template <typename Arguments>
    Arguments& keep() {
        auto kept = std::make_shared<Arguments>();
        kept_.push_back(kept);
        return *kept;
    }

private:
    CLI::App& app_;
    Run& chosen_;
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
