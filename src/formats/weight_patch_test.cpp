#include "formats/weight_patch.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <random>

#include "base/test_support.hpp"
#include "formats/weight_delta.hpp"

namespace litura::formats {
namespace {

std::vector<float> random_values(std::size_t count, unsigned seed, float size = 0.02f) {
    std::mt19937 dice(seed);
    std::normal_distribution<float> normal(0, size);
    std::vector<float> out(count);
    for (float& value : out) value = normal(dice);
    return out;
}

std::vector<float> moved(std::vector<float> values, float by, unsigned seed) {
    const auto noise = random_values(values.size(), seed, 1);
    for (std::size_t index = 0; index < values.size(); ++index)
        values[index] *= 1 + by * noise[index];
    return values;
}

TEST(WeightDelta, Gives_back_every_word_there_is) {
    std::mt19937 dice(1);
    for (const std::size_t width : {2u, 4u}) {
        Bytes before(4096), after(4096);
        for (auto& byte : before) byte = static_cast<std::uint8_t>(dice());
        for (auto& byte : after) byte = static_cast<std::uint8_t>(dice());
        std::memset(after.data(), 0xff, 8);  // a NaN, and the largest word
        EXPECT_EQ(must(decode_delta(before, encode_delta(before, after, width), width)), after);
        EXPECT_EQ(must(decode_delta({}, encode_delta({}, {}, width), width)), Bytes());
    }
}

TEST(WeightDelta, Of_a_small_change_is_small) {
    const auto before = random_values(1 << 14, 2), after = moved(before, 1e-4f, 3);
    const Bytes old_bytes = narrow(Dtype::bf16, before), new_bytes = narrow(Dtype::bf16, after);
    const std::size_t size = encode_delta(old_bytes, new_bytes, 2).size();
    EXPECT_LT(size * 8, new_bytes.size());
    EXPECT_LT(size * 4, compress(new_bytes).size());
}

TEST(WeightDelta, Refuses_what_has_another_size_or_is_damaged) {
    const Bytes before(64, 1), after(64, 2);
    Bytes delta = encode_delta(before, after, 4);
    EXPECT_FALSE(decode_delta(Bytes(32, 1), delta, 4).ok());
    EXPECT_FALSE(decode_delta(before, ByteView(delta).first(delta.size() - 1), 4).ok());
    EXPECT_FALSE(decode_delta(before, bytes_of("nothing of that kind"), 4).ok());
    EXPECT_FALSE(decompress(compress(before), 65).ok());
}

class Patch : public ::testing::Test {
protected:
    static Bytes file(const std::vector<float>& a, const std::vector<float>& b, const char* name) {
        const std::vector<TensorSource> tensors = {
            {"kept", {4}, kKept}, {"moved", {8, 32}, a}, {name, {b.size()}, b}};
        return write_safetensors(tensors, Dtype::f32);
    }
    static inline const std::vector<float> kKept = {1, 2, 3, 4};
    const std::vector<float> values_ = random_values(256, 4);
    const Bytes old_ = file(values_, random_values(8, 5), "gone");
    const Bytes new_ = file(moved(values_, 0.01f, 6), random_values(40, 7), "new");
};

TEST_F(Patch, Leads_from_one_file_to_the_other_byte_by_byte) {
    const PatchWork work = must(make_patch(old_, new_));
    ASSERT_EQ(work.plan.tensors.size(), 3u);
    EXPECT_EQ(work.plan.tensors[0].way, PatchWay::keep);
    EXPECT_TRUE(work.contents[0].empty());
    EXPECT_EQ(work.plan.tensors[1].way, PatchWay::delta);
    EXPECT_EQ(work.plan.tensors[2].way, PatchWay::whole);
    const PatchPlan plan = must(parse_patch_plan(work.plan.encode()));
    EXPECT_EQ(must(apply_patch(old_, plan, work.contents)), new_);
}

TEST_F(Patch, For_another_file_is_refused_or_gives_another_result) {
    const PatchWork work = must(make_patch(old_, new_));
    const Bytes other = file(random_values(256, 8), random_values(8, 5), "gone");
    EXPECT_NE(must(apply_patch(other, work.plan, work.contents)), new_);
    EXPECT_FALSE(apply_patch(write_safetensors({}, Dtype::f32), work.plan, work.contents).ok());
    EXPECT_FALSE(make_patch(old_, bytes_of("no weights")).ok());
}

TEST_F(Patch, That_promises_too_much_is_refused_before_any_memory_is_taken) {
    PatchWork work = must(make_patch(old_, new_));
    for (const std::uint64_t bytes :
         {std::numeric_limits<std::uint64_t>::max(), std::uint64_t{1} << 40}) {
        work.plan.tensors[2].bytes = bytes;
        EXPECT_EQ(code_of(apply_patch(old_, work.plan, work.contents)), 2);
    }
    work.contents.pop_back();
    EXPECT_EQ(code_of(apply_patch(old_, work.plan, work.contents)), 2);
}

/// The block of docs/releases.md that begins with ```hex NAME.
Bytes example(const std::string& name) {
    const auto env = system_env();
    const Path path = Path(LITURA_SOURCE_DIR) / "docs" / "releases.md";
    const std::string page(text_of(must(env->read_file(path))));
    const std::string fence = "```hex " + name + "\n";
    const std::size_t begin = page.find(fence);
    CHECK(begin != page.npos);
    return must(from_hex(page.substr(
        begin + fence.size(), page.find('\n', begin + fence.size()) - begin - fence.size())));
}

TEST(PatchFile, Is_the_one_of_the_page) {
    const WeightPatch patch{Bytes(16, 7), sha256("old"), sha256("new"), {{1, 2, 3}, {}}};
    EXPECT_EQ(hex(patch.encode()), hex(example("patch")));
    must(parse_weight_patch(example("patch")));
    const Bytes header = {'h', 'e', 'a', 'd', 'e', 'r'};
    const PatchPlan plan{header, {{PatchWay::keep, "norm", 16}, {PatchWay::whole, "", 64}}};
    EXPECT_EQ(hex(plan.encode()), hex(example("plan")));
    must(parse_patch_plan(example("plan")));
}

TEST(PatchFile, Reads_back_and_every_truncation_is_refused) {
    const WeightPatch patch{Bytes(16, 7), sha256("old"), sha256("new"), {{1, 2, 3}, {}, {4}}};
    const Bytes bytes = patch.encode();
    const WeightPatch back = must(parse_weight_patch(bytes));
    EXPECT_EQ(back.salt, patch.salt);
    EXPECT_EQ(back.after, patch.after);
    EXPECT_EQ(back.pieces, patch.pieces);
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(parse_weight_patch(ByteView(bytes).first(size)).ok()) << size;
}

}  // namespace
}  // namespace litura::formats
