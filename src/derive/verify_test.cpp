// Replays: what they find, what they survive, what they refuse; and the manifests that they read.
#include "derive/verify.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "corpus/test_corpus.hpp"
#include "derive/soundness.hpp"
#include "derive/test_world.hpp"
#include "derive/manifest_check.hpp"
#include "ledger/requests.hpp"
#include "ledger/rules.hpp"

namespace litura::derive::testing {
namespace {

using ledger::RequestKind;

void flip(const Path& path) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    const int byte = file.get();
    file.seekp(0);
    file.put(static_cast<char>(byte ^ 1));
}

class VerifyTest : public ::testing::Test {
protected:
    VerifyTest() {
        world_.import(posts_of(16));
        digest_ = world_.derive().model;
    }
    World world_;
    Digest digest_;
};

TEST_F(VerifyTest, Compares_every_recorded_digest) {
    const Verified verified = world_.verify();
    EXPECT_TRUE(verified.equal);
    EXPECT_EQ(verified.model, digest_);
    EXPECT_EQ(static_cast<std::int64_t>(verified.nodes_compared),
              world_.count("SELECT count(*) FROM node WHERE kind <> 'base'"));
    EXPECT_EQ(verified.unreadable, 0u);
}

TEST_F(VerifyTest, A_flipped_byte_in_a_node_is_named_and_never_merged) {
    for (const Path& folder : world_.node_folders()) {
        for (const char* name : {"weights", "moments", "node"}) {
            flip(folder / name);
            const Verified verified = world_.verify();
            EXPECT_FALSE(verified.equal);
            EXPECT_TRUE(verified.first_difference.starts_with("stage"))
                << verified.first_difference;
            world_.request(RequestKind::restriction, 6, false);
            EXPECT_TRUE(
                must(world_.open()->ledger().requests().all()).back().suppressed_at.has_value());
            world_.request(RequestKind::lift_restriction, 6);
            EXPECT_EQ(world_.derive().model, digest_) << folder << name;
            if (std::filesystem::exists(folder)) std::filesystem::remove_all(folder);
            world_.derive();
        }
    }
    EXPECT_TRUE(world_.verify().equal);
}

TEST_F(VerifyTest, A_recorded_digest_that_does_not_hold_is_named) {
    must(world_.open()->db.execute("UPDATE node SET digest = zeroblob(32) WHERE kind = 'merge'"));
    const Verified verified = world_.verify();
    EXPECT_FALSE(verified.equal);
    EXPECT_TRUE(verified.first_difference.starts_with("merge")) << verified.first_difference;
}

TEST_F(VerifyTest, Needs_no_stored_node) {
    const auto nodes = world_.node_folders().size();
    std::filesystem::remove_all(world_.paths().store());
    Verified verified = world_.verify();
    EXPECT_TRUE(verified.equal);
    EXPECT_EQ(verified.unreadable, nodes);
    std::filesystem::remove_all(world_.paths().store());
    std::ofstream(world_.paths().store()) << "not a folder";
    verified = world_.verify();
    EXPECT_TRUE(verified.equal);
    EXPECT_EQ(verified.unreadable, nodes);
}

TEST_F(VerifyTest, A_changed_model_folder_is_found) {
    flip(world_.paths().models() / digest_.hex() / "model.safetensors");
    EXPECT_EQ(world_.verify().first_difference, "the visible model's folder");
}

TEST_F(VerifyTest, A_machine_that_computes_otherwise_is_found) {
    world_.toy().faulty = true;
    EXPECT_FALSE(world_.verify().equal);
    EXPECT_EQ(code_of(world_.try_derive(Reuse::no)), 70);
    EXPECT_EQ(world_.visible()->model, digest_);
}

TEST_F(VerifyTest, A_model_whose_inputs_were_destroyed_cannot_be_replayed) {
    world_.request(RequestKind::erasure, 5);
    const auto refused = verify(*world_.open(), digest_, 1);
    EXPECT_EQ(code_of(refused), 3);
    EXPECT_NE(refused.error().where.find("erasure.begun"), std::string::npos)
        << refused.error().where;
    EXPECT_EQ(code_of(verify(*world_.open(), sha256("no model"), 1)), 2);
}

TEST_F(VerifyTest, An_earlier_model_whose_inputs_are_there_can_be_replayed) {
    world_.request(RequestKind::restriction, 5, false);
    world_.derive();
    EXPECT_TRUE(must(verify(*world_.open(), digest_, 1)).equal);
}

TEST_F(VerifyTest, A_changed_recipe_is_another_model) {
    must(world_.system().write_file(world_.paths().settings(),
                                    bytes_of(with(kRecipe, "epochs = 2", "epochs = 1"))));
    EXPECT_EQ(code_of(verify(*world_.open(), std::nullopt, 1)), 3);
    EXPECT_NE(world_.derive().model, digest_);
    EXPECT_TRUE(world_.verify().equal);
}

TEST(VerifyNothing, Without_a_model_there_is_nothing_to_verify) {
    World world;
    EXPECT_EQ(code_of(verify(*world.open(), std::nullopt, 1)), 3);
}

TEST_F(VerifyTest, The_decisions_of_a_manifest_are_made_again_years_later) {
    const Manifest manifest = world_.manifest();
    const auto same = [&](const Manifest& checked) {
        return must(check_manifest(*world_.open(), checked));
    };
    EXPECT_TRUE(same(manifest).holds) << same(manifest).first_difference;
    EXPECT_EQ(same(manifest).same, manifest.used.samples.size());
    world_.request(RequestKind::objection, 5, false);
    world_.today = "2026-07-01";
    std::string rules = with(std::string(ledger::shipped_rules()), "2018-05-25", "2025-01-01");
    rules = with(rules, "\"personalised_advertising\"", "\"model_training\"");
    must(world_.open()->ledger().rules().adopt(bytes_of(rules)));
    EXPECT_EQ(same(manifest).same, manifest.used.samples.size()) << "by the rules of its day";

    Manifest forged = manifest;
    forged.used.samples[0].evidence += 1;
    EXPECT_EQ(same(forged).otherwise, 1u);
    forged.used.rules = sha256(rules);
    EXPECT_FALSE(same(forged).holds) << "not those of the day";
    forged = manifest;
    forged.used.sequence = 3;
    EXPECT_FALSE(same(forged).same == manifest.used.samples.size()) << "nobody had a ground then";
    world_.request(RequestKind::erasure, 6);
    EXPECT_TRUE(same(manifest).holds);
    EXPECT_EQ(same(manifest).destroyed, 2u);
}

TEST_F(VerifyTest, A_manifest_reads_back_as_it_was_written) {
    Manifest manifest = world_.manifest();
    manifest.deferred.assign(manifest.used.samples.begin(), manifest.used.samples.begin() + 2);
    manifest.used.samples[3].until = on("2030-01-01");
    const Bytes bytes = manifest.encode();
    const Manifest back = must(decode_manifest(bytes));
    EXPECT_EQ(back.encode(), bytes);
    EXPECT_EQ(back.used.samples, manifest.used.samples);
    EXPECT_EQ(back.deferred, manifest.deferred);
    EXPECT_EQ(back.settings_text, kRecipe);
    EXPECT_TRUE(back.test_clock);
    for (std::size_t size = 0; size < bytes.size(); size += 7)
        EXPECT_EQ(code_of(decode_manifest(ByteView(bytes).first(size))), 70);
    Bytes longer = bytes;
    longer.push_back(0);
    EXPECT_EQ(code_of(decode_manifest(longer)), 70);
}

TEST_F(VerifyTest, A_changed_or_exchanged_manifest_is_refused) {
    const auto project = world_.open();
    const Digest root = must(visible_model(project->db))->manifest;
    const Path path = world_.paths().manifests() / root.hex();
    const auto load = [&] { return project->manifests().load(root); };
    const Bytes whole = must(world_.system().read_file(path));
    for (std::size_t at = 0; at < whole.size(); at += 41) {
        Bytes changed = whole;
        changed[at] ^= 1;
        must(world_.system().write_file(path, changed));
        EXPECT_EQ(code_of(load()), 70) << at;
    }
    Manifest other = must(decode_manifest(Manifest{}.encode()));
    const Digest other_root = must(project->manifests().save(other));
    must(world_.system().write_file(
        path, must(world_.system().read_file(world_.paths().manifests() / other_root.hex()))));
    EXPECT_EQ(code_of(load()), 70);
    must(world_.system().write_file(path, whole));
    EXPECT_EQ(must(load()).root(), root);
    EXPECT_EQ(text_of(whole).find("model_training"), std::string_view::npos);
}

TEST(OlderMarks, A_project_that_they_marked_is_marked_again_and_derives_as_if_it_never_had_been) {
    const std::vector<Post> posts = {{3, "q3", "> said by another\nand mine alone"}};
    World older;
    const auto fresh = World::like(older);
    for (World* world : {&older, fresh.get()}) {
        world->import(posts_of(8));
        world->import(posts);
    }
    const Digest expected = fresh->derive().model;
    {
        const auto project = older.open();
        const Digest record = must(project->corpus().find(PersonalText("q3"))).record;
        corpus::mark_as_before(project->db, project->secrets, project->keys(), record,
                               PersonalText("> said by another\nand mine alone"));
        EXPECT_FALSE(project->corpus().effective_text(record).ok());
    }
    EXPECT_EQ(older.derive().model, expected);
    EXPECT_TRUE(older.verify().equal);
    const Soundness found = must(check_soundness(*older.open()));
    EXPECT_EQ(found.ledger.first_difference, "");
    EXPECT_EQ(found.records.marked_again, 1U);
}

}  // namespace
}  // namespace litura::derive::testing
