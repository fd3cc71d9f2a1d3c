// Qualified entities and their class actions (Directive 2020/1828), and what a predicate touches.
#pragma once

#include <string>
#include <vector>

#include "derive/reach.hpp"
#include "ledger/classes.hpp"
#include "service/words.hpp"

namespace litura::service {

Json to_json(const ledger::Entity& entity);
Json to_json(const std::vector<ledger::Entity>& entities);
Json to_json(const ledger::ClassAction& action);
Json to_json(const std::vector<ledger::ClassAction>& actions);

/// Its id is given to it.
Result<ledger::Entity> add_entity(Session& session, ledger::Entity entity);
Result<std::vector<ledger::Entity>> entities(Session& session);

/// What an entity asks for, in its words: a class is described by `where` or named by `list`.
struct ClassArguments {
    std::string entity, kind;
    std::string purpose;  ///< empty: the project's
    std::string mode = "opt_in";
    std::vector<std::string> residence;
    std::string where;          ///< a predicate (docs/law/classes.md)
    std::optional<Bytes> list;  ///< of members, as handed in
    std::optional<Instant> until;
};
/// The text that the entity signs.
Result<std::string> class_terms(Session& session, const ClassArguments& arguments);

struct ClassChanged {
    ledger::ClassAction action;
    std::optional<Replacement> replacement;
};
Json to_json(const ClassChanged& changed);
/// `signature`: the entity's, over the terms. From its return on nobody whom it means is used.
Result<ClassChanged> accept_class(Session& session, const ClassArguments& arguments,
                                  ByteView signature);
Result<std::vector<ledger::ClassAction>> classes(Session& session);
/// Looks up every account that was not looked up yet.
Result<std::vector<ledger::ClassAction>> settle_classes(Session& session);

enum class Word { joins, leaves };
struct Said {
    ClassChanged changed;
    std::string person;
    Word word{};
};
/// What somebody says for themselves counts more than what was said for them.
Result<Said> say_for_oneself(Session& session, const std::string& id, const PersonName& name,
                             Word word);
Json to_json(const Said& said);

struct MembersErased {
    ledger::ClassAction action;
    std::size_t erased = 0;
};
/// `verified`: how the entity's authority to act for its members was verified.
Result<MembersErased> erase_members(Session& session, const std::string& id,
                                    const std::string& verified);
Json to_json(const MembersErased& erased);

/// A manifest with records that somebody means, and what came of its model.
struct Touching {
    struct Exported {
        std::string path;
        Instant at;
    };
    Digest manifest, model;
    Instant as_of;
    bool visible = false;  ///< in use
    derive::Affected affected;
    std::vector<Exported> exports;
    std::vector<std::string> releases;
};
struct ClassShown {
    ledger::ClassAction action;
    std::vector<std::string> members;  ///< handles
    std::vector<Touching> manifests;   ///< the oldest first
};
Result<ClassShown> show_class(Session& session, const std::string& id);
Json to_json(const ClassShown& shown);

struct AffectedShown {
    std::string where;  ///< in its canonical form
    std::vector<Touching> manifests;
};
Result<AffectedShown> affected(Session& session, const std::string& where);
Json to_json(const AffectedShown& shown);

}  // namespace litura::service
