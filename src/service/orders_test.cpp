#include "service/orders.hpp"

#include <gtest/gtest.h>

#include "ledger/orders.hpp"
#include "service/classes.hpp"
#include "service/find.hpp"
#include "service/persons.hpp"
#include "service/signals.hpp"
#include "service/test_session.hpp"

namespace litura::service {
namespace {

using derive::testing::World;

const Instruction kCourt{"a court", "case 1", {}, false, {}};

class Orders : public testing::Test {
protected:
    Orders() { world.import(derive::testing::posts_of(8)); }
    World world;
};

TEST_F(Orders, AStopOfOneModelForbidsItsUseAndNoTraining) {
    const auto session = session_of(world);
    const auto order = must(stop(*session, kCourt, {}, sha256("a model")));
    EXPECT_EQ(order.acts,
              (std::vector<Operation>{Operation::promote, Operation::serve, Operation::publish}));
    EXPECT_EQ(must(stop(*session, kCourt, {}, {})).acts, ledger::kEveryOperation);
    EXPECT_EQ(code_of(stop(*session, kCourt, {"breathe"}, {})), 2);
}

TEST_F(Orders, ARefusalByAnOrderIsNotedAndNoOther) {
    const auto session = session_of(world);
    must(stop(*session, kCourt, {}, {}));
    const auto refused = session->project().permit().check(Operation::step);
    ASSERT_FALSE(refused.ok());
    EXPECT_TRUE(is_order(refused.error()));
    must(note_refusal(*session, refused.error(), "derive"));
    must(note_refusal(*session, Error{Code::bad_input, "no", "", ""}, "derive"));
    EXPECT_EQ(must(session->ledger().events("act.refused")).size(), 1u);
}

TEST_F(Orders, AnExclusionReplacesTheModelThatHeldSuchARecord) {
    world.derive();
    const auto session = session_of(world);
    const Excluded none = must(exclude(*session, kCourt, "source is \"elsewhere\""));
    EXPECT_FALSE(none.replacement.has_value());
    EXPECT_TRUE(to_json(none)["suppressed"].is_null());
    const std::string who = must(persons(*session))[0].handle;
    const Excluded some = must(exclude(*session, kCourt, "person is \"" + who + "\""));
    ASSERT_TRUE(some.replacement.has_value());
    EXPECT_EQ(to_json(some)["suppressed"]["model"], digest_text(some.replacement->model));
    EXPECT_EQ(code_of(exclude(*session, kCourt, "who knows")), 2);
}

TEST_F(Orders, TwoPeopleLift) {
    const auto session = session_of(world);
    const auto order = must(stop(*session, kCourt, {}, {}));
    EXPECT_EQ(code_of(lift(*session, order.id, "anna", "anna")), 2);
    EXPECT_TRUE(must(lift(*session, order.id, "anna", "otto")).lifted_at.has_value());
}

TEST_F(Orders, ASignalOfAPersonIsTheirObjectionAndOfASiteAnExclusion) {
    const auto session = session_of(world);
    SignalArguments wish;
    wish.format = "gpc";
    wish.bytes = content("Sec-GPC: 1\r\n");
    EXPECT_EQ(code_of(take_signal(*session, wish)), 2) << "whose?";
    wish.source = "forum";
    EXPECT_EQ(code_of(take_signal(*session, wish)), 2) << "a browser speaks for a person";
    wish.source.clear();
    wish.person = person(1);
    const SignalTaken objection = must(take_signal(*session, wish));
    ASSERT_TRUE(objection.request.has_value());
    EXPECT_EQ(objection.request->request.kind, ledger::RequestKind::objection);

    SignalArguments site;
    site.format = "robots";
    site.source = "forum";
    site.bytes = content("User-Agent: *\nContent-Usage: train-ai=n\n");
    const SignalTaken said = must(take_signal(*session, site));
    ASSERT_TRUE(said.order.has_value());
    EXPECT_EQ(must(take_signal(*session, site)).order->id, said.order->id) << "said once";
    site.bytes = content("User-Agent: *\nAllow: /\n");
    const SignalTaken silent = must(take_signal(*session, site));
    EXPECT_FALSE(silent.order || silent.request);
    site.source = "for\"um";
    site.bytes = content("User-Agent: *\nContent-Usage: train-ai=n\n");
    EXPECT_EQ(code_of(take_signal(*session, site)), 2);
}

TEST_F(Orders, ThatSomebodyLookedIsNotedAndNotForWhat) {
    const auto session = session_of(world);
    Search search;
    search.needle = PersonalText("FIRST words of 3");
    const SearchResult found = must(find(*session, search));
    EXPECT_EQ(found.searched, 16u);
    ASSERT_EQ(found.records.size(), 1u);
    EXPECT_TRUE(found.records[0].admitted);
    EXPECT_FALSE(to_json(found)["records"][0].contains("text"));
    search.texts = Texts::shown;
    EXPECT_EQ(must(find(*session, search)).records[0].text, "first words of 3");
    const auto notes = must(session->ledger().events("records.looked_through"));
    ASSERT_EQ(notes.size(), 2u);
    EXPECT_EQ(notes[0].payload.dump().find("words of"), std::string::npos);
}

TEST_F(Orders, AClassIsEitherDescribedOrListedAndSignedByItsEntity) {
    const auto session = session_of(world);
    const auto entity =
        must(add_entity(*session, {"", "Consumers", "DE", "list 1", sha256("a key")}));
    ClassArguments wish;
    wish.entity = entity.id;
    wish.kind = "objection";
    EXPECT_EQ(code_of(class_terms(*session, wish)), 2);
    wish.where = "source is \"forum\"";
    EXPECT_FALSE(must(class_terms(*session, wish)).empty());
    wish.list = content("x");
    EXPECT_NE(code_of(class_terms(*session, wish)), 0);
    wish.list.reset();
    EXPECT_NE(code_of(accept_class(*session, wish, {})), 0);
    EXPECT_TRUE(must(classes(*session)).empty());
    EXPECT_EQ(to_json(must(entities(*session))).size(), 1u);
}

TEST_F(Orders, WhatAPredicateTouchesIsCountedByManifest) {
    world.derive();
    const auto session = session_of(world);
    const AffectedShown all = must(affected(*session, "source is \"forum\""));
    ASSERT_EQ(all.manifests.size(), 1u);
    EXPECT_TRUE(all.manifests[0].visible);
    EXPECT_EQ(all.manifests[0].affected.certain.persons, 8u);
    EXPECT_TRUE(must(affected(*session, "source is \"elsewhere\"")).manifests.empty());
}

}  // namespace
}  // namespace litura::service
