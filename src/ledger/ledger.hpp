// The ledger: an append-only, hash-chained log of everything that allows or forbids, and its folds.
// Only events are truth; every table beside them can be rebuilt (verify). The chain covers
// commitments, payloads are sealed: an account's under the account's key, so that they die with it,
// all others under the project key. An append and its fold are one durable transaction; what a
// method returned is not lost. A Ledger belongs to one thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/database.hpp"
#include "base/env.hpp"
#include "base/json.hpp"
#include "base/permit.hpp"
#include "base/secret.hpp"
#include "keys/key_table.hpp"
#include "keys/tags.hpp"
#include "ledger/clock.hpp"
#include "ledger/decide.hpp"
#include "ledger/order.hpp"
#include "ledger/types.hpp"

namespace litura::ledger {

/// An act of a person with evidence: one line of ACTS.jsonl.
struct Act {
    PersonalText author;
    std::string source, purpose;
    ActKind kind = ActKind::consent;
    Digest notice;
    std::string channel, locale;
    Instant at;
    std::optional<Instant> until = {};
    /// How it was shown that whoever acts holds parental responsibility; empty: nobody says so.
    std::string authority = {};
    /// The id of the author's own record that an exception (ActKind) is about.
    PersonalText record = {};
    bool preset = false;  ///< set beforehand, or read out of silence: refused
};

/// What was checked by `ledger verify`.
struct Verification {
    bool holds = false;
    Sequence events = 0;
    Sequence unreadable = 0;       ///< payloads whose key was destroyed by a recorded erasure
    std::string first_difference;  ///< names an event or a table; empty if it holds
};

/// What opens an event's commitment: whoever has it can show for ever what was recorded, also after
/// the event's key was destroyed. SHA-256 of litura.event.payload.1, nonce and payload, each framed.
struct Receipt {
    Sequence event = 0;
    Instant at;
    std::string type;
    Digest commitment;
    Bytes nonce, payload;
};

/// An event of the project itself (of no person), read back.
struct Note {
    Sequence seq = 0;
    Instant at;
    std::string type;
    Json payload;
};
/// Names a request's own key (keys::KeyKind::request).
Digest request_key(std::string_view id);
/// Does this event name the request?
bool is_about(const Note& note, const Request& request);

class Ledger {
public:
    enum class Clock { real, test };

    /// Writes the schema and the first event. `at` is the project's first moment.
    static Result<void> create(Database& db, const keys::ProjectSecrets& secrets, Clock clock,
                               Instant at);
    /// `now`: the moment given by --now on a test project, nothing on a real one. Code::forbidden
    /// for mixing the clocks or a moment before the last event. A test project without --now stands
    /// still at its last event.
    static Result<Ledger> open(Database& db, const keys::ProjectSecrets& secrets, Env& env,
                               std::optional<Instant> now);
    Ledger(Ledger&&) noexcept;
    ~Ledger();

    /// For the due dates of requests; none at first.
    void set_calendar(Calendar calendar);
    Result<Instant> now() const;
    Clock clock() const;
    /// Of the last event. An error, never an old number, if the ledger cannot be read: a promotion
    /// may rest on it.
    Result<Sequence> sequence() const;

    // Intake. An account is added at first sight; all are idempotent where the same thing
    // is said twice.
    /// Code::forbidden for a name that an erasure has barred on this source: nothing is
    /// stored about it.
    Result<Account> account(std::string_view source, const PersonalText& author);
    /// Code::bad_input unless a yes has all its evidence (GDPR Art. 7(1)), for one purpose that its
    /// notice names, and was not set beforehand; a withdrawal or objection needs none. The event that
    /// records it, for a receipt. An act of a barred name is passed over, without an event: an
    /// archive may be imported again.
    Result<std::optional<Sequence>> record_act(const Act& act);
    /// An archive says that its author or the platform deleted this: `target` is a record's tag, or
    /// the tag of an id that no record may have any more. Barred for every purpose.
    Result<void> bar_deleted(const Digest& target);
    /// Sealed under the account's key. It says something of its whole person, and of nobody else.
    Result<void> describe(const Account& account, const Description& description);
    /// A person has reviewed this record and found that it must not be used. It stands.
    Result<void> flag(const Digest& record, BarKind kind);
    Result<void> claim_legitimate_interest(const Account& account, std::string_view purpose);
    /// From now on the accounts of `other` are this person's: requests reach all of them, and what
    /// was refused for one is refused for all. Their deal, their grounds and the handle of `other`
    /// stay. The evidence is kept sealed under the person's key. Nothing is linked by itself: equal
    /// names may be different people. Code::forbidden while a request of either waits.
    Result<void> link(const Digest& person, const Digest& other, ByteView evidence);
    Result<Digest> add_notice(ByteView text);
    Result<void> serve_notice(const Digest& notice, std::string_view source, Instant at);
    /// An assessment must answer what the rules in force ask, and name its purpose (default:
    /// `purpose`).
    Result<Digest> add_document(DocumentKind kind, ByteView text, std::string_view purpose);
    Result<Bytes> document(const Digest& digest);
    Result<bool> has_document(DocumentKind kind, const Digest& digest);
    Result<void> declare_source(std::string_view source, Audience audience, bool adults_only,
                                std::optional<ByteView> document);
    /// Anything a part above wants in the chain without a fold of its own (imports, exports,
    /// promotions). Holds no personal text or identifier.
    Result<void> note(std::string_view type, const Json& payload);

    /// The project's own events (of no person) whose types begin with `prefix`, in order.
    Result<std::vector<Note>> notes(std::string_view prefix);

    // Rules.
    /// From their `valid_from` on these rule. Code::bad_input unless they are rules, and later than
    /// or of the same day as all that were adopted. The same text again changes nothing.
    Result<Digest> adopt_rules(ByteView text);
    Result<std::vector<AdoptedRules>> rules();
    /// What is not recorded, as the rules in force put it.
    Error refusal(Refusal refusal, std::string_view detail = "", std::string_view where = "");

    // Requests. accept() commits the bars with the request: from its return on nobody is
    // admitted against it.
    /// Somebody who asks for the person. Without evidence of authority nobody is barred: the
    /// request waits for it, or for the person to be verified.
    struct Representative {
        Role role = Role::agent;
        ByteView name;
        std::optional<ByteView> authority;
    };
    /// A signal or another system's document, as it came.
    struct Channel {
        std::string_view name;
        ByteView bytes;
    };
    /// The sender's own mark of a request, and what else of its content must be the same.
    struct Filing {
        std::string_view mark;
        ByteView content;
    };
    struct Ask {
        RequestKind kind;
        Digest person;
        std::optional<Digest> record;  ///< rectification; erasure of one record
        std::optional<std::string> verified_by;
        std::optional<Representative> by = {};
        std::optional<Channel> came = {};
        std::optional<Filing> filing = {};
    };
    /// The same again, by the person or under the same mark, is the same request. Code::bad_input
    /// for a mark that was used for something else. An erasure is not taken as verified while the
    /// same person waits for their data.
    Result<Request> accept(const Ask& ask, std::string_view purpose);
    /// A message that came in: a question, until somebody has read and classified it. It is never
    /// closed by itself. The clock runs from `received` (default: now).
    Result<Request> accept_text(ByteView text, std::optional<Instant> received,
                                std::string_view purpose, std::optional<Filing> filing = {});
    /// Was something taken under this mark already?
    Result<bool> is_filed(std::string_view mark);
    Result<Request> classify(std::string_view id, const Ask& as, std::string_view purpose);
    /// The representative's authority was shown: the bars are set now.
    Result<Request> authorise(std::string_view id, ByteView authority);
    /// Code::forbidden for a method too weak for the kind; while the same person waits for the data
    /// that this would destroy; for a closed request.
    Result<Request> verify(std::string_view id, std::string_view method);
    /// Two further months, once, within the first one, for "complexity" or "number"; `letter` is
    /// what the person was told (GDPR Art. 12(3)). Code::forbidden otherwise.
    Result<Request> extend(std::string_view id, std::string_view reason, ByteView letter);
    /// With one of the reasons of denial.hpp and a letter that names the remedies (Art. 12(4)). What
    /// was suppressed stays suppressed.
    Result<Request> deny(std::string_view id, std::string_view reason, ByteView letter);
    /// The person was told what was done: the clock ends.
    Result<Request> answer(std::string_view id, ByteView letter);
    /// The person was told that a restriction will be lifted (Art. 18(3)).
    Result<Request> announce_lifting(std::string_view id, ByteView letter);
    /// By the person: its bars fall. Code::forbidden where something was destroyed or handed out.
    Result<Request> revoke(std::string_view id, std::string_view method);
    /// What is kept sealed under the request's key: letters, messages, authority.
    struct Paper {
        std::string what;
        Instant at;
        Bytes text;
    };
    Result<std::vector<Paper>> papers(std::string_view id);
    Result<Request> request(std::string_view id);
    Result<std::vector<Request>> requests();
    Result<void> mark_suppressed(std::string_view id);
    /// The keys of the person's accounts, the accounts, grounds and person bars go; the folded
    /// names are barred for ever. Of a request about one record: that record is barred for ever.
    /// Part of the caller's transaction, which also removes records, marks nodes and rotates the
    /// keys. Not yet "destroyed": see mark_destroyed.
    Result<void> begin_erasure(std::string_view id);
    /// The rectified record's bar is lifted and the old wording is barred. Part of the
    /// caller's transaction.
    Result<void> begin_rectification(std::string_view id, const Digest& old_wording);
    /// After unlinking and truncation: sets destroyed_at.
    Result<void> mark_destroyed(std::string_view id);
    /// Every request whose effect the derived model now has.
    Result<void> mark_derived();

    // What stands of somebody in other people's records (found.cpp).
    /// An objection of somebody without an account: against records that hold a name, or against
    /// the records that bar_found() is told. The same name again is the same request.
    Result<Request> accept_outsider(const std::optional<keys::NameTag>& name,
                                    std::string_view purpose);
    /// The records found for a request become bars of this kind, unless they are more than
    /// kFoundMax and more than one in a thousand of those searched: then a person has to decide,
    /// and nothing is barred yet. What the request knows of already is passed over. An
    /// echo's bar falls with the objection or withdrawal that it follows, and outlives an erasure.
    /// `searched`: nothing where a person has named the records.
    Result<void> bar_found(std::string_view id, BarKind kind, std::optional<std::uint64_t> searched,
                           const std::vector<FoundRecord>& records);
    static constexpr std::uint64_t kFoundMax = 10;
    /// A name that the file of a record just imported holds; see Snapshot::names.
    Result<void> bar_named(std::int64_t request, const FoundRecord& record);
    /// Records that a request has barred, and that wait for a decision.
    struct Found {
        std::vector<FoundRecord> barred, waiting;
    };
    Result<Found> found(std::string_view id);
    /// Of what waits, these records are barred and the others are not. With `name_too`, later
    /// imports are looked through for the name, as they are where nothing had to be decided.
    Result<void> decide_found(std::string_view id, const std::vector<FoundRecord>& bar,
                              bool name_too);
    /// Names that this request is about, in force or not.
    Result<std::vector<BarredName>> names_of(std::string_view id);

    // Orders.
    /// Nothing of `acts` is permitted until it is lifted.
    /// With `model`: nothing of it that concerns this model.
    Result<Order> stop(const Instruction& from, const std::vector<litura::Act>& acts = kEveryAct,
                       const std::optional<Digest>& model = {});
    /// No record of which `scope` does not answer "no" is admitted until it is lifted.
    Result<Order> exclude(const Instruction& from, const Predicate& scope);
    /// What an erasure destroys of such records is first sealed to `key` (X25519), until `until` or
    /// until it is lifted. It forbids nothing.
    Result<Order> hold(const Instruction& from, const Predicate& scope, const Digest& key);
    /// What was decided about an order or a warning, in words (kept sealed).
    Result<Order> decide_order(std::string_view id, std::string_view text);
    /// Somebody warns and sets a deadline (`until`). It forbids nothing.
    Result<Order> warn(const Instruction& from);
    /// Code::bad_input unless two people sign.
    Result<Order> lift(std::string_view id, std::string_view signed_by,
                       std::string_view countersigned_by);
    Result<std::vector<Order>> orders();

    // Reading.
    Result<Snapshot> snapshot();
    /// The same as of a past event, made from the events anew. What was erased since is missing.
    Result<Snapshot> snapshot_at(Sequence sequence);
    /// What decide() reads of it for these records of one person: as cheap as the person is small.
    Result<Snapshot> snapshot_of(const Digest& person, std::span<const Digest> records);
    /// The accounts of an author on every source. Empty if unknown.
    Result<std::vector<Account>> find_accounts(const PersonalText& author);
    Result<std::vector<Account>> accounts();
    Result<std::vector<Account>> accounts_of(const Digest& person);
    /// May something that was admitted after event `since` be refused by a later one? True for
    /// whatever is not known to be harmless; the passing of time is the caller's matter.
    Result<bool> forbade_since(Sequence since);
    /// From handle ("p-...") to person. Code::bad_input if unknown.
    Result<Digest> person(std::string_view handle);
    std::string handle(const Digest& person) const;

    // For the person's own report (GDPR Art. 15) and for nobody else: what is sealed under the
    // account's key.
    Result<PersonalText> author(const Account& account);
    Result<std::vector<Act>> acts(const Account& account);
    /// Of everything that is recorded under the account's key.
    Result<std::vector<Receipt>> receipts(const Account& account);
    /// The evidence by which other accounts were linked to this one.
    Result<std::vector<PersonalText>> link_evidence(const Account& account);

    /// A Permit over its own read-only connection to `path`: an act is refused while an order that
    /// stops it is in force, and every act when the ledger cannot be read. Safe to use from several threads.
    Result<std::unique_ptr<Permit>> permit(const Path& path) const;

    /// What the chain is committed to at this event: a random number to anybody.
    Result<Digest> commitment(Sequence event);
    /// How many events are sealed under this account's key.
    Result<std::uint64_t> events_under(const Digest& account);

    // For copies of the project (derive/custody.hpp).
    Result<Head> head() const;
    /// Does the chain go through this event?
    Result<bool> holds(const Head& head);
    /// Makes every fold anew from the events, in one transaction.
    Result<void> rebuild();

    /// Walks the chain, opens what can be opened, rebuilds every fold in memory and compares.
    Result<Verification> verify_chain();

private:
    friend class Classes;
    struct Impl;
    explicit Ledger(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace litura::ledger
