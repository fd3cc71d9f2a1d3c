// Each tag is HMAC-SHA-256 over fields with their lengths before them, the first naming
// what the tag is for.
#include "keys/tags.hpp"

#include "base/text.hpp"
#include "keys/sealing.hpp"

namespace litura::keys {
namespace {

constexpr std::size_t kPersonDigits = 10;
constexpr std::size_t kRecordDigits = 16;

Digest tag(const SecretKey& key, const ByteWriter& fields) {
    return hmac(key.reveal(), fields.bytes());
}

std::string handle(const SecretKey& deal, std::string_view prefix, const Digest& of,
                   std::size_t digits) {
    ByteWriter fields;
    fields.text("litura.handle.1");
    fields.text(prefix);
    fields.blob(of.view());
    return std::string(prefix) + base32(tag(deal, fields).view()).substr(0, digits);
}

struct SecretFile {
    const char* name;
    SecretKey ProjectSecrets::*key;
};

constexpr SecretFile kFiles[] = {
    {"deal.key", &ProjectSecrets::deal},
    {"identity.key", &ProjectSecrets::identity},
    {"project.key", &ProjectSecrets::project},
};

constexpr const char* kRootFile = "root";

Result<SecretKey> read_key(Env& env, const Path& folder, const char* name) {
    Bytes bytes = TRY(env.read_file(folder / name));
    if (bytes.size() != SecretKey::kSize) {
        return Error{Code::broken, "a secret file does not hold 32 bytes", name,
                     "restore the project's secrets from their backup"};
    }
    SecretKey key;
    std::copy(bytes.begin(), bytes.end(), key.data());
    wipe(bytes.data(), bytes.size());
    return key;
}

}  // namespace

Result<ProjectSecrets> create_secrets(Env& env, const Path& folder, const SecretKey* deal) {
    for (const SecretFile& file : kFiles) {
        if (env.exists(folder / file.name)) {
            return Error{Code::forbidden, "the project has secrets already", file.name,
                         "choose an empty folder"};
        }
    }
    TRY(env.make_folders(folder));
    ProjectSecrets secrets{deal == nullptr ? random_key() : deal->clone(), random_key(),
                           random_key()};
    secrets.root = TRY(RootCell::create(env, folder / kRootFile));
    for (const SecretFile& file : kFiles) {
        TRY(env.write_file(folder / file.name, (secrets.*file.key).reveal()));
    }
    TRY(env.sync_folder(folder));
    return secrets;
}

Result<ProjectSecrets> load_secrets(Env& env, const Path& folder) {
    ProjectSecrets secrets;
    for (const SecretFile& file : kFiles) secrets.*file.key = TRY(read_key(env, folder, file.name));
    secrets.root = TRY(RootCell::open(env, folder / kRootFile));
    return secrets;
}

Result<Digest> account_tag(const SecretKey& deal, std::string_view source,
                           const PersonalText& author) {
    const PersonalText name(TRY(nfc(author.reveal())));
    ByteWriter fields;
    fields.text("litura.tag.account.1");
    fields.text(source);
    fields.text(name.reveal());
    return tag(deal, fields);
}

Digest id_tag(const SecretKey& deal, std::string_view source, const PersonalText& id) {
    ByteWriter fields;
    fields.text("litura.tag.id.1");
    fields.text(source);
    fields.text(id.reveal());
    return tag(deal, fields);
}

Digest record_tag(const SecretKey& deal, const Digest& account, const PersonalText& id) {
    ByteWriter fields;
    fields.text("litura.tag.record.2");
    fields.blob(account.view());
    fields.text(id.reveal());
    return tag(deal, fields);
}

Digest text_tag(const SecretKey& deal, const Digest& record, const PersonalText& effective_text) {
    ByteWriter fields;
    fields.text("litura.tag.text.1");
    fields.blob(record.view());
    fields.text(effective_text.reveal());
    return tag(deal, fields);
}

Result<Digest> folded_tag(const SecretKey& identity, std::string_view source,
                          const PersonalText& author) {
    const PersonalText name(TRY(folded(author.reveal())));
    ByteWriter fields;
    fields.text("litura.tag.folded.1");
    fields.text(source);
    fields.text(name.reveal());
    return tag(identity, fields);
}

std::string person_handle(const SecretKey& deal, const Digest& first_account) {
    return handle(deal, "p-", first_account, kPersonDigits);
}

std::string record_handle(const SecretKey& deal, const Digest& record) {
    return handle(deal, "r-", record, kRecordDigits);
}

}  // namespace litura::keys
