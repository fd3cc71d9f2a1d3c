// Persons: listed, shown, described, linked.
#include "service/persons.hpp"

#include <fmt/format.h>

#include "cli/commands.hpp"

namespace litura::cli {

Result<service::PersonName> person_name(Context& context, const PersonArguments& arguments) {
    service::PersonName name;
    if (arguments.person.starts_with("p-")) {
        name.handle = arguments.person;
    } else if (arguments.person == "-" || !arguments.person_file.empty()) {
        name.identifier = TRY(read_identifier(context.env, arguments.person_file));
    }
    return name;
}

Result<Answer> person_list_command(Context& context) {
    const auto session = TRY(context.session());
    const auto persons = TRY(service::persons(*session));
    std::string text = fmt::format("{:<14} {:>5} {:<14} {:>8} {:>8}", "person", "stage", "shard",
                                   "tokens", "records");
    for (const service::PersonLine& person : persons)
        text +=
            fmt::format("\n{:<14} {:>5} {:<14} {:>8} {:>8}", person.handle,
                        person.place ? std::to_string(person.place->stage) : "-",
                        person.place ? person.place->shard : "-", person.tokens, person.records);
    return Answer(service::to_json(persons), text);
}

Result<Answer> person_show_command(Context& context, const PersonArguments& arguments) {
    const service::PersonName name = TRY(person_name(context, arguments));
    const auto session = TRY(context.session());
    Json json = service::to_json(TRY(service::show_person(*session, name)));
    std::string text = json.dump(2);
    return Answer{std::move(json), std::move(text)};
}

Result<Answer> person_describe_command(Context& context, const DescribeArguments& arguments) {
    const service::PersonName name = TRY(person_name(context, arguments.person));
    std::optional<std::string> country;
    std::optional<std::int64_t> age;
    if (!arguments.country.empty()) country = arguments.country;
    if (arguments.age >= 0) age = arguments.age;
    const auto session = TRY(context.session());
    const auto described = TRY(service::describe_person(*session, name, country, age));
    return Answer(service::to_json(described),
                  described.handle + ": noted" + replacement_text(described.replacement));
}

Result<Answer> person_link_command(Context& context, const LinkArguments& arguments) {
    const service::PersonName name = TRY(person_name(context, arguments.person));
    const Bytes evidence = TRY(read_input(context.env, arguments.evidence));
    const auto session = TRY(context.session());
    const auto linked = TRY(service::link_persons(*session, name, arguments.other, evidence));
    return Answer(service::to_json(linked),
                  fmt::format("{} and {} are one person now, {}: requests reach all accounts",
                              linked.handle, linked.other, linked.handle));
}

}  // namespace litura::cli
