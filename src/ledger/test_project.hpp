// A small project for the ledger's tests: a test clock, one source "forum", people by first
// name. Tests only.
#pragma once

#include "base/test_support.hpp"
#include "keys/sealing.hpp"
#include "ledger/documents.hpp"
#include "ledger/intake.hpp"
#include "ledger/ledger.hpp"
#include "ledger/requests.hpp"
#include "ledger/schema.hpp"
#include "ledger/snapshots.hpp"

namespace litura::ledger::testing {

/// A day on which nothing special happens.
inline constexpr std::string_view kDay = "2026-02-01";

inline constexpr std::string_view kPurpose = "model_training";
inline constexpr std::string_view kForum = "forum";

/// Answers all that the shipped rules ask.
inline constexpr std::string_view kAssessment =
    "Interest: to offer a model to all.\n"
    "Necessity: only posts show how people write.\n"
    "Could we have asked? Not all of them, since many accounts are idle.\n"
    "Balance: the posts are public and old.\n"
    "Mitigations: objection is open to all.\n";

/// "2026-03-01" or a whole RFC 3339 moment.
inline Instant on(std::string_view when) {
    const auto parsed =
        parse_instant(when.size() == 10 ? std::string(when) + "T00:00:00Z" : std::string(when));
    CHECK(parsed.ok());
    return parsed.value();
}

inline PersonalText name(std::string_view text) { return PersonalText(std::string(text)); }

inline Ask ask_for(RequestKind kind, const Digest& person) { return {kind, person, {}, {}}; }

class TestProject {
public:
    explicit TestProject(std::string_view from = "2026-01-01")
        : TestProject(must(Database::in_memory()), from) {}
    TestProject(Database database, std::string_view from) : db(std::move(database)) {
        secrets = {keys::random_key(), keys::random_key(), keys::random_key()};
        must(bring_forward(db, schema(secrets)));
        must(Ledger::create(db, secrets, Ledger::Clock::test, on(from)));
    }

    Ledger at(std::string_view when) { return must(Ledger::open(db, secrets, *env, on(when))); }

    /// Everything that consent needs; the notice's digest.
    Digest prepare(Ledger& ledger) {
        must(ledger.documents().declare_source(kForum, Audience::everyone, true, std::nullopt));
        return must(ledger.documents().add_notice(bytes_of("What you post here trains a model.")));
    }
    Act act(std::string_view who, ActKind kind, Instant when,
            std::optional<Instant> until = {}) const {
        return {name(who),
                std::string(kForum),
                std::string(kPurpose),
                kind,
                sha256("What you post here trains a model."),
                "settings page",
                "en",
                when,
                until};
    }
    Digest consenting(Ledger& ledger, std::string_view who) {
        prepare(ledger);
        must(ledger.intake().record(act(who, ActKind::consent, must(ledger.now()))));
        return must(ledger.intake().account(kForum, name(who))).person;
    }

    /// Is a public post of this author used?
    Decision decision(Ledger& ledger, std::string_view who, Audience audience = Audience::unknown) {
        return decide(*must(ledger.snapshots().latest()), facts(who, audience), Policy(),
                      must(ledger.now()));
    }
    RecordFacts facts(std::string_view who, Audience audience = Audience::unknown) const {
        const Digest account = must(keys::account_tag(secrets.deal, kForum, name(who)));
        const Digest record = keys::record_tag(secrets.deal, account, name("a post"));
        return {record, account, keys::text_tag(secrets.deal, record, name("first wording")),
                kForum, audience};
    }

    Database db;
    keys::ProjectSecrets secrets;
    std::unique_ptr<Env> env = system_env();
};

}  // namespace litura::ledger::testing
