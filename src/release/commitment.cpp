// Builds the committed list and map of a manifest. Names are opened one by one, hashed and wiped.
#include "release/commitment.hpp"

#include <algorithm>
#include <bit>
#include <map>

#include "keys/sealing.hpp"
#include "ledger/persons.hpp"
#include "proof/merkle.hpp"
#include "proof/statement.hpp"

namespace litura::release {
namespace {

using Accounts = std::map<Digest, ledger::Account>;
using Samples = std::map<Digest, std::vector<const derive::Sample*>>;  ///< by account

Error destroyed() {
    return {Code::forbidden,
            "the key of somebody in this list was destroyed: their place cannot be opened any more",
            "", "run 'litura derive', then 'litura statement'"};
}

/// The key of an account's salts and blinds.
Result<SecretKey> proof_key(derive::Project& project, const Digest& account) {
    const auto key = TRY(project.keys().find(account));
    if (!key) return destroyed();
    return keys::subkey(*key, "litura.key.proofs.1");
}

Digest derived(const SecretKey& key, std::string_view use, const proof::VrfKey& vrf,
               ByteView more) {
    ByteWriter fields;
    fields.text(use);
    fields.raw(vrf.public_key().view());
    fields.raw(more);
    return hmac(key.reveal(), fields.bytes());
}

Item item_of(const SecretKey& key, const proof::VrfKey& vrf, const derive::Sample& sample) {
    ByteWriter out;
    derive::write_sample(out, sample);
    return {derived(key, "salt", vrf, sample.record.view()), out.take()};
}

Digest root_of(const std::vector<Digest>& items) {
    std::vector<Digest> leaves;
    leaves.reserve(items.size());
    for (const Digest& item : items) leaves.push_back(proof::leaf_hash(item.view()));
    const auto root = proof::tree_root(proof::subtree_of(leaves), leaves.size());
    CHECK(root.ok());
    return root.value();
}

Samples by_account(const derive::Manifest& manifest) {
    Samples samples;
    for (const derive::Sample& sample : manifest.used.samples)
        samples[sample.account].push_back(&sample);
    return samples;
}

Result<Accounts> accounts_of(derive::Project& project) {
    Accounts accounts;
    for (ledger::Account& account : TRY(project.ledger().persons().all()))
        accounts.emplace(account.tag, std::move(account));
    return accounts;
}

Result<CommittedLeaf> make_leaf(derive::Project& project, const StatementKey& statement,
                                const Accounts& known, const Samples& samples,
                                std::vector<Digest> accounts) {
    const proof::VrfKey& vrf = statement.vrf();
    CommittedLeaf leaf;
    leaf.accounts = std::move(accounts);
    for (const Digest& tag : leaf.accounts) {
        const auto account = known.find(tag);
        if (account == known.end()) return destroyed();
        const SecretKey key = TRY(proof_key(project, tag));
        if (tag == leaf.accounts.front()) {
            leaf.source = account->second.source;
            leaf.blind = derived(key, "blind", vrf, {});
            const PersonalText name = TRY(project.ledger().persons().author(account->second));
            Bytes input = TRY(proof::name_input(statement.tag(leaf.source), name));
            leaf.label = proof::label_of(vrf.output(input));
            wipe(input.data(), input.size());
        }
        for (const derive::Sample* sample : samples.at(tag))
            leaf.items.push_back(item_of(key, vrf, *sample));
    }
    return leaf;
}

}  // namespace

Digest StatementKey::blind(std::string_view source) const {
    ByteWriter fields;
    fields.text("source");
    fields.text(source);
    return hmac(seed_.reveal(), fields.bytes());
}

Digest StatementKey::tag(std::string_view source) const {
    return proof::source_tag(blind(source), source);
}

std::vector<proof::TicketSource> StatementKey::sources(
    const std::vector<std::string>& names) const {
    constexpr std::size_t kSourcesMin = 4;
    std::vector<proof::TicketSource> all;
    for (const std::string& name : names) all.push_back({tag(name), name, blind(name)});
    const std::size_t wanted = std::max(kSourcesMin, std::bit_ceil(names.size()));
    for (std::uint64_t number = 0; all.size() < wanted; ++number) {
        ByteWriter fields;
        fields.text("blank");
        fields.u64(number);
        all.push_back({hmac(seed_.reveal(), fields.bytes()), {}, {}});
    }
    std::ranges::sort(all, {}, &proof::TicketSource::tag);
    return all;
}

Digest Item::digest() const {
    ByteWriter out;
    out.text("litura.item.1");
    out.raw(salt.view());
    out.blob(sample);
    return sha256(out.bytes());
}

Digest CommittedLeaf::value() const {
    std::vector<Digest> digests;
    for (const Item& item : items) digests.push_back(item.digest());
    return Hasher().update(blind.view()).update(root_of(digests).view()).finish();
}

Result<CommittedLeaf> leaf_of(derive::Project& project, const derive::Manifest& manifest,
                              const StatementKey& key, std::vector<Digest> accounts) {
    return make_leaf(project, key, TRY(accounts_of(project)), by_account(manifest),
                     std::move(accounts));
}

Result<Commitment> commit_to(derive::Project& project, const derive::Manifest& manifest,
                             const StatementKey& key) {
    const Accounts known = TRY(accounts_of(project));
    const Samples samples = by_account(manifest);
    std::map<std::pair<std::string, Digest>, std::vector<Digest>> names;  // source, folded name
    for (const auto& [tag, list] : samples) {
        const auto account = known.find(tag);
        if (account == known.end()) return destroyed();
        names[{account->second.source, account->second.folded}].push_back(tag);
    }
    Commitment out;
    std::map<Digest, Digest> items;  // by record, the manifest's order
    std::vector<proof::MapLeaf> leaves;
    for (auto& [name, accounts] : names) {
        CommittedLeaf leaf = TRY(make_leaf(project, key, known, samples, std::move(accounts)));
        std::size_t next = 0;
        for (const Digest& tag : leaf.accounts)
            for (const derive::Sample* sample : samples.at(tag))
                items.emplace(sample->record, leaf.items[next++].digest());
        leaves.push_back({leaf.label, leaf.value()});
        out.leaves.push_back(std::move(leaf));
    }
    std::ranges::sort(out.leaves, {}, &CommittedLeaf::label);
    std::vector<Digest> in_order;
    for (const derive::Sample& sample : manifest.used.samples)
        in_order.push_back(items.at(sample.record));
    out.items = in_order.size();
    out.items_root = root_of(in_order);
    out.map = proof::PersonMap::build(std::move(leaves));
    return out;
}

}  // namespace litura::release
