// Qualified entities, class actions, and what a predicate touches.
#include <fmt/format.h>

#include <map>
#include <set>

#include "cli/commands.hpp"
#include "derive/classes.hpp"
#include "derive/reach.hpp"
#include "derive/rights.hpp"
#include "derive/visible.hpp"
#include "proof/signature.hpp"
#include "release/registry.hpp"

namespace litura::cli {
namespace {

using ledger::ClassAction;
using ledger::Classes;

Json entity_json(const ledger::Entity& entity) {
    return {{"entity", entity.id},
            {"name", entity.name},
            {"country", entity.country},
            {"listed_as", entity.listed_as},
            {"key", entity.key.hex()}};
}

std::string entity_line(const ledger::Entity& entity) {
    return fmt::format("{:<5} {} ({}; {})", entity.id, entity.name, entity.country,
                       entity.listed_as);
}

struct Wish {
    ledger::Terms terms;
    std::optional<Bytes> list;
};

Result<Wish> wish_of(Context& context, const derive::Project& project,
                     const ClassArguments& arguments) {
    Wish wish;
    ledger::Terms& terms = wish.terms;
    terms.entity = arguments.entity;
    terms.kind = TRY(ledger::parse_request_kind(arguments.kind));
    terms.purpose =
        arguments.purpose.empty() ? project.settings.policy.admission.purpose : arguments.purpose;
    terms.mode = TRY(ledger::parse_mode(arguments.mode));
    terms.residence = arguments.residence;
    if (!arguments.where.empty()) terms.where = TRY(ledger::Predicate::parse(arguments.where));
    if (!arguments.until.empty()) terms.until = TRY(parse_instant(arguments.until));
    if (!arguments.list.empty()) {
        wish.list = TRY(context.env.read_file(arguments.list));
        terms.list = TRY(ledger::MemberList::parse(*wish.list)).root();
    }
    if (terms.where.has_value() != terms.list.has_value()) return wish;
    return Error{Code::bad_input, "a class is either described or listed", "the command line",
                 "give --where PREDICATE or --list FILE"};
}

/// The entity's, over the terms as `class terms` prints them.
Result<Bytes> signature_of(Context& context, derive::Project& project, const ledger::Terms& terms,
                           const std::string& path) {
    const ledger::Entity entity = TRY(Classes(project.ledger()).entity(terms.entity));
    const Bytes signature = path.empty() ? Bytes() : TRY(context.env.read_file(path));
    const auto key = TRY(proof::public_key_from(entity.key.view()));
    if (proof::verify_signature(key, bytes_of(terms.text()), signature)) return signature;
    return Error{Code::forbidden,
                 path.empty()
                     ? "a class needs the signature of its entity (Directive 2020/1828 Art. 7)"
                     : "the signature is not the entity's over these terms",
                 entity.id,
                 "let the entity sign what `litura class terms` prints with the same options, and "
                 "add --signature FILE"};
}

Json touched_json(const derive::Touched& touched) {
    return {{"persons", touched.persons}, {"records", touched.records}, {"tokens", touched.tokens}};
}

/// What came of models: exports and releases by the model's digest.
struct Outside {
    std::map<std::string, Json> exports, releases;
};

Result<Outside> outside(derive::Project& project) {
    Outside found;
    const auto list = [](std::map<std::string, Json>& of, const std::string& model) -> Json& {
        return of.try_emplace(model, Json::array()).first->second;
    };
    for (const ledger::Note& note : TRY(project.ledger().notes("model.exported"))) {
        list(found.exports, note.payload.value("model", ""))
            .push_back({{"path", note.payload.value("path", "")}, {"at", to_text(note.at)}});
    }
    for (const release::Published& one : TRY(release::load_registry(project)).releases)
        list(found.releases, one.described.model.hex()).push_back(one.described.name);
    return found;
}

/// Every manifest that holds such a record, the oldest first.
Result<Json> manifests_with(derive::Project& project, const std::optional<ledger::Predicate>& where,
                            const std::set<Digest>* only) {
    const auto visible = TRY(derive::visible_model(project.db));
    Outside left = TRY(outside(project));
    std::map<std::pair<ledger::Sequence, Digest>, Json> found;
    for (const std::string& name : project.env.list(project.paths.manifests())) {
        const auto root = parse_digest(name);
        if (!root.ok()) continue;
        const derive::Reach reach = TRY(derive::load_reach(project, root.value()));
        const derive::Affected affected = derive::affected(reach, where, only);
        if (affected.certain.records + affected.possible.records == 0) continue;
        const std::string model = reach.model.hex();
        found[{reach.sequence, reach.manifest}] = {
            {"manifest", digest_text(reach.manifest)},
            {"model", digest_text(reach.model)},
            {"as_of", to_text(reach.as_of)},
            {"visible", visible && visible->manifest == reach.manifest},
            {"certain", touched_json(affected.certain)},
            {"possible", touched_json(affected.possible)},
            {"exports", left.exports.contains(model) ? left.exports[model] : Json::array()},
            {"releases", left.releases.contains(model) ? left.releases[model] : Json::array()}};
    }
    Json list = Json::array();
    for (auto& [at, one] : found) list.push_back(std::move(one));
    return list;
}

std::string lines_of(const Json& manifests) {
    std::string text;
    for (const Json& one : manifests) {
        const auto count = [&](const char* part, const char* what) {
            return one[part][what].get<std::uint64_t>();
        };
        text += fmt::format("\n{}{}\n  model {}: {} people, {} records, {} tokens",
                            one["manifest"].get<std::string>(),
                            one["visible"].get<bool>() ? " (in use)" : "",
                            one["model"].get<std::string>(), count("certain", "persons"),
                            count("certain", "records"), count("certain", "tokens"));
        if (const std::uint64_t more = count("possible", "records"); more != 0)
            text += fmt::format("; {} records of which nobody knows", more);
        for (const Json& release : one["releases"])
            text += "\n  release " + release.get<std::string>();
        for (const Json& exported : one["exports"])
            text += fmt::format("\n  exported {}", exported["at"].get<std::string>());
    }
    return text.empty() ? "\nno manifest holds such a record" : text;
}

Result<ledger::Predicate> known_predicate(derive::Project& project, const std::string& text) {
    ledger::Predicate where = TRY(ledger::Predicate::parse(text));
    TRY(where.know_persons([&](const std::string& handle) -> Result<std::optional<Digest>> {
        const auto person = project.ledger().person(handle);
        if (person.ok()) return std::optional(person.value());
        return person.error().code == Code::bad_input ? Result<std::optional<Digest>>(std::nullopt)
                                                      : person.error();
    }));
    return where;
}

Answer taken_up(const ClassAction& action, const std::optional<derive::Derived>& suppressed) {
    Answer answer{class_json(action),
                  fmt::format("{}: in force since {}; {} of {} accounts are members", action.id,
                              to_text(action.accepted_at), action.represented, action.looked_up)};
    answer.json["suppressed"] = nullptr;
    if (suppressed) {
        answer.json["suppressed"] = {{"model", digest_text(suppressed->model)},
                                     {"deferred_records", suppressed->deferred}};
        answer.text += fmt::format(
            "\n  a model without them is in use, {} records deferred\n"
            "  next: litura derive",
            suppressed->deferred);
    }
    return answer;
}

Result<Answer> said(Context& context, const SayArguments& arguments, bool joins) {
    const auto project = TRY(context.open());
    const Digest person = TRY(find_person(context, *project, arguments.person));
    Classes classes(project->ledger());
    TRY(joins ? classes.join(arguments.id, person) : classes.leave(arguments.id, person));
    const auto suppressed = TRY(derive::leave_out_barred(*project));
    Answer answer = taken_up(TRY(classes.action(arguments.id)), suppressed);
    answer.text = fmt::format("{} {} {}", project->ledger().handle(person),
                              joins ? "is represented by" : "is not represented by", arguments.id);
    return answer;
}

}  // namespace

Json class_json(const ClassAction& action) {
    const ledger::Terms& terms = action.terms;
    return {{"class", action.id},
            {"entity", terms.entity},
            {"kind", to_text(terms.kind)},
            {"purpose", terms.purpose},
            {"mode", to_text(terms.mode)},
            {"residence", terms.residence},
            {"where", terms.where ? Json(terms.where->text()) : Json()},
            {"list", terms.list ? Json(digest_text(*terms.list)) : Json()},
            {"on_list", action.on_list},
            {"until", terms.until ? Json(to_text(*terms.until)) : Json()},
            {"accepted_at", to_text(action.accepted_at)},
            {"accounts",
             {{"looked_up", action.looked_up},
              {"waiting", action.waiting},
              {"matched", action.matched},
              {"represented", action.represented},
              {"left", action.left},
              {"erased", action.erased},
              {"elsewhere", action.elsewhere}}}};
}

std::string class_line(const ClassAction& action) {
    std::string line =
        fmt::format("{:<6} {} by {}, {}: {} accounts represented, {} left, {} erased", action.id,
                    to_text(action.terms.kind), action.terms.entity, to_text(action.terms.mode),
                    action.represented, action.left, action.erased);
    if (action.waiting != 0)
        line += fmt::format(
            "\n       {} accounts are not looked up yet and count as members; next: "
            "litura class settle",
            action.waiting);
    return line;
}

Result<Answer> entity_add_command(Context& context, const EntityArguments& arguments) {
    const auto project = TRY(context.open());
    const Digest key = TRY(read_key(context, arguments.key));
    const ledger::Entity entity =
        TRY(Classes(project->ledger())
                .add_entity({"", arguments.name, arguments.country, arguments.listed_as, key}));
    return Answer{entity_json(entity), entity_line(entity)};
}

Result<Answer> entity_list_command(Context& context) {
    const auto project = TRY(context.open());
    Answer answer{Json::array(), ""};
    for (const ledger::Entity& entity : TRY(Classes(project->ledger()).entities())) {
        answer.json.push_back(entity_json(entity));
        answer.text += (answer.text.empty() ? "" : "\n") + entity_line(entity);
    }
    return answer;
}

Result<Answer> class_terms_command(Context& context, const ClassArguments& arguments) {
    const auto project = TRY(context.open());
    const Wish wish = TRY(wish_of(context, *project, arguments));
    std::string text = wish.terms.text();
    Answer answer{{{"terms", text}}, text};
    answer.text.pop_back();  // printing ends the line
    return answer;
}

Result<Answer> class_accept_command(Context& context, const ClassArguments& arguments) {
    const auto project = TRY(context.open());
    Wish wish = TRY(wish_of(context, *project, arguments));
    const Bytes signature = TRY(signature_of(context, *project, wish.terms, arguments.signature));
    const auto list = wish.list ? std::optional<ByteView>(*wish.list) : std::nullopt;
    const ClassAction action =
        TRY(derive::accept_class(*project, std::move(wish.terms), list, signature));
    const auto suppressed = TRY(derive::leave_out_barred(*project));
    return taken_up(action, suppressed);
}

Result<Answer> class_list_command(Context& context) {
    const auto project = TRY(context.open());
    Answer answer{Json::array(), ""};
    for (const ClassAction& action : TRY(Classes(project->ledger()).all())) {
        answer.json.push_back(class_json(action));
        answer.text += (answer.text.empty() ? "" : "\n") + class_line(action);
    }
    return answer;
}

Result<Answer> class_show_command(Context& context, const std::string& id) {
    const auto project = TRY(context.open());
    Classes classes(project->ledger());
    const ClassAction action = TRY(classes.action(id));
    const auto persons = TRY(classes.members(id));
    const std::set<Digest> members(persons.begin(), persons.end());
    std::optional<ledger::Predicate> where;
    if (action.terms.where) where = TRY(known_predicate(*project, action.terms.where->text()));
    Answer answer{class_json(action), class_line(action)};
    answer.json["persons"] = members.size();
    answer.json["manifests"] = TRY(manifests_with(*project, where, &members));
    answer.json["members"] = Json::array();
    for (const Digest& person : members)
        answer.json["members"].push_back(project->ledger().handle(person));
    answer.text += lines_of(answer.json["manifests"]);
    return answer;
}

Result<Answer> class_settle_command(Context& context) {
    const auto project = TRY(context.open());
    TRY(derive::settle_classes(*project));
    TRY(derive::leave_out_barred(*project));
    return class_list_command(context);
}

Result<Answer> class_join_command(Context& context, const SayArguments& arguments) {
    return said(context, arguments, true);
}

Result<Answer> class_leave_command(Context& context, const SayArguments& arguments) {
    return said(context, arguments, false);
}

Result<Answer> class_erase_command(Context& context, const EraseArguments& arguments) {
    const auto project = TRY(context.open());
    const std::size_t erased =
        TRY(derive::erase_members(*project, arguments.id, arguments.verified));
    const ClassAction action = TRY(Classes(project->ledger()).action(arguments.id));
    Answer answer{class_json(action),
                  fmt::format("{} members erased now\n{}", erased, class_line(action))};
    answer.json["erased_now"] = erased;
    return answer;
}

Result<Answer> affected_command(Context& context, const std::string& where) {
    const auto project = TRY(context.open());
    const ledger::Predicate predicate = TRY(known_predicate(*project, where));
    Answer answer{{{"where", predicate.text()}}, "where " + predicate.text()};
    answer.json["manifests"] = TRY(manifests_with(*project, predicate, nullptr));
    answer.text += lines_of(answer.json["manifests"]);
    return answer;
}

}  // namespace litura::cli
