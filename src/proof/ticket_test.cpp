// Tickets of a made-up list of three names, with fixed keys: what they say, what must be refused,
// and the examples in docs/proof.md, which are these.
#include "proof/ticket.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/test_support.hpp"
#include "proof/base64.hpp"
#include "proof/tile_log.hpp"

namespace litura::proof {
namespace {

SecretKey seed_of(std::uint8_t byte) {
    std::array<std::uint8_t, 32> bytes{};
    bytes.fill(byte);
    return SecretKey(bytes);
}

const Instant kMade = must(parse_instant("2026-01-01T00:00:00Z"));
const Instant kThen = must(parse_instant("2026-01-02T00:00:00Z"));

class TicketTest : public ::testing::Test {
protected:
    TicketTest() {
        for (const char* name : {"forum", "elsewhere"})
            sources_.push_back({source_tag(sha256(name), name), name, sha256(name)});
        for (const char* blank : {"a blank", "another"})
            sources_.push_back({sha256(blank), {}, {}});
        std::ranges::sort(sources_, {}, &TicketSource::tag);
        std::vector<MapLeaf> leaves;
        for (const char* name : {"Alice", "Bob", "Carol"}) leaves.push_back(leaf(name));
        map_ = PersonMap::build(leaves);
        statement_ = make_statement();
        must(log_.append(bytes_of("litura.example.1 something earlier\n")));
        index_ = must(log_.append(bytes_of(log_entry(kStatementKind, statement_.digest()))));
        ticket_.log = log_.verifier();
        ticket_.statement = {statement_.text(),
                             {sign_note(statement_.text(), log_.verifier().name, key_)}};
        ticket_.logged = must(log_.prove(index_));
        ticket_.sources = sources_;
        ticket_.entries = answers("Alice");
    }

    std::size_t place(const char* source) const {
        return static_cast<std::size_t>(std::ranges::find(sources_, source, &TicketSource::name) -
                                        sources_.begin());
    }
    Digest label(std::size_t source, const char* name) const {
        return label_of(vrf_.output(must(name_input(sources_[source].tag, PersonalText(name)))));
    }
    MapLeaf leaf(const char* name) const { return {label(place("forum"), name), sha256(name)}; }

    /// One for each source.
    std::vector<TicketEntry> answers(const char* name) const {
        std::vector<TicketEntry> all;
        for (std::size_t source = 0; source < sources_.size(); ++source)
            all.push_back(entry(source, name));
        return all;
    }
    TicketEntry entry(std::size_t source, const char* name) const {
        TicketEntry entry;
        entry.source = source;
        entry.vrf = vrf_.prove(must(name_input(sources_[source].tag, PersonalText(name))));
        const Digest wanted = label(source, name);
        std::optional<MapLeaf> occupant;
        if (const auto place = map_.place_of(wanted))
            for (const char* each : {"Alice", "Bob", "Carol"})
                if (map_.is_at(*place, leaf(each))) occupant = leaf(each);
        if (occupant && occupant->label == wanted) entry.value = occupant->value;
        entry.path = map_.path(wanted, occupant);
        return entry;
    }

    Statement make_statement() const {
        Statement out;
        out.origin = "example.org/litura";
        out.made = kMade;
        out.expires = kMade.plus_days(90);
        out.purpose = "model_training";
        out.as_of = kMade;
        out.ledger_head = sha256("the ledger's last event");
        out.manifest = sha256("a manifest");
        out.items = about(9);
        out.items_root = sha256("nine items");
        out.persons = about(3);
        out.tokens = about(1234);
        out.sources = sources_.size();
        std::vector<Digest> tags;
        for (const TicketSource& source : sources_) tags.push_back(source.tag);
        out.sources_root = sources_root(tags);
        out.map_root = map_.root();
        out.vrf = vrf_.public_key();
        out.names = names_form();
        out.recipe = sha256("a recipe");
        out.arithmetic = "f32-k512-v1";
        out.base = sha256("a base");
        out.base_claim = "declared";
        out.model = sha256("a model");
        return out;
    }

    int status(const Ticket& ticket, const char* name = "Alice", Instant at = kThen,
               const std::optional<LogPolicy>& policy = {}) const {
        return code_of(check_ticket(must(parse_ticket(ticket.encode())), PersonalText(name),
                                    {policy, {}}, at));
    }

    std::unique_ptr<Env> env_ = system_env();
    TestFolder folder_;
    SigningKey key_{seed_of(1)};
    VrfKey vrf_{seed_of(2)};
    TileLog log_ = must(TileLog::open(*env_, folder_.path(), "example.org/litura", key_));
    std::vector<TicketSource> sources_;
    PersonMap map_;
    Statement statement_;
    std::uint64_t index_ = 0;
    Ticket ticket_;
};

TEST_F(TicketTest, Says_where_a_name_is_and_where_not) {
    EXPECT_EQ(must(parse_ticket(ticket_.encode())), ticket_);
    const CheckedTicket verdict = must(check_ticket(ticket_, PersonalText("ALICE"), {}, kThen));
    ASSERT_EQ(verdict.places.size(), 2u) << "those that are told";
    for (const auto& place : verdict.places) EXPECT_EQ(place.present, place.source == "forum");
    EXPECT_TRUE(verdict.every_source);
    EXPECT_EQ(verdict.index, 1u);
    ticket_.entries = answers("Mallory");
    EXPECT_FALSE(must(check_ticket(ticket_, PersonalText("Mallory"), {}, kThen)).present());
}

TEST_F(TicketTest, Answers_for_every_source_or_for_none) {
    for (const char* name : {"Alice", "Mallory"}) {
        ticket_.entries = answers(name);
        EXPECT_EQ(status(ticket_, name), 0);
        for (std::size_t left_out = 0; left_out < sources_.size(); ++left_out) {
            Ticket less = ticket_;
            less.entries.erase(less.entries.begin() + static_cast<std::ptrdiff_t>(left_out));
            EXPECT_EQ(status(less, name), 1) << left_out;
            // With another name's answer, or another source's, in its place.
            less.entries.push_back(entry(left_out, "Bob"));
            EXPECT_EQ(status(less, name), 1) << left_out;
            less.entries.back() = entry((left_out + 1) % sources_.size(), name);
            less.entries.back().source = left_out;
            EXPECT_EQ(status(less, name), 1) << left_out;
        }
    }
    // Two names: each has all of its answers.
    for (const TicketEntry& each : answers("Bob")) ticket_.entries.push_back(each);
    EXPECT_EQ(status(ticket_, "Mallory"), 0);
    EXPECT_EQ(status(ticket_, "Bob"), 0);
    EXPECT_EQ(status(ticket_, "Alice"), 1);
}

TEST_F(TicketTest, Its_sources_are_those_of_the_statement) {
    const std::size_t forum = place("forum"), elsewhere = place("elsewhere");
    std::vector<Ticket> forged(5, ticket_);
    forged[0].sources.erase(forged[0].sources.begin() + static_cast<std::ptrdiff_t>(forum));
    std::erase_if(forged[0].entries, [&](const TicketEntry& e) { return e.source == forum; });
    for (TicketEntry& each : forged[0].entries) each.source -= each.source > forum;
    forged[1].sources[forum].name = "elsewhere";
    std::swap(forged[2].sources[forum].name, forged[2].sources[elsewhere].name);
    std::swap(forged[2].sources[forum].blind, forged[2].sources[elsewhere].blind);
    forged[3].sources[forum].tag = forged[3].sources[elsewhere].tag;
    forged[4].sources[forum].blind.bytes[0] ^= 1;
    for (std::size_t index = 0; index < forged.size(); ++index)
        EXPECT_EQ(status(forged[index]), 1) << index;
    Ticket untold = ticket_;
    untold.sources[elsewhere] = {ticket_.sources[elsewhere].tag, {}, {}};
    EXPECT_EQ(untold.encode().find("elsewhere"), std::string::npos);
    EXPECT_EQ(status(untold), 0);
    untold.sources[forum] = {ticket_.sources[forum].tag, {}, {}};
    EXPECT_EQ(status(untold), 1) << "Alice is there, and it does not say where";
}

TEST_F(TicketTest, A_number_is_said_as_a_power_of_two) {
    EXPECT_EQ(about(0), 0u);
    EXPECT_EQ(about(1), 1u);
    EXPECT_EQ(about(647), 512u);
    EXPECT_EQ(about(1023), about(512));
}

TEST_F(TicketTest, One_of_version_1_is_read_for_what_it_proves) {
    std::ifstream file(LITURA_SOURCE_DIR "/tests/corpus/ticket/ticket");
    std::stringstream text;
    text << file.rdbuf();
    Ticket old = must(parse_ticket(text.str()));
    EXPECT_EQ(old.version, 1);
    EXPECT_EQ(old.encode(), text.str());
    const CheckedTicket verdict = must(check_ticket(old, PersonalText("Alice"), {}, kThen));
    EXPECT_EQ(verdict.places.size(), 2u);
    EXPECT_TRUE(verdict.present());
    EXPECT_FALSE(verdict.every_source);
    old.version = 2;
    EXPECT_NE(status(old), 0) << "a statement of version 1 commits to no sources";
}

TEST_F(TicketTest, Is_of_no_use_to_another_name) {
    EXPECT_EQ(status(ticket_, "Bob"), 1);
    EXPECT_EQ(status(ticket_, ""), 1);
    EXPECT_EQ(text_of(bytes_of(ticket_.encode())).find("lice"), std::string_view::npos);
}

TEST_F(TicketTest, Whatever_is_changed_is_found) {
    std::vector<Ticket> forged(9, ticket_);
    const std::size_t forum = place("forum"), elsewhere = place("elsewhere");
    forged[0].entries[forum].value.reset();
    forged[1].entries[elsewhere].value = sha256("Alice");
    forged[2].entries[forum].path.siblings[0].bytes[0] ^= 1;
    forged[3].entries[forum].vrf[50] ^= 1;
    forged[4].logged.index = 0;
    forged[5].logged.path[0].bytes[0] ^= 1;
    forged[6].statement.signatures[0].bytes[0] ^= 1;
    forged[7].log.key = SigningKey(seed_of(3)).public_key();
    Statement edited = statement_;
    edited.items = 4;
    forged[8].statement = {edited.text(), {sign_note(edited.text(), edited.origin, key_)}};
    EXPECT_EQ(status(ticket_), 0);
    for (std::size_t index = 0; index < forged.size(); ++index)
        EXPECT_EQ(status(forged[index]), 1) << index;
}

TEST_F(TicketTest, Holds_from_when_it_was_made_until_it_expires) {
    EXPECT_EQ(status(ticket_, "Alice", {kMade.ms - 1}), 1);
    EXPECT_EQ(status(ticket_, "Alice", kMade), 0);
    EXPECT_EQ(status(ticket_, "Alice", {statement_.expires.ms - 1}), 0);
    EXPECT_EQ(status(ticket_, "Alice", statement_.expires), 1);
}

TEST_F(TicketTest, A_policy_decides_whose_log_and_which_witnesses) {
    const SigningKey witness{seed_of(4)};
    const VerifierKey known{"witness.example", KeyType::cosignature, witness.public_key()};
    const LogPolicy policy = must(parse_policy("log " + log_.verifier().text() + "\nwitness w " +
                                               known.text() + "\nquorum w\n"));
    EXPECT_EQ(status(ticket_, "Alice", kThen, policy), 1);
    Note head = must(log_.head());
    must(log_.add_cosignatures({cosign(head.text, known.name, witness, kMade)}, {&known, 1}));
    ticket_.logged = must(log_.prove(index_));
    EXPECT_EQ(status(ticket_, "Alice", kThen, policy), 0);
    must(log_.append(bytes_of("later\n")));
    ticket_.logged = must(log_.prove(index_));  // by the head that was seen, not by the newer one
    EXPECT_EQ(status(ticket_, "Alice", kThen, policy), 0);
    EXPECT_EQ(ticket_.logged.head.signatures.size(), 2u);
}

TEST_F(TicketTest, An_attestation_must_be_about_the_statement) {
    const SigningKey auditor{seed_of(5)};
    const VerifierKey name{"auditor.example", KeyType::ed25519, auditor.public_key()};
    Attestation said{statement_.digest(), statement_.model, kMade};
    const auto signed_one = [&] {
        return SignedAttestation{name, {said.text(), {sign_note(said.text(), name.name, auditor)}}};
    };
    ticket_.attestations = {signed_one()};
    EXPECT_EQ(must(check_ticket(ticket_, PersonalText("Alice"), {}, kThen)).attested[0].key.name,
              "auditor.example");
    said.model = sha256("another model");
    ticket_.attestations = {signed_one()};
    EXPECT_EQ(status(ticket_), 1);
}

TEST_F(TicketTest, Statements_read_back_and_nothing_else_does) {
    EXPECT_EQ(must(parse_statement(statement_.text())), statement_);
    const std::string text = statement_.text();
    for (std::size_t size = 0; size < text.size(); size += 11)
        EXPECT_EQ(code_of(parse_statement(text.substr(0, size))), 2);
    EXPECT_EQ(code_of(parse_statement(text + "more yes\n")), 2);
    EXPECT_EQ(code_of(parse_statement("x" + text)), 2);
}

TEST_F(TicketTest, A_witness_cosigns_what_continues_and_no_fork) {
    const WitnessRequest first = must(log_.witness_request({}));
    EXPECT_EQ(must(parse_witness_request(first.encode())), first);
    const VerifierKey log = log_.verifier();
    const Checkpoint seen = must(check_witness_request(first, log, {}));
    must(log_.append(bytes_of("later\n")));
    const WitnessRequest second = must(log_.witness_request(seen.size));
    EXPECT_EQ(must(check_witness_request(second, log, seen)).size, 3u);
    EXPECT_EQ(code_of(check_witness_request(second, log, {})), 3);
    Checkpoint other = seen;
    other.root = sha256("another history");
    EXPECT_EQ(code_of(check_witness_request(second, log, other)), 1);
    const VerifierKey stranger{log.name, log.type, SigningKey(seed_of(6)).public_key()};
    EXPECT_EQ(code_of(check_witness_request(second, stranger, seen)), 1);
}

/// The text of the fenced block of docs/proof.md that is marked with `name`.
std::string example(const std::string& name) {
    std::ifstream file(LITURA_SOURCE_DIR "/docs/proof.md");
    std::stringstream all;
    all << file.rdbuf();
    const std::string text = all.str(), begin = "```" + name + "\n";
    const std::size_t from = text.find(begin);
    if (from == std::string::npos) return "";
    return text.substr(from + begin.size(),
                       text.find("```", from + begin.size()) - from - begin.size());
}

TEST_F(TicketTest, The_documents_examples_are_these) {
    if (names_form() != "litura.name.2 unicode 15.0.0") GTEST_SKIP() << names_form();
    EXPECT_EQ(example("statement"), ticket_.statement.encode());
    EXPECT_EQ(example("log-proof"), ticket_.logged.encode());
    EXPECT_EQ(example("witness-request"), must(log_.witness_request({})).encode());
    EXPECT_EQ(example("ticket"), ticket_.encode());
    const SigningKey auditor{seed_of(5)}, witness{seed_of(4)};
    const VerifierKey name{"auditor.example", KeyType::ed25519, auditor.public_key()},
        known{"witness.example", KeyType::cosignature, witness.public_key()};
    const Attestation said{statement_.digest(), statement_.model, kMade};
    const Note note{said.text(), {sign_note(said.text(), name.name, auditor)}};
    EXPECT_EQ(example("attestation"), name.text() + "\n" + note.encode());
    EXPECT_EQ(must(parse_attestation(must(parse_note(note.encode())).text)), said);
    EXPECT_EQ(example("policy"), "log " + log_.verifier().text() + "\nwitness W " + known.text() +
                                     "\ngroup seen any W\nquorum seen\n");
    EXPECT_EQ(must(parse_policy(example("policy"))).quorum, "seen");
    EXPECT_EQ(example("map"), hex(map_.encode()) + "\n");
    const TicketEntry& forum = ticket_.entries[place("forum")];
    EXPECT_EQ(example("source-tag"), hex(sources_[place("forum")].tag.view()) + "\n");
    EXPECT_EQ(example("name-input"),
              hex(must(name_input(sources_[place("forum")].tag, PersonalText("Alice")))) + "\n");
    EXPECT_EQ(example("vrf-proof"), hex(forum.vrf) + "\n");
    EXPECT_EQ(example("map-path"), hex(forum.path.encode()) + "\n");
}

}  // namespace
}  // namespace litura::proof
