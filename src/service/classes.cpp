#include "service/classes.hpp"

#include <map>
#include <set>

#include "derive/classes.hpp"
#include "derive/project.hpp"
#include "derive/visible.hpp"
#include "ledger/classes.hpp"
#include "ledger/persons.hpp"
#include "proof/signature.hpp"
#include "release/registry.hpp"

namespace litura::service {
namespace {

using ledger::ClassAction;

Result<ledger::Terms> terms_of(Session& session, const ClassArguments& arguments) {
    ledger::Terms terms;
    terms.entity = arguments.entity;
    terms.kind = TRY(ledger::parse_request_kind(arguments.kind));
    terms.purpose = arguments.purpose.empty() ? session.purpose() : arguments.purpose;
    terms.mode = TRY(ledger::parse_mode(arguments.mode));
    terms.residence = arguments.residence;
    terms.until = arguments.until;
    if (!arguments.where.empty()) terms.where = TRY(ledger::Predicate::parse(arguments.where));
    if (arguments.list) terms.list = TRY(ledger::MemberList::parse(*arguments.list)).root();
    if (terms.where.has_value() != terms.list.has_value()) return terms;
    return Error{Code::bad_input, "a class is either described or listed", "the command line",
                 "give --where PREDICATE or --list FILE"};
}

/// The entity's, over the terms as class_terms() gives them.
Result<void> check_signature(Session& session, const ledger::Terms& terms, ByteView signature) {
    const ledger::Entity entity = TRY(session.ledger().classes().entity(terms.entity));
    const auto key = TRY(proof::public_key_from(entity.key.view()));
    if (proof::verify_signature(key, bytes_of(terms.text()), signature)) return done();
    return Error{Code::forbidden,
                 signature.empty()
                     ? "a class needs the signature of its entity (Directive 2020/1828 Art. 7)"
                     : "the signature is not the entity's over these terms",
                 entity.id,
                 "let the entity sign what `litura class terms` prints with the same options, and "
                 "add --signature FILE"};
}

Result<ClassChanged> changed(Session& session, const std::string& id) {
    ClassChanged out;
    out.replacement = TRY(leave_out_barred(session));
    out.action = TRY(session.ledger().classes().action(id));
    return out;
}

/// What came of models: exports and releases by the model, or by the weights of one with a memory.
struct Outside {
    std::map<Digest, std::vector<Touching::Exported>> exports;
    std::map<Digest, std::vector<std::string>> releases;
    std::map<Digest, Digest> weights;  ///< by model with a memory

    void add_to(Touching& touching) const {
        add_of(touching.model, touching);
        if (const auto named = weights.find(touching.model); named != weights.end())
            add_of(named->second, touching);
    }

private:
    void add_of(const Digest& named, Touching& touching) const {
        if (const auto all = exports.find(named); all != exports.end())
            std::ranges::copy(all->second, std::back_inserter(touching.exports));
        if (const auto all = releases.find(named); all != releases.end())
            std::ranges::copy(all->second, std::back_inserter(touching.releases));
    }
};

Result<Outside> outside(Session& session) {
    Outside found;
    for (const ledger::ProjectEvent& note : TRY(session.ledger().events("model.exported")))
        found.exports[TRY(parse_digest(note.payload.value("model", "")))].push_back(
            {note.payload.value("path", ""), note.at});
    for (const release::Published& one : TRY(release::load_registry(session.project())).releases)
        found.releases[one.described.model].push_back(one.described.name);
    for (const ledger::ProjectEvent& made : TRY(session.ledger().events("model.visible"))) {
        if (made.payload.contains("weights"))
            found.weights.emplace(TRY(parse_digest(made.payload.value("model", ""))),
                                  TRY(parse_digest(made.payload.value("weights", ""))));
    }
    return found;
}

/// Every manifest that holds such a record, the oldest first.
Result<std::vector<Touching>> manifests_with(Session& session,
                                             const std::optional<ledger::Predicate>& where,
                                             const std::set<Digest>* only) {
    derive::Project& project = session.project();
    const auto visible = TRY(derive::visible_model(project.db));
    const Outside left = TRY(outside(session));
    std::map<std::pair<ledger::Sequence, Digest>, Touching> found;
    for (const Digest& root : project.manifests().roots()) {
        const derive::Reach reach = TRY(derive::load_reach(project, root));
        const derive::Affected touched = derive::affected(reach, where, only);
        if (touched.certain.records + touched.possible.records == 0) continue;
        Touching& one = found[{reach.sequence, reach.manifest}];
        one = {reach.manifest,
               reach.model,
               reach.as_of,
               visible && visible->manifest == reach.manifest,
               touched,
               {},
               {}};
        left.add_to(one);
    }
    std::vector<Touching> list;
    for (auto& [at, one] : found) list.push_back(std::move(one));
    return list;
}

Result<ledger::Predicate> known_predicate(Session& session, const std::string& text) {
    ledger::Predicate where = TRY(ledger::Predicate::parse(text));
    TRY(where.know_persons([&](const std::string& handle) -> Result<std::optional<Digest>> {
        const auto person = session.ledger().persons().person(handle);
        if (person.ok()) return std::optional(person.value());
        return person.error().code == Code::bad_input ? Result<std::optional<Digest>>(std::nullopt)
                                                      : person.error();
    }));
    return where;
}

}  // namespace

Result<ledger::Entity> add_entity(Session& session, ledger::Entity entity) {
    return session.ledger().classes().add_entity(std::move(entity));
}

Result<std::vector<ledger::Entity>> entities(Session& session) {
    return session.ledger().classes().entities();
}

Result<std::string> class_terms(Session& session, const ClassArguments& arguments) {
    return TRY(terms_of(session, arguments)).text();
}

Result<ClassChanged> accept_class(Session& session, const ClassArguments& arguments,
                                  ByteView signature) {
    ledger::Terms terms = TRY(terms_of(session, arguments));
    TRY(check_signature(session, terms, signature));
    const auto list =
        arguments.list ? std::optional<ByteView>(*arguments.list) : std::optional<ByteView>();
    return changed(
        session,
        TRY(derive::accept_class(session.project(), std::move(terms), list, signature)).id);
}

Result<std::vector<ClassAction>> classes(Session& session) {
    return session.ledger().classes().all();
}

Result<std::vector<ClassAction>> settle_classes(Session& session) {
    TRY(derive::settle_classes(session.project()));
    TRY(leave_out_barred(session));
    return classes(session);
}

Result<Said> say_for_oneself(Session& session, const std::string& id, const PersonName& name,
                             Word word) {
    const Digest person = TRY(find_person(session, name));
    ledger::Classes classes = session.ledger().classes();
    TRY(word == Word::joins ? classes.join(id, person) : classes.leave(id, person));
    Said said{{}, session.ledger().persons().handle(person), word};
    said.changed = TRY(changed(session, id));
    return said;
}

Result<MembersErased> erase_members(Session& session, const std::string& id,
                                    const std::string& verified) {
    MembersErased out;
    out.erased = TRY(derive::erase_members(session.project(), id, verified));
    out.action = TRY(session.ledger().classes().action(id));
    return out;
}

Result<ClassShown> show_class(Session& session, const std::string& id) {
    ledger::Classes classes = session.ledger().classes();
    ClassShown shown;
    shown.action = TRY(classes.action(id));
    const auto persons = TRY(classes.members(id));
    const std::set<Digest> members(persons.begin(), persons.end());
    std::optional<ledger::Predicate> where;
    if (const auto& terms = shown.action.terms; terms.where)
        where = TRY(known_predicate(session, terms.where->text()));
    shown.manifests = TRY(manifests_with(session, where, &members));
    for (const Digest& person : members)
        shown.members.push_back(session.ledger().persons().handle(person));
    return shown;
}

Result<AffectedShown> affected(Session& session, const std::string& where) {
    const ledger::Predicate predicate = TRY(known_predicate(session, where));
    AffectedShown shown{predicate.text(), {}};
    shown.manifests = TRY(manifests_with(session, predicate, nullptr));
    return shown;
}

}  // namespace litura::service
