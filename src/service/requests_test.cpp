#include "service/requests.hpp"

#include <gtest/gtest.h>

#include "service/intake.hpp"
#include "service/persons.hpp"
#include "ledger/requests.hpp"
#include "service/test_session.hpp"

namespace litura::service {
namespace {

using derive::testing::World;
using ledger::RequestKind;

RequestArguments ask(RequestKind kind, int number, bool verified = true) {
    RequestArguments wish;
    wish.kind = kind;
    wish.person = person(number);
    if (verified) wish.verified_by = "letter";
    return wish;
}

class Requests : public testing::Test {
protected:
    Requests() {
        world.import(derive::testing::posts_of(8));
        world.derive();
    }
    Result<Exercised> requested(const RequestArguments& wish) {
        return request(*session_of(world), wish);
    }
    World world;
};

TEST_F(Requests, AccessGivesNothingBeforeThePersonIsVerified) {
    const Exercised asked = must(requested(ask(RequestKind::access, 1, false)));
    EXPECT_FALSE(asked.held.has_value());
    EXPECT_EQ(standing_of(asked.request), "need_verification");
    const Exercised verified = must(
        verify_request(*session_of(world), asked.request.id, "letter", {}, Since::clock::now()));
    ASSERT_TRUE(verified.held.has_value());
    EXPECT_EQ((*verified.held)["records"].size(), 2u);
    EXPECT_EQ((*verified.held)["records"][0]["author"], "person1");
    EXPECT_EQ(to_json(verified)["records"].size(), 2u);
}

TEST_F(Requests, AccessIsOpenUntilTheDataWasHandedOver) {
    const Exercised asked = must(requested(ask(RequestKind::access, 1)));
    EXPECT_FALSE(asked.request.answered_at.has_value());
    EXPECT_EQ(standing_of(asked.request), "in_progress");
    const Exercised again = must(requested(ask(RequestKind::access, 1)));
    EXPECT_EQ(again.request.id, asked.request.id);
    EXPECT_TRUE(again.held.has_value()) << "asked again, given again";
    must(handed_over(*session_of(world), asked.request.id));
    const auto now = must(request_papers(*session_of(world), asked.request.id)).shown;
    EXPECT_TRUE(now.request.answered_at.has_value());
}

TEST_F(Requests, PortabilityGivesWhatThePersonProvidedAndNoMore) {
    const Exercised asked = must(requested(ask(RequestKind::portability, 4)));
    ASSERT_TRUE(asked.held.has_value());
    EXPECT_EQ(asked.held->size(), 2u);
    EXPECT_EQ((*asked.held)["records"].size(), 2u);
    EXPECT_EQ((*asked.held)["acts"].size(), 1u);
}

TEST_F(Requests, TheReportHoldsNoticesModelsAndWhatForbids) {
    must(requested(ask(RequestKind::objection, 4)));
    const Json report = *must(requested(ask(RequestKind::access, 4))).held;
    EXPECT_EQ(report["notices"].size(), 1u);
    EXPECT_EQ(report["notices"][0]["text"], "What you post here trains a model.");
    EXPECT_EQ(report["suppressed"], true);
    EXPECT_EQ(report["bars"].size(), 1u);
    EXPECT_EQ(report["requests"].size(), 2u);
    EXPECT_EQ(report["models"].size(), 2u);
    for (const char* list : {"receipts", "links", "grounds", "releases", "exports"})
        EXPECT_TRUE(report[list].is_array()) << list;
}

TEST_F(Requests, AnObjectionReplacesTheModelAndSaysHowLongItTook) {
    const Exercised done_now = must(requested(ask(RequestKind::objection, 1, false)));
    ASSERT_TRUE(done_now.replacement.has_value());
    EXPECT_EQ(done_now.replacement->suppressed, done_now.replacement->deferred > 0)
        << "whoever is alone in a shard leaves a whole model behind";
    EXPECT_GE(done_now.suppressed_ms, done_now.old_model_stopped_ms);
    EXPECT_EQ(to_json(done_now)["suppressed"]["deferred_records"], done_now.replacement->deferred);
}

TEST_F(Requests, OneIdOfTwoPeopleIsTwoRecords) {
    ImportArguments wish;
    wish.format = "jsonl";
    wish.source = "forum";
    wish.path = file_of(world, "p.jsonl",
                        line_of("same", "person1", "mine") + line_of("same", "person2", "other"));
    must(import(*session_of(world), wish));
    RequestArguments erase = ask(RequestKind::erasure, 1);
    erase.record = "same";
    must(requested(erase));
    EXPECT_EQ(must(show_person(*session_of(world), person(1))).records.size(), 2u);
    EXPECT_EQ(must(show_person(*session_of(world), person(2))).records.size(), 3u);
}

TEST_F(Requests, NobodyErasesOrCorrectsAnothersRecord) {
    RequestArguments erase = ask(RequestKind::erasure, 1);
    erase.record = "a2";
    EXPECT_EQ(code_of(requested(erase)), 2);
    erase.record = must(show_person(*session_of(world), person(2))).records[0].handle;
    EXPECT_EQ(code_of(requested(erase)), 2);
    RequestArguments correct = ask(RequestKind::rectification, 1);
    EXPECT_EQ(code_of(requested(correct)), 2) << "names no record";
    correct.record = "a1";
    EXPECT_EQ(code_of(requested(correct)), 2) << "gives no text";
    EXPECT_TRUE(must(session_of(world)->ledger().requests().all()).empty());
}

TEST_F(Requests, TheReceiptIsThereBeforeTheKeysDie) {
    RequestArguments erase = ask(RequestKind::erasure, 1);
    erase.receipt = world.folder().parent_path() / "no such folder" / "receipt.json";
    EXPECT_EQ(code_of(requested(erase)), 4);
    EXPECT_EQ(must(show_person(*session_of(world), person(1))).records.size(), 2u);
    erase.receipt = world.folder().parent_path() / "receipt.json";
    const Exercised erased = must(requested(erase));
    ASSERT_TRUE(erased.erased.has_value());
    const Bytes receipt = must(world.env().read_file(erase.receipt));
    const ReceiptChecked checked = must(check_receipt(*session_of(world), text_of(receipt)));
    EXPECT_TRUE(checked.holds());
    EXPECT_GT(checked.events, 0u);
    EXPECT_FALSE(must(report_on_request(*session_of(world), erased.request.id)).artefacts.empty());
}

TEST_F(Requests, WithoutAReceiptTheAnswerSaysSo) {
    const Exercised erased = must(requested(ask(RequestKind::erasure, 1)));
    ASSERT_TRUE(erased.erased.has_value());
    EXPECT_TRUE(to_json(erased)["receipt"].is_null());
    EXPECT_FALSE(must(requested(ask(RequestKind::objection, 2))).erased.has_value());
}

TEST_F(Requests, AnAgentBarsNobodyBeforeTheyShowThatTheyMay) {
    RequestArguments wish = ask(RequestKind::objection, 1, false);
    wish.by = Agent{ledger::Role::parent, content("a parent"), {}};
    const Exercised asked = must(requested(wish));
    EXPECT_EQ(standing_of(asked.request), "need_authority");
    EXPECT_TRUE(must(show_person(*session_of(world), person(1))).standing.bars.empty());
    const Exercised shown = must(authorise_request(*session_of(world), asked.request.id,
                                                   bytes_of("a paper"), Since::clock::now()));
    EXPECT_TRUE(shown.replacement.has_value());
    EXPECT_EQ(must(show_person(*session_of(world), person(1))).standing.bars.size(), 1u);
    must(revoke_request(*session_of(world), asked.request.id, "letter", Since::clock::now()));
    EXPECT_TRUE(must(show_person(*session_of(world), person(1))).standing.bars.empty());
}

TEST_F(Requests, TheSameMarkIsTheSameRequest) {
    RequestArguments wish = ask(RequestKind::objection, 1);
    wish.mark = "letter 7";
    const std::string id = must(requested(wish)).request.id;
    EXPECT_EQ(must(requested(wish)).request.id, id);
    wish.person = person(2);
    EXPECT_EQ(code_of(requested(wish)), 2);
}

TEST_F(Requests, AMessageIsAQuestionUntilSomebodyHasReadIt) {
    const auto asked = must(take_message(*session_of(world), bytes_of("Leave me out!"), {}));
    EXPECT_EQ(asked.request.kind, RequestKind::question);
    RequestArguments as = ask(RequestKind::objection, 1, false);
    const Exercised read = must(classify_request(*session_of(world), asked.request.id, as));
    EXPECT_EQ(read.request.kind, RequestKind::objection);
    EXPECT_TRUE(read.replacement.has_value());
    const RequestPapers papers = must(request_papers(*session_of(world), asked.request.id));
    ASSERT_EQ(papers.papers.size(), 1u);
    EXPECT_EQ(papers.papers[0].text, "Leave me out!");
    const auto answered =
        must(answer_request(*session_of(world), asked.request.id, bytes_of("Done.")));
    EXPECT_TRUE(answered.request.answered_at.has_value());
}

TEST_F(Requests, ADenialNeedsAReasonThatTheLawKnows) {
    const auto asked = must(requested(ask(RequestKind::erasure, 1, false)));
    EXPECT_EQ(code_of(deny_request(*session_of(world), asked.request.id, "too much work",
                                   bytes_of("No."))),
              2);
}

TEST_F(Requests, SomebodyWithoutAnAccountObjectsByName) {
    ImportArguments wish;
    wish.format = "jsonl";
    wish.source = "forum";
    wish.ground = "legitimate_interest";
    wish.path = file_of(world, "p.jsonl", line_of("n", "person3", "Vera Eule was there."));
    must(import(*session_of(world), wish));
    OutsiderArguments outsider;
    outsider.name = PersonalText("vera eule");
    const Exercised objected = must(object_without_account(*session_of(world), outsider));
    ASSERT_TRUE(objected.in_others.has_value());
    EXPECT_EQ(objected.in_others->barred.size(), 1u);
    EXPECT_TRUE(objected.in_others->to_decide.empty());
    EXPECT_EQ(must(found(*session_of(world), objected.request.id)).in_others.barred,
              objected.in_others->barred);
    outsider.name = PersonalText();
    outsider.records = {"r-unknown"};
    EXPECT_EQ(code_of(object_without_account(*session_of(world), outsider)), 2);
}

TEST_F(Requests, ADecisionIsOneOfThree) {
    const auto asked = must(requested(ask(RequestKind::objection, 1)));
    const auto decide = [&](const Decision& decision) {
        return code_of(
            decide_found(*session_of(world), asked.request.id, decision, Since::clock::now()));
    };
    EXPECT_EQ(decide({}), 2);
    EXPECT_EQ(decide({true, true, {}}), 2);
    EXPECT_EQ(decide({false, true, std::vector<std::string>{}}), 2);
    EXPECT_EQ(decide({false, true, {}}), 3) << "clear, and nothing waits for it";
}

TEST_F(Requests, SomebodyUnknownIsNobody) {
    RequestArguments wish = ask(RequestKind::objection, 1);
    wish.person = {{}, PersonalText("nobody here")};
    EXPECT_EQ(code_of(requested(wish)), 2);
    wish.person = {};
    EXPECT_EQ(code_of(requested(wish)), 2);
    wish.person = {"p-aaaaaaaaaa", {}};
    EXPECT_EQ(code_of(requested(wish)), 2);
}

}  // namespace
}  // namespace litura::service
