// Requests whose effect waits for somebody, or is taken back: authority, messages, revocation, and
// what has to be there before something is destroyed.
#include <gtest/gtest.h>

#include "derive/rights.hpp"
#include "derive/test_world.hpp"
#include "ledger/persons.hpp"
#include "ledger/requests.hpp"

namespace litura::derive::testing {
namespace {

using ledger::RequestKind;
using ledger::RequestState;

TEST(Revocation, Gives_the_digest_of_before_and_trains_nothing) {
    for (const RequestKind kind : {RequestKind::erasure, RequestKind::objection}) {
        World world;
        world.import(posts_of(16));
        const Digest before = world.derive().model;
        const std::uint64_t steps = world.toy().steps;
        const auto filed = world.request(kind, 2, false).request;
        EXPECT_NE(world.visible()->model, before);
        const Exercised back = must(revoke_request(*world.open(), filed.id, "letter"));
        EXPECT_EQ(back.request.state, RequestState::revoked);
        EXPECT_EQ(world.visible()->model, before);
        EXPECT_EQ(world.derive().model, before);
        EXPECT_EQ(world.toy().steps, steps);
        EXPECT_TRUE(must(world.open()->ledger().verify()).holds);
    }
}

TEST(Revocation, Is_too_late_once_something_was_destroyed) {
    World world;
    world.import(posts_of(8));
    world.derive();
    const auto erased = world.request(RequestKind::erasure, 2).request;
    EXPECT_EQ(code_of(revoke_request(*world.open(), erased.id, "letter")), 3);
}

TEST(Authority, Nobody_leaves_the_model_before_it_is_shown) {
    World world;
    world.import(posts_of(8));
    const Digest before = world.derive().model;
    Ask ask = World::ask(RequestKind::objection, world.person(1), false);
    ask.by = ledger::Representative{ledger::Role::agent, bytes_of("an agent"), {}};
    const auto filed = must(exercise(*world.open(), ask)).request;
    EXPECT_FALSE(filed.suppressed_at);
    EXPECT_EQ(world.visible()->model, before);
    must(resume(*world.open()));
    EXPECT_EQ(world.derive().model, before);
    EXPECT_EQ(must(world.open()->ledger().requests().read(filed.id)).state, RequestState::accepted);
    must(authorise_request(*world.open(), filed.id, bytes_of("a power of attorney")));
    EXPECT_NE(world.visible()->model, before);
}

TEST(Messages, Take_effect_when_they_are_classified) {
    World world;
    world.import(posts_of(8));
    const Digest before = world.derive().model;
    const auto message = must(world.open()->ledger().requests().accept_text(bytes_of("please stop"),
                                                                            {}, "model_training"));
    EXPECT_EQ(world.derive().model, before);
    const Ask as = World::ask(RequestKind::objection, world.person(3), false);
    const auto classified = must(classify_request(*world.open(), message.id, as));
    EXPECT_EQ(classified.request.kind, RequestKind::objection);
    EXPECT_NE(world.visible()->model, before);
}

TEST(Destruction, Waits_for_what_has_to_be_there_first) {
    World world;
    world.import(posts_of(8));
    world.derive();
    Ask ask = World::ask(RequestKind::erasure, world.person(4), true);
    bool readable = false;
    ask.before_destruction = [&](const ledger::Request& request) -> Result<void> {
        const auto project = world.open();
        readable = !must(project->corpus().rows_of(request.person)).empty() &&
                   must(project->ledger().persons().events_under(request.person)) > 0;
        return Error{Code::environment, "no room for the receipt", "", "make room"};
    };
    const Digest person = ask.person;
    EXPECT_EQ(code_of(exercise(*world.open(), ask)), 4);
    EXPECT_TRUE(readable);
    {
        const auto project = world.open();  // goes on with what may go on
        EXPECT_FALSE(must(project->corpus().rows_of(person)).empty()) << "nothing was destroyed";
        const auto request = must(project->ledger().requests().all()).back();
        EXPECT_FALSE(request.verified_by);
        EXPECT_TRUE(request.suppressed_at) << "out of the model all the same";
    }
    const BeforeDestruction ready = [](const ledger::Request&) -> Result<void> { return done(); };
    const auto erased = must(verify_request(*world.open(), "q-1", "letter", ready));
    EXPECT_TRUE(erased.request.destroyed_at);
}

}  // namespace
}  // namespace litura::derive::testing
