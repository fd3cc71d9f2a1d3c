// litura.toml: what is read, and what is refused with its line.
#include "derive/recipe.hpp"

#include <gtest/gtest.h>

#include "derive/test_world.hpp"

namespace litura::derive::testing {
namespace {

/// Where and what a refusal says; empty if the text is accepted.
std::string refusal(const std::string& text) {
    const auto settings = parse_settings(text);
    if (settings.ok()) return "";
    EXPECT_EQ(code_of(settings), 2);
    return settings.error().where + ": " + settings.error().message;
}

TEST(Recipe, The_default_is_read_as_it_is_commented) {
    const Settings settings = must(parse_settings(default_settings("abc")));
    EXPECT_EQ(settings.recipe.deal_seed, "abc");
    EXPECT_EQ(settings.recipe.base, "base");
    EXPECT_FALSE(settings.recipe.chosen_on.empty());
    ASSERT_EQ(settings.recipe.stages.size(), 2u);
    EXPECT_EQ(settings.recipe.stages[0].slices, 4u);
    ASSERT_TRUE(settings.recipe.stages[1].memory.has_value());
    EXPECT_EQ(*settings.recipe.stages[1].memory, memory::Rule{});
    EXPECT_GT(settings.recipe.train.learning_rate, 0.0f);
    EXPECT_EQ(settings.policy.admission.grace_days, 30);
    EXPECT_EQ(settings.policy.quarantine_days, 90);
}

TEST(Recipe, The_default_s_other_block_stands_in_place_of_the_memory) {
    std::string text = default_settings("abc");
    const std::size_t begin = text.rfind("\n[[stage]]"), end = text.find("\n\n", begin);
    text.erase(begin, end - begin);
    for (std::size_t at = 0; (at = text.find("\n#", at)) != text.npos; ++at)
        if (text[at + 2] != ' ') text.erase(at + 1, 1);
    const Settings settings = must(parse_settings(text));
    ASSERT_EQ(settings.recipe.stages.size(), 2u);
    EXPECT_FALSE(settings.recipe.stages[1].memory.has_value());
    EXPECT_EQ(settings.recipe.stages[1].grounds, std::vector{ledger::Basis::legitimate_interest});
    EXPECT_EQ(settings.recipe.stages[1].shards, 8u);
    EXPECT_EQ(settings.recipe.stages[1].solo_above, 20000u);
}

TEST(Recipe, A_ground_belongs_to_one_stage) {
    const Recipe recipe = must(parse_settings(kRecipe)).recipe;
    EXPECT_EQ(recipe.stage_of(ledger::Basis::consent), 0u);
    EXPECT_EQ(recipe.stage_of(ledger::Basis::legitimate_interest), 1u);
    const Recipe one = must(parse_settings(with(kRecipe,
                                                "[[stage]]\ngrounds = [\"consent\"]\nshards = "
                                                "1\nslices = 4\nepochs = 2\nsolo_above = 0\n",
                                                "")))
                           .recipe;
    EXPECT_EQ(one.stage_of(ledger::Basis::consent), std::nullopt);
    EXPECT_NE(refusal(with(kRecipe, "[\"consent\"]", "[\"legitimate_interest\"]"))
                  .find("two stages take the same ground"),
              std::string::npos);
}

struct Wrong {
    std::string old, fresh, where, says;
};

TEST(Recipe, What_is_wrong_is_named_with_its_line) {
    const std::vector<Wrong> cases = {
        {"sequence = 8", "sequense = 8", "line 4", "needs the key 'sequence'"},
        {"warmup_steps = 0", "warmup_steps = 0\nextra = 1", "line 8",
         "unknown key 'extra' in [train]"},
        {"base = \"base\"", "base = 3", "line 3", "'base' has the wrong type"},
        {"step_tokens = 8", "step_tokens = \"8\"", "line 6", "'step_tokens' has the wrong type"},
        {"step_tokens = 8", "step_tokens = 0", "line 6", "'step_tokens' must be 8 to 1048576"},
        {"sequence = 8", "sequence = 16", "line 4", "step_tokens must be at least sequence"},
        {"learning_rate = 0.5", "learning_rate = nan", "line 8", "'learning_rate' must be"},
        {"learning_rate = 0.5", "learning_rate = -0.1", "line 8", "'learning_rate' must be"},
        {"[\"consent\"]", "[\"vital interest\"]", "line 14", "'grounds' may hold"},
        {"[\"consent\"]", "[]", "line 14", "a stage needs 'grounds'"},
        {"shards = 3", "shards = 0", "line 22", "'shards' must be 1"},
        {"epochs = 1", "epochs = 101", "line 25", "'epochs' must be 1 to 100"},
        {"[\"2024-03-01T00:00:00Z\"]", "[\"March\"]", "line 20", "not a date"},
        {"[\"2024-03-01T00:00:00Z\"]", "[\"2024-03-01T00:00:00Z\", \"2024-02-01T00:00:00Z\"]",
         "line 20", "'buckets' must ascend"},
        {"[\"2024-03-01T00:00:00Z\"]", "2024-03-01T00:00:00Z", "line 24",
         "'buckets' must be a list"},
        {"shards = 3", "start = \"middle\"\nshards = 3", "line 20", "'start' is"},
        {"grace_days = 30", "grace_days = -1", "line 31", "'grace_days' must be"},
        {"[deal]", "[oops]\nx = 1\n[deal]", "line 27", "unknown section 'oops'"},
        {"[deal]\nseed = \"seed\"\n", "", "line", "the section [deal] is missing"},
        {"[model]", "[model", "line 2", ""},
    };
    for (const Wrong& wrong : cases) {
        const std::string said = refusal(with(kRecipe, wrong.old, wrong.fresh));
        EXPECT_NE(said.find("litura.toml, " + wrong.where), std::string::npos)
            << wrong.fresh << " -> " << said;
        EXPECT_NE(said.find(wrong.says), std::string::npos) << wrong.fresh << " -> " << said;
    }
}

TEST(Recipe, Stages_from_the_base_come_before_those_that_continue) {
    EXPECT_EQ(refusal(with(kRecipe, "shards = 3", "start = \"base\"\nshards = 3")), "");
    const std::string three =
        kRecipe + "\n[[stage]]\ngrounds = []\nshards = 1\nslices = 1\nepochs = 1\nsolo_above = 0\n";
    EXPECT_NE(refusal(three).find("a stage needs 'grounds'"), std::string::npos);
}

TEST(Recipe, Neither_empty_nor_huge_nor_broken_text_is_a_recipe) {
    EXPECT_NE(refusal(""), "");
    EXPECT_NE(refusal(std::string(2 << 20, ' ')).find("larger than 1 MiB"), std::string::npos);
    EXPECT_NE(refusal("stage = 3\n[model]\nbase = \"b\"\n"), "");
    EXPECT_NE(refusal("\xff\xfe"), "");
    EXPECT_NE(refusal(std::string(100'000, '[')), "");
}

TEST(Recipe, What_an_audit_may_measure_is_a_share) {
    const std::string bound = "release_audit_bound = 0.1";
    const auto with_bound = [&](const std::string& value) {
        std::string text = default_settings("seed");
        text.replace(text.find(bound), bound.size(), "release_audit_bound = " + value);
        return parse_settings(text);
    };
    EXPECT_EQ(with_bound("0.25").value().policy.release.audit_bound, 0.25);
    for (const char* bad : {"1.5", "-0.1", "nan", "\"much\""})
        EXPECT_FALSE(with_bound(bad).ok()) << bad;
}

}  // namespace
}  // namespace litura::derive::testing
