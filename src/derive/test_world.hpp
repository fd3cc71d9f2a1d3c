// Projects on disk with a toy trainer, people by number and posts by name: what the tests of this
// part live in. Tests only.
#pragma once

#include <mutex>
#include <random>
#include <string>

#include "base/observer.hpp"
#include "base/test_support.hpp"
#include "derive/derive.hpp"
#include "derive/manifest.hpp"
#include "derive/new_project.hpp"
#include "derive/node_rows.hpp"
#include "derive/opening.hpp"
#include "derive/rights.hpp"
#include "derive/toy_trainer.hpp"
#include "derive/verify.hpp"
#include "ledger/decide.hpp"
#include "ledger/documents.hpp"
#include "ledger/intake.hpp"
#include "ledger/persons.hpp"
#include "ledger/snapshots.hpp"

namespace litura::derive::testing {

inline Instant on(const std::string& day) { return must(parse_instant(day + "T00:00:00Z")); }
inline const std::string kStart = "2024-01-01";
inline const std::string kToday = "2024-07-01";

/// Two stages: consent, one shard of 4 slices; legitimate interest, 3 shards of 2 slices and two
/// buckets.
inline const std::string kRecipe = R"(
[model]
base = "base"
[train]
sequence = 8
step_tokens = 8
warmup_steps = 0
learning_rate = 0.5
beta1 = 0.9
beta2 = 0.95
epsilon = 1e-8
weight_decay = 0.0
clip_norm = 1.0
[[stage]]
grounds = ["consent"]
shards = 1
slices = 4
epochs = 2
solo_above = 0
[[stage]]
grounds = ["legitimate_interest"]
shards = 3
slices = 2
buckets = ["2024-03-01T00:00:00Z"]
epochs = 1
solo_above = 1000
[deal]
seed = "seed"
[policy]
purpose = "model_training"
grace_days = 30
quarantine_days = 90
)";

/// `text` with the first `old` in it replaced.
inline std::string with(std::string text, const std::string& old, const std::string& fresh) {
    const auto at = text.find(old);
    CHECK(at != text.npos);
    return text.replace(at, old.size(), fresh);
}

struct Post {
    int person = 0;
    std::string id, text;
    std::string day = "2024-02-01";
};

/// A quarter of the people consents; the others stand on legitimate interest.
inline bool consents(int person) { return person % 4 == 0; }
inline PersonalText name_of(int person) { return PersonalText("person" + std::to_string(person)); }

/// Two posts each, one in either bucket.
inline std::vector<Post> posts_of(int people) {
    std::vector<Post> posts;
    for (int person = 0; person < people; ++person) {
        const std::string who = std::to_string(person);
        posts.push_back({person, "a" + who, "first words of " + who, "2024-02-01"});
        posts.push_back({person, "b" + who, "later words, again of " + who, "2024-04-01"});
    }
    return posts;
}

/// What people were told, by projects that may be open in several threads.
class Listener final : public Observer {
public:
    void say(std::string_view line) override {
        const std::scoped_lock lock(mutex_);
        heard_.append(line).push_back('\n');
    }
    std::string heard() const {
        const std::scoped_lock lock(mutex_);
        return heard_;
    }

private:
    mutable std::mutex mutex_;
    std::string heard_;
};

class World {
public:
    std::string today = kToday;  ///< the test clock of what is opened next

    explicit World(const std::string& recipe = kRecipe, Env* env = nullptr)
        : World(recipe, std::nullopt, env) {}
    /// A second project with recipe and deal secret of another, which never held any of its people.
    static std::unique_ptr<World> like(const World& other) {
        return std::unique_ptr<World>(new World("", other.folder(), nullptr));
    }

    Path folder() const { return folder_.path() / "project"; }
    Paths paths() const { return Paths(folder()); }
    Env& env() { return *env_; }
    void use(Env& other) { env_ = &other; }
    Env& system() { return *system_; }
    ToySwitches& toy() { return *switches_; }
    std::string heard() const { return listener_.heard(); }
    TrainerFactory trainers() const { return toy_factory(switches_); }

    Result<std::unique_ptr<Project>> try_open() {
        return open_and_resume({*env_, folder(), on(today), toy_factory(switches_), listener_});
    }
    std::unique_ptr<Project> open() { return must(try_open()); }

    /// Acts first, legitimate interest for the others.
    void import(const std::vector<Post>& posts) {
        const auto project = open();
        for (const Post& post : posts) {
            const auto bars = must(project->ledger().snapshots().latest());
            add(*project, *bars, post);
            const auto accounts = must(project->ledger().persons().of_author(name_of(post.person)));
            if (accounts.empty()) continue;
            if (consents(post.person)) {
                consent(*project, post.person, on("2024-01-10"), {});
            } else if (const auto known = bars->accounts.find(accounts[0].tag);
                       known == bars->accounts.end() || known->second.grounds.empty()) {
                must(project->ledger().intake().claim_legitimate_interest(accounts[0],
                                                                          "model_training"));
            }
        }
    }
    /// A record without a ground of its own.
    static void add(Project& project, const ledger::Snapshot& bars, const Post& post) {
        corpus::IncomingRecord record;
        record.id = PersonalText(post.id);
        record.author = name_of(post.person);
        record.text = PersonalText(post.text);
        record.created_at = on(post.day);
        must(project.corpus().add(project.ledger(), bars, "forum", record));
    }
    static void consent(Project& project, int person, Instant at, std::optional<Instant> until) {
        must(project.ledger().intake().record({name_of(person), "forum", "model_training",
                                               ledger::ActKind::consent, sha256(kNotice),
                                               "settings page", "en", at, until}));
    }

    Digest person(int number) {
        const auto accounts = must(open()->ledger().persons().of_author(name_of(number)));
        CHECK(!accounts.empty());
        return accounts[0].person;
    }

    Result<Derived> try_derive(Reuse reuse = Reuse::yes, int threads = 2) {
        const auto project = TRY(try_open());
        return litura::derive::derive(*project, reuse, threads);
    }
    Derived derive(Reuse reuse = Reuse::yes, int threads = 2) {
        return must(try_derive(reuse, threads));
    }

    static Ask ask(ledger::RequestKind kind, const Digest& person, bool verified) {
        Ask ask;
        ask.kind = kind;
        ask.person = person;
        if (verified) ask.verified_by = "letter";
        return ask;
    }
    Result<Exercised> try_request(ledger::RequestKind kind, int number, bool verified = true) {
        const Digest who = person(number);
        return exercise(*open(), ask(kind, who, verified));
    }
    Exercised request(ledger::RequestKind kind, int number, bool verified = true) {
        return must(try_request(kind, number, verified));
    }
    Result<Exercised> try_rectify(int number, const std::string& id, const std::string& text,
                                  bool verified = true) {
        const auto project = open();
        Ask wish = ask(ledger::RequestKind::rectification, person(number), verified);
        wish.record = must(project->corpus().find(PersonalText(id))).record;
        wish.text = PersonalText(text);
        return exercise(*project, wish);
    }

    Result<Exercised> try_erase_record(int number, const std::string& id) {
        const auto project = TRY(try_open());
        Ask wish =
            ask(ledger::RequestKind::erasure,
                TRY(project->ledger().persons().of_author(name_of(number))).at(0).person, true);
        wish.record = TRY(project->corpus().find(PersonalText(id))).record;
        return exercise(*project, wish);
    }

    Verified verify() { return must(litura::derive::verify(*open(), std::nullopt, 2)); }
    std::optional<VisibleModel> visible() { return must(visible_model(open()->db)); }
    View view() { return must(open()->view()); }
    Manifest manifest() {
        const auto project = open();
        const auto current = must(visible_model(project->db));
        CHECK(current.has_value());
        return must(project->manifests().load(current->manifest));
    }

    /// The bytes of the visible model's folder.
    Bytes model_bytes() {
        const auto current = visible();
        CHECK(current.has_value());
        return must(
            system_->read_file(paths().models() / current->model.hex() / "model.safetensors"));
    }
    /// Folders of stored nodes.
    std::vector<Path> node_folders() {
        std::vector<Path> folders;
        for (const std::string& prefix : system_->list(paths().store())) {
            if (prefix.size() != 2) continue;
            for (const std::string& name : system_->list(paths().store() / prefix))
                folders.push_back(paths().store() / prefix / name);
        }
        return folders;
    }
    std::size_t models() { return system_->list(paths().models()).size(); }
    std::int64_t count(const std::string& sql) {
        auto db = must(Database::open(paths().database()));
        auto statement = must(db.prepare(sql));
        CHECK(must(statement.step()));
        return statement.integer(0);
    }
    bool leftovers() {
        bool any = !system_->list(paths().store() / "tmp").empty();
        for (const std::string& name : system_->list(paths().manifests()))
            any = any || name.size() != 64;
        return any;
    }

private:
    static constexpr std::string_view kNotice = "What you post here trains a model.";

    World(const std::string& recipe, const std::optional<Path>& other, Env* env)
        : system_(system_env()) {
        env_ = env == nullptr ? system_.get() : env;
        const Path base = folder_.path() / "base";
        const ToyTrainer trainer(switches_);
        must(trainer.write_model(*system_, base, trainer.start_weights()));
        must(create_project(*system_, {folder(), other, base, on(kStart)}));
        if (!other) must(system_->write_file(paths().settings(), bytes_of(recipe)));
        const auto project =
            must(open_and_resume({*system_, folder(), on(kStart), toy_factory(switches_)}));
        ledger::Ledger& ledger = project->ledger();
        must(ledger.documents().declare_source("forum", ledger::Audience::everyone, true,
                                               std::nullopt));
        must(ledger.documents().serve_notice(must(ledger.documents().add_notice(bytes_of(kNotice))),
                                             "forum", on(kStart)));
        must(ledger.documents().add(ledger::DocumentKind::assessment,
                                    bytes_of("Interest: a model for everybody.\n"
                                             "Necessity: only posts show how people write.\n"
                                             "Could we have asked? No, too many have left.\n"
                                             "Balance: the posts are public.\n"
                                             "Mitigations: objection is open to all.\n"),
                                    "model_training"));
    }

    TestFolder folder_;
    std::unique_ptr<Env> system_;
    Env* env_ = nullptr;
    std::shared_ptr<ToySwitches> switches_ = std::make_shared<ToySwitches>();
    Listener listener_;
};

}  // namespace litura::derive::testing
