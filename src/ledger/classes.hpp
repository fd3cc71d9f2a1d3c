// Registering qualified entities, taking up their class actions, and finding out member by member
// whom they mean. The look-up goes through the accounts in the order in which they were first seen,
// a few thousand in one event; the class' `settled` is where it has come to, so it goes on after a
// kill, and an account that comes later is looked up like the others. docs/law/classes.md.
#pragma once

#include "ledger/class.hpp"
#include "ledger/class_list.hpp"
#include "ledger/types.hpp"

namespace litura::ledger {

struct Core;

/// On the public list of its country (Directive 2020/1828 Art. 4, 5).
struct Entity {
    std::string id;  ///< "e-" and digits
    std::string name, country;
    std::string listed_as;  ///< where on which public list
    Digest key;             ///< Ed25519, public
};

/// What the entity signs.
struct Terms {
    std::string entity;
    RequestKind kind = RequestKind::objection;
    std::string purpose;
    Mode mode = Mode::opt_in;
    std::vector<std::string> residence;
    std::optional<Predicate> where;  ///< of a described class
    std::optional<Digest> list;      ///< root, of a listed one
    std::optional<Instant> until;    ///< the last moment to join or to leave

    /// What is signed: a line for each of these, in this order.
    std::string text() const;
};

struct ClassAction {
    std::string id;  ///< "c-" and digits
    Terms terms;
    Digest salt;
    std::uint64_t on_list = 0;
    Instant accepted_at;
    Sequence event = 0;
    Sequence settled = 0;  ///< where the look-up has come to
    // Accounts. At every moment matched = represented + left + erased.
    std::uint64_t looked_up = 0, waiting = 0;  ///< of all accounts
    std::uint64_t matched = 0, represented = 0, left = 0, erased = 0;
    std::uint64_t elsewhere = 0;  ///< represented by an earlier class in the same matter
};

class Classes {
public:
    static constexpr std::size_t kBatch = 2048;  ///< accounts in one event

    explicit Classes(Core& core) : core_(&core) {}

    Result<Entity> add_entity(const Entity& entity);
    Result<std::vector<Entity>> entities();
    Result<Entity> entity(std::string_view id);

    /// From its return on nobody whom the class may mean is admitted against it. `signature`: the
    /// entity's over the text of the terms, checked by the caller; kept sealed. Code::forbidden if
    /// the same class was accepted already.
    Result<ClassAction> accept(const Terms& terms, const MemberList* list, ByteView signature);
    /// Looks up the next accounts and says whether there are more. `list`: the class' own, if it
    /// has one. Several times the same is the same as once.
    Result<bool> settle(std::string_view id, const MemberList* list, std::size_t batch = kBatch);

    /// A person's own word. Code::forbidden after `until`, or to join where another class of the
    /// same kind and purpose speaks for them (Art. 9(4)).
    Result<void> join(std::string_view id, const Digest& person);
    Result<void> leave(std::string_view id, const Digest& person);

    Result<ClassAction> action(std::string_view id);
    Result<std::vector<ClassAction>> all();
    /// Persons for whom it speaks by name: listed, joined, or described and looked up.
    Result<std::vector<Digest>> members(std::string_view id);

private:
    enum class Waiting { counted, not_counted };
    Result<std::vector<ClassAction>> read(Waiting waiting);
    Result<void> say(std::string_view id, const Digest& person, Standing standing);
    Core* core_;
};

}  // namespace litura::ledger
