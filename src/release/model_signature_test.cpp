#include "release/model_signature.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/json.hpp"
#include "base/test_support.hpp"
#include "proof/base64.hpp"
#include "proof/dsse.hpp"

namespace litura::release {
namespace {

const FileDigests kFiles = {{"a", sha256("one")}, {"b/c", sha256("two")}};

TEST(Dsse, The_signed_bytes_are_those_of_the_specification) {
    // The example of protocol.md.
    EXPECT_EQ(
        text_of(proof::signed_bytes("http://example.com/HelloWorld", bytes_of("hello world"))),
        "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
}

TEST(ModelSignature, Holds_for_these_files_and_no_others) {
    const P256Key key = P256Key::generate();
    const std::string bundle = sign_model("v1", kFiles, key);
    const std::string pem = key.public_pem();
    must(verify_model(bundle, kFiles, pem));
    EXPECT_EQ(code_of(verify_model(bundle, kFiles, P256Key::generate().public_pem())), 1);
    for (const char* change : {"a changed", "a missing", "one more"}) {
        FileDigests files = kFiles;
        if (change == std::string("a changed")) files["a"] = sha256("x");
        if (change == std::string("a missing")) files.erase("a");
        if (change == std::string("one more")) files["d"] = sha256("x");
        EXPECT_EQ(code_of(verify_model(bundle, files, pem)), 1) << change;
    }
}

TEST(ModelSignature, The_subject_is_the_digest_of_the_raw_digests_in_order) {
    const Json bundle = must(parse_json(sign_model("v1", kFiles, P256Key::generate()), ""));
    const Bytes payload =
        must(proof::from_base64(bundle["dsseEnvelope"]["payload"].get<std::string>()));
    const Json statement = must(parse_json(text_of(payload), ""));
    const Digest both = Hasher().update(sha256("one").view()).update(sha256("two").view()).finish();
    EXPECT_EQ(statement["subject"][0]["digest"]["sha256"], both.hex());
    EXPECT_EQ(statement["predicateType"], "https://model_signing/signature/v1.0");
    EXPECT_EQ(bundle["verificationMaterial"]["tlogEntries"], Json::array());
}

TEST(ModelSignature, What_is_no_bundle_is_refused) {
    const std::string pem = P256Key::generate().public_pem();
    for (const char* bad :
         {"", "[]", "{}", R"({"dsseEnvelope":{"payload":"","payloadType":"x","signatures":[]}})"})
        EXPECT_FALSE(verify_model(bad, kFiles, pem).ok()) << bad;
}

/// A file of tests/oms: bundles of the specification and its conformance cases.
std::string vector_of(const std::string& name) {
    std::ifstream file(LITURA_SOURCE_DIR "/tests/oms/" + name);
    std::stringstream all;
    all << file.rdbuf();
    return all.str();
}

const FileDigests kSimple = {
    {"signme-1",
     must(parse_digest("bc9a717db6064a32cbe9eae6fc40651dd6d36ef1757183f590eff2b1765d7ebc"))},
    {"signme-2",
     must(parse_digest("32dcb1f8e1ae52d5963e56a6ba06ab58b424c15ed2a6b70d2feca1d089370028"))}};

TEST(ModelSignature, The_specifications_bundles_verify) {
    const std::string pem = vector_of("public.pem");
    const Json simple = must(parse_json(vector_of("key-simple.json"), ""));
    EXPECT_EQ(simple["verificationMaterial"]["publicKey"]["hint"], sha256(pem).hex());
    must(verify_model(vector_of("key-simple.json"), kSimple, pem));
    must(verify_model(vector_of("key-simple-go.json"), kSimple, pem));  // no keyid, no tlogEntries
    const FileDigests several = {
        {"config.json",
         must(parse_digest("5e472403951781d18d5f790aa5b3316a5f535fc37a1052f6659c9c6af82e3643"))},
        {"subdir/adapter.bin",
         must(parse_digest("58b991c23d339f9d25eccb315cf8ba9edb608bb60be3be6c73b03a4481dc7682"))},
        {"weights.bin",
         must(parse_digest("4555555dc68d872c2270ba89ecc5f6f094812f65372b37e50071fe5168031c49"))}};
    must(verify_model(vector_of("key-multi-file.json"), several, pem));
}

TEST(ModelSignature, The_specifications_negative_cases_are_refused) {
    const std::string pem = vector_of("public.pem"), good = vector_of("key-simple.json");
    for (const char* signed_but_wrong :
         {"empty-resources.json", "missing-serialization.json", "wrong-statement-type.json"})
        EXPECT_EQ(code_of(verify_model(vector_of(signed_but_wrong), kSimple, pem)), 1)
            << signed_but_wrong;
    EXPECT_EQ(code_of(verify_model(vector_of("empty-resources.json"), {}, pem)), 1);
    const auto changed = [&](const std::string& from, const std::string& to) {
        std::string text = good;
        CHECK(text.find(from) != text.npos);
        return text.replace(text.find(from), from.size(), to);
    };
    EXPECT_EQ(code_of(verify_model(changed("bundle.v0.3", "bundle.v9.9"), kSimple, pem)), 1);
    EXPECT_EQ(code_of(verify_model(changed("vnd.in-toto", "vnd.other"), kSimple, pem)), 1);
    EXPECT_EQ(code_of(verify_model(changed("dsseEnvelope", "envelope"), kSimple, pem)), 1);
    EXPECT_NE(code_of(verify_model(changed("\"sig\"", "\"gis\""), kSimple, pem)), 0);
    EXPECT_NE(code_of(verify_model(good.substr(0, good.size() / 2), kSimple, pem)), 0);
    EXPECT_NE(code_of(verify_model("", kSimple, pem)), 0);
    EXPECT_EQ(code_of(verify_model(good, kSimple, P256Key::generate().public_pem())), 1);
    FileDigests missing = kSimple, tampered = kSimple, extra = kSimple;
    missing.erase("signme-2");
    tampered["signme-1"] = sha256("TAMPERED CONTENT");
    extra["injected.bin"] = sha256("injected after signing");
    for (const auto& files : {missing, tampered, extra})
        EXPECT_EQ(code_of(verify_model(good, files, pem)), 1);
}

TEST(P256, A_key_comes_back_from_its_file_and_the_public_one_is_checked) {
    const TestFolder folder;
    const auto env = system_env();
    const P256Key key = P256Key::generate();
    must(key.save(*env, folder.path() / "key.pem"));
    const Bytes signature =
        must(P256Key::load(*env, folder.path() / "key.pem")).sign(bytes_of("m"));
    EXPECT_TRUE(verify_ecdsa(key.public_pem(), bytes_of("m"), signature));
    EXPECT_FALSE(verify_ecdsa(key.public_pem(), bytes_of("n"), signature));
    EXPECT_FALSE(verify_ecdsa("no key", bytes_of("m"), signature));
    EXPECT_EQ(code_of(key.save(*env, folder.path() / "key.pem")), 3);
    must(env->write_file(folder.path() / "other", bytes_of("no key")));
    EXPECT_EQ(code_of(P256Key::load(*env, folder.path() / "other")), 2);
    std::filesystem::permissions(folder.path() / "key.pem", std::filesystem::perms(0644));
    EXPECT_EQ(code_of(P256Key::load(*env, folder.path() / "key.pem")), 3);
}

TEST(Folder, Every_file_is_signed_and_a_link_is_refused) {
    const TestFolder folder;
    const auto env = system_env();
    must(env->make_folders(folder.path() / "b"));
    must(env->write_file(folder.path() / "a", bytes_of("one")));
    must(env->write_file(folder.path() / "b" / "c", bytes_of("two")));
    must(env->write_file(folder.path() / "model.sig", bytes_of("itself")));
    EXPECT_EQ(must(digest_folder(folder.path())), kFiles);
    std::filesystem::create_symlink("a", folder.path() / "link");
    EXPECT_EQ(code_of(digest_folder(folder.path())), 2);
}

}  // namespace
}  // namespace litura::release
