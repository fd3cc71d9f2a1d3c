// Random histories of acts and requests against a model of a few lines: whoever is used has
// said yes last, the order in which acts are recorded does not matter, and after every step
// the ledger verifies.
#include <algorithm>
#include <random>

#include "ledger/intake.hpp"
#include "ledger/request_kind.hpp"
#include "ledger/requests.hpp"
#include "ledger/snapshots.hpp"
#include "ledger/test_project.hpp"

#include <rapidcheck/gtest.h>  // after gtest, which it needs

namespace litura::ledger::testing {
namespace {

constexpr const char* kPeople[] = {"anna", "bert", "cleo"};

enum class Step {
    consent,
    short_consent,
    withdrawal,
    objection,
    restrict,
    lift,
    erase,
    rectify,
    derive
};
struct Move {
    int who;
    Step step;
};

Move random_move() { return {*rc::gen::inRange(0, 3), static_cast<Step>(*rc::gen::inRange(0, 9))}; }

Instant day(int number) { return on("2026-01-01").plus_days(number); }

/// What the law says about one person, without tables.
struct Expected {
    bool erased = false, restricted = false, record_barred = false, wording_barred = false;
    std::vector<std::pair<Instant, std::optional<Instant>>> consents;
    std::vector<Instant> refusals;

    bool used(Instant now) const {
        if (erased || restricted || record_barred || wording_barred) return false;
        const Instant refused =
            refusals.empty() ? Instant{-1} : *std::ranges::max_element(refusals);
        return std::ranges::any_of(consents, [&](const auto& consent) {
            return consent.first > refused && consent.first <= now &&
                   (!consent.second || now < *consent.second);
        });
    }
};

class History {
public:
    explicit History(TestProject& project) : project_(&project) {
        Ledger ledger = project.at("2026-01-01");
        project.prepare(ledger);
        for (const char* who : kPeople) must(ledger.intake().account(kForum, name(who)));
    }

    void run(const Move& move) {
        ++day_;
        Ledger ledger =
            must(Ledger::open(project_->db, project_->secrets, *project_->env, day(day_)));
        Expected& who = people_[static_cast<std::size_t>(move.who)];
        const std::string author = kPeople[move.who];
        switch (move.step) {
            case Step::consent: return consent(ledger, author, who, {});
            case Step::short_consent: return consent(ledger, author, who, day(day_ + 5));
            case Step::withdrawal:
                must(ledger.intake().record(project_->act(author, ActKind::withdrawal, day(day_))));
                return who.refusals.push_back(day(day_));
            case Step::objection: return request(ledger, author, who, RequestKind::objection);
            case Step::restrict: return request(ledger, author, who, RequestKind::restriction);
            case Step::lift: return request(ledger, author, who, RequestKind::lift_restriction);
            case Step::erase: return request(ledger, author, who, RequestKind::erasure);
            case Step::rectify: return request(ledger, author, who, RequestKind::rectification);
            case Step::derive: return must(ledger.requests().mark_derived());
        }
    }

    void check() const {
        Ledger ledger = must(Ledger::open(project_->db, project_->secrets, *project_->env, {}));
        const auto kept = must(ledger.snapshots().latest());
        const Snapshot& snapshot = *kept;
        for (std::size_t at = 0; at < std::size(kPeople); ++at) {
            const Decision decision =
                decide(snapshot, project_->facts(kPeople[at]), Policy(), day(day_));
            RC_ASSERT(decision.admitted == people_[at].used(day(day_)));
            RC_ASSERT(!decision.admitted || decision.basis == Basis::consent);
        }
        const Verification found = must(ledger.verify());
        RC_ASSERT(found.first_difference == std::string());
    }

private:
    void consent(Ledger& ledger, const std::string& author, Expected& who,
                 std::optional<Instant> until) const {
        must(ledger.intake().record(project_->act(author, ActKind::consent, day(day_), until)));
        who.consents.emplace_back(day(day_), until);
    }

    void request(Ledger& ledger, const std::string& author, Expected& who, RequestKind kind) const {
        const RecordFacts facts = project_->facts(author);
        Ask ask{kind, facts.account, {}, std::nullopt};
        if (kind == RequestKind::rectification) ask.record = facts.record;
        if (needs_verification(kind) || kind == RequestKind::lift_restriction)
            ask.verified_by = "letter";
        const auto accepted = ledger.requests().accept(ask, kPurpose);
        const bool expected =
            !who.erased && (kind != RequestKind::lift_restriction || who.restricted);
        RC_ASSERT(accepted.ok() == expected);
        if (!expected) return;
        const std::string id = accepted.value().id;
        if (kind == RequestKind::objection) who.refusals.push_back(day(day_));
        if (kind == RequestKind::restriction || kind == RequestKind::lift_restriction) {
            who.restricted = kind == RequestKind::restriction;
        }
        if (kind == RequestKind::rectification) {
            RC_ASSERT(!project_->decision(ledger, author).admitted);
            must(ledger.requests().begin_rectification(id, facts.wording));
            who.wording_barred = true;
        }
        if (kind == RequestKind::erasure) {
            must(ledger.requests().begin_erasure(id));
            who.erased = true;
        }
        if (needs_verification(kind)) must(ledger.requests().mark_destroyed(id));
    }

    TestProject* project_;
    int day_ = 0;
    Expected people_[3];
};

RC_GTEST_PROP(History, After_every_step_only_those_are_used_who_said_yes_last, ()) {
    TestProject project;
    History history(project);
    const int steps = *rc::gen::inRange(1, 25);
    for (int at = 0; at < steps; ++at) {
        history.run(random_move());
        history.check();
    }
}

RC_GTEST_PROP(History, The_order_in_which_acts_are_recorded_does_not_matter, ()) {
    struct Said {
        int day;
        ActKind kind;
        bool ends;
    };
    std::vector<Said> said;
    const int acts = *rc::gen::inRange(1, 8);
    for (int at = 0; at < acts; ++at) {
        said.push_back({*rc::gen::inRange(0, 20), static_cast<ActKind>(*rc::gen::inRange(0, 3)),
                        *rc::gen::arbitrary<bool>()});
    }
    const auto answers = [](const std::vector<Said>& in_order) {
        TestProject project;
        Ledger ledger = project.at("2026-03-01");
        project.prepare(ledger);
        for (const Said& one : in_order) {
            const auto until = one.ends ? std::optional(day(one.day + 7)) : std::nullopt;
            must(ledger.intake().record(project.act("anna", one.kind, day(one.day), until)));
        }
        const auto kept = must(ledger.snapshots().latest());
        const Snapshot& snapshot = *kept;
        std::vector<std::tuple<bool, Rule, Instant, std::optional<Instant>>> out;
        for (int at = 0; at < 40; ++at) {
            const Decision decision = decide(snapshot, project.facts("anna"), Policy(), day(at));
            out.emplace_back(decision.admitted, decision.rule, decision.from, decision.until);
        }
        return out;
    };
    std::vector<Said> shuffled = said;
    std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937(*rc::gen::arbitrary<unsigned>()));
    RC_ASSERT(answers(said) == answers(shuffled));
}

}  // namespace
}  // namespace litura::ledger::testing
