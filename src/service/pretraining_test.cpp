// Making a base: the recipe is read strictly, and an interrupted run ends with the bits of an
// uninterrupted one.
#include "service/pretraining.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>

#include "service/pretrain_recipe.hpp"
#include "engine/model.hpp"

namespace litura::service {
namespace {

constexpr std::string_view kRecipe = R"(
base_claim = "declared"
held_out_every = 4
[model]
vocab = 262
dim = 8
layers = 1
heads = 2
kv_heads = 1
head_dim = 4
hidden = 12
context = 16
rope_theta = 10000
norm_eps = 1e-5
tied = true
[train]
seed = 1
steps = 240
decay_steps = 60
warmup_steps = 5
sequence = 8
step_tokens = 16
learning_rate = 0.01
beta1 = 0.9
beta2 = 0.95
epsilon = 1e-8
weight_decay = 0.1
clip_norm = 1.0
[repeat]
"a.txt" = 2
)";

std::string changed(std::string_view from, std::string_view to) {
    std::string text(kRecipe);
    return text.replace(text.find(from), from.size(), to);
}

/// Allows a number of steps, then none.
class Countdown : public Permit {
public:
    explicit Countdown(int steps) : left_(steps) {}
    Result<void> check(Operation act) const override {
        if (act == Operation::step && left_-- <= 0)
            return Error{Code::forbidden, "stopped", {}, {}};
        return done();
    }

private:
    mutable std::atomic<int> left_;
};

class Pretraining : public ::testing::Test {
protected:
    Pretraining() {
        std::array<std::uint8_t, 8> bytes{};
        env_->random(bytes);
        folder_ = std::filesystem::temp_directory_path() / ("litura-pretrain-" + hex(bytes));
        std::filesystem::create_directories(folder_);
        put("recipe.toml", kRecipe);
        put("a.txt", "the cat sat\non the mat\n\nthe dog sat\n\n\nthe cat ran\n\nheld out words\n");
        put("b.txt", "a cat and a dog\n\nthe mat and the cat");
    }
    ~Pretraining() override { std::filesystem::remove_all(folder_); }

    void put(const std::string& name, std::string_view text) {
        std::ofstream(folder_ / name) << text;
    }
    Result<Pretrained> run(const std::string& out, const Permit& permit, bool reversed = false) {
        PretrainWish wish{
            folder_ / "recipe.toml", {folder_ / "a.txt", folder_ / "b.txt"}, folder_ / out, 1};
        if (reversed) std::swap(wish.texts[0], wish.texts[1]);
        return pretrain(*env_, wish, Observer::none(), permit);
    }

    std::unique_ptr<Env> env_ = system_env();
    Path folder_;
};

TEST_F(Pretraining, Interrupted_and_started_again_it_gives_the_bits_of_one_run) {
    const Pretrained once = run("once", Countdown(1000)).value();
    EXPECT_EQ(run("twice", Countdown(150)).error().code, Code::forbidden);
    EXPECT_FALSE(env_->exists(folder_ / "twice"));
    // 140 steps are left after the checkpoint at 100; one permit fewer would not do.
    EXPECT_EQ(run("twice", Countdown(140)).value().digest, once.digest);
    EXPECT_EQ(env_->list(folder_ / "twice").size(), 3u);
    EXPECT_FALSE(env_->exists(folder_ / "twice.checkpoint"));
}

TEST_F(Pretraining, The_order_in_which_texts_are_named_does_not_matter) {
    EXPECT_EQ(run("x", Countdown(1000), true).value().digest,
              run("y", Countdown(1000)).value().digest);
}

TEST_F(Pretraining, Held_out_documents_are_judged_and_not_learned) {
    const Pretrained outcome = run("x", Countdown(1000)).value();
    EXPECT_EQ(outcome.held_out.records, 1u);
    put("a.txt", "the cat sat\non the mat\n\nthe dog sat\n\n\nthe cat ran\n\nother words\n");
    EXPECT_EQ(run("y", Countdown(1000)).value().digest, outcome.digest);
}

TEST_F(Pretraining, A_checkpoint_of_other_texts_is_refused) {
    ASSERT_FALSE(run("x", Countdown(150)).ok());
    put("b.txt", "a cat and a dog\n\nthe mat and the dog");
    EXPECT_EQ(run("x", Countdown(1000)).error().code, Code::forbidden);
}

TEST(PretrainRecipe, The_shipped_one_is_sound) {
    std::ifstream file(std::string(LITURA_SOURCE_DIR) + "/models/base.toml");
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    const PretrainRecipe recipe = parse_pretrain_recipe(text).value();
    EXPECT_EQ(recipe.config.vocab, 4096u);
    EXPECT_EQ(recipe.config.eos, std::vector{4095u});
    EXPECT_EQ(recipe.base_claim, "declared");
}

TEST(PretrainRecipe, Unknown_missing_and_doubtful_keys_are_refused) {
    EXPECT_TRUE(parse_pretrain_recipe(kRecipe).ok());
    EXPECT_FALSE(parse_pretrain_recipe(changed("tied = true", "tied = true\nbias = false")).ok());
    EXPECT_FALSE(parse_pretrain_recipe(changed("clip_norm = 1.0", "")).ok());
    EXPECT_FALSE(parse_pretrain_recipe(changed("layers = 1", "layers = 1.5")).ok());
    EXPECT_FALSE(parse_pretrain_recipe(changed("kv_heads = 1", "kv_heads = 3")).ok());
    EXPECT_FALSE(parse_pretrain_recipe(changed("\"declared\"", "\"sure\"")).ok());
    EXPECT_FALSE(parse_pretrain_recipe("[model").ok());
}

}  // namespace
}  // namespace litura::service
