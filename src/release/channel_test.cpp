// A channel and those who attack it: everybody between publisher and recipient, and thieves of
// keys.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <functional>

#include "base/test_support.hpp"
#include "proof/dsse.hpp"
#include "proof/release_list.hpp"
#include "release/channel_writer.hpp"

namespace litura::release {
namespace {

using proof::read_channel;
using proof::State;
using proof::trust_channel;
using proof::update_channel;

const Instant kNow{1'780'000'000'000};

proof::Release release_named(const std::string& name) {
    proof::Release release;
    release.name = name;
    release.model = sha256(name);
    release.lease_until = kNow.plus_days(90);
    release.weights = {sha256(name + " file")};
    release.tensors = {sha256(name + " tensor"), sha256(name + " other tensor")};
    release.known = {sha256("base tensor")};
    return release;
}

std::string recall_of(const proof::Release& release) {
    const Json statement = {{"predicate", {{"release", to_json(release)}}}};
    return compact(
        to_json(proof::sign_envelope("t", compact(statement), proof::SigningKey::generate())));
}

class Channel : public ::testing::Test {
protected:
    Channel() {
        must(create_channel(*env, folder, keys, "", kNow));
        must(trust_channel(*env, cache, must(env->read_file(folder / "1.root.json"))));
        publish("v1", State::active);
    }

    void publish(const std::string& name, State state, Instant now = kNow) {
        auto writer = must(ChannelWriter::open(*env, folder, keys));
        must(writer.put("releases", name, compact(to_json(release_named(name))),
                        {{"state", to_text(state)}}));
        must(writer.commit(now));
    }
    void recall(const std::string& name, State state) {
        recall_as(name, state, release_named(name));
    }
    void recall_as(const std::string& name, State state, const proof::Release& described) {
        auto writer = must(ChannelWriter::open(*env, folder, keys));
        must(writer.put("recall", name, recall_of(described), {{"state", to_text(state)}}));
        must(writer.commit(kNow));
    }
    void rotate(const std::string& role) {
        auto writer = must(ChannelWriter::open(*env, folder, keys));
        must(writer.rotate(role));
        must(writer.commit(kNow));
    }
    Result<void> update(Instant now = kNow) { return update_channel(*env, cache, folder, now); }
    int status(const proof::Evidence& evidence, Instant now = kNow) {
        const proof::ChannelView view = must(read_channel(*env, cache));
        const auto releases = must(releases_of(view));
        return exit_status(proof::ReleaseIndex(releases).judge(evidence), view, now);
    }
    int status(const std::string& name, Instant now = kNow) {
        return status({sha256(name + " file"), {}, "", 0}, now);
    }

    Path copy(const char* name) {
        std::filesystem::copy(folder, here.path() / name, std::filesystem::copy_options::recursive);
        return here.path() / name;
    }
    void restore(const Path& saved) {
        std::filesystem::remove_all(folder);
        std::filesystem::copy(saved, folder, std::filesystem::copy_options::recursive);
    }
    /// What a thief of the given keys can make of the channel: changes a role's content and signs
    /// all the way up.
    void forge(const std::string& role, const std::function<void(Json&)>& change,
               std::vector<std::string> stolen) {
        Json timestamp = role_of("timestamp.json"),
             snapshot = role_of(numbered(timestamp, "snapshot"));
        const auto key = [&](const std::string& name) {
            const bool has = std::ranges::find(stolen, name) != stolen.end();
            return has ? must(proof::load_signing_key(*env, keys / (name + ".key")))
                       : proof::SigningKey::generate();
        };
        const auto put = [&](const std::string& name, Json& content, Json& holder,
                             std::string file) {
            content["version"] = content["version"].get<std::uint64_t>() + 1;
            const auto signer = key(name);
            const proof::SigningKey* signers[] = {&signer};
            const std::string bytes = proof::sign_metadata(content, signers);
            holder["meta"][name + ".json"] =
                to_json(proof::FileEntry{bytes.size(), sha256(bytes), {}});
            holder["meta"][name + ".json"]["version"] = content["version"];
            must(env->write_file(
                folder / (std::to_string(content["version"].get<std::uint64_t>()) + "." + file),
                bytes_of(bytes)));
        };
        if (role != "snapshot") {
            Json content = role_of(numbered(snapshot, role));
            change(content);
            put(role, content, snapshot, role + ".json");
        } else {
            change(snapshot);
        }
        put("snapshot", snapshot, timestamp, "snapshot.json");
        timestamp["version"] = timestamp["version"].get<std::uint64_t>() + 1;
        const auto signer = key("timestamp");
        const proof::SigningKey* signers[] = {&signer};
        must(env->write_file(folder / "timestamp.json",
                             bytes_of(proof::sign_metadata(timestamp, signers))));
    }
    Json role_of(const std::string& file) {
        return must(parse_json(text_of(must(env->read_file(folder / file))), ""))["signed"];
    }
    static std::string numbered(const Json& holder, const std::string& role) {
        return std::to_string(holder["meta"][role + ".json"]["version"].get<std::uint64_t>()) +
               "." + role + ".json";
    }

    TestFolder here;
    std::unique_ptr<Env> env = system_env();
    const Path folder = here.path() / "channel", keys = here.path() / "keys",
               cache = here.path() / "cache";
};

TEST_F(Channel, States_reach_the_recipient) {
    EXPECT_EQ(code_of(read_channel(*env, cache)), static_cast<int>(Code::environment));
    must(update());
    EXPECT_EQ(status("v1"), 0);
    EXPECT_EQ(status("v2"), 5);
    publish("v1", State::superseded);
    must(update());
    EXPECT_EQ(status("v1"), 3);
    recall("v1", State::soft_recall);
    must(update());
    EXPECT_EQ(status("v1"), 4);
    recall("v1", State::hard_recall);
    must(update());
    EXPECT_EQ(status("v1"), 4);
    EXPECT_EQ(must(read_channel(*env, cache)).epoch, 5u);
}

TEST_F(Channel, Nothing_is_trusted_without_a_root_and_no_second_channel_is) {
    EXPECT_EQ(code_of(update_channel(*env, here.path() / "new", folder, kNow)), 3);
    must(create_channel(*env, here.path() / "other", here.path() / "other-keys", "", kNow));
    const auto others = [&](const char* root) {
        return trust_channel(*env, cache, must(env->read_file(here.path() / "other" / root)));
    };
    EXPECT_EQ(code_of(others("1.root.json")), 3);
    for (int turn = 0; turn < 2; ++turn) {
        auto writer =
            must(ChannelWriter::open(*env, here.path() / "other", here.path() / "other-keys"));
        must(writer.rotate("root"));
        must(writer.commit(kNow));
    }
    EXPECT_EQ(code_of(others("2.root.json")), 3) << "the next number, another's key";
    EXPECT_EQ(code_of(others("3.root.json")), 3);
}

TEST_F(Channel, The_keys_of_another_channel_sign_nothing_here) {
    const Path other = here.path() / "other-keys";
    must(create_channel(*env, here.path() / "other", other, "", kNow));
    auto writer = must(ChannelWriter::open(*env, folder, other));
    EXPECT_EQ(code_of(writer.check_keys({"snapshot", "timestamp"})), 3);
    must(writer.commit(kNow.plus_days(6)));
    EXPECT_TRUE(writer.renewed().empty());
    must(update());
}

TEST_F(Channel, A_copy_may_hold_pipes_and_too_much) {
    const Path real = copy("real");
    std::filesystem::remove(folder / "timestamp.json");
    ASSERT_EQ(::mkfifo((folder / "timestamp.json").c_str(), 0600), 0);
    EXPECT_EQ(code_of(update()), 1);
    restore(real);
    for (const auto& entry : std::filesystem::directory_iterator(folder / "targets" / "releases"))
        std::filesystem::resize_file(entry.path(), 1u << 20);
    EXPECT_EQ(code_of(update()), 1);
}

TEST_F(Channel, A_cut_off_update_leaves_the_state_before_whole) {
    must(update());
    const Bytes before = must(env->read_file(cache / "timestamp.json"));
    // Another state of the same versions, by whoever holds the keys.
    const Path real = copy("real");
    publish("v1", State::superseded);
    must(update());
    must(env->write_file(cache / "timestamp.json", before));
    EXPECT_EQ(status("v1"), 0);
    restore(real);
    recall("v1", State::soft_recall);
    must(update());
    EXPECT_EQ(status("v1"), 4);
}

TEST_F(Channel, Rollback_is_refused) {
    const Path old = copy("old");
    recall("v1", State::hard_recall);
    must(update());
    restore(old);
    EXPECT_EQ(code_of(update()), 1);
    EXPECT_EQ(status("v1"), 4);
}

TEST_F(Channel, Freeze_ends_in_unknown) {
    must(update());
    const Instant later = kNow.plus_days(8);
    EXPECT_EQ(code_of(update(later)), 1);
    EXPECT_EQ(status("v1", later), 5);
    EXPECT_EQ(status("v1"), 0);
}

TEST_F(Channel, A_recall_outlives_the_channel_and_a_lease_ends) {
    recall("v1", State::soft_recall);
    publish("v2", State::active);
    must(update());
    EXPECT_EQ(status("v1", kNow.plus_days(9999)), 4);
    auto writer = must(ChannelWriter::open(*env, folder, keys));
    must(writer.commit(kNow.plus_days(100)));
    must(update(kNow.plus_days(100)));
    EXPECT_EQ(status("v2", kNow.plus_days(100)), 5) << "the lease of 90 days has ended";
}

TEST_F(Channel, Mix_and_match_is_refused) {
    publish("v2", State::active);
    const Json snapshot = role_of(numbered(role_of("timestamp.json"), "snapshot"));
    must(env->write_file(folder / numbered(snapshot, "releases"),
                         must(env->read_file(folder / "2.releases.json"))));
    EXPECT_EQ(code_of(update()), 1);
}

TEST_F(Channel, A_changed_file_is_refused) {
    for (const auto& entry : std::filesystem::directory_iterator(folder / "targets" / "releases"))
        must(env->write_file(entry.path(), bytes_of("{}")));
    EXPECT_EQ(code_of(update()), 1);
}

TEST_F(Channel, A_thief_of_the_release_keys_cannot_take_a_recall_back) {
    recall("v1", State::hard_recall);
    must(update());
    const std::vector<std::string> stolen = {"releases", "snapshot", "timestamp"};
    const Path real = copy("real");
    // Signed by a key that is not the recall role's.
    forge(
        "recall", [](Json& role) { role["targets"] = Json::object(); }, stolen);
    EXPECT_EQ(code_of(update()), 1);
    // The old recall metadata again.
    restore(real);
    forge(
        "snapshot",
        [&](Json& snapshot) {
            const Bytes first = must(env->read_file(folder / "1.recall.json"));
            snapshot["meta"]["recall.json"] =
                to_json(proof::FileEntry{first.size(), sha256(first), {}});
            snapshot["meta"]["recall.json"]["version"] = 1;
        },
        stolen);
    EXPECT_EQ(code_of(update()), 1);
    // The recalled weights under a new name, and the old name gone.
    restore(real);
    proof::Release again = release_named("v1");
    again.name = "v9";
    const std::string document = compact(to_json(again));
    const std::string place = "targets/releases/" + sha256(document).hex() + ".v9.json";
    must(env->write_file(folder / place, bytes_of(document)));
    forge(
        "releases",
        [&](Json& role) {
            role["targets"] = {{"releases/v9.json",
                                to_json(proof::FileEntry{
                                    document.size(), sha256(document), {{"state", "active"}}})}};
        },
        stolen);
    must(update());
    EXPECT_EQ(status("v1"), 4);
    EXPECT_EQ(status({sha256("another file"), {sha256("v1 tensor")}, "", 0}), 4);
}

TEST_F(Channel, A_thief_of_the_release_keys_cannot_silence_a_recall_by_nonsense) {
    recall("v1", State::soft_recall);
    const std::string nonsense = "{}";
    must(env->write_file(folder / ("targets/releases/" + sha256(nonsense).hex() + ".v1.json"),
                         bytes_of(nonsense)));
    forge("releases",
          [&](Json& role) {
              role["targets"] = {
                  {"releases/v1.json", to_json(proof::FileEntry{2, sha256(nonsense), {}})}};
          },
          {"releases", "snapshot", "timestamp"});
    must(update());
    EXPECT_EQ(status("v1"), 4);
}

TEST_F(Channel, Not_even_the_recall_key_takes_a_recall_back_or_softens_it) {
    recall("v1", State::hard_recall);
    must(update());
    const std::vector<std::string> all = {"recall", "releases", "snapshot", "timestamp"};
    const Path real = copy("real");
    forge(
        "recall", [](Json& role) { role["targets"] = Json::object(); }, all);
    EXPECT_EQ(code_of(update()), 1);
    restore(real);
    forge(
        "recall", [](Json& role) { role["targets"]["recall/v1.json"]["custom"]["state"] = "soft"; },
        all);
    EXPECT_EQ(code_of(update()), 1);
    restore(real);
    must(update());
}

TEST_F(Channel, A_recall_only_grows_whoever_signs_and_through_every_root) {
    const proof::Release whole = release_named("v1");
    recall("v1", State::hard_recall);
    must(update());
    const Path real = copy("real");
    const auto shrunk = [&](auto change) {
        proof::Release less = whole;
        change(less);
        recall_as("v1", State::hard_recall, less);
        // The same weights under another name, by whoever has all keys.
        proof::Release again = whole;
        again.name = "v2";
        auto writer = must(ChannelWriter::open(*env, folder, keys));
        must(writer.put("releases", "v2", compact(to_json(again)), {{"state", "active"}}));
        must(writer.commit(kNow));
        for (const char* role : {"", "root", "recall", "timestamp", "snapshot", "targets"}) {
            if (*role != 0) rotate(role);
            EXPECT_EQ(code_of(update()), 1) << role;
            EXPECT_EQ(status("v1"), 4) << role;
        }
        std::filesystem::remove_all(keys);
        std::filesystem::copy(here.path() / "keys before", keys);
        restore(real);
        std::filesystem::remove_all(cache);
        must(trust_channel(*env, cache, must(env->read_file(folder / "1.root.json"))));
        must(update());
    };
    std::filesystem::copy(keys, here.path() / "keys before");
    shrunk([](proof::Release& r) { r.weights.clear(); });
    shrunk([](proof::Release& r) { r.tensors.erase(r.tensors.begin()); });
    shrunk([](proof::Release& r) { r.model = sha256("another"); });
    shrunk([](proof::Release& r) { r.weights = {sha256("another")}; });
    shrunk([](proof::Release& r) { r.weights.clear(), r.tensors.clear(), r.known.clear(); });
    proof::Release more = whole;
    more.tensors.insert(sha256("one more"));
    recall_as("v1", State::hard_recall, more);
    must(update());
    EXPECT_EQ(status({sha256("another file"), {sha256("one more")}, "", 0}), 4);
}

TEST_F(Channel, Descriptions_of_a_kind_not_known_yet_do_not_shrink_either) {
    const auto recall_with = [&](const Json& patterns) {
        Json described = to_json(release_named("v1"));
        described["patterns"] = patterns;
        const Json statement = {{"predicate", {{"release", described}}}};
        auto writer = must(ChannelWriter::open(*env, folder, keys));
        must(writer.put("recall", "v1",
                        compact(to_json(proof::sign_envelope("t", compact(statement),
                                                             proof::SigningKey::generate()))),
                        {{"state", "soft"}}));
        must(writer.commit(kNow));
    };
    recall_with({"a", "b"});
    must(update());
    recall_with({"b", "c", "a"});
    must(update());
    recall_with({"b", "c"});
    EXPECT_EQ(code_of(update()), 1);
}

TEST_F(Channel, A_recall_that_cannot_be_read_is_refused_with_its_channel) {
    must(update());
    auto writer = must(ChannelWriter::open(*env, folder, keys));
    must(writer.put("recall", "v1", "{}", {{"state", "hard"}}));
    must(writer.commit(kNow));
    EXPECT_EQ(code_of(update()), 1);
    EXPECT_EQ(status("v1"), 0) << "the last good state stays";
}

TEST_F(Channel, A_superseded_release_comes_back_under_new_keys_only) {
    publish("v1", State::superseded);
    must(update());
    publish("v1", State::active);
    EXPECT_EQ(code_of(update()), 1);
    rotate("releases");
    must(update());
    EXPECT_EQ(status("v1"), 0);
}

TEST_F(Channel, A_file_is_in_use_if_all_of_it_is) {
    publish("v2", State::active);
    must(update());
    const Digest one = sha256("v1 tensor"), two = sha256("v1 other tensor"),
                 base = sha256("base tensor"), file = sha256("repacked");
    EXPECT_EQ(status({file, {one, two}, "", 0}), 0);
    EXPECT_EQ(status({file, {one}, "", 0}), 0) << "a shard";
    EXPECT_EQ(status({file, {one, base}, "", 0}), 0) << "with what stood in the base";
    EXPECT_EQ(status({file, {one, sha256("v2 tensor")}, "", 0}), 0) << "a merge of two in use";
    EXPECT_EQ(status({file, {base}, "", 0}), 5) << "the base is nobody's release";
    EXPECT_EQ(status({file, {one, two, sha256("another")}, "", 0}), 5);
    EXPECT_EQ(status({file, {one, two}, "", 1}), 5) << "a tensor that could not be compared";
    EXPECT_EQ(status({file, {}, to_text(sha256("v1")), 0}), 5) << "a name alone";
    EXPECT_EQ(status({sha256("v1 file"), {sha256("another")}, "", 3}), 0) << "the very file";
    recall("v1", State::soft_recall);
    must(update());
    EXPECT_EQ(status({file, {one, sha256("another")}, "", 1}), 4);
    EXPECT_EQ(status({file, {}, to_text(sha256("v1")), 0}), 4);
    EXPECT_EQ(status({file, {sha256("v2 tensor"), one}, "", 0}), 4);
}

TEST_F(Channel, What_only_a_recalled_release_knows_makes_no_file_whole) {
    auto described = release_named("v1");
    described.known = {sha256("v1 rounded")};
    recall_as("v1", State::hard_recall, described);
    publish("v2", State::active);
    must(update());
    EXPECT_EQ(status({sha256("f"), {sha256("v2 tensor"), sha256("v1 rounded")}, "", 0}), 5);
}

TEST_F(Channel, A_file_that_is_too_large_is_not_read) {
    must(update());
    const Path real = copy("real");
    for (const char* file : {"timestamp.json", "1.root.json", "2.snapshot.json"}) {
        std::filesystem::resize_file(folder / file, 1u << 30);
        const bool root = std::string_view(file) == "1.root.json";
        EXPECT_EQ(code_of(update()), root ? 0 : 1) << file;
        restore(real);
    }
}

TEST_F(Channel, Roles_are_dated_to_the_day_and_a_timestamp_to_the_hour) {
    const Json timestamp = role_of("timestamp.json");
    EXPECT_EQ(timestamp["issued"], to_text(kNow.hour()));
    const Json recall = role_of("1.recall.json");
    EXPECT_EQ(recall["issued"], to_text(kNow.day()));
    EXPECT_EQ(recall["expires"], to_text(kNow.day().plus_days(365)));
}

TEST_F(Channel, A_role_cannot_list_what_is_not_its_own) {
    const std::vector<std::string> stolen = {"releases", "snapshot", "timestamp"};
    for (const char* path :
         {"recall/v1.json", "releases/../recall/v1.json", "releases/.json", "v1.json"}) {
        const Path real = copy("real");
        forge(
            "releases",
            [&](Json& role) { role["targets"][path] = role["targets"]["releases/v1.json"]; },
            stolen);
        EXPECT_EQ(code_of(update()), 1) << path;
        restore(real);
        std::filesystem::remove_all(real);
    }
}

TEST_F(Channel, Keys_change_and_the_recipient_follows) {
    must(update());
    for (const char* role :
         {"releases", "recall", "timestamp", "root", "targets", "snapshot", "root"}) {
        auto writer = must(ChannelWriter::open(*env, folder, keys));
        must(writer.rotate(role));
        must(writer.commit(kNow));
        must(update());
    }
    EXPECT_EQ(status("v1"), 0);
    // Any root of this channel may be given again.
    for (const char* root : {"1.root.json", "3.root.json"})
        must(trust_channel(*env, cache, must(env->read_file(folder / root))));
    // The old release key signs nothing any more: not by mistake, and not by theft.
    std::filesystem::rename(keys / "releases.key.old", keys / "releases.key");
    auto writer = must(ChannelWriter::open(*env, folder, keys));
    must(
        writer.put("releases", "v2", compact(to_json(release_named("v2"))), {{"state", "active"}}));
    EXPECT_EQ(code_of(writer.commit(kNow)), 3);
    must(update());
    forge("releases", [](Json& role) { role["targets"] = Json::object(); },
          {"releases", "snapshot", "timestamp"});
    EXPECT_EQ(code_of(update()), 1);
}

TEST_F(Channel, A_rotation_that_is_cut_off_loses_no_key) {
    for (const char* role : kRoles) {
        const std::string name = role;
        const Path key = keys / (name + ".key"), fresh = Path(key) += ".new",
                   old = Path(key) += ".old";
        const Bytes timestamp = must(env->read_file(folder / "timestamp.json"));
        {  // Before the channel changed: as if nothing had happened.
            auto writer = must(ChannelWriter::open(*env, folder, keys));
            must(writer.rotate(name));
        }
        publish("v1", State::active);
        must(update());
        auto writer = must(ChannelWriter::open(*env, folder, keys));
        must(writer.rotate(name));
        must(writer.commit(kNow));
        EXPECT_FALSE(env->exists(fresh));
        // After the root or the targets that name the new key, before the rest: made good.
        std::filesystem::rename(key, fresh);
        std::filesystem::rename(old, key);
        if (name == "timestamp") must(env->write_file(folder / "timestamp.json", timestamp));
        auto again = must(ChannelWriter::open(*env, folder, keys));
        must(again.commit(kNow));
        publish("v1", name == "timestamp" ? State::superseded : State::active);
        must(update());
        EXPECT_FALSE(env->exists(fresh)) << name;
        EXPECT_TRUE(env->exists(old)) << name;
    }
}

TEST_F(Channel, Without_its_key_a_role_stays_as_it_is) {
    std::filesystem::remove(keys / "recall.key");
    auto writer = must(ChannelWriter::open(*env, folder, keys));
    must(writer.put("recall", "v1", recall_of(release_named("v1")), {{"state", "soft"}}));
    EXPECT_EQ(code_of(writer.commit(kNow)), 3);
    must(update());
    EXPECT_EQ(status("v1"), 0);
}

TEST_F(Channel, Tending_renews_what_it_has_keys_for_and_names_what_ends) {
    std::filesystem::remove(keys / "recall.key");
    auto writer = must(ChannelWriter::open(*env, folder, keys));
    must(writer.commit(kNow.plus_days(5)));
    EXPECT_EQ(writer.renewed(), (std::vector<std::string>{"timestamp"}));
    must(writer.commit(kNow.plus_days(300)));
    EXPECT_EQ(writer.ending(kNow.plus_days(400)).count("recall"), 1u);
    EXPECT_EQ(writer.ending(kNow.plus_days(400)).count("releases"), 0u);
    must(update(kNow.plus_days(300)));
}

}  // namespace
}  // namespace litura::release
