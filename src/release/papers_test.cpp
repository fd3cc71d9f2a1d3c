// The papers of a release, and the examples of docs/releases.md, which have to be what our own
// readers read.
#include "release/papers.hpp"

#include <gtest/gtest.h>

#include "base/test_support.hpp"
#include "proof/answer.hpp"
#include "proof/dsse.hpp"
#include "proof/metadata.hpp"
#include "proof/note.hpp"
#include "release/gate.hpp"

namespace litura::release {
namespace {

/// The block that begins with ```json NAME.
std::string example(const std::string& name) {
    const auto env = system_env();
    const std::string page(
        text_of(must(env->read_file(Path(LITURA_SOURCE_DIR) / "docs" / "releases.md"))));
    const std::string fence = "```json " + name + "\n";
    const std::size_t begin = page.find(fence);
    CHECK(begin != std::string::npos);
    return page.substr(begin + fence.size(),
                       page.find("```\n", begin + fence.size()) - begin - fence.size());
}

TEST(ReleasesPage, Its_audit_is_read) {
    EXPECT_EQ(must(parse_diff_audit(example("audit"))).by, "who measured");
}

TEST(ReleasesPage, Its_release_and_its_recall_are_read) {
    const proof::Release release = must(proof::parse_release(example("release")));
    proof::ChannelView view;
    const auto envelope = proof::sign_envelope(std::string(proof::kStatementType),
                                               example("recall"), proof::SigningKey::generate());
    view.recalls["v1"] = {{{"state", "soft"}}, compact(to_json(envelope))};
    view.releases["v1"] = {{{"state", "active"}}, example("release")};
    const auto releases = must(releases_of(view));
    ASSERT_EQ(releases.size(), 1u) << "the recall stands for the release";
    EXPECT_EQ(releases[0].state, proof::State::soft_recall);
    EXPECT_EQ(releases[0].tensors, release.tensors);
    EXPECT_EQ(releases[0].recall["decided"], "2026-11");
}

TEST(ReleasesPage, Its_recipient_and_its_answer_are_read) {
    const Json recipient = must(parse_json(example("recipient"), ""));
    EXPECT_EQ(must(proof::parse_verifier_key(recipient["key"].get<std::string>())).name,
              "laboratory.example");
    const auto key = proof::SigningKey::generate();
    const proof::RecipientAnswer answer{"recall-1", "rc-1", true};
    const proof::Envelope envelope = sign_answer(answer, key);
    EXPECT_EQ(must(parse_json(text_of(envelope.payload), "")),
              must(parse_json(example("answer"), "")));
    EXPECT_TRUE(is_signed_by(envelope, key.public_key()));
    EXPECT_FALSE(is_signed_by(envelope, proof::SigningKey::generate().public_key()));
}

TEST(ReleasesPage, Its_metadata_is_what_is_signed) {
    const proof::SigningKey key(SecretKey(std::array<std::uint8_t, 32>{7}));
    const Instant issued = must(parse_instant("2026-11-26T00:00:00Z"));
    Json role = proof::metadata_head("timestamp", 12, issued, issued.plus_days(7));
    role["meta"]["snapshot.json"] = to_json(proof::FileEntry{900, sha256("a snapshot"), {}});
    role["meta"]["snapshot.json"]["version"] = 5u;
    const proof::SigningKey* keys[] = {&key};
    EXPECT_EQ(example("timestamp"), proof::sign_metadata(role, keys));
    const proof::Metadata read =
        must(proof::parse_metadata(bytes_of(example("timestamp")), "timestamp"));
    must(check_signatures(read, {{{proof::key_id(key.public_key()), key.public_key()}}, 1}));
    EXPECT_EQ(must(proof::canonical_json(proof::key_json(key.public_key()))) + "\n",
              example("key"));
    EXPECT_EQ(sha256(must(proof::canonical_json(proof::key_json(key.public_key())))).hex(),
              read.signatures.begin()->first);
}

TEST(Papers, Say_where_the_model_comes_from_and_hold_no_date) {
    Subject subject;
    subject.release = {"v3", sha256("m"), Instant{1'790'000'000'000}, {}, {}, {}, {}, {}, {}};
    subject.weights = {{"model.safetensors", sha256("w")}};
    ModelFacts& model = subject.facts.model.emplace();
    model.manifest = sha256("manifest");
    model.base = sha256("base");
    model.purpose = "model_training";
    const Json statement = must(parse_json(provenance(subject), ""));
    EXPECT_EQ(statement["predicateType"], "https://slsa.dev/provenance/v1");
    EXPECT_EQ(statement["subject"][0]["digest"]["sha256"], sha256("w").hex());
    EXPECT_EQ(
        statement["predicate"]["buildDefinition"]["resolvedDependencies"][0]["digest"]["sha256"],
        sha256("manifest").hex());
    const Json bom = must(parse_json(bill_of_materials(subject), ""));
    EXPECT_EQ(bom["specVersion"], "1.6");
    EXPECT_EQ(bom["components"][0]["version"], "v3");
    for (const std::string& paper : {provenance(subject), bill_of_materials(subject)})
        EXPECT_EQ(paper.find("2026-"), std::string::npos) << paper;
}

}  // namespace
}  // namespace litura::release
