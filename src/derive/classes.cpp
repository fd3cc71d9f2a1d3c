#include "derive/classes.hpp"

#include <set>

#include "derive/rights.hpp"
#include "ledger/classes.hpp"

namespace litura::derive {
namespace {

using ledger::ClassAction;
using ledger::MemberList;

/// A search of all records is shared by so many; their words are in memory meanwhile.
constexpr std::size_t kErasedTogether = 100;

/// Lists that no class names: of a command that was killed before the ledger knew, or was refused.
Result<void> forget_strays(Project& project) {
    std::set<std::string> named;
    for (const ClassAction& action : TRY(project.ledger().classes().all())) {
        if (action.terms.list) named.insert(action.terms.list->hex());
    }
    for (const std::string& name : project.env.list(project.paths.classes())) {
        if (!named.contains(name)) TRY(project.env.remove(project.paths.classes() / name));
    }
    return done();
}

Result<void> settle(Project& project, const ClassAction& action) {
    ledger::Classes classes = project.ledger().classes();
    std::optional<MemberList> list;
    if (action.terms.list) {
        list = TRY(MemberList::load(project.env, project.paths.classes(), project.secrets.project,
                                    *action.terms.list));
    }
    Work work(project.observer, "looking up", action.waiting, "accounts");
    while (TRY(classes.settle(action.id, list ? &*list : nullptr)))
        work.advance(ledger::Classes::kBatch);
    return done();
}

/// One command at a time keeps lists and throws strays away.
Result<std::unique_ptr<Lock>> take_turn(Project& project) {
    return project.db.lock("classes", Database::Wait::yes);
}

}  // namespace

Result<ClassAction> accept_class(Project& project, ledger::Terms terms,
                                 std::optional<ByteView> file, ByteView signature) {
    std::optional<MemberList> list;
    std::string id;
    {
        const auto turn = TRY(take_turn(project));
        TRY(forget_strays(project));
        if (file) {
            list = TRY(MemberList::parse(*file));
            terms.list = TRY(list->save(project.env, project.paths.aside(), project.paths.classes(),
                                        project.secrets.project));
        }
        project.env.reached("C1");
        id = TRY(project.ledger().classes().accept(terms, list ? &*list : nullptr, signature)).id;
        project.env.reached("C2");
    }
    TRY(settle_classes(project));
    return project.ledger().classes().action(id);
}

Result<void> settle_classes(Project& project) {
    for (const ClassAction& action : TRY(project.ledger().classes().all())) {
        if (action.waiting != 0) TRY(settle(project, action));
    }
    return done();
}

Result<std::size_t> erase_members(Project& project, std::string_view id,
                                  std::string_view verified_by) {
    ledger::Classes classes = project.ledger().classes();
    const ClassAction action = TRY(classes.action(id));
    if (action.terms.kind != ledger::RequestKind::erasure) {
        return Error{Code::bad_input, "this class does not ask for erasure", action.id,
                     "see `litura class show " + action.id + "`"};
    }
    if (action.waiting != 0) {
        return Error{Code::forbidden, "not all accounts were looked up yet", action.id,
                     "litura class settle"};
    }
    const std::vector<Digest> members = TRY(classes.members(id));
    Work work(project.observer, "erasing", members.size(), "people");
    for (std::span<const Digest> left = members; !left.empty();) {
        const auto batch = left.first(std::min(kErasedTogether, left.size()));
        TRY(erase_together(project, batch, verified_by));
        work.advance(batch.size());
        left = left.subspan(batch.size());
    }
    return members.size();
}

}  // namespace litura::derive
