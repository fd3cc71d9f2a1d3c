// Class actions: effective at once, looked up member by member in any number of steps, one person
// represented once.
#include "ledger/classes.hpp"

#include "ledger/intake.hpp"
#include "ledger/persons.hpp"
#include "ledger/requests.hpp"
#include "ledger/test_project.hpp"

namespace litura::ledger::testing {
namespace {

const Digest kSalt = sha256("salt");

std::string list_text(const std::vector<std::string>& names) {
    std::string text = "salt " + kSalt.hex() + "\n";
    for (const std::string& each : names)
        text += must(member_hash(kSalt, kForum, name(each))).hex() + "\n";
    return text;
}
MemberList list_of(const std::vector<std::string>& names) {
    return must(MemberList::parse(bytes_of(list_text(names))));
}

struct World {
    TestProject project;
    Ledger ledger = project.at(kDay);
    Classes classes = ledger.classes();
    Terms terms;

    World() {
        Entity entity{"", "Consumers' Association", "AT", "AT no. 7", sha256("key")};
        terms.entity = must(classes.add_entity(entity)).id;
        terms.purpose = kPurpose;
        terms.kind = RequestKind::objection;
    }
    std::string listed(const MemberList& list, bool settle = true) {
        terms.where.reset();
        terms.list = list.root();
        const std::string id = must(classes.accept(terms, &list, {})).id;
        while (settle && must(classes.settle(id, &list))) {
        }
        return id;
    }
    std::string described(std::string_view where) {
        terms.list.reset();
        terms.where = must(Predicate::parse(where));
        return must(classes.accept(terms, nullptr, {})).id;
    }
    Rule rule(std::string_view who) { return project.decision(ledger, who).rule; }
};

TEST(MemberLists, Text_and_rows_in_any_order_are_one_list) {
    const MemberList one = list_of({"anna", "bert"});
    EXPECT_EQ(one.root(), list_of({"bert", "anna", "BERT"}).root());
    Bytes rows(kSalt.bytes.begin(), kSalt.bytes.end());
    for (const char* each : {"anna", "bert"}) {
        const Digest row = must(member_hash(kSalt, kForum, name(each)));
        rows.insert(rows.end(), row.bytes.begin(), row.bytes.end());
    }
    const MemberList other = must(MemberList::parse(rows));
    EXPECT_EQ(other.root(), one.root());
    EXPECT_EQ(other.size(), 2u);
    EXPECT_TRUE(one.holds(must(member_hash(kSalt, kForum, name("ANNA")))));
    EXPECT_FALSE(one.holds(must(member_hash(kSalt, "blog", name("anna")))));
    EXPECT_FALSE(one.holds(must(member_hash(sha256("other salt"), kForum, name("anna")))));
}

TEST(MemberLists, What_is_no_list_is_refused_and_says_in_which_row) {
    EXPECT_EQ(code_of(MemberList::parse({})), 2);
    EXPECT_EQ(code_of(MemberList::parse(bytes_of("salt " + kSalt.hex() + "\n"))), 2);
    EXPECT_EQ(code_of(MemberList::parse(Bytes(63))), 2);
    const auto broken = MemberList::parse(bytes_of(list_text({"anna"}) + "anna\n"));
    ASSERT_FALSE(broken.ok());
    EXPECT_EQ(broken.error().where, "row 3");
}

TEST(MemberLists, A_kept_list_is_sealed_and_opens_as_itself_only) {
    const TestFolder folder;
    const auto env = system_env();
    const SecretKey key = keys::random_key();
    const MemberList list = list_of({"anna", "bert", "cleo"});
    const Digest root =
        must(list.save(*env, folder.path() / "tmp", folder.path() / "classes", key));
    EXPECT_EQ(root, list.root());
    EXPECT_EQ(must(MemberList::load(*env, folder.path() / "classes", key, root)).root(), root);
    const Bytes file = must(env->read_file(folder.path() / "classes" / root.hex()));
    EXPECT_EQ(text_of(file).find(text_of(kSalt.view())), std::string_view::npos);
    EXPECT_EQ(code_of(MemberList::load(*env, folder.path() / "classes", keys::random_key(), root)),
              70);
}

// RFC 6962, section 2.1.3, as proof/merkle.hpp has it: two leaves.
TEST(MemberLists, The_root_is_the_tree_hash_of_salt_and_rows) {
    const Digest row = must(member_hash(kSalt, kForum, name("anna")));
    const auto leaf = [](const Digest& of) {
        Bytes marked(1, 0);
        marked.insert(marked.end(), of.bytes.begin(), of.bytes.end());
        return sha256(marked);
    };
    Bytes node(1, 1);
    for (const Digest& each : {leaf(kSalt), leaf(row)})
        node.insert(node.end(), each.bytes.begin(), each.bytes.end());
    EXPECT_EQ(list_of({"anna"}).root(), sha256(node));
}

TEST(Classes, Until_an_account_is_looked_up_it_counts_as_a_member) {
    World world;
    for (const char* who : {"anna", "bert"}) world.project.consenting(world.ledger, who);
    const MemberList list = list_of({"anna", "somebody else"});
    const std::string id = world.listed(list, false);
    EXPECT_EQ(world.rule("anna"), Rule::class_unsettled);
    EXPECT_EQ(world.rule("bert"), Rule::class_unsettled);
    EXPECT_TRUE(must(world.classes.settle(id, &list, 1)));
    EXPECT_EQ(world.rule("anna"), Rule::class_represents);
    EXPECT_EQ(world.rule("bert"), Rule::class_unsettled);
    EXPECT_TRUE(must(world.classes.settle(id, &list, 1)));
    EXPECT_FALSE(must(world.classes.settle(id, &list, 1)));
    EXPECT_EQ(world.rule("anna"), Rule::class_represents);
    EXPECT_EQ(world.rule("bert"), Rule::consent_live);
    const ClassAction action = must(world.classes.action(id));
    EXPECT_EQ(action.on_list, 2u);
    EXPECT_EQ(action.looked_up, 2u);
    EXPECT_EQ(action.represented, 1u);
    EXPECT_EQ(must(world.classes.members(id)).size(), 1u);
    EXPECT_TRUE(must(world.ledger.verify()).holds);
}

TEST(Classes, Who_comes_later_is_looked_up_too) {
    World world;
    world.project.consenting(world.ledger, "bert");
    const MemberList list = list_of({"anna"});
    const std::string id = world.listed(list);
    world.project.consenting(world.ledger, "anna");
    EXPECT_EQ(world.rule("anna"), Rule::class_unsettled);
    EXPECT_EQ(must(world.classes.action(id)).waiting, 1u);
    must(world.classes.settle(id, &list));
    EXPECT_EQ(world.rule("anna"), Rule::class_represents);
    EXPECT_EQ(world.rule("bert"), Rule::consent_live);
}

TEST(Classes, In_one_step_or_in_many_the_members_are_the_same) {
    const std::vector<std::string> names = {"anna", "bert", "cleo", "dora", "emil", "fred", "gina"};
    std::vector<std::size_t> matched;
    for (const std::size_t batch : {std::size_t{1}, std::size_t{3}, std::size_t{100}}) {
        World world;
        for (const std::string& who : names) world.project.consenting(world.ledger, who);
        const MemberList list = list_of({"bert", "fred", "gina", "nobody"});
        const std::string id = world.listed(list, false);
        while (must(world.classes.settle(id, &list, batch))) {
        }
        EXPECT_FALSE(must(world.classes.settle(id, &list, batch)));
        for (const std::string& who : names) {
            const bool member = who == "bert" || who == "fred" || who == "gina";
            EXPECT_EQ(world.rule(who), member ? Rule::class_represents : Rule::consent_live) << who;
        }
        matched.push_back(must(world.classes.action(id)).matched);
    }
    EXPECT_EQ(matched, (std::vector<std::size_t>{3, 3, 3}));
}

TEST(Classes, A_description_speaks_at_once_and_for_whoever_is_described) {
    World world;
    world.project.consenting(world.ledger, "anna");
    world.terms.mode = Mode::opt_out;
    world.terms.residence = {"AT"};
    world.described("source is \"elsewhere\"");
    EXPECT_EQ(world.rule("anna"), Rule::consent_live);
    world.described("source is \"forum\"");
    EXPECT_EQ(world.rule("anna"), Rule::class_represents);  // lives nobody knows where
}

TEST(Classes, Silence_is_no_yes_in_an_opt_in_class) {
    World world;
    const Digest anna = world.project.consenting(world.ledger, "anna");
    const std::string id = world.described("source is \"forum\"");
    EXPECT_EQ(world.rule("anna"), Rule::consent_live);
    must(world.classes.join(id, anna));
    EXPECT_EQ(world.rule("anna"), Rule::class_represents);
    must(world.classes.leave(id, anna));
    EXPECT_EQ(world.rule("anna"), Rule::consent_live);
    const ClassAction action = must(world.classes.action(id));
    EXPECT_EQ(action.matched, 1u);
    EXPECT_EQ(action.left, 1u);
    EXPECT_TRUE(must(world.ledger.verify()).holds);
}

TEST(Classes, A_no_to_the_class_holds_whenever_the_list_is_looked_up) {
    World world;
    const Digest anna = world.project.consenting(world.ledger, "anna");
    const MemberList list = list_of({"anna"});
    const std::string id = world.listed(list, false);
    must(world.classes.leave(id, anna));
    EXPECT_EQ(world.rule("anna"), Rule::consent_live);
    must(world.classes.settle(id, &list));
    EXPECT_EQ(world.rule("anna"), Rule::consent_live);
    const ClassAction action = must(world.classes.action(id));
    EXPECT_EQ(action.matched, action.represented + action.left + action.erased);
}

TEST(Classes, Nobody_is_represented_twice_in_one_matter) {
    World world;
    const Digest anna = world.project.consenting(world.ledger, "anna");
    const Digest bert = world.project.consenting(world.ledger, "bert");
    const std::string first = world.listed(list_of({"anna"}));
    const std::string second = world.listed(list_of({"anna", "bert"}));
    const ClassAction action = must(world.classes.action(second));
    EXPECT_EQ(action.represented, 1u);
    EXPECT_EQ(action.elsewhere, 1u);
    EXPECT_EQ(must(world.classes.members(second)), std::vector{bert});
    EXPECT_EQ(code_of(world.classes.join(second, anna)), 3);
    must(world.classes.leave(first, anna));
    must(world.classes.join(second, anna));
    EXPECT_EQ(code_of(world.classes.accept(world.terms, nullptr, {})), 2);
    const MemberList again = list_of({"anna", "bert"});
    EXPECT_EQ(code_of(world.classes.accept(world.terms, &again, {})), 3);
}

TEST(Classes, A_yes_of_their_own_after_the_class_goes_before_it_and_an_own_request_beside_it) {
    World world;
    const Digest anna = world.project.consenting(world.ledger, "anna");
    world.listed(list_of({"anna"}));
    EXPECT_EQ(world.rule("anna"), Rule::class_represents);
    const Request request =
        must(world.ledger.requests().accept(ask_for(RequestKind::objection, anna), kPurpose));
    EXPECT_EQ(request.state, RequestState::accepted);
    EXPECT_EQ(world.rule("anna"), Rule::person_barred);
    Ledger later = world.project.at("2026-03-01");
    must(later.intake().record(world.project.act("anna", ActKind::consent, on("2026-03-01"))));
    EXPECT_EQ(world.project.decision(later, "anna").rule, Rule::consent_live);
}

TEST(Classes, After_the_window_nobody_joins_or_leaves) {
    World world;
    const Digest anna = world.project.consenting(world.ledger, "anna");
    world.terms.until = on("2026-02-10");
    const std::string id = world.described("source is \"forum\"");
    Ledger later = world.project.at("2026-02-10");
    EXPECT_EQ(code_of(later.classes().join(id, anna)), 3);
    EXPECT_EQ(code_of(later.classes().leave(id, anna)), 3);
}

TEST(Classes, An_erased_member_is_counted_and_not_named_any_more) {
    World world;
    const Digest anna = world.project.consenting(world.ledger, "anna");
    world.project.consenting(world.ledger, "bert");
    const std::string id = world.listed(list_of({"anna", "bert"}));
    must(world.ledger.requests().accept({RequestKind::erasure, anna, {}, "letter"}, kPurpose));
    must(world.ledger.requests().begin_erasure("q-1"));
    must(world.ledger.requests().mark_destroyed("q-1"));
    const ClassAction action = must(world.classes.action(id));
    EXPECT_EQ(action.matched, 2u);
    EXPECT_EQ(action.represented, 1u);
    EXPECT_EQ(action.erased, 1u);
    const Verification found = must(world.ledger.verify());
    EXPECT_TRUE(found.holds) << found.first_difference;
    must(world.ledger.rebuild());
    EXPECT_EQ(must(world.classes.action(id)).represented, 1u);
}

TEST(Classes, A_linked_account_of_a_member_is_a_members) {
    World world;
    const Digest anna = world.project.consenting(world.ledger, "anna");
    const Digest other = world.project.consenting(world.ledger, "anna_again");
    world.listed(list_of({"anna"}));
    EXPECT_EQ(world.rule("anna_again"), Rule::consent_live);
    must(world.ledger.persons().link(anna, other, bytes_of("shown by both log-ins")));
    EXPECT_EQ(world.rule("anna_again"), Rule::class_represents);
}

TEST(Classes, Terms_that_say_too_little_or_too_much_are_refused) {
    World world;
    const MemberList list = list_of({"anna"});
    EXPECT_EQ(code_of(world.classes.accept(world.terms, nullptr, {})), 2);
    world.terms.list = list.root();
    world.terms.where = must(Predicate::parse("source is \"forum\""));
    EXPECT_EQ(code_of(world.classes.accept(world.terms, &list, {})), 2);
    world.terms.where.reset();
    world.terms.mode = Mode::opt_out;
    EXPECT_EQ(code_of(world.classes.accept(world.terms, &list, {})), 2);  // whose silence?
    world.terms.residence = {"Austria"};
    EXPECT_EQ(code_of(world.classes.accept(world.terms, &list, {})), 2);
    world.terms.residence = {"AT"};
    world.terms.kind = RequestKind::access;
    EXPECT_EQ(code_of(world.classes.accept(world.terms, &list, {})), 2);
    world.terms.kind = RequestKind::erasure;
    world.terms.entity = "e-9";
    EXPECT_EQ(code_of(world.classes.accept(world.terms, &list, {})), 2);
}

}  // namespace
}  // namespace litura::ledger::testing
