// Reads and writes signed notes by the grammar of C2SP signed-note, strictly.
#include "proof/note.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "proof/base64.hpp"

namespace litura::proof {
namespace {

constexpr std::size_t kBytesMax = 1u << 20;
constexpr std::size_t kNoteSignaturesMax = 64;
constexpr std::string_view kDash = "\xe2\x80\x94 ";  // U+2014 and a space
constexpr std::size_t kIdSize = 4, kTimeSize = 8;

/// Unicode's white space beyond ASCII.
constexpr std::array<std::string_view, 19> kSpaces = {
    "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81",
    "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86",
    "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8",
    "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};

Error bad_note(const char* what) {
    return {Code::bad_input, std::string("not a signed note: ") + what, "", ""};
}

std::uint64_t big_endian(ByteView bytes) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : bytes) value = value << 8 | byte;
    return value;
}

void put_big_endian(Bytes& out, std::uint64_t value, std::size_t size) {
    for (std::size_t byte = size; byte > 0; --byte)
        out.push_back(static_cast<std::uint8_t>(value >> 8 * (byte - 1)));
}

bool has_control(std::string_view text) {
    return std::ranges::any_of(
        text, [](char each) { return static_cast<unsigned char>(each) < 0x20 && each != '\n'; });
}

Bytes typed_key(const VerifierKey& key) {
    Bytes bytes{static_cast<std::uint8_t>(key.type)};
    bytes.insert(bytes.end(), key.key.bytes.begin(), key.key.bytes.end());
    return bytes;
}

std::string cosigned_message(std::string_view text, std::uint64_t seconds) {
    return fmt::format("cosignature/v1\ntime {}\n{}", seconds, text);
}

Result<NoteSignature> parse_line(std::string_view line) {
    if (!line.starts_with(kDash))
        return bad_note("a signature line starts with a dash and a space");
    line.remove_prefix(kDash.size());
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || !is_key_name(line.substr(0, space)))
        return bad_note("a signature line names its key");
    auto bytes = from_base64(line.substr(space + 1));
    if (!bytes.ok() || bytes->size() <= kIdSize) return bad_note("a signature is base64");
    const ByteView all = *bytes;
    return NoteSignature{std::string(line.substr(0, space)),
                         static_cast<std::uint32_t>(big_endian(all.first(kIdSize))),
                         {all.begin() + kIdSize, all.end()}};
}

/// Nothing if the signature does not hold.
std::optional<Signer> check_signature(const Note& note, const NoteSignature& signature,
                                      const VerifierKey& key, std::size_t index) {
    if (key.type == KeyType::ed25519) {
        if (!verify_signature(key.key, bytes_of(note.text), signature.bytes)) return {};
        return Signer{index, {}};
    }
    if (signature.bytes.size() <= kTimeSize) return {};
    const ByteView all = signature.bytes;
    const std::uint64_t seconds = big_endian(all.first(kTimeSize));
    constexpr std::uint64_t kSecondsMax = 253'402'300'799;  // the year 9999
    if (seconds > kSecondsMax) return {};
    const std::string message = cosigned_message(note.text, seconds);
    if (!verify_signature(key.key, bytes_of(message), all.subspan(kTimeSize))) return {};
    return Signer{index, Instant{static_cast<std::int64_t>(seconds) * 1000}};
}

}  // namespace

std::uint32_t VerifierKey::id() const {
    Hasher hasher;
    hasher.update(name).update("\n").update(typed_key(*this));
    return static_cast<std::uint32_t>(big_endian(hasher.finish().view().first(kIdSize)));
}

std::string VerifierKey::text() const {
    return fmt::format("{}+{:08x}+{}", name, id(), base64(typed_key(*this)));
}

Result<VerifierKey> parse_verifier_key(std::string_view text) {
    const Error refused{Code::bad_input, "not a verifier key (NAME+ID+KEY)", "", ""};
    const std::size_t first = text.find('+');
    if (first == std::string_view::npos || text.size() < first + 10 || text[first + 9] != '+')
        return refused;
    auto bytes = from_base64(text.substr(first + 10));
    if (!bytes.ok() || bytes->size() != 33 || !is_key_name(text.substr(0, first))) return refused;
    VerifierKey key{std::string(text.substr(0, first)), static_cast<KeyType>((*bytes)[0]), {}};
    key.key = TRY(public_key_from(ByteView(*bytes).subspan(1)));
    const bool known = key.type == KeyType::ed25519 || key.type == KeyType::cosignature;
    if (!known || key.text() != text) return refused;
    return key;
}

std::string NoteSignature::line() const {
    Bytes all;
    put_big_endian(all, id, kIdSize);
    all.insert(all.end(), bytes.begin(), bytes.end());
    return fmt::format("{}{} {}\n", kDash, name, base64(all));
}

std::string Note::encode() const {
    std::string encoded = text + "\n";
    for (const NoteSignature& signature : signatures) encoded += signature.line();
    return encoded;
}

Result<std::vector<NoteSignature>> parse_signature_lines(std::string_view lines) {
    std::vector<NoteSignature> signatures;
    while (!lines.empty()) {
        const std::size_t end = lines.find('\n');
        if (end == std::string_view::npos) return bad_note("the last line has no end");
        if (signatures.size() == kNoteSignaturesMax) return bad_note("too many signatures");
        signatures.push_back(TRY(parse_line(lines.substr(0, end))));
        lines.remove_prefix(end + 1);
    }
    if (signatures.empty()) return bad_note("no signature");
    return signatures;
}

Result<Note> parse_note(std::string_view text) {
    if (text.size() > kBytesMax) return bad_note("too long");
    if (!is_utf8(text) || has_control(text)) return bad_note("not UTF-8, or a control character");
    const std::size_t split = text.rfind("\n\n");
    if (split == std::string_view::npos) return bad_note("no empty line before the signatures");
    Note note{std::string(text.substr(0, split + 1)), {}};
    note.signatures = TRY(parse_signature_lines(text.substr(split + 2)));
    return note;
}

bool is_key_name(std::string_view name) {
    const bool plain = std::ranges::none_of(name, [](char each) {
        return static_cast<unsigned char>(each) <= ' ' || each == '+' || each == 0x7f;
    });
    return !name.empty() && plain && is_utf8(name) &&
           std::ranges::none_of(kSpaces, [&](std::string_view space) {
               return name.find(space) != std::string_view::npos;
           });
}

NoteSignature sign_note(std::string_view text, std::string name, const SigningKey& key) {
    const VerifierKey verifier{std::move(name), KeyType::ed25519, key.public_key()};
    const Signature signature = key.sign(bytes_of(text));
    return {verifier.name, verifier.id(), {signature.begin(), signature.end()}};
}

NoteSignature cosign(std::string_view text, std::string name, const SigningKey& key, Instant at) {
    const VerifierKey verifier{std::move(name), KeyType::cosignature, key.public_key()};
    CHECK(at.ms >= 0);
    const auto seconds = static_cast<std::uint64_t>(at.ms / 1000);
    const Signature signature = key.sign(bytes_of(cosigned_message(text, seconds)));
    NoteSignature line{verifier.name, verifier.id(), {}};
    put_big_endian(line.bytes, seconds, kTimeSize);
    line.bytes.insert(line.bytes.end(), signature.begin(), signature.end());
    return line;
}

Result<std::vector<Signer>> verify_note(const Note& note, std::span<const VerifierKey> known) {
    std::vector<Signer> signers;
    for (const NoteSignature& signature : note.signatures) {
        const auto key = std::ranges::find_if(known, [&](const VerifierKey& each) {
            return each.name == signature.name && each.id() == signature.id;
        });
        if (key == known.end()) continue;
        const auto signer =
            check_signature(note, signature, *key, static_cast<std::size_t>(key - known.begin()));
        if (!signer)
            return Error{Code::check_failed, "a signature of a known key does not hold", key->name,
                         ""};
        const bool repeated = std::ranges::any_of(
            signers, [&](const Signer& each) { return each.known == signer->known; });
        if (!repeated) signers.push_back(*signer);
    }
    if (signers.empty()) return Error{Code::check_failed, "no known key signed this", "", ""};
    return signers;
}

}  // namespace litura::proof
