// The commands `entity`, `class` and `affected`: class actions, and what a predicate touches.
#include "service/classes.hpp"

#include <fmt/format.h>

#include "base/input.hpp"
#include "cli/commands.hpp"

namespace litura::cli {
namespace {

using ledger::ClassAction;

std::string entity_line(const ledger::Entity& entity) {
    return fmt::format("{:<5} {} ({}; {})", entity.id, entity.name, entity.country,
                       entity.listed_as);
}

std::string lines_of(const std::vector<service::Touching>& manifests) {
    std::string text;
    for (const service::Touching& one : manifests) {
        const derive::Affected& affected = one.affected;
        text += fmt::format("\n{}{}\n  model {}: {} people, {} records, {} tokens",
                            digest_text(one.manifest), one.visible ? " (in use)" : "",
                            digest_text(one.model), affected.certain.persons,
                            affected.certain.records, affected.certain.tokens);
        if (affected.possible.records != 0)
            text += fmt::format("; {} records of which nobody knows", affected.possible.records);
        for (const std::string& release : one.releases) text += "\n  release " + release;
        for (const auto& exported : one.exports) text += "\n  exported " + to_text(exported.at);
    }
    return text.empty() ? "\nno manifest holds such a record" : text;
}

Answer listed(const std::vector<ClassAction>& actions) {
    std::string text;
    for (const ClassAction& action : actions)
        text += (text.empty() ? "" : "\n") + class_line(action);
    return Answer(service::to_json(actions), text);
}

Result<service::ClassArguments> wish_of(Context& context, const ClassArguments& arguments) {
    service::ClassArguments wish;
    wish.entity = arguments.entity;
    wish.kind = arguments.kind;
    wish.purpose = arguments.purpose;
    wish.mode = arguments.mode;
    wish.residence = arguments.residence;
    wish.where = arguments.where;
    if (!arguments.until.empty()) wish.until = TRY(parse_instant(arguments.until));
    if (!arguments.list.empty()) wish.list = TRY(context.env.read_file(arguments.list));
    return wish;
}

Result<Answer> said(Context& context, const SayArguments& arguments, service::Word word) {
    const service::PersonName name = TRY(person_name(context, arguments.person));
    const auto session = TRY(context.session());
    const auto said = TRY(service::say_for_oneself(*session, arguments.id, name, word));
    return Answer(
        service::to_json(said),
        fmt::format("{} {} {}", said.person,
                    word == service::Word::joins ? "is represented by" : "is not represented by",
                    arguments.id));
}

}  // namespace

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
    const Digest key = TRY(read_key(context, arguments.key));
    const auto session = TRY(context.session());
    const auto entity = TRY(service::add_entity(
        *session, {"", arguments.name, arguments.country, arguments.listed_as, key}));
    return Answer(service::to_json(entity), entity_line(entity));
}

Result<Answer> entity_list_command(Context& context) {
    const auto session = TRY(context.session());
    const auto entities = TRY(service::entities(*session));
    std::string text;
    for (const ledger::Entity& entity : entities)
        text += (text.empty() ? "" : "\n") + entity_line(entity);
    return Answer(service::to_json(entities), text);
}

Result<Answer> class_terms_command(Context& context, const ClassArguments& arguments) {
    const auto wish = TRY(wish_of(context, arguments));
    const auto session = TRY(context.session());
    std::string text = TRY(service::class_terms(*session, wish));
    Json json = {{"terms", text}};
    text.pop_back();  // printing ends the line
    return Answer{std::move(json), std::move(text)};
}

Result<Answer> class_accept_command(Context& context, const ClassArguments& arguments) {
    const auto wish = TRY(wish_of(context, arguments));
    Bytes signature;
    if (!arguments.signature.empty())
        signature = TRY(read_document(context.env, arguments.signature));
    const auto session = TRY(context.session());
    const auto changed = TRY(service::accept_class(*session, wish, signature));
    const ClassAction& action = changed.action;
    return Answer(service::to_json(changed),
                  fmt::format("{}: in force since {}; {} of {} accounts are members{}", action.id,
                              to_text(action.accepted_at), action.represented, action.looked_up,
                              replacement_text(changed.replacement)));
}

Result<Answer> class_list_command(Context& context) {
    const auto session = TRY(context.session());
    return listed(TRY(service::classes(*session)));
}

Result<Answer> class_show_command(Context& context, const std::string& id) {
    const auto session = TRY(context.session());
    const auto shown = TRY(service::show_class(*session, id));
    return Answer(service::to_json(shown), class_line(shown.action) + lines_of(shown.manifests));
}

Result<Answer> class_settle_command(Context& context) {
    const auto session = TRY(context.session());
    return listed(TRY(service::settle_classes(*session)));
}

Result<Answer> class_join_command(Context& context, const SayArguments& arguments) {
    return said(context, arguments, service::Word::joins);
}

Result<Answer> class_leave_command(Context& context, const SayArguments& arguments) {
    return said(context, arguments, service::Word::leaves);
}

Result<Answer> class_erase_command(Context& context, const EraseArguments& arguments) {
    const auto session = TRY(context.session());
    const auto erased = TRY(service::erase_members(*session, arguments.id, arguments.verified));
    return Answer(service::to_json(erased), fmt::format("{} members erased now\n{}", erased.erased,
                                                        class_line(erased.action)));
}

Result<Answer> affected_command(Context& context, const std::string& where) {
    const auto session = TRY(context.session());
    const auto shown = TRY(service::affected(*session, where));
    return Answer(service::to_json(shown), "where " + shown.where + lines_of(shown.manifests));
}

}  // namespace litura::cli
