// A project on disk, opened: every part over one database. docs/store.md has the folder's layout. A
// Project belongs to one thread; what runs beside it (executor, watch) opens connections of its
// own.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "corpus/corpus.hpp"
#include "derive/recipe.hpp"
#include "derive/graph.hpp"
#include "derive/trainer.hpp"
#include "derive/view.hpp"
#include "keys/key_table.hpp"
#include "keys/tags.hpp"
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
    Path derive_lock() const { return hidden() / "derive.lock"; }
};

/// Makes the trainer that a recipe names; tests put a toy in its place.
using TrainerFactory =
    std::function<Result<std::unique_ptr<Trainer>>(Env&, const Path& base, const Recipe&)>;

/// A new project in `folder`: litura.toml, a copy of the base, secrets, an empty ledger. With
/// `like`, recipe, base and deal secret of another project, and none of its people. `now` makes a
/// test project.
struct NewProject {
    Path folder;
    std::optional<Path> like;
    Path base;  ///< used without `like`
    std::optional<Instant> now;
};
Result<void> create_project(Env& env, const NewProject& wish);

class Project {
public:
    /// Finishes first what a killed process left half done (rights.hpp: resume). `now` as in
    /// Ledger::open.
    static Result<std::unique_ptr<Project>> open(Env& env, const Path& folder,
                                                 std::optional<Instant> now,
                                                 TrainerFactory factory);
    /// A second opening of the same project, for another thread.
    Result<std::unique_ptr<Project>> open_again();
    Project(const Project&) = delete;
    Project& operator=(const Project&) = delete;

    Env& env;
    const Paths paths;
    const std::string settings_text;  ///< litura.toml
    const Settings settings;
    const keys::ProjectSecrets secrets;
    Database db;

    keys::KeyTable& keys() { return *keys_; }
    ledger::Ledger& ledger() { return *ledger_; }
    corpus::Corpus& corpus() { return *corpus_; }
    const Permit& permit() const { return *permit_; }

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
    Project(Env& environment, Paths where, std::string text, Settings parsed,
            keys::ProjectSecrets loaded, Database opened);
    static Result<std::unique_ptr<Project>> connect(Env& env, const Path& folder,
                                                    std::optional<Instant> now,
                                                    TrainerFactory factory);

    TrainerFactory factory_;
    std::optional<Instant> now_;
    std::optional<keys::KeyTable> keys_;
    std::optional<ledger::Ledger> ledger_;
    std::optional<corpus::Corpus> corpus_;
    std::unique_ptr<Permit> permit_;
    std::unique_ptr<Trainer> trainer_;
};

}  // namespace litura::derive
