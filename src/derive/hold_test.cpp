// What an erasure destroys under a hold is kept for the holder alone, and goes with the hold.
#include "derive/hold.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

#include "derive/test_world.hpp"
#include "ledger/orders.hpp"

namespace litura::derive::testing {
namespace {

using ledger::RequestKind;

/// Somebody outside.
struct Holder {
    Bytes open_key = Bytes(crypto_box_PUBLICKEYBYTES), secret = Bytes(crypto_box_SECRETKEYBYTES);
    Holder() { crypto_box_keypair(open_key.data(), secret.data()); }
    std::optional<std::string> read(const Bytes& sealed) const {
        if (sealed.size() < crypto_box_SEALBYTES) return {};
        std::string plain(sealed.size() - crypto_box_SEALBYTES, '\0');
        const int opened =
            crypto_box_seal_open(reinterpret_cast<unsigned char*>(plain.data()), sealed.data(),
                                 sealed.size(), open_key.data(), secret.data());
        return opened == 0 ? std::optional(plain) : std::nullopt;
    }
};

void hold(World& world, const Holder& holder, std::string_view where) {
    const auto scope = must(ledger::Predicate::parse(where));
    must(world.open()->ledger().orders().hold({"a court", "case 1", {}, false, on("2024-08-01")},
                                              scope, must(digest_from_bytes(holder.open_key))));
}

TEST(Hold, Keeps_what_is_erased_for_its_holder_and_for_nobody_else) {
    World world;
    world.import(posts_of(8));
    world.derive();
    const Holder holder, another;
    hold(world, holder, "source is \"forum\" and created before 2024-03-01");
    world.request(RequestKind::erasure, 3);
    const Path file = world.paths().holds() / "o-1" / "q-1";
    const Bytes sealed = must(world.env().read_file(file));
    const auto lines = holder.read(sealed);
    ASSERT_TRUE(lines.has_value());
    EXPECT_NE(lines->find("first words of 3"), lines->npos);
    EXPECT_NE(lines->find("person3"), lines->npos);
    EXPECT_EQ(lines->find("later words"), lines->npos) << "the order does not name this post";
    EXPECT_FALSE(another.read(sealed).has_value());
    EXPECT_EQ(std::string(text_of(sealed)).find("first words"), std::string::npos);

    world.derive();
    EXPECT_EQ(world.view().persons(), 7u) << "what is held is never trained on";
    world.import(posts_of(8));
    EXPECT_EQ(world.view().persons(), 7u);
    EXPECT_TRUE(must(world.open()->ledger().verify()).holds);
}

TEST(Hold, Touches_nobody_whom_it_does_not_name_and_no_erasure_after_its_end) {
    World world;
    world.import(posts_of(8));
    const Holder holder;
    hold(world, holder, "source is \"elsewhere\"");
    world.request(RequestKind::erasure, 3);
    EXPECT_FALSE(world.env().exists(world.paths().holds() / "o-1"));
    hold(world, holder, "source is \"forum\"");
    world.today = "2024-08-01";
    world.request(RequestKind::erasure, 5);
    EXPECT_FALSE(world.env().exists(world.paths().holds() / "o-2"));
}

TEST(Hold, Expires_into_the_erasure) {
    World world;
    world.import(posts_of(8));
    const Holder holder;
    hold(world, holder, "source is \"forum\"");
    world.request(RequestKind::erasure, 3);
    EXPECT_TRUE(world.env().exists(world.paths().holds() / "o-1" / "q-1"));
    world.today = "2024-07-31";
    world.open();
    EXPECT_TRUE(world.env().exists(world.paths().holds() / "o-1" / "q-1"));
    world.today = "2024-08-01";
    world.open();
    EXPECT_FALSE(world.env().exists(world.paths().holds() / "o-1"));
    EXPECT_EQ(must(world.open()->ledger().events("hold.expired")).size(), 1u);
}

TEST(Hold, Lifted_by_two_people_lets_go_at_once) {
    World world;
    world.import(posts_of(8));
    const Holder holder;
    hold(world, holder, "source is \"forum\"");
    world.request(RequestKind::erasure, 3);
    must(world.open()->ledger().orders().lift("o-1", "J. Doe", "R. Roe"));
    world.open();
    EXPECT_FALSE(world.env().exists(world.paths().holds() / "o-1"));
}

TEST(Hold, Covers_an_old_wording_and_a_single_post_too) {
    World world;
    world.import(posts_of(8));
    const Holder holder;
    hold(world, holder, "source is \"forum\"");
    must(world.try_rectify(3, "a3", "other words"));
    must(world.try_erase_record(4, "a4"));
    const auto of = [&](const char* request) {
        return holder.read(must(world.env().read_file(world.paths().holds() / "o-1" / request)));
    };
    EXPECT_NE(of("q-1")->find("first words of 3"), std::string::npos);
    EXPECT_NE(of("q-2")->find("first words of 4"), std::string::npos);
    EXPECT_EQ(of("q-2")->find("later words"), std::string::npos);
}

}  // namespace
}  // namespace litura::derive::testing
