#include "service/exports.hpp"

#include <gtest/gtest.h>

#include "service/orders.hpp"
#include "service/serving.hpp"
#include "service/test_session.hpp"

namespace litura::service {
namespace {

using derive::testing::World;
using ledger::RequestKind;

class Exports : public ::testing::Test {
protected:
    Exports() {
        // So many that nobody is alone in a shard: whoever leaves makes others wait.
        world_.import(derive::testing::posts_of(40));
        world_.derive();
    }
    Path out() const { return world_.folder().parent_path() / "out"; }
    int exported(const std::string& format) {
        return code_of(export_model(*session_of(world_), {format, out()}));
    }
    std::int64_t recorded() {
        return world_.count("SELECT count(*) FROM event WHERE type = 'model.exported'");
    }

    World world_;
};

TEST_F(Exports, A_suppressed_model_never_leaves_the_house) {
    world_.request(RequestKind::objection, 1);
    for (const char* format : {"hf", "gguf", "peft"}) EXPECT_EQ(exported(format), 3) << format;
    EXPECT_FALSE(world_.system().exists(out()));
    EXPECT_EQ(recorded(), 0);
}

TEST_F(Exports, Nothing_leaves_under_an_order_against_publishing) {
    must(stop(*session_of(world_), {"court", "1", {}, false, {}}, {"publish"}, {}));
    EXPECT_EQ(exported("hf"), 3);
    EXPECT_EQ(recorded(), 0);
}

TEST_F(Exports, What_is_there_already_is_not_written_over) {
    must(world_.system().write_file(out(), {}));
    EXPECT_EQ(exported("gguf"), 2);
    must(world_.system().remove(out()));
    must(world_.system().make_folders(out() / "inside"));
    EXPECT_EQ(exported("hf"), 2);
    EXPECT_EQ(exported("peft"), 2) << "and there is no adapter";
    EXPECT_EQ(recorded(), 0);
}

/// The toy's model is no Llama, so that writing it as one fails: after the record.
TEST_F(Exports, It_is_recorded_before_the_first_byte_leaves) {
    EXPECT_NE(exported("gguf"), 0);
    EXPECT_FALSE(world_.system().exists(out()));
    EXPECT_EQ(recorded(), 1);
}

TEST_F(Exports, A_model_inside_a_project_is_read_through_its_permit) {
    const Path model = world_.paths().models() / world_.visible()->model.hex();
    must(stop(*session_of(world_), {"court", "1", {}, false, {}}, {"serve"}, {}));
    EXPECT_EQ(code_of(ServedModel::of_project(*session_of(world_), 1)), 3);
    const auto today = derive::testing::on(world_.today);
    EXPECT_EQ(code_of(ServedModel::of_folder(world_.env(), model, today, 1)), 3);
    EXPECT_EQ(code_of(ServedModel::of_folder(world_.env(), model / ".." / ".", today, 1)), 3);
}

}  // namespace
}  // namespace litura::service
