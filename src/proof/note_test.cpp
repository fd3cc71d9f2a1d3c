// Notes by the vectors of C2SP signed-note and of Go's note package, and what must be refused.
#include "proof/note.hpp"

#include <gtest/gtest.h>

#include "base/test_support.hpp"
#include "proof/base64.hpp"

namespace litura::proof {
namespace {

constexpr const char* kSpecKey =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
constexpr const char* kSpecNote =
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    "\n";
constexpr const char* kGoKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr const char* kGoNote =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n— PeterNeumann "
    "x08go/ZJkuBS9UG/"
    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

TEST(Base64, Is_canonical) {
    for (const char* text : {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"})
        EXPECT_EQ(base64(must(from_base64(text))), text);
    EXPECT_EQ(text_of(must(from_base64("Zm9vYmFy"))), "foobar");
    for (const char* text :
         {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "====", "Z===", "Zm 9v", "Zm9v\n", "Zg==Zg==", "Zm9-"})
        EXPECT_EQ(code_of(from_base64(text)), 2) << text;
}

TEST(Note, The_specifications_vectors_verify) {
    for (const auto& [key, text] : {std::pair(kSpecKey, kSpecNote), std::pair(kGoKey, kGoNote)}) {
        const VerifierKey verifier = must(parse_verifier_key(key));
        EXPECT_EQ(verifier.text(), key);
        const Note note = must(parse_note(text));
        EXPECT_EQ(note.encode(), text);
        EXPECT_EQ(must(verify_note(note, {&verifier, 1})).size(), 1u);
    }
}

TEST(Note, Keys_with_another_id_or_type_are_refused) {
    EXPECT_EQ(code_of(parse_verifier_key(
                  "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")),
              2);
    for (const char* text : {"", "a", "a+530d903a", "a+530d903a+",
                             "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"})
        EXPECT_EQ(code_of(parse_verifier_key(text)), 2) << text;
}

TEST(Note, What_a_trusted_key_did_not_sign_is_no_note) {
    const VerifierKey spec = must(parse_verifier_key(kSpecKey));
    Note changed = must(parse_note(kSpecNote));
    changed.text = "This is another message.\n";
    EXPECT_EQ(code_of(verify_note(changed, {&spec, 1})), 1);
    EXPECT_EQ(code_of(verify_note(must(parse_note(kGoNote)), {&spec, 1})), 1);
}

TEST(Note, Unknown_keys_are_passed_over_and_a_known_bad_one_spoils_it) {
    const std::string text = "a\nb\n";
    const SigningKey known = SigningKey::generate(), unknown = SigningKey::generate();
    const VerifierKey verifier{"known", KeyType::ed25519, known.public_key()};
    Note note{text, {sign_note(text, "unknown", unknown), sign_note(text, "known", known)}};
    EXPECT_EQ(must(verify_note(must(parse_note(note.encode())), {&verifier, 1})).size(), 1u);
    NoteSignature bad = sign_note("else\n", "known", known);
    note.signatures.push_back(bad);
    EXPECT_EQ(code_of(verify_note(note, {&verifier, 1})), 1);
}

TEST(Note, Broken_ones_are_refused) {
    const std::string whole = kSpecNote;
    for (const std::string& text :
         {std::string(), std::string("text\n"), std::string("text\n\n"),
          whole.substr(0, whole.size() - 1), std::string("a\tb") + whole, "\xff" + whole,
          whole + "x\n", whole + "\n", "a\n\n— no-base64 !!\n" + std::string(),
          std::string("a\n\n— na+me AAAAAAA=\n"), std::string("a\n\n— name AAAA\n"),
          std::string(2u << 20, 'a') + whole})
        EXPECT_EQ(code_of(parse_note(text)), 2) << text.substr(0, 40);
}

TEST(Note, A_text_may_hold_empty_lines) {
    const SigningKey key = SigningKey::generate();
    const std::string text = "first\n\nsecond\n";
    const Note note{text, {sign_note(text, "k", key)}};
    EXPECT_EQ(must(parse_note(note.encode())), note);
}

TEST(Cosignature, Says_when_and_covers_the_time) {
    const SigningKey key = SigningKey::generate();
    const std::string text = "origin\n1\nAAAA\n";
    const Instant at = must(parse_instant("2024-07-01T12:00:00Z"));
    const VerifierKey witness{"w.example/1", KeyType::cosignature, key.public_key()};
    Note note{text, {cosign(text, "w.example/1", key, at)}};
    EXPECT_EQ(must(verify_note(note, {&witness, 1}))[0].at, at);
    note.signatures[0].bytes[7] ^= 1;
    EXPECT_EQ(code_of(verify_note(note, {&witness, 1})), 1);
    EXPECT_EQ(must(parse_verifier_key(witness.text())), witness);
}

}  // namespace
}  // namespace litura::proof
