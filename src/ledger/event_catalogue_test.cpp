// The catalogue is what append, folds and readers rely on: each of its promises, checked.
#include "ledger/documents.hpp"
#include "ledger/event_catalogue.hpp"
#include "ledger/snapshots.hpp"
#include "ledger/test_project.hpp"

namespace litura::ledger::testing {
namespace {

TEST(Catalogue, No_name_stands_there_twice) {
    for (const EventType& type : kEventTypes)
        EXPECT_EQ(std::ranges::count(kEventTypes, type.name, &EventType::name), 1) << type.name;
}

TEST(Catalogue, An_event_of_a_type_that_nobody_knows_is_an_error) {
    EXPECT_EQ(find_event_type("nobody.knows"), nullptr);
    TestProject project;
    must(project.at(kDay).append("import.done", Json::object()));
    must(project.db.execute("UPDATE event SET type = 'nobody.knows' WHERE type = 'import.done'"));
    EXPECT_FALSE(must(project.at(kDay).verify()).holds);
}

TEST(Catalogue, To_look_through_records_takes_nothing_away) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    project.consenting(ledger, "anna");
    const Sequence before = must(ledger.sequence());
    must(ledger.append("records.looked_through", Json::object()));
    EXPECT_FALSE(must(ledger.snapshots().forbade_since(before)));
    must(ledger.append("record.replaced", Json::object()));
    EXPECT_TRUE(must(ledger.snapshots().forbade_since(before)));
}

TEST(Catalogue, Only_the_types_that_are_asked_for_are_read_in_their_order) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    must(ledger.append("model.exported", Json{{"number", 1}}));
    must(ledger.append("import.done", Json{{"number", 2}}));
    must(ledger.append("model.visible", Json{{"number", 3}}));
    must(ledger.append("model.exported", Json{{"number", 4}}));
    constexpr EventName kAsked[] = {"model.visible", "model.exported"};
    std::vector<int> numbers;
    for (const ProjectEvent& event : must(ledger.events(kAsked)))
        numbers.push_back(event.payload["number"].get<int>());
    EXPECT_EQ(numbers, (std::vector{1, 3, 4}));
}

}  // namespace
}  // namespace litura::ledger::testing
