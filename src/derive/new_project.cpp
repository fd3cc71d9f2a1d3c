#include "derive/new_project.hpp"

#include "derive/custody.hpp"
#include "derive/schema.hpp"
#include "engine/model.hpp"
#include "keys/sealing.hpp"
#include "ledger/decide.hpp"
#include "ledger/documents.hpp"
#include "ledger/orders.hpp"
#include "ledger/rules.hpp"

namespace litura::derive {
namespace {

Result<void> copy_folder(Env& env, const Path& from, const Path& to) {
    TRY(env.make_folders(to));
    for (const std::string& name : TRY(engine::model_files(env, from))) {
        TRY(env.write_file(to / name, TRY(env.read_file(from / name))));
    }
    return env.sync_folder(to);
}

/// What may not be done in the one project may not be done in one that is made like it. An
/// exclusion that names a person stays: the new project knows nobody.
Result<void> take_over_orders(ledger::Ledger& from, ledger::Ledger& to) {
    for (const ledger::Order& order : TRY(from.orders().all())) {
        if (order.lifted_at) continue;
        const ledger::Instruction paper{
            order.authority, order.reference, {}, order.provisional, order.until};
        if (order.kind == ledger::OrderKind::stop)
            TRY(to.orders().stop(paper, order.acts, order.model));
        if (order.kind != ledger::OrderKind::exclude) continue;
        const ledger::Predicate scope = TRY(ledger::Predicate::parse(order.scope));
        if (scope.handles().empty()) TRY(to.orders().exclude(paper, scope));
    }
    return done();
}

}  // namespace

Result<void> create_project(Env& env, const NewProject& wish) {
    const Paths paths(wish.folder);
    if (env.exists(paths.hidden()) || env.exists(paths.settings())) {
        return Error{Code::forbidden, "there is a project here already",
                     wish.folder.filename().string(), "choose another folder"};
    }
    TRY(env.make_folders(paths.hidden()));
    std::optional<keys::ProjectSecrets> theirs;
    Path base = wish.base;
    std::string text = default_settings(hex(keys::random_key().reveal().first(16)));
    if (wish.like) {
        const Paths like(*wish.like);
        if (!env.exists(like.database())) return not_a_project(*wish.like);
        theirs = TRY(keys::load_secrets(env, like.secrets()));
        const Bytes theirs_text = TRY(env.read_file(like.settings()));
        text = std::string(text_of(theirs_text));
        base = like.root / TRY(parse_settings(text)).recipe.base;
    }
    const auto secrets =
        TRY(keys::create_secrets(env, paths.secrets(), theirs ? &theirs->deal : nullptr));
    TRY(copy_folder(env, base, paths.root / TRY(parse_settings(text)).recipe.base));
    Database db = TRY(open_database(paths.database(), secrets));
    const auto clock = wish.now ? ledger::Ledger::Clock::test : ledger::Ledger::Clock::real;
    TRY(ledger::Ledger::create(db, secrets, clock, wish.now ? *wish.now : env.now()));
    auto ledger = TRY(ledger::Ledger::open(db, secrets, env, wish.now));
    if (wish.like) {
        TRY(ledger.append("deal_secret.taken_over", Json::object()));
        Database other = TRY(open_database(Paths(*wish.like).database(), *theirs));
        auto giver = TRY(ledger::Ledger::open(other, *theirs, env, {}));
        for (const ledger::AdoptedRules& rules : TRY(giver.rules().all()))
            TRY(ledger.rules().adopt(TRY(giver.documents().read(rules.digest))));
        TRY(take_over_orders(giver, ledger));
        TRY(giver.append("deal_secret.given", Json::object()));
    }
    Anchor first;
    first.generation = 1;
    first.head = TRY(ledger.head());
    TRY(env.write_file(paths.anchor(), encode_anchor(first)));
    return env.write_file(paths.settings(), bytes_of(text));
}

}  // namespace litura::derive
