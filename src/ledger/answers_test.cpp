// Representatives, marks, papers, denials and free text: what the cases do not reach.
#include "keys/key_table.hpp"
#include "keys/sealing.hpp"
#include "ledger/denial.hpp"
#include "ledger/findings.hpp"
#include "ledger/requests.hpp"
#include "ledger/test_project.hpp"

namespace litura::ledger::testing {
namespace {

constexpr std::string_view kLetter =
    "Reasons: it is needed in court\nSupervisory authority: the data protection authority\n"
    "Court: the regional court here\n";

TEST(Denial, The_letter_must_name_reasons_authority_and_court) {
    EXPECT_TRUE(check_denial_letter(bytes_of(kLetter)).ok());
    EXPECT_TRUE(check_denial_letter(bytes_of("REASONS:\nit is needed\nCourt:\nthe court of Graz\n"
                                             "supervisory authority:\nDSB in Vienna"))
                    .ok());
    for (const char* letter :
         {"", "Reasons: it is needed in court", "no headings, only words and more words",
          "Reasons: x\nSupervisory authority: y\nCourt: z",
          "Reasons:\nSupervisory authority: the data protection authority\nCourt: the court there",
          "Our Reasons: it is needed\nSupervisory authority: a b c\nCourt: a b c"}) {
        EXPECT_EQ(code_of(check_denial_letter(bytes_of(letter))), 2) << letter;
    }
}

TEST(Denial, Only_a_reason_that_answers_the_right_is_taken) {
    EXPECT_TRUE(denial_reason("legal_claims", RequestKind::erasure).ok());
    EXPECT_EQ(code_of(denial_reason("legal_claims", RequestKind::access)), 3);
    EXPECT_EQ(code_of(denial_reason("we would rather not", RequestKind::access)), 2);
    for (const RequestKind kind : {RequestKind::objection, RequestKind::withdrawal,
                                   RequestKind::restriction, RequestKind::question}) {
        const auto refused = denial_reason("identity", kind);
        EXPECT_EQ(code_of(refused), 3);
        EXPECT_FALSE(refused.error().next.empty());
    }
}

TEST(Papers, Are_kept_under_the_requests_key_and_die_with_it) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    Ask ask = ask_for(RequestKind::objection, project.consenting(ledger, "anna"));
    ask.by =
        Representative{Role::agent, bytes_of("Zora Zeller, attorney"), bytes_of("signed by anna")};
    const Request request = must(ledger.requests().accept(ask, kPurpose));
    EXPECT_EQ(request.role, Role::agent);
    const auto papers = must(ledger.requests().papers(request.id));
    ASSERT_EQ(papers.size(), 2u);
    EXPECT_EQ(papers[0].what, "representative");
    EXPECT_EQ(text_of(papers[1].text), "signed by anna");
    auto keys = must(keys::KeyTable::open(project.db, project.secrets.root));
    must(keys.destroy(request_key(request.id), keys::KeyKind::request));
    EXPECT_TRUE(must(ledger.requests().papers(request.id)).empty());
    EXPECT_TRUE(must(ledger.verify()).holds) << "what they said is gone, the chain is whole";
}

TEST(Filings, A_mark_stands_for_one_content) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    Ask ask = ask_for(RequestKind::access, project.consenting(ledger, "anna"));
    ask.filing = Filing{"letter-1", bytes_of("a body")};
    const Request first = must(ledger.requests().accept(ask, kPurpose));
    const Sequence before = must(ledger.sequence());
    EXPECT_EQ(must(ledger.requests().accept(ask, kPurpose)).id, first.id);
    EXPECT_EQ(must(ledger.sequence()), before);
    ask.filing->content = bytes_of("another body");
    EXPECT_EQ(code_of(ledger.requests().accept(ask, kPurpose)), 2);
    ask.filing = Filing{"letter-2", bytes_of("another body")};
    EXPECT_EQ(must(ledger.requests().accept(ask, kPurpose)).id, first.id)
        << "the person's standing request";
    EXPECT_EQ(must(ledger.requests().accept(ask, kPurpose)).id, first.id);
    EXPECT_TRUE(must(ledger.verify()).holds);
}

TEST(Duplicates, Anothers_filing_leaves_the_persons_own_request_alone) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const Digest anna = project.consenting(ledger, "anna");
    const Request own =
        must(ledger.requests().accept(ask_for(RequestKind::erasure, anna), kPurpose));
    Ledger later = project.at("2026-02-20");
    Ask ask = ask_for(RequestKind::erasure, anna);
    ask.by = Representative{Role::agent, bytes_of("somebody"), {}};
    const Request other = must(later.requests().accept(ask, kPurpose));
    EXPECT_NE(other.id, own.id);
    EXPECT_EQ(other.accepted_at, on("2026-02-20")) << "it does not show when anna asked";
    must(later.requests().revoke(other.id, "letter"));
    const Request still = must(later.requests().read(own.id));
    EXPECT_EQ(still.state, RequestState::accepted);
    EXPECT_EQ(still.due, own.due);
    EXPECT_FALSE(project.decision(later, "anna").admitted);
}

TEST(Questions, Bar_nobody_and_close_by_no_derivation) {
    TestProject project;
    Ledger ledger = project.at("2026-02-10");
    project.consenting(ledger, "anna");
    const Request question = must(
        ledger.requests().accept_text(bytes_of("opt-in request?"), on("2026-02-03"), kPurpose));
    EXPECT_EQ(question.accepted_at, on("2026-02-03"));
    EXPECT_EQ(to_text(question.due), "2026-03-03T23:59:59Z");
    must(ledger.requests().mark_derived());
    EXPECT_EQ(must(ledger.requests().read(question.id)).state, RequestState::accepted);
    EXPECT_TRUE(project.decision(ledger, "anna").admitted);
    EXPECT_EQ(code_of(ledger.requests().accept_text(bytes_of("x"), on("2026-03-01"), kPurpose)), 2)
        << "received tomorrow";
    EXPECT_EQ(code_of(ledger.requests().classify(
                  question.id, ask_for(RequestKind::objection, Digest()), kPurpose)),
              2);
}

TEST(Revocation, Of_an_objection_takes_its_echoes_with_it) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const Digest anna = project.consenting(ledger, "anna");
    project.consenting(ledger, "bert");
    const Request request =
        must(ledger.requests().accept(ask_for(RequestKind::objection, anna), kPurpose));
    must(ledger.findings().bar(request.id, BarKind::echo, 100,
                               {{project.facts("bert").record, {}}}));
    EXPECT_FALSE(project.decision(ledger, "bert").admitted);
    EXPECT_EQ(code_of(ledger.requests().revoke(request.id, "account-login")), 3)
        << "whoever lifts is known";
    must(ledger.requests().revoke(request.id, "letter"));
    EXPECT_TRUE(project.decision(ledger, "bert").admitted);
    EXPECT_TRUE(project.decision(ledger, "anna").admitted);
    EXPECT_TRUE(must(ledger.verify()).holds);
}

}  // namespace
}  // namespace litura::ledger::testing
