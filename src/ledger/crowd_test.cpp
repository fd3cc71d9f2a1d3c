// A crowd of people who consent, refuse, restrict, are erased, linked and found to be minors at
// random, and the models that are sealed meanwhile, against a reference of a few lines that knows
// no table. Small here; the million of it is run by `./test --slow`, which prints what the chain of
// it costs.
#include <cstdio>
#include <ctime>
#include <random>

#include "ledger/documents.hpp"
#include "ledger/intake.hpp"
#include "ledger/persons.hpp"
#include "ledger/requests.hpp"
#include "ledger/snapshots.hpp"
#include "ledger/test_project.hpp"

namespace litura::ledger::testing {
namespace {

/// What the law says about a person: the days of the last yes of each account, and of the last no
/// of all.
struct Reference {
    struct Person {
        int no = -1;
        bool restricted = false, erased = false, minor = false;
    };
    struct AnAccount {
        std::size_t person = 0;
        int yes = -1;
        bool interest = false;
    };
    std::vector<Person> people;
    std::vector<AnAccount> accounts;

    bool used(std::size_t account, bool grace_over) const {
        const AnAccount& one = accounts[account];
        const Person& who = people[one.person];
        if (who.erased || who.restricted || who.minor) return false;
        if (one.yes >= 0 || who.no >= 0) return one.yes > who.no;
        return one.interest && grace_over;
    }
};

constexpr int kDays = 40, kGraceDays = 30;

class Crowd {
public:
    Crowd(std::size_t people, unsigned seed) : dice_(seed) {
        Ledger ledger = at(0);
        auto transaction = must(project_.db.begin());
        must(ledger.documents().serve_notice(project_.prepare(ledger), kForum, day(0)));
        must(ledger.documents().add(DocumentKind::assessment, bytes_of(kAssessment), kPurpose));
        for (std::size_t number = 0; number < people; ++number) join(ledger, number);
        must(transaction.commit());
    }

    /// Something happens to somebody `times` times a day; after every tenth day a manifest is
    /// sealed.
    void live(std::size_t times) {
        for (int today = 1; today <= kDays; ++today) {
            Ledger ledger = at(today);
            auto transaction = must(project_.db.begin());
            for (std::size_t time = 0; time < times; ++time) happen(ledger, today);
            must(transaction.commit());
            if (today % 10 == 0) seal(ledger, today);
        }
    }

    Ledger at(int today) {
        return must(Ledger::open(project_.db, project_.secrets, *project_.env, day(today)));
    }

private:
    static Instant day(int number) { return on("2026-01-01").plus_days(number); }
    bool chance(int in_a_thousand) { return dice_() % 1000 < static_cast<unsigned>(in_a_thousand); }
    static std::string name_of(std::size_t number) { return "person " + std::to_string(number); }

    void join(Ledger& ledger, std::size_t number) {
        accounts_.push_back(must(ledger.intake().account(kForum, name(name_of(number)))));
        reference_.accounts.push_back({reference_.people.size(), -1, false});
        if (number > 0 && chance(20)) return link(ledger, number);
        reference_.people.emplace_back();
    }

    void link(Ledger& ledger, std::size_t number) {
        const std::size_t person = reference_.accounts[number - 1].person;
        must(ledger.persons().link(person_of(number - 1), accounts_[number].tag,
                                   bytes_of("the same face")));
        reference_.accounts[number].person = person;
        accounts_[number].person = person_of(number);
    }

    /// The tag of a person's first account; accounts of one person stand together.
    Digest person_of(std::size_t account) const {
        const std::size_t person = reference_.accounts[account].person;
        while (account > 0 && reference_.accounts[account - 1].person == person) --account;
        return accounts_[account].tag;
    }

    void happen(Ledger& ledger, int today) {
        const std::size_t number = dice_() % accounts_.size();
        Reference::AnAccount& one = reference_.accounts[number];
        Reference::Person& who = reference_.people[one.person];
        if (who.erased) return;
        const unsigned what = dice_() % 1000;
        if (what < 400) {
            must(ledger.intake().claim_legitimate_interest(accounts_[number], kPurpose));
            one.interest = true;
        } else if (what < 700) {
            must(ledger.intake().record(
                project_.act(name_of(number), ActKind::consent, day(today))));
            one.yes = today;
        } else if (what < 800) {
            must(ledger.intake().record(
                project_.act(name_of(number), ActKind::withdrawal, day(today))));
            who.no = today;
        } else if (what < 950) {
            must(ledger.requests().accept(ask_for(RequestKind::objection, person_of(number)),
                                          kPurpose));
            who.no = today;
        } else if (what < 985) {
            const auto kind =
                who.restricted ? RequestKind::lift_restriction : RequestKind::restriction;
            Ask ask = ask_for(kind, person_of(number));
            ask.verified_by = "letter";
            must(ledger.requests().accept(ask, kPurpose));
            who.restricted = !who.restricted;
        } else if (what < 995) {
            must(ledger.persons().describe(accounts_[number], {{}, 15, day(today)}));
            who.minor = true;
        } else {
            erase(ledger, number);
            who.erased = true;
        }
    }

    void erase(Ledger& ledger, std::size_t number) {
        Ask ask = ask_for(RequestKind::erasure, person_of(number));
        ask.verified_by = "letter";
        const std::string id = must(ledger.requests().accept(ask, kPurpose)).id;
        must(ledger.requests().begin_erasure(id));
        must(ledger.requests().mark_destroyed(id));
    }

    void seal(Ledger& ledger, int today) {
        const auto kept = must(ledger.snapshots().latest());
        const Snapshot& snapshot = *kept;
        std::size_t wrong = 0, objected = 0, used = 0;
        for (std::size_t number = 0; number < accounts_.size(); ++number) {
            RecordFacts facts;
            facts.record = facts.wording = accounts_[number].folded;
            facts.account = accounts_[number].tag;
            facts.source = kForum;
            const bool admitted = decide(snapshot, facts, Policy(), day(today)).admitted;
            const Reference::AnAccount& one = reference_.accounts[number];
            used += admitted;
            wrong += admitted != reference_.used(number, today >= kGraceDays);
            objected += admitted && reference_.people[one.person].no >= one.yes &&
                        reference_.people[one.person].no >= 0;
        }
        EXPECT_EQ(objected, 0u) << "somebody who had objected is in a manifest";
        EXPECT_EQ(wrong, 0u);
        EXPECT_GT(used, 0u);
    }

    TestProject project_{"2026-01-01"};
    std::mt19937 dice_;
    std::vector<Account> accounts_;
    Reference reference_;
};

void run(std::size_t people, std::size_t times, unsigned seed) {
    auto seconds = [begin = std::clock()]() mutable {
        const std::clock_t end = std::clock();
        return static_cast<double>(end - std::exchange(begin, end)) / CLOCKS_PER_SEC;
    };
    Crowd crowd(people, seed);
    crowd.live(times);
    const double lived = seconds();
    Ledger ledger = crowd.at(kDays);
    const Verification found = must(ledger.verify());
    const double verified = seconds();
    EXPECT_TRUE(found.holds) << found.first_difference;
    const Head before = must(ledger.head());
    must(ledger.rebuild());
    const double rebuilt = seconds();
    EXPECT_EQ(must(ledger.head()).hash, before.hash);
    EXPECT_TRUE(must(ledger.verify()).holds);
    std::printf(
        "%zu people, %llu events; seconds of one core: %.1f to live, %.1f to verify, %.1f to "
        "rebuild\n",
        people, static_cast<unsigned long long>(found.events), lived, verified, rebuilt);
}

TEST(Crowd, Nobody_who_objected_is_in_a_manifest_sealed_later) { run(300, 100, 1); }

TEST(Crowd, DISABLED_Nobody_who_objected_is_in_one_after_a_million_people_and_events) {
    run(400'000, 15'500, 2);
}

}  // namespace
}  // namespace litura::ledger::testing
