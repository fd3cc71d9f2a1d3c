// A project on disk, connected to: every part over one database. docs/store.md has the folder's
// layout. A Project belongs to one thread; what runs beside it (executor, watch) connects again.
// Commands go through opening.hpp, which also finishes what a killed process left.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "base/observer.hpp"
#include "corpus/corpus.hpp"
#include "derive/graph.hpp"
#include "derive/manifest.hpp"
#include "derive/recipe.hpp"
#include "derive/trainer.hpp"
#include "derive/view.hpp"
#include "keys/key_table.hpp"
#include "keys/tags.hpp"
#include "ledger/classes.hpp"
#include "ledger/ledger.hpp"

namespace litura::derive {

struct Paths {
    explicit Paths(Path folder) : root(std::move(folder)) {}
    Path root;
    Path hidden() const { return root / ".litura"; }
    Path settings() const { return root / "litura.toml"; }
    Path organisation() const { return root / "organisation.toml"; }  ///< release/organisation.hpp
    Path database() const { return hidden() / "ledger.db"; }
    Path secrets() const { return hidden() / "secrets"; }
    Path store() const { return hidden() / "store"; }
    Path models() const { return hidden() / "models"; }
    Path manifests() const { return hidden() / "manifests"; }
    Path reach() const { return hidden() / "reach"; }      ///< derive/reach.hpp
    Path classes() const { return hidden() / "classes"; }  ///< lists of members, sealed
    Path holds() const { return hidden() / "holds"; }      ///< sealed to others, derive/hold.hpp
    Path anchor() const { return root / "litura.head"; }
    Path aside() const { return store() / "tmp"; }  ///< what is being written; swept by the store
};

/// Makes the trainer that a recipe names; tests put a toy in its place.
using TrainerFactory =
    std::function<Result<std::unique_ptr<Trainer>>(Env&, const Path& base, const Recipe&)>;

/// How a project is connected to.
struct Opening {
    Env& env;
    Path folder;
    std::optional<Instant> now;  ///< as in Ledger::open
    TrainerFactory factory;
    Observer& observer = Observer::none();  ///< hears of long work and of damage
};
Error not_a_project(const Path& folder);
/// The project in whose hidden folder this path is. Weights there are read through its Permit only.
std::optional<Path> project_around(const Path& path);

class Project {
public:
    /// Finishes nothing and compares no anchored head.
    static Result<std::unique_ptr<Project>> connect(Opening how);
    /// A second connection to the same project, for another thread.
    Result<std::unique_ptr<Project>> connect_again();
    Project(const Project&) = delete;
    Project& operator=(const Project&) = delete;

    Env& env;
    Observer& observer;
    const Paths paths;
    const std::string settings_text;  ///< litura.toml
    const Settings settings;
    const keys::ProjectSecrets secrets;
    Database db;

    keys::KeyTable& keys() { return *keys_; }
    ledger::Ledger& ledger() { return *ledger_; }
    corpus::Corpus& corpus() { return *corpus_; }
    const Permit& permit() const { return *permit_; }
    Manifests manifests() const { return {env, paths.manifests(), paths.aside(), secrets.project}; }

    /// Loaded at first use.
    Result<const Trainer*> trainer();
    /// The present view: today's admissions, every wording measured.
    Result<View> view();
    /// The part of it that is one person's, in time and memory that the others cost nothing of.
    /// Dealing looks at one account at a time, so place() of it is as of the whole.
    Result<View> view_of(const Digest& person);
    /// What the present view holds, counted without holding it: memory grows with people and bars,
    /// not with records.
    Result<Admission> admission();
    Result<Graph> graph(const View& view);

private:
    Path base() const { return paths.root / settings.recipe.base; }
    template <typename Build>
    Result<View> measured(const Build& build);
    Project(const Opening& how, std::string text, Settings parsed, keys::ProjectSecrets loaded,
            Database opened);

    const Opening how_;
    std::optional<keys::KeyTable> keys_;
    std::optional<ledger::Ledger> ledger_;
    std::optional<corpus::Corpus> corpus_;
    std::unique_ptr<Permit> permit_;
    std::unique_ptr<Trainer> trainer_;
};

}  // namespace litura::derive
