// Each tag is HMAC-SHA-256 over fields with their lengths before them, the first naming
// what the tag is for.
#include "keys/tags.hpp"

#include <algorithm>

#include "base/private_file.hpp"
#include "base/text.hpp"
#include "keys/sealing.hpp"
#include "keys/spelling.hpp"

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

/// The skeleton of a text; the text folded, where it has none.
Result<std::string> shape_of(std::string_view name) {
    std::string shape = TRY(skeleton(name));
    return shape.empty() ? folded(name) : Result<std::string>(std::move(shape));
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
    for (const std::string& name : env.list(folder)) TRY(check_private(folder / name));
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

Result<Digest> name_bar_tag(const SecretKey& identity, std::string_view source,
                            const PersonalText& author) {
    ByteWriter fields;
    fields.text("litura.tag.bar.name.1");
    fields.text(TRY(shape_of(source)));
    const PersonalText one_form(TRY(account_key(author.reveal())));
    const PersonalText& shown = one_form.empty() ? author : one_form;
    fields.text(PersonalText(TRY(shape_of(shown.reveal()))).reveal());
    return tag(identity, fields);
}

namespace {

// Some platforms write the number of a post with zeros before it.
Result<std::optional<Digest>> id_bar_tag(const SecretKey& identity, const Digest& name,
                                         const PersonalText& id) {
    const PersonalText words(TRY(plain_words(id.reveal())));
    if (words.empty()) return std::optional<Digest>();
    std::string_view plain = words.reveal();
    if (plain.find_first_not_of("0123456789") == plain.npos)
        plain.remove_prefix(std::min(plain.find_first_not_of('0'), plain.size() - 1));
    ByteWriter fields;
    fields.text("litura.tag.bar.id.1");
    fields.blob(name.view());
    fields.text(plain);
    return std::optional(tag(identity, fields));
}

}  // namespace

Result<std::optional<Digest>> id_bar_tag(const SecretKey& identity, std::string_view source,
                                         const PersonalText& author, const PersonalText& id) {
    return id_bar_tag(identity, TRY(name_bar_tag(identity, source, author)), id);
}

Result<std::optional<Digest>> wording_bar_tag(const SecretKey& identity, const Digest& record,
                                              const PersonalText& text) {
    const PersonalText words(TRY(plain_words(text.reveal())));
    if (words.empty()) return std::optional<Digest>();
    ByteWriter fields;
    fields.text("litura.tag.bar.wording.1");
    fields.blob(record.view());
    fields.text(words.reveal());
    return std::optional(tag(identity, fields));
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

Result<std::vector<Digest>> barred_as(const SecretKey& identity, std::string_view source,
                                      const PersonalText& author) {
    std::vector<Digest> tags;
    const auto add = [&](const Digest& tag) {
        if (std::ranges::find(tags, tag) == tags.end()) tags.push_back(tag);
    };
    add(TRY(name_bar_tag(identity, source, author)));
    add(TRY(folded_tag(identity, source, author)));
    const std::string plain_source = TRY(without_unseen(TRY(folded(source))));
    const PersonalText one_form(TRY(account_key(author.reveal())));
    add(TRY(folded_tag(identity, plain_source, one_form)));
    for (std::string& form : earlier_forms(author.reveal()))
        add(TRY(folded_tag(identity, source, PersonalText(std::move(form)))));
    return tags;
}

Result<std::span<const Digest>> BarTags::of_name(std::string_view source,
                                                 const PersonalText& author) {
    const Digest named = Hasher().update(sha256(source).view()).update(author.reveal()).finish();
    auto found = names_.find(named);
    if (found == names_.end()) {
        if (names_.size() == kNamesMax) names_.clear();
        found = names_.emplace(named, TRY(barred_as(*identity_, source, author))).first;
    }
    return std::span<const Digest>(found->second);
}

Result<std::optional<Digest>> BarTags::of_id(std::string_view source, const PersonalText& author,
                                             const PersonalText& id) {
    return id_bar_tag(*identity_, TRY(of_name(source, author)).front(), id);
}

std::string person_handle(const SecretKey& deal, const Digest& first_account) {
    return handle(deal, "p-", first_account, kPersonDigits);
}

std::string record_handle(const SecretKey& deal, const Digest& record) {
    return handle(deal, "r-", record, kRecordDigits);
}

}  // namespace litura::keys
