// The columns answer as a walk through manifest and corpus would, and are checked against both.
#include "derive/reach.hpp"

#include <gtest/gtest.h>

#include "derive/test_world.hpp"
#include "ledger/persons.hpp"

namespace litura::derive::testing {
namespace {

Digest visible_root(World& world) { return world.visible()->manifest; }

/// By opening every record's row.
Affected walked(World& world, const ledger::Predicate& where) {
    const auto project = world.open();
    Affected found;
    std::set<Digest> certain, possible;
    for (const Sample& sample : world.manifest().used.samples) {
        const auto row = must(project->corpus().row(sample.record));
        const ledger::Described record{.source = row->source,
                                       .purpose = "model_training",
                                       .audience = ledger::Audience::everyone,
                                       .created_at = row->created_at,
                                       .person = &row->person,
                                       .age_from = 18};  // the source is declared to be of adults
        const ledger::Truth truth = where.about(record);
        if (truth == ledger::Truth::no) continue;
        const bool sure = truth == ledger::Truth::yes;
        Touched& into = sure ? found.certain : found.possible;
        ++into.records;
        into.tokens += sample.tokens;
        (sure ? certain : possible).insert(sample.person);
    }
    found.certain.persons = certain.size();
    found.possible.persons = possible.size();
    return found;
}

void expect_same(const Touched& left, const Touched& right, const std::string& what) {
    EXPECT_EQ(left.persons, right.persons) << what;
    EXPECT_EQ(left.records, right.records) << what;
    EXPECT_EQ(left.tokens, right.tokens) << what;
}

TEST(Columns, Answer_as_a_walk_through_every_record_does) {
    World world;
    world.import(posts_of(20));
    world.derive();
    const std::string anna = must(world.open()->ledger().persons().all()).empty()
                                 ? ""
                                 : world.open()->ledger().persons().handle(world.person(3));
    const Reach reach = must(load_reach(*world.open(), visible_root(world)));
    for (const std::string& text :
         {std::string("source is \"forum\""), std::string("source is \"blog\""),
          std::string("created before 2024-03-01"), std::string("created from 2024-02-01"),
          std::string("created from 2024-02-02 and created before 2024-04-02"),
          std::string("country is \"DE\""), std::string("not age below 18"),
          "person is \"" + anna + "\"",
          "not person is \"" + anna + "\" and created before 2024-03-01",
          "person is \"" + anna + "\" or country is \"DE\"",
          std::string("audience is \"public\" and purpose is \"model_training\"")}) {
        ledger::Predicate where = must(ledger::Predicate::parse(text));
        must(where.know_persons([&](const std::string& handle) -> Result<std::optional<Digest>> {
            return std::optional(must(world.open()->ledger().persons().person(handle)));
        }));
        const Affected found = affected(reach, where), expected = walked(world, where);
        expect_same(found.certain, expected.certain, text);
        expect_same(found.possible, expected.possible, text);
    }
}

TEST(Columns, Of_some_persons_only_add_up_to_all) {
    World world;
    world.import(posts_of(12));
    world.derive();
    const Reach reach = must(load_reach(*world.open(), visible_root(world)));
    const Affected all = affected(reach, {});
    EXPECT_EQ(all.certain.records, world.manifest().used.samples.size());
    EXPECT_EQ(all.certain.tokens, world.manifest().used.tokens());
    const std::set<Digest> one = {world.person(2)};
    std::set<Digest> others;
    for (int person = 0; person < 12; ++person)
        if (person != 2) others.insert(world.person(person));
    const Affected of_one = affected(reach, {}, &one), of_others = affected(reach, {}, &others);
    EXPECT_EQ(of_one.certain.persons, 1u);
    EXPECT_EQ(of_one.certain.records + of_others.certain.records, all.certain.records);
    EXPECT_EQ(of_one.certain.tokens + of_others.certain.tokens, all.certain.tokens);
}

TEST(Columns, Are_made_again_where_they_are_missing_and_remember_what_was_erased) {
    World world;
    world.import(posts_of(12));
    world.derive();
    const Digest root = visible_root(world);
    const Reach before = must(load_reach(*world.open(), root));
    EXPECT_TRUE(agrees(before, world.manifest()));
    must(world.env().remove(world.paths().reach()));
    EXPECT_EQ(must(load_reach(*world.open(), root)).encode(), before.encode());
    world.request(ledger::RequestKind::erasure, 3);
    const auto forum = must(ledger::Predicate::parse("source is \"forum\""));
    EXPECT_EQ(affected(must(load_reach(*world.open(), root)), forum).certain.persons, 12u);
    must(world.env().remove(world.paths().reach()));
    const Affected later = affected(must(load_reach(*world.open(), root)), forum);
    EXPECT_EQ(later.certain.persons, 11u);
    EXPECT_EQ(later.possible.persons, 1u);  // nobody knows any more where they wrote
}

TEST(Columns, A_changed_figure_is_found_and_a_changed_file_does_not_open) {
    World world;
    world.import(posts_of(8));
    world.derive();
    const Manifest manifest = world.manifest();
    const Reach reach = must(load_reach(*world.open(), visible_root(world)));
    for (int what = 0; what < 4; ++what) {
        Reach changed = must(decode_reach(reach.encode()));
        if (what == 0) ++changed.tokens.front();
        if (what == 1) ++changed.created_ms.back();
        if (what == 2) changed.authors.front().account = sha256("somebody");
        if (what == 3) changed.tokens.pop_back(), changed.created_ms.pop_back();
        EXPECT_FALSE(agrees(changed, manifest)) << what;
    }
    const Path file = world.paths().reach() / visible_root(world).hex();
    Bytes bytes = must(world.env().read_file(file));
    bytes[bytes.size() / 2] ^= 1;
    must(world.env().write_file(file, bytes));
    EXPECT_EQ(code_of(load_reach(*world.open(), visible_root(world))), 70);
}

}  // namespace
}  // namespace litura::derive::testing
