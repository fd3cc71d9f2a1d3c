// Tags: keyed names of accounts, records and texts (HMAC-SHA-256), so that nothing outside an
// envelope holds an identifier. The deal secret makes the tags that enter keys of the graph, deals
// and handles; `init --like` copies it, so two projects deal alike. The identity secret makes
// folded tags, for recognising a barred name in another spelling; it never leaves its project.
// Every tag is domain-separated by its first field.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/env.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "keys/root_cell.hpp"

namespace litura::keys {

/// The project's secrets, files of mode 0600 under `.litura/secrets/`.
struct ProjectSecrets {
    SecretKey deal;      ///< tags that enter keys, deals and handles; shared by `init --like`
    SecretKey identity;  ///< folded tags; never leaves the project
    SecretKey
        project;  ///< seals what belongs to the project and no person: requests, notices, manifests
    RootCell root = {};  ///< over every key that can die; rotates
};

/// Makes new secrets in `folder`; `deal` is taken over when given. Fails if some are there already.
/// `env` outlives what is returned.
Result<ProjectSecrets> create_secrets(Env& env, const Path& folder, const SecretKey* deal);
/// Code::forbidden if a file there is not its owner's alone.
Result<ProjectSecrets> load_secrets(Env& env, const Path& folder);

/// Who wrote on one source: exact author bytes in NFC. Distinct spellings are distinct accounts.
Result<Digest> account_tag(const SecretKey& deal, std::string_view source,
                           const PersonalText& author);
/// A platform's id of a record, whoever its author is: only for bars of what was deleted at its
/// source.
Digest id_tag(const SecretKey& deal, std::string_view source, const PersonalText& id);
/// One record. An id is its author's: two accounts that use one id have two records.
Digest record_tag(const SecretKey& deal, const Digest& account, const PersonalText& id);
/// One wording of one record: binds the effective text to the record without revealing that
/// two are equal.
Digest text_tag(const SecretKey& deal, const Digest& record, const PersonalText& effective_text);
/// A name on a source in whatever form a platform gives it (spelling.hpp) and whatever spelling
/// looks like it (base/text.hpp: skeleton), for bars only.
Result<Digest> name_bar_tag(const SecretKey& identity, std::string_view source,
                            const PersonalText& author);
/// One record of such a name, however its id is written; one wording of a record, with other
/// spaces, signs or case. Nothing for what holds no letter or digit. For bars only.
Result<std::optional<Digest>> id_bar_tag(const SecretKey& identity, std::string_view source,
                                         const PersonalText& author, const PersonalText& id);
Result<std::optional<Digest>> wording_bar_tag(const SecretKey& identity, const Digest& record,
                                              const PersonalText& text);
/// The account's name with case and compatibility forms folded. Bars that were set before
/// name_bar_tag() rest on it, and go on to hold.
Result<Digest> folded_tag(const SecretKey& identity, std::string_view source,
                          const PersonalText& author);
/// Every tag under which a bar on this name may stand, once each: name_bar_tag(), and the folded
/// tags that earlier versions made of it, of its one form and of its earlier forms.
Result<std::vector<Digest>> barred_as(const SecretKey& identity, std::string_view source,
                                      const PersonalText& author);

/// The same for one record after another: the tags of an author who comes again are kept, by the
/// SHA-256 of the name. Belongs to one thread.
class BarTags {
public:
    /// `identity` outlives it.
    explicit BarTags(const SecretKey& identity) : identity_(&identity) {}
    /// barred_as(), name_bar_tag() first. Valid until the next call.
    Result<std::span<const Digest>> of_name(std::string_view source, const PersonalText& author);
    /// id_bar_tag().
    Result<std::optional<Digest>> of_id(std::string_view source, const PersonalText& author,
                                        const PersonalText& id);

private:
    static constexpr std::size_t kNamesMax = 32'768;  ///< about 10 MB
    const SecretKey* identity_;
    std::map<Digest, std::vector<Digest>> names_;
};

/// Litura's own name of a person: "p-" and 10 base32 digits of the tag of the person's
/// first account.
std::string person_handle(const SecretKey& deal, const Digest& first_account);
/// Likewise of a record: "r-" and 16 base32 digits.
std::string record_handle(const SecretKey& deal, const Digest& record);

}  // namespace litura::keys
