// Nodes on disk: written whole or not at all, checked when read, two writers compared, purged for
// good.
#include "derive/store.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "derive/node_rows.hpp"
#include "derive/test_world.hpp"

namespace litura::derive::testing {
namespace {

class Free final : public Permit {
public:
    Result<void> check(Operation) const override { return done(); }
};

engine::TrainState state_of(float first) {
    engine::TrainState state = engine::TrainState::fresh({first, 0.5f, -0.25f});
    state.first_moment = {1.0f, 2.0f, 3.0f};
    state.second_moment = {4.0f, 5.0f, 6.0f};
    state.steps = 7;
    state.beta1_power = 0.125f;
    state.beta2_power = 0.75f;
    return state;
}

/// A store with one announced node of a world's graph.
class StoreTest : public ::testing::Test {
protected:
    StoreTest() {
        world_.import(posts_of(2));
        const auto project = world_.open();
        view_ = must(project->view());
        const Graph graph = must(project->graph(view_));
        must(announce(project->db, graph, view_));
        node_ = graph.nodes[1];
    }
    std::unique_ptr<Store> open() {
        projects_.push_back(world_.open());
        return must(Store::open(*projects_.back()));
    }
    Path folder() const {
        return world_.paths().store() / node_.key.hex().substr(0, 2) / node_.key.hex();
    }

    World world_;
    std::vector<std::unique_ptr<Project>> projects_;  ///< what stores stand on
    View view_;
    Node node_;
    Free free_;
};

void flip_bit(const Path& path, std::size_t at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const int byte = file.get();
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(byte ^ 1));
}

TEST_F(StoreTest, A_node_that_an_erasure_took_is_withdrawn_and_not_damaged) {
    const auto store = open();
    must(store->put(node_, state_of(1), free_));
    const auto project = world_.open();
    must(mark_purging(project->db, {{view_.samples[node_.samples[0]].record, {}}}));
    must(store->purge());
    EXPECT_EQ(code_of(store->load(node_)), static_cast<int>(Code::forbidden));
    EXPECT_EQ(code_of(store->load_weights(node_)), static_cast<int>(Code::forbidden));
}

TEST_F(StoreTest, A_node_comes_back_as_it_was_put) {
    const auto store = open();
    EXPECT_FALSE(store->present().value().contains(node_.key));
    const engine::TrainState state = state_of(1);
    EXPECT_EQ(must(store->put(node_, state, free_)), state_digest(state));
    EXPECT_TRUE(must(store->present()).contains(node_.key));
    const engine::TrainState back = must(store->load(node_));
    EXPECT_EQ(state_digest(back), state_digest(state));
    EXPECT_EQ(back.weights, state.weights);
    EXPECT_EQ(back.second_moment, state.second_moment);
    EXPECT_EQ(back.steps, 7u);
    EXPECT_EQ(must(store->load_weights(node_)), state.weights);
    EXPECT_EQ(must(store->recorded(node_.key)), state_digest(state));
    EXPECT_TRUE(world_.system().list(world_.paths().store() / "tmp").empty());
}

TEST_F(StoreTest, The_digest_covers_all_of_a_state) {
    const Digest digest = state_digest(state_of(1));
    std::vector<engine::TrainState> others(6, state_of(1));
    others[0].weights[2] = 0.0f;
    others[1].first_moment[0] = 0.0f;
    others[2].second_moment[2] = 0.0f;
    others[3].steps = 8;
    others[4].beta1_power = 1.0f;
    others[5].beta2_power = 1.0f;
    for (const engine::TrainState& other : others) EXPECT_NE(state_digest(other), digest);
}

TEST_F(StoreTest, Two_writers_of_one_key_must_agree_to_the_byte) {
    const auto store = open();
    must(store->put(node_, state_of(1), free_));
    must(store->put(node_, state_of(1), free_));
    const auto differs = store->put(node_, state_of(2), free_);
    EXPECT_EQ(code_of(differs), 70);
    EXPECT_EQ(state_digest(must(store->load(node_))), state_digest(state_of(1)));
    EXPECT_TRUE(std::filesystem::exists(folder().string() + ".other"));
    must(mark_purging(world_.open()->db, {{view_.samples[node_.samples[0]].record, {}}}));
    must(store->purge());
    EXPECT_FALSE(std::filesystem::exists(folder()));
    EXPECT_FALSE(std::filesystem::exists(folder().string() + ".other"));
}

TEST_F(StoreTest, Files_of_a_node_show_nothing_of_its_weights_and_die_with_its_key) {
    const auto store = open();
    engine::TrainState state = engine::TrainState::fresh(std::vector<float>(1000, 0.7310586f));
    must(store->put(node_, state, free_));
    const ByteView plain = bytes_of_values<float>(std::span(state.weights).first(4));
    for (const char* name : {"weights", "moments", "node"}) {
        const Bytes bytes = must(world_.system().read_file(folder() / name));
        EXPECT_EQ(text_of(bytes).find(text_of(plain)), std::string_view::npos) << name;
    }
    const Path copy = world_.folder() / "copy";
    std::filesystem::copy(folder(), copy, std::filesystem::copy_options::recursive);
    const auto project = world_.open();
    must(project->keys().destroy(node_.key, keys::KeyKind::node));
    EXPECT_EQ(code_of(store->load(node_)), 1) << "its files alone are no node";
    must(store->discard(node_.key));
    must(store->put(node_, state, free_));
    std::filesystem::copy(copy, folder(),
                          std::filesystem::copy_options::recursive |
                              std::filesystem::copy_options::overwrite_existing);
    EXPECT_EQ(code_of(store->load(node_)), 1) << "nor under the key of a later computation";
}

TEST_F(StoreTest, A_merge_must_agree_too) {
    const auto store = open();
    const Graph graph = must(world_.open()->graph(view_));
    const Node& merge = graph.nodes[graph.model];
    must(store->record(merge, sha256("one")));
    must(store->record(merge, sha256("one")));
    EXPECT_EQ(code_of(store->record(merge, sha256("two"))), 70);
}

TEST_F(StoreTest, A_flipped_bit_anywhere_is_found) {
    const auto store = open();
    must(store->put(node_, state_of(1), free_));
    for (const char* name : {"node", "weights", "moments"}) {
        const Path file = folder() / name;
        const auto size = std::filesystem::file_size(file);
        for (std::size_t at = 0; at < size; at += 5) {
            flip_bit(file, at);
            EXPECT_EQ(code_of(store->load(node_)), 1) << name << " at " << at;
            flip_bit(file, at);
        }
        must(store->load(node_));
    }
    flip_bit(folder() / "weights", 0);
    EXPECT_EQ(code_of(store->load_weights(node_)), 1);
}

TEST_F(StoreTest, Cut_swapped_or_missing_files_are_no_node) {
    const auto store = open();
    must(store->put(node_, state_of(1), free_));
    for (const char* name : {"node", "weights", "moments"}) {
        const Bytes whole = must(world_.system().read_file(folder() / name));
        for (const std::size_t size : {std::size_t{0}, whole.size() / 2, whole.size() - 1}) {
            must(world_.system().write_file(folder() / name, ByteView(whole).first(size)));
            EXPECT_EQ(code_of(store->load(node_)), 1) << name << " cut to " << size;
        }
        must(world_.system().remove(folder() / name));
        EXPECT_EQ(code_of(store->load(node_)), 1) << name;
        must(world_.system().write_file(folder() / name, whole));
    }
    // A whole and sound node of another state is not the one that was recorded.
    const Digest digest = must(store->recorded(node_.key)).value();
    must(set_present(world_.open()->db, node_.key, sha256("another")));
    EXPECT_EQ(code_of(store->load(node_)), 1);
    must(set_present(world_.open()->db, node_.key, digest));
    must(store->load(node_));
}

/// An order that comes while a node is being written.
class StoppedAfter final : public Permit {
public:
    explicit StoppedAfter(int times) : left_(times) {}
    Result<void> check(Operation act) const override {
        EXPECT_EQ(act, Operation::write);
        if (left_-- > 0) return done();
        return Error{Code::forbidden, "a stop order is in force", "o-1", ""};
    }

private:
    mutable int left_;
};

TEST_F(StoreTest, Nothing_is_installed_under_an_order_not_even_what_was_written_before_it) {
    const auto store = open();
    for (const int times : {0, 1}) {
        EXPECT_EQ(code_of(store->put(node_, state_of(1.0f), StoppedAfter(times))), 3) << times;
        EXPECT_FALSE(world_.system().exists(folder()));
        EXPECT_FALSE(world_.leftovers());
    }
    must(store->put(node_, state_of(1.0f), StoppedAfter(2)));
    EXPECT_TRUE(world_.system().exists(folder()));
}

TEST_F(StoreTest, A_node_says_after_which_event_it_was_installed_and_after_how_many_steps) {
    const auto store = open();
    must(world_.open()->ledger().append("import.done", Json::object()));
    const ledger::Sequence before = must(world_.open()->ledger().sequence());
    must(store->put(node_, state_of(1.0f), free_));
    must(world_.open()->ledger().append("import.done", Json::object()));
    must(store->put(node_, state_of(1.0f), free_));
    const auto row = must(node_row(world_.open()->db, node_.key));
    EXPECT_EQ(row->sequence, before);
    EXPECT_EQ(row->steps, 7u);
}

TEST_F(StoreTest, A_damaged_node_is_dropped_and_can_be_put_again) {
    const auto store = open();
    must(store->put(node_, state_of(1), free_));
    flip_bit(folder() / "weights", 3);
    must(store->discard(node_.key));
    EXPECT_FALSE(must(store->present()).contains(node_.key));
    must(store->put(node_, state_of(1), free_));
    must(store->load(node_));
}

TEST_F(StoreTest, A_purged_node_is_gone_and_its_late_writer_is_refused) {
    const auto store = open();
    must(store->put(node_, state_of(1), free_));
    const Digest record = view_.samples[node_.samples[0]].record;
    must(mark_purging(world_.open()->db, {{record, {}}}));
    EXPECT_FALSE(must(store->present()).contains(node_.key));
    EXPECT_EQ(code_of(store->put(node_, state_of(1), free_)), 3);
    must(store->purge());
    must(store->purge());
    EXPECT_FALSE(std::filesystem::exists(folder()));
    EXPECT_EQ(code_of(store->put(node_, state_of(1), free_)), 3);
    must(store->discard(node_.key));
    EXPECT_EQ(must(node_row(world_.open()->db, node_.key))->state, NodeState::purged);
    must(store->record(node_, state_digest(state_of(1))));
    EXPECT_EQ(must(node_row(world_.open()->db, node_.key))->state, NodeState::purged);
    EXPECT_TRUE(world_.system().list(world_.paths().store() / "tmp").empty());
}

TEST_F(StoreTest, A_correction_spares_what_saw_nothing_but_the_corrected_wording) {
    const auto project = world_.open();
    Database& db = project->db;
    const Sample& sample = view_.samples[node_.samples[0]];
    must(mark_purging(db, {{sample.record, sample.wording}}));
    EXPECT_TRUE(must(purging(db)).empty());
    must(mark_purging(db, {{sample.record, sha256("corrected wording")}}));
    EXPECT_FALSE(must(purging(db)).empty());
}

TEST_F(StoreTest, What_a_dead_writer_left_is_swept_by_the_next_one_alone) {
    const Path left = world_.paths().store() / "tmp" / "99-1";
    {
        const auto living = open();
        std::filesystem::create_directories(left);
        std::filesystem::create_directories(folder());
        const auto second = open();
        EXPECT_TRUE(std::filesystem::exists(left));
    }
    const auto store = open();
    EXPECT_FALSE(std::filesystem::exists(left));
    EXPECT_FALSE(std::filesystem::exists(folder()));
}

TEST_F(StoreTest, A_folder_that_was_never_recorded_is_replaced) {
    const auto store = open();
    std::filesystem::create_directories(folder());
    must(store->put(node_, state_of(1), free_));
    must(store->load(node_));
}

}  // namespace
}  // namespace litura::derive::testing
