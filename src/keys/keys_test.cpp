// Tags, handles, secrets and sealing.
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/test_support.hpp"
#include "keys/sealing.hpp"
#include "keys/tags.hpp"

#include "keys/test_keys.hpp"

namespace litura::keys {
namespace {

SecretKey key_of(std::uint8_t byte) {
    std::array<std::uint8_t, SecretKey::kSize> bytes;
    bytes.fill(byte);
    return SecretKey(bytes);
}
PersonalText name(std::string_view text) { return PersonalText(std::string(text)); }

TEST(Tags, A_tag_depends_on_key_domain_source_and_name) {
    const SecretKey one = key_of(1);
    std::set<Digest> tags;
    tags.insert(account_tag(one, "forum", name("anna")).value());
    tags.insert(account_tag(key_of(2), "forum", name("anna")).value());
    tags.insert(account_tag(one, "other", name("anna")).value());
    tags.insert(account_tag(one, "forum", name("Anna")).value());
    tags.insert(account_tag(one, "foru", name("manna")).value());
    tags.insert(record_tag(one, Digest(), name("anna")));
    tags.insert(record_tag(one, sha256("another account"), name("anna")));
    tags.insert(folded_tag(one, "forum", name("anna")).value());
    tags.insert(text_tag(one, Digest(), name("anna")));
    tags.insert(text_tag(one, sha256("another record"), name("anna")));
    EXPECT_EQ(tags.size(), 10u);
}

TEST(Tags, Canonically_equal_names_are_one_account_and_other_spellings_are_not) {
    const SecretKey key = key_of(1);
    const auto account = [&](std::string_view author) {
        return account_tag(key, "forum", name(author)).value();
    };
    const auto folded = [&](std::string_view author) {
        return folded_tag(key, "forum", name(author)).value();
    };
    EXPECT_EQ(account("Zo\xc3\xab"), account("Zoe\xcc\x88"));
    EXPECT_NE(account("ZO\xc3\x8b"), account("Zo\xc3\xab"));
    EXPECT_EQ(folded("ZO\xc3\x8b"), folded("zoe\xcc\x88"));
    EXPECT_EQ(folded("\xef\xbc\xb2obin"), folded("robin")) << "full-width R";
    EXPECT_EQ(folded("ro\xe2\x80\x8b"
                     "bin"),
              folded("robin"))
        << "zero-width space";
    EXPECT_NE(folded("robin"), folded("robyn"));
}

TEST(Tags, A_bar_tag_is_of_the_look_of_a_name_and_never_of_another) {
    const SecretKey key = random_key();
    const auto tag = [&](std::string_view source, const char* name) {
        return name_bar_tag(key, source, PersonalText(name)).value();
    };
    EXPECT_EQ(tag("here", "Anna"), tag("Here ", " anna\n"));
    EXPECT_NE(tag("here", "anna"), tag("there", "anna"));
    EXPECT_NE(tag("here", "anna"), tag("here", "anne"));
    EXPECT_NE(tag("here", "\u200B"), tag("here", "\u2800")) << "what has no look is itself";
    const auto id = [&](const char* text) {
        return id_bar_tag(key, "here", PersonalText("Anna"), PersonalText(text)).value();
    };
    EXPECT_EQ(id("42"), id(" 0042\u200B"));
    EXPECT_NE(id("42"), id("420"));
    EXPECT_EQ(id("0"), id("000"));
    EXPECT_FALSE(id("--").has_value());
}

TEST(Tags, A_name_that_is_not_text_is_refused) {
    EXPECT_EQ(account_tag(key_of(1), "forum", name("\xff")).error().code, Code::bad_input);
    EXPECT_EQ(folded_tag(key_of(1), "forum", name("\xc3")).error().code, Code::bad_input);
}

// Tags enter keys of nodes and handles: a changed layout would orphan every project.
TEST(Tags, The_layout_of_tags_and_handles_is_fixed) {
    const SecretKey key = key_of(7);
    const Digest account = account_tag(key, "forum", name("anna")).value();
    EXPECT_EQ(account.hex(), "df5c943abfdb5586eee2542f08fd713cfc3db72b0cbd9b39432b3d1a995a4f88");
    EXPECT_EQ(person_handle(key, account), "p-cpomls6ajr");
    EXPECT_EQ(record_handle(key, record_tag(key, account, name("1"))), "r-uvbkrzjk3qodnbk4");
}

TEST(Secrets, They_are_made_once_with_mode_0600_and_load_again) {
    const TestFolder folder;
    const auto env = system_env();
    const ProjectSecrets made = create_secrets(*env, folder.path() / "secrets", nullptr).value();
    for (const auto& entry : std::filesystem::directory_iterator(folder.path() / "secrets")) {
        struct stat info {};
        ASSERT_EQ(::stat(entry.path().c_str(), &info), 0);
        EXPECT_EQ(info.st_mode & 0777, 0600u) << entry.path();
    }
    const ProjectSecrets loaded = load_secrets(*env, folder.path() / "secrets").value();
    EXPECT_TRUE(same(made.deal, loaded.deal) && same(made.identity, loaded.identity) &&
                same(made.project, loaded.project));
    EXPECT_FALSE(same(made.deal, made.identity) || same(made.identity, made.project));
    EXPECT_EQ(create_secrets(*env, folder.path() / "secrets", nullptr).error().code,
              Code::forbidden);
}

TEST(Secrets, A_project_like_another_takes_over_the_deal_secret_only) {
    const TestFolder folder;
    const auto env = system_env();
    const ProjectSecrets first = create_secrets(*env, folder.path() / "a", nullptr).value();
    const ProjectSecrets second = create_secrets(*env, folder.path() / "b", &first.deal).value();
    EXPECT_TRUE(same(first.deal, second.deal));
    EXPECT_FALSE(same(first.identity, second.identity) || same(first.project, second.project));
}

TEST(Secrets, A_file_that_others_may_read_is_refused) {
    const TestFolder folder;
    const auto env = system_env();
    ASSERT_TRUE(create_secrets(*env, folder.path(), nullptr).ok());
    for (const char* name : {"deal.key", "root"}) {
        std::filesystem::permissions(folder.path() / name, std::filesystem::perms::group_read,
                                     std::filesystem::perm_options::add);
        EXPECT_EQ(load_secrets(*env, folder.path()).error().code, Code::forbidden) << name;
        std::filesystem::permissions(folder.path() / name, std::filesystem::perms::group_read,
                                     std::filesystem::perm_options::remove);
    }
    EXPECT_TRUE(load_secrets(*env, folder.path()).ok());
}

TEST(Secrets, A_missing_or_short_file_is_refused) {
    const TestFolder folder;
    const auto env = system_env();
    EXPECT_FALSE(load_secrets(*env, folder.path()).ok());
    ASSERT_TRUE(create_secrets(*env, folder.path(), nullptr).ok());
    ASSERT_TRUE(env->write_file(folder.path() / "identity.key", bytes_of("short")).ok());
    EXPECT_EQ(load_secrets(*env, folder.path()).error().code, Code::broken);
}

TEST(Sealing, What_was_sealed_opens_in_its_place) {
    for (const std::string_view text :
         {"", "a", "many words, more than one block of the cipher would hold at once....."}) {
        const Bytes sealed = seal(key_of(1), bytes_of(text), bytes_of("place"));
        EXPECT_EQ(sealed.size(), 24 + text.size() + 16);
        EXPECT_EQ(text_of(unseal(key_of(1), sealed, bytes_of("place")).value()), text);
    }
}

TEST(Sealing, A_flipped_bit_another_place_or_another_key_does_not_open) {
    const Bytes sealed = seal(key_of(1), bytes_of("text"), bytes_of("place"));
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        Bytes changed = sealed;
        changed[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
        EXPECT_EQ(unseal(key_of(1), changed, bytes_of("place")).error().code, Code::broken) << bit;
    }
    EXPECT_FALSE(unseal(key_of(1), sealed, bytes_of("elsewhere")).ok());
    EXPECT_FALSE(unseal(key_of(2), sealed, bytes_of("place")).ok());
    for (std::size_t size = 0; size < sealed.size(); ++size) {
        EXPECT_FALSE(unseal(key_of(1), ByteView(sealed).first(size), bytes_of("place")).ok())
            << size;
    }
}

TEST(Sealing, A_long_value_opens_whole_and_in_order_only) {
    constexpr std::size_t kPiece = 1 << 20;
    for (const std::size_t size : {std::size_t{0}, std::size_t{5}, kPiece, 2 * kPiece + 7}) {
        Bytes plain(size);
        for (std::size_t at = 0; at < size; ++at) plain[at] = static_cast<std::uint8_t>(at / 100);
        Bytes sealed;
        seal_pieces(key_of(1), plain, bytes_of("place"), sealed);
        EXPECT_EQ(sealed.size(), sealed_pieces_size(size));
        Bytes back(size);
        ASSERT_TRUE(unseal_pieces(key_of(1), sealed, bytes_of("place"), back).ok());
        EXPECT_EQ(unseal_pieces(key_of(1), sealed, bytes_of("place")).value(), plain);
        EXPECT_FALSE(
            unseal_pieces(key_of(1), ByteView(sealed).first(sealed.size() - 1), bytes_of("place"))
                .ok());
        EXPECT_EQ(back, plain);
        EXPECT_FALSE(unseal_pieces(key_of(1), sealed, bytes_of("elsewhere"), back).ok());
        EXPECT_FALSE(unseal_pieces(key_of(2), sealed, bytes_of("place"), back).ok());
        if (size != 2 * kPiece + 7) continue;
        Bytes first_alone(kPiece);
        EXPECT_FALSE(unseal_pieces(key_of(1), ByteView(sealed).first(kPiece + 40),
                                   bytes_of("place"), first_alone)
                         .ok())
            << "cut after a piece";
        std::swap_ranges(sealed.begin(), sealed.begin() + kPiece + 40,
                         sealed.begin() + kPiece + 40);
        EXPECT_FALSE(unseal_pieces(key_of(1), sealed, bytes_of("place"), back).ok()) << "swapped";
    }
}

TEST(Sealing, Sealing_twice_gives_different_bytes) {
    EXPECT_NE(seal(key_of(1), bytes_of("text"), {}), seal(key_of(1), bytes_of("text"), {}));
}

TEST(Sealing, Subkeys_differ_by_purpose_and_by_key) {
    EXPECT_FALSE(same(subkey(key_of(1), "a"), subkey(key_of(1), "b")));
    EXPECT_FALSE(same(subkey(key_of(1), "a"), subkey(key_of(2), "a")));
    EXPECT_TRUE(same(subkey(key_of(1), "a"), subkey(key_of(1), "a")));
}

}  // namespace
}  // namespace litura::keys
