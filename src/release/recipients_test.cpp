// What stays of a recipient who was removed: a number.
#include "release/recipients.hpp"

#include <gtest/gtest.h>

#include "derive/test_world.hpp"
#include "keys/sealing.hpp"
#include "proof/note.hpp"

namespace litura::release {
namespace {

using derive::testing::World;

std::string described(const char* name) {
    const proof::VerifierKey key{name, proof::KeyType::ed25519,
                                 proof::SigningKey::generate().public_key()};
    return compact({{"name", name}, {"contact", "somebody@example.org"}, {"key", key.text()}});
}

Bytes row_of(derive::Project& project, const std::string& id) {
    auto rows = must(project.db.prepare("SELECT sealed FROM recipient_contact WHERE id = ?"));
    return must(rows.bind(id).step()) ? rows.blob(0) : Bytes();
}

void put_back(derive::Project& project, const std::string& id, const Bytes& sealed) {
    auto insert = must(project.db.prepare("INSERT INTO recipient_contact VALUES (?, ?)"));
    must(insert.bind(id).bind(sealed).run());
}

TEST(Recipients, One_who_was_removed_stays_so_when_an_old_table_comes_back) {
    World world;
    const auto project = world.open();
    const std::string id = must(add_recipient(*project, described("laboratory"), {}));
    EXPECT_EQ(must(contact_of(*project, id))->name.reveal(), "laboratory");
    const Bytes sealed = row_of(*project, id);
    must(remove_recipient(*project, id));
    EXPECT_FALSE(must(contact_of(*project, id)).has_value());
    put_back(*project, id, sealed);
    EXPECT_FALSE(must(contact_of(*project, id)).has_value());
    EXPECT_TRUE(row_of(*project, id).empty()) << "what came back is deleted again";
}

TEST(Recipients, Nothing_that_every_copy_holds_opens_a_row) {
    World world;
    const auto project = world.open();
    const std::string id = must(add_recipient(*project, described("laboratory"), {}));
    const SecretKey fixed = keys::subkey(project->secrets.project, "litura.key.recipients.1");
    EXPECT_FALSE(keys::unseal(fixed, row_of(*project, id), bytes_of(id)).ok());
}

TEST(Recipients, One_of_an_earlier_version_gets_a_key_of_its_own) {
    World world;
    const auto project = world.open();
    const std::string id = must(add_recipient(*project, described("laboratory"), {}));
    const Digest name = sha256("litura.recipient.1 " + id);
    must(project->keys().destroy(name, keys::KeyKind::recipient));
    must(project->db.execute("DELETE FROM recipient_contact"));
    const SecretKey fixed = keys::subkey(project->secrets.project, "litura.key.recipients.1");
    const std::string plain = R"({"name": "laboratory", "contact": "a@example.org"})";
    const Bytes old = keys::seal(fixed, bytes_of(plain), bytes_of(id));
    put_back(*project, id, old);
    EXPECT_EQ(must(contact_of(*project, id))->name.reveal(), "laboratory");
    EXPECT_NE(row_of(*project, id), old);
    EXPECT_TRUE(must(project->keys().find(name, keys::KeyKind::recipient)).has_value());
    EXPECT_EQ(must(contact_of(*project, id))->name.reveal(), "laboratory");
}

}  // namespace
}  // namespace litura::release
