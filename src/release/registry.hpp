// What left the house and what became of it: a fold of the ledger's events `release.*`,
// `recipient.*` and `recall.*`, kept nowhere else. A channel is made from it, so a channel that was
// lost, or not finished when the machine stopped, is made again. Names and addresses of recipients
// stand apart, sealed, in one table: they are personal data too, and a recipient's removal deletes
// them while the ledger keeps the number.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "derive/project.hpp"
#include "proof/release_list.hpp"
#include "release/gate.hpp"

namespace litura::release {

/// One release: what the channel says of it (proof::Release), and where it came from.
struct Published {
    proof::Release described;
    Digest manifest;
    Instant at;
    std::string path;  ///< where it was written, as the command said it
    std::optional<std::uint64_t>
        unnamed;  ///< copies fetched by nobody knows whom, as far as counted
};

enum class Reply { none, said_applied, refused, unreachable };
std::string_view to_text(Reply reply);

struct Recall {
    std::string id;       ///< "recall-1"
    std::string release;  ///< its name
    proof::State strength = proof::State::soft_recall;
    std::string envelope;  ///< the signed statement
    Instant at, deadline;
    std::set<std::string> notified;        ///< recipients' ids
    std::map<std::string, Reply> replies;  ///< the last one of each
};

struct Recipient {
    std::string id;  ///< "rc-1"
    proof::PublicKey key;
    std::set<std::string> releases;
    bool removed = false;
};

struct Registry {
    std::vector<Published> releases;  ///< oldest first, with their present states
    std::vector<Recall> recalls;
    std::vector<Recipient> recipients;
    std::vector<DiffAudit> audits;

    const Published* find(std::string_view release) const;
    const Recall* find_recall(std::string_view id) const;
    const Recipient* find_recipient(std::string_view id) const;
    /// The last audit of this pair of models.
    const DiffAudit* find_audit(const Digest& before, const Digest& after) const;
    const Published* newest() const { return releases.empty() ? nullptr : &releases.back(); }
};

Result<Registry> load_registry(derive::Project& project);

/// Where a project's channel is: a folder to be copied to whatever serves it.
Path channel_folder(const derive::Project& project);

/// Keeps the result of an audit where publish() finds it. Code::bad_input if it is none.
Result<void> keep_audit(derive::Project& project, const std::string& result);

/// How far a recall got. `unnamed`: nothing where nobody counted.
struct Reach {
    std::size_t known = 0, answered = 0;
    std::optional<std::uint64_t> unnamed;
};
Reach reach_of(const Registry& registry, const Recall& recall);

}  // namespace litura::release
