// The snapshot that a ledger keeps is brought up to date by events; after whatever history, it is
// the one that is read from the tables.
#include <rapidcheck.h>

#include "ledger/documents.hpp"
#include "ledger/findings.hpp"
#include "ledger/intake.hpp"
#include "ledger/orders.hpp"
#include "ledger/persons.hpp"
#include "ledger/requests.hpp"
#include "ledger/snapshots.hpp"
#include "ledger/test_project.hpp"

namespace litura::ledger::testing {
namespace {

constexpr std::string_view kToday = "2026-06-01";
constexpr const char* kSome[] = {"anna", "bert", "cleo", "dora"};

template <typename T>
std::string text_of_if(const std::optional<T>& value) {
    if constexpr (std::is_same_v<T, Digest>)
        return value ? value->hex().substr(0, 8) : "-";
    else
        return value ? std::to_string(value->ms) : "-";
}

std::string line_of(const Bar& bar) {
    return " bar " + std::string(to_text(bar.kind)) + " " + bar.purpose + " " +
           std::to_string(bar.event) + " " + text_of_if(bar.person) + text_of_if(bar.record) +
           text_of_if(bar.wording) + text_of_if(bar.folded);
}

/// Everything that decide() reads, in one order.
std::vector<std::string> lines_of(const Snapshot& snapshot) {
    std::vector<std::string> lines{std::to_string(snapshot.sequence) + " of " +
                                   std::to_string(snapshot.rules.size()) +
                                   (snapshot.stopped ? " stopped" : "")};
    for (const auto& [tag, account] : snapshot.accounts) {
        std::string line = "account " + tag.hex() + " " + account.person.hex() + " " +
                           account.country + " " +
                           std::to_string(account.age ? account.age->years : -1);
        for (const Ground& ground : account.grounds)
            line += " ground " + std::string(to_text(ground.basis)) + " " + ground.purpose + " " +
                    std::to_string(ground.at.ms) + " " + text_of_if(ground.until) +
                    (ground.by_minor ? " minor" : "");
        for (const Bar& bar : account.bars) line += line_of(bar);
        lines.push_back(line);
    }
    for (const auto& [key, bars] : snapshot.bars) {
        std::string line = "on " + key.hex();
        for (const Bar& bar : bars) line += line_of(bar);
        lines.push_back(line);
    }
    for (const auto& [record, acts] : snapshot.exceptions) {
        std::string line = "exception " + record.hex();
        for (const Exception& act : acts)
            line += " " + act.purpose + std::to_string(act.at.ms) + text_of_if(act.until);
        lines.push_back(line);
    }
    for (const auto& [name, source] : snapshot.sources)
        lines.push_back("source " + name + std::to_string(source.event));
    for (const auto& [name, served] : snapshot.first_notice)
        lines.push_back("served " + name + std::to_string(served.event));
    lines.push_back(std::to_string(snapshot.names.size()) + " names, " +
                    std::to_string(snapshot.exclusions.size()) + " exclusions");
    std::ranges::sort(lines);
    return lines;
}

class History {
public:
    History() {
        project.prepare(ledger);
        for (const char* who : kSome) must(ledger.intake().account(kForum, name(who)));
        (void)must(ledger.snapshots().latest());
    }

    /// What is refused changes nothing, and is part of the history all the same.
    void step(int what, int who, int day) {
        const char* author = kSome[who];
        const auto accounts = must(ledger.persons().of_author(name(author)));
        const Digest person = accounts.empty() ? sha256(author) : accounts[0].person;
        const RecordFacts facts = project.facts(author);
        Intake intake = ledger.intake();
        Requests requests = ledger.requests();
        const Instant at{on("2026-03-01").ms + std::int64_t{day} * 24 * 60 * 60 * 1000};
        const auto ask = [&](RequestKind kind, std::optional<Digest> record = {}) {
            (void)requests.accept({kind, person, record, "letter"}, kPurpose);
        };
        const std::string last = "q-" + std::to_string(must(requests.all()).size());
        switch (what) {
            case 0: return (void)intake.record(project.act(author, ActKind::consent, at));
            case 1: return (void)intake.record(project.act(author, ActKind::withdrawal, at));
            case 2: {
                Act act = project.act(author, ActKind::made_public, at);
                act.record = name("a post");
                return (void)intake.record(act);
            }
            case 3: return ask(RequestKind::objection);
            case 4: return ask(RequestKind::restriction);
            case 5: return ask(RequestKind::lift_restriction);
            case 6: return ask(RequestKind::rectification, facts.record);
            case 7: return ask(RequestKind::erasure, facts.record);
            case 8: return erase(person);
            case 9: return (void)requests.revoke(last, "letter");
            case 10: return (void)intake.flag(facts.record, BarKind::special_category);
            case 11: return (void)intake.bar_deleted(facts.record);
            case 12: return (void)ledger.persons().link(person, other(who), bytes_of("a letter"));
            case 13:
                if (!accounts.empty())
                    (void)ledger.persons().describe(accounts[0], {"DE", day % 2 + 15, at});
                return;
            case 14:
                return (void)ledger.findings().bar(last, BarKind::echo, std::nullopt,
                                                   {{project.facts("erna").record, {}}});
            case 15: return (void)ledger.orders().stop({"Authority", "1"});
            case 16: return (void)ledger.orders().lift("o-1", "A", "B");
            case 17: return (void)requests.begin_rectification(last, facts.wording);
            case 18: return (void)requests.mark_derived();
            case 19: return (void)intake.account(kForum, name(std::to_string(day)));
            default: return;
        }
    }

    Digest other(int who) {
        const auto accounts = must(ledger.persons().of_author(name(kSome[(who + 1) % 4])));
        return accounts.empty() ? Digest() : accounts[0].person;
    }

    void erase(const Digest& person) {
        const auto request =
            ledger.requests().accept({RequestKind::erasure, person, {}, "letter"}, kPurpose);
        if (request) (void)ledger.requests().begin_erasure(request.value().id);
    }

    TestProject project{"2026-01-01"};
    Ledger ledger = project.at(kToday);
};

TEST(Kept, The_snapshot_that_is_kept_is_the_one_that_is_read_after_any_history) {
    EXPECT_TRUE(rc::check([] {
        History history;
        const int steps = *rc::gen::inRange(1, 40);
        std::shared_ptr<const Snapshot> held;
        for (int at = 0; at < steps; ++at) {
            history.step(*rc::gen::inRange(0, 20), *rc::gen::inRange(0, 4),
                         *rc::gen::inRange(0, 60));
            if (*rc::gen::arbitrary<bool>()) continue;  // several events at once
            const auto kept = must(history.ledger.snapshots().latest());
            Ledger fresh = history.project.at(kToday);
            RC_ASSERT(lines_of(*kept) == lines_of(*must(fresh.snapshots().latest())));
            if (*rc::gen::arbitrary<bool>()) held = kept;
        }
    }));
}

TEST(Kept, Who_holds_a_snapshot_sees_it_unchanged) {
    History history;
    const auto before = must(history.ledger.snapshots().latest());
    const auto lines = lines_of(*before);
    history.step(3, 0, 0);
    const auto after = must(history.ledger.snapshots().latest());
    EXPECT_NE(lines_of(*after), lines);
    EXPECT_EQ(lines_of(*before), lines);
}

TEST(Kept, An_event_that_was_taken_back_leaves_nothing_behind) {
    History history;
    {
        auto transaction = must(history.project.db.begin());
        history.step(3, 0, 0);
        (void)must(history.ledger.snapshots().latest());
    }
    history.step(3, 1, 0);
    Ledger fresh = history.project.at(kToday);
    EXPECT_EQ(lines_of(*must(history.ledger.snapshots().latest())),
              lines_of(*must(fresh.snapshots().latest())));
}

}  // namespace
}  // namespace litura::ledger::testing
