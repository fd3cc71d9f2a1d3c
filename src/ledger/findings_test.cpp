// Records of others in which something of a person was found: what becomes a bar by rule, what
// waits for a person's decision, and how long a bar stands.
#include "ledger/findings.hpp"
#include "ledger/intake.hpp"
#include "ledger/persons.hpp"
#include "ledger/requests.hpp"
#include "ledger/snapshots.hpp"
#include "ledger/test_project.hpp"

namespace litura::ledger::testing {
namespace {

constexpr std::string_view kLater = "2026-03-01";

struct Finding {
    TestProject project;
    Ledger ledger = project.at(kDay);
    Digest anna = project.consenting(ledger, "anna");
    Digest beno = project.consenting(ledger, "beno");
    keys::NameTag mara{sha256("Mara"), ~std::uint64_t{0}, 1};

    Request ask(RequestKind kind) {
        Ask wish = ask_for(kind, anna);
        wish.verified_by = "letter";
        return must(ledger.requests().accept(wish, kPurpose));
    }
    /// Beno's post, and as many of nobody's as it takes.
    std::vector<FoundRecord> records(std::size_t count) const {
        std::vector<FoundRecord> out{{project.facts("beno").record, {}}};
        while (out.size() < count) out.push_back({sha256(std::to_string(out.size())), {}});
        return out;
    }
    Rule rule(std::string_view day = kDay) {
        Ledger opened = project.at(day);
        return project.decision(opened, "beno").rule;
    }
    std::size_t barred(const Request& request) {
        return must(ledger.findings().of(request.id)).barred.size();
    }
    std::size_t waiting(const Request& request) {
        return must(ledger.findings().of(request.id)).waiting.size();
    }
    bool verifies() { return must(ledger.verify()).holds; }
};

TEST(Found, A_few_records_are_barred_by_rule_and_more_wait_for_a_person) {
    for (const auto& [count, searched, by_rule] :
         {std::tuple(10, 100, true), {11, 100, false}, {11, 11'000, true}, {12, 11'000, false}}) {
        Finding world;
        const Request request = world.ask(RequestKind::erasure);
        must(world.ledger.findings().bar(request.id, BarKind::echo, searched,
                                         world.records(static_cast<std::size_t>(count))));
        EXPECT_EQ(world.barred(request), by_rule ? count : 0) << count << " of " << searched;
        EXPECT_EQ(world.waiting(request), by_rule ? 0 : count) << count << " of " << searched;
        EXPECT_EQ(world.rule(), by_rule ? Rule::record_barred : Rule::consent_live);
        EXPECT_TRUE(world.verifies());
    }
}

TEST(Found, Searching_again_bars_nothing_twice) {
    Finding world;
    const Request request = world.ask(RequestKind::erasure);
    for (int time = 0; time < 2; ++time)
        must(world.ledger.findings().bar(request.id, BarKind::echo, 50, world.records(3)));
    EXPECT_EQ(world.barred(request), 3u);
    EXPECT_TRUE(world.verifies());
}

TEST(Found, What_a_person_decides_is_barred_and_the_rest_is_not) {
    Finding world;
    const Request request = world.ask(RequestKind::erasure);
    must(world.ledger.findings().bar(request.id, BarKind::echo, 50, world.records(20)));
    EXPECT_FALSE(world.ledger.findings().decide(request.id, {{sha256("other"), {}}}, false).ok());
    must(world.ledger.findings().decide(request.id, world.records(1), false));
    EXPECT_EQ(world.barred(request), 1u);
    EXPECT_EQ(world.waiting(request), 0u);
    EXPECT_EQ(world.rule(), Rule::record_barred);
    EXPECT_EQ(world.ledger.findings().decide(request.id, {}, false).error().code, Code::forbidden);
    EXPECT_TRUE(world.verifies());
}

TEST(Found, An_echo_falls_with_the_objection_it_follows_and_outlives_an_erasure) {
    for (const auto kind :
         {RequestKind::objection, RequestKind::withdrawal, RequestKind::erasure}) {
        Finding world;
        const Request request = world.ask(kind);
        must(world.ledger.findings().bar(request.id, BarKind::echo, 50, world.records(1)));
        EXPECT_EQ(world.rule(), Rule::record_barred);
        if (kind == RequestKind::erasure) must(world.ledger.requests().begin_erasure(request.id));
        if (kind != RequestKind::erasure) {
            Ledger later = world.project.at(kLater);
            must(later.intake().record(world.project.act("anna", ActKind::consent, on(kLater))));
        }
        EXPECT_EQ(world.rule(kLater),
                  kind == RequestKind::erasure ? Rule::record_barred : Rule::consent_live);
        EXPECT_TRUE(must(world.project.at(kLater).verify()).holds);
    }
}

TEST(Found, A_yes_of_one_account_does_not_free_echoes_of_a_person_with_two) {
    Finding world;
    const Digest second = world.project.consenting(world.ledger, "anna_2");
    must(world.ledger.persons().link(world.anna, second, bytes_of("Both signed.")));
    const Request request = world.ask(RequestKind::objection);
    must(world.ledger.findings().bar(request.id, BarKind::echo, 50, world.records(1)));
    Ledger later = world.project.at(kLater);
    must(later.intake().record(world.project.act("anna", ActKind::consent, on(kLater))));
    EXPECT_EQ(world.rule(kLater), Rule::record_barred);
    must(later.intake().record(world.project.act("anna_2", ActKind::consent, on(kLater))));
    EXPECT_EQ(world.rule(kLater), Rule::consent_live);
}

TEST(Found, A_name_is_in_force_for_later_imports_unless_a_person_has_to_decide) {
    for (const bool common : {false, true}) {
        Finding world;
        const Request request = must(world.ledger.requests().accept_outsider(world.mara, kPurpose));
        EXPECT_EQ(request.handle, "-");
        EXPECT_TRUE(must(world.ledger.snapshots().latest())->names.empty())
            << "not searched for yet";
        must(world.ledger.findings().bar(request.id, BarKind::name, 50,
                                         world.records(common ? 20 : 2)));
        EXPECT_EQ(must(world.ledger.snapshots().latest())->names.size(), common ? 0u : 1u);
        EXPECT_EQ(must(world.ledger.requests().accept_outsider(world.mara, kPurpose)).id,
                  request.id);
        must(world.ledger.requests().mark_derived());
        EXPECT_EQ(must(world.ledger.requests().read(request.id)).state,
                  common ? RequestState::accepted : RequestState::derived);
        if (common) must(world.ledger.findings().decide(request.id, world.records(20), true));
        const auto names = must(world.ledger.snapshots().latest())->names;
        ASSERT_EQ(names.size(), 1u);
        EXPECT_EQ(names[0].tag.quick, world.mara.quick) << "all 64 bits come back";
        EXPECT_TRUE(world.verifies());
    }
}

TEST(Found, Only_the_wording_that_held_the_name_is_barred) {
    Finding world;
    const Request request = must(world.ledger.requests().accept_outsider(world.mara, kPurpose));
    const RecordFacts beno = world.project.facts("beno");
    must(world.ledger.findings().bar_named(1, {beno.record, sha256("another wording")}));
    EXPECT_EQ(world.rule(), Rule::consent_live);
    must(world.ledger.findings().bar_named(1, {beno.record, beno.wording}));
    must(world.ledger.findings().bar_named(1, {beno.record, beno.wording}));
    EXPECT_EQ(world.rule(), Rule::wording_barred);
    EXPECT_EQ(world.barred(request), 2u);
    EXPECT_TRUE(world.verifies());
}

TEST(Found, Records_that_a_person_has_named_need_no_decision) {
    Finding world;
    const Request request = must(world.ledger.requests().accept_outsider(std::nullopt, kPurpose));
    must(world.ledger.findings().bar(request.id, BarKind::name, std::nullopt, world.records(30)));
    EXPECT_EQ(world.barred(request), 30u);
    EXPECT_EQ(world.rule(), Rule::record_barred);
}

}  // namespace
}  // namespace litura::ledger::testing
