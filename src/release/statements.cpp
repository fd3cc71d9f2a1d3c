// Made in an order that a crash cannot spoil: key, map, statement, log, ledger; each step finds
// what the one before left.
#include "release/statements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/replace_file.hpp"
#include "derive/derive.hpp"
#include "derive/verify.hpp"
#include "engine/canonical.hpp"
#include "keys/sealing.hpp"
#include "ledger/persons.hpp"
#include "ledger/snapshots.hpp"
#include "release/commitment.hpp"
#include "release/project_log.hpp"

namespace litura::release {
namespace {

constexpr std::string_view kMapMagic = "litura.statement.map.2";
constexpr const char* kTimeStamp = "time-stamp";

Path statements_folder(const derive::Project& project) {
    return project.paths.hidden() / "statements";
}
Path folder_of(const derive::Project& project, const proof::Statement& statement) {
    return statements_folder(project) / statement.digest().hex();
}
Path vrf_path(const derive::Project& project, const proof::PublicKey& key) {
    return project.paths.secrets() / fmt::format("vrf-{}.key", hex(key.view().first(8)));
}

Result<StatementKey> load_key(derive::Project& project, const proof::PublicKey& wanted) {
    const auto seed = TRY(proof::load_signing_key(project.env, vrf_path(project, wanted)));
    StatementKey key(seed.seed().clone());
    if (key.vrf().public_key() != wanted)
        return Error{Code::broken, "a VRF key is not the statement's", "", "restore the secrets"};
    return key;
}

/// Written aside and renamed, so that it is there whole or not at all.
Result<void> write_whole(derive::Project& project, const Path& path, ByteView bytes) {
    TRY(project.env.make_folders(path.parent_path()));
    return replace_file(project.env, path, bytes);
}

/// The map as it is kept, the ledger's last event and the sources it was made of, and which
/// accounts share each of its places.
struct KeptMap {
    proof::PersonMap map;
    ledger::Sequence event = 0;
    std::vector<std::string> sources;
    std::vector<std::vector<Digest>> accounts;
};

Bytes encode_map(const Commitment& commitment, ledger::Sequence event,
                 const std::vector<std::string>& sources) {
    ByteWriter out;
    out.text(kMapMagic);
    out.i64(event);
    out.blob(commitment.map.encode());
    out.u64(sources.size());
    for (const std::string& source : sources) out.text(source);
    for (const CommittedLeaf& leaf : commitment.leaves) {
        out.u64(leaf.accounts.size());
        for (const Digest& account : leaf.accounts) out.raw(account.view());
    }
    return out.take();
}

Result<KeptMap> load_map(derive::Project& project, const proof::Statement& statement) {
    const Bytes sealed = TRY(project.env.read_file(folder_of(project, statement) / "map"));
    const Digest digest = statement.digest();
    const Bytes bytes = TRY(keys::unseal(project.secrets.project, sealed, digest.view()));
    ByteReader in(bytes);
    KeptMap kept;
    const bool known = in.text() == kMapMagic;
    kept.event = in.i64();
    kept.map = TRY(proof::decode_person_map(in.blob()));
    for (std::uint64_t left = in.u64(); left > 0 && in.ok(); --left)
        kept.sources.emplace_back(in.text());
    for (std::size_t place = 0; place < kept.map.size() && in.ok(); ++place) {
        std::vector<Digest> accounts;
        for (std::uint64_t left = in.u64(); left > 0 && in.ok(); --left)
            accounts.push_back(read_digest(in));
        kept.accounts.push_back(std::move(accounts));
    }
    if (!known || !in.at_end() || kept.map.root() != statement.map_root)
        return Error{Code::broken, "the map of a statement is damaged", "",
                     "restore the project from a backup"};
    return kept;
}

/// "declared" if somebody stated in a document that the base holds no personal data.
Result<std::string> base_claim(derive::Project& project) {
    for (const ledger::ProjectEvent& event : TRY(project.ledger().events("document.added")))
        if (event.payload.value("kind", "") == to_text(ledger::DocumentKind::base))
            return std::string("declared");
    return std::string("none");
}

Result<proof::Statement> describe(derive::Project& project, const derive::Manifest& manifest,
                                  const derive::VisibleModel& visible, const ledger::Head& head) {
    proof::Statement out;
    // Days and powers of two: two statements around one erasure shall not tell when it was, nor how
    // much went.
    out.made = TRY(project.ledger().now()).day();
    out.expires = out.made.plus_days(kStatementDays);
    out.test_clock = manifest.test_clock;
    out.purpose = manifest.purpose;
    out.as_of = manifest.used.as_of.day();
    out.ledger_head = head.hash;
    out.manifest = visible.manifest;
    out.persons = proof::about(manifest.used.persons());
    out.tokens = proof::about(manifest.used.tokens());
    out.names = proof::names_form();
    out.recipe = sha256(manifest.settings_text);
    out.arithmetic = engine::kProfile;
    out.base = manifest.base;
    out.base_claim = TRY(base_claim(project));
    out.model = manifest.model;
    out.suppressed = visible.suppressed;
    return out;
}

Result<std::vector<std::string>> sources_of(derive::Project& project) {
    std::set<std::string> sources;
    for (const ledger::Account& account : TRY(project.ledger().persons().all()))
        sources.insert(account.source);
    for (const auto& [name, statement] : TRY(project.ledger().snapshots().latest())->sources)
        sources.insert(name);
    return std::vector<std::string>(sources.begin(), sources.end());
}

Result<Stated> make_statement(derive::Project& project, ProjectLog& log,
                              const derive::VisibleModel& visible) {
    const derive::Manifest manifest = TRY(project.manifests().load(visible.manifest));
    const StatementKey key(keys::random_key());
    const Commitment commitment = TRY(commit_to(project, manifest, key));
    const std::vector<std::string> names = TRY(sources_of(project));
    std::vector<Digest> tags;
    for (const proof::TicketSource& source : key.sources(names)) tags.push_back(source.tag);
    Stated out;
    out.made_now = true;
    proof::Statement& statement = out.statement;
    const ledger::Head head = TRY(project.ledger().head());
    statement = TRY(describe(project, manifest, visible, head));
    statement.origin = log.log.verifier().name;
    statement.items = proof::about(commitment.items);
    statement.items_root = commitment.items_root;
    statement.sources = tags.size();
    statement.sources_root = proof::sources_root(tags);
    statement.map_root = commitment.map.root();
    statement.vrf = key.vrf().public_key();
    out.note = log.sign(statement.text());

    const Digest digest = statement.digest();
    const Path folder = folder_of(project, statement);
    TRY(write_whole(project, vrf_path(project, statement.vrf), key.seed().reveal()));
    TRY(write_whole(project, folder / "map",
                    keys::seal(project.secrets.project, encode_map(commitment, head.seq, names),
                               digest.view())));
    TRY(write_whole(project, folder / "statement", bytes_of(out.note.encode())));
    out.index = TRY(log.enter(proof::kStatementKind, digest));
    TRY(project.ledger().append("statement.made", {{"statement", digest.hex()},
                                                   {"model", statement.model.hex()},
                                                   {"manifest", statement.manifest.hex()},
                                                   {"index", out.index}}));
    return out;
}

Result<Stated> load_statement(derive::Project& project, ProjectLog& log, const Path& folder) {
    const Bytes bytes = TRY(project.env.read_file(folder / "statement"));
    Stated out;
    out.note = TRY(proof::parse_note(text_of(bytes)));
    out.statement = TRY(proof::parse_statement(out.note.text));
    const proof::VerifierKey own = log.log.verifier();
    TRY(proof::verify_note(out.note, {&own, 1}));
    out.index =
        TRY(log.enter(proof::statement_kind(out.statement.version), out.statement.digest()));
    return out;
}

/// Folders with a whole statement; a crash may have left others.
std::vector<Path> statement_folders(derive::Project& project) {
    std::vector<Path> folders;
    for (const std::string& name : project.env.list(statements_folder(project))) {
        Path folder = statements_folder(project) / name;
        if (project.env.exists(folder / "statement")) folders.push_back(std::move(folder));
    }
    return folders;
}

/// The newest statement of the present version about this manifest.
Result<std::optional<Stated>> find_statement(derive::Project& project, ProjectLog& log,
                                             const Digest& manifest) {
    std::optional<Stated> newest;
    for (const Path& folder : statement_folders(project)) {
        Stated each = TRY(load_statement(project, log, folder));
        if (each.statement.version == 1) continue;
        const bool newer = !newest || each.statement.made > newest->statement.made;
        if (each.statement.manifest == manifest && newer) newest = std::move(each);
    }
    return newest;
}

/// Answers names from one map.
class TicketMaker {
public:
    TicketMaker(derive::Project& project, const derive::Manifest& manifest, const KeptMap& kept,
                const StatementKey& key)
        : project_(project), manifest_(manifest), kept_(kept), key_(key) {}

    Result<proof::TicketEntry> entry(const Digest& source, const PersonalText& name) {
        const proof::VrfKey& vrf = key_.vrf();
        Bytes input = TRY(proof::name_input(source, name));
        proof::TicketEntry entry;
        entry.vrf = vrf.prove(input);
        const Digest label = proof::label_of(vrf.output(input));
        wipe(input.data(), input.size());
        const auto occupant = TRY(occupant_of(label));
        if (occupant && occupant->label == label) entry.value = occupant->value;
        entry.path = kept_.map.path(label, occupant);
        return entry;
    }

private:
    /// Who stands where this label would.
    Result<std::optional<proof::MapLeaf>> occupant_of(const Digest& label) {
        const auto place = kept_.map.place_of(label);
        if (!place) return std::optional<proof::MapLeaf>();
        const CommittedLeaf leaf = TRY(leaf_of(project_, manifest_, key_, kept_.accounts[*place]));
        const proof::MapLeaf found{leaf.label, leaf.value()};
        if (!kept_.map.is_at(*place, found))
            return Error{Code::broken, "a place of the map is not who it was", "", ""};
        return std::optional<proof::MapLeaf>(found);
    }

    derive::Project& project_;
    const derive::Manifest& manifest_;
    const KeptMap& kept_;
    const StatementKey& key_;
};

/// The sources where somebody called so is known, if it is one person: theirs to know. That two
/// people share a name is nobody's.
Result<std::set<std::string>> known_on(derive::Project& project, const PersonalText& name) {
    std::set<std::string> sources;
    std::set<Digest> people;
    for (const ledger::Account& account : TRY(project.ledger().persons().of_author(name))) {
        sources.insert(account.source);
        people.insert(account.person);
    }
    if (people.size() > 1) sources.clear();
    return sources;
}

constexpr std::string_view kAttestationPrefix = "attestation-";

/// The auditor's verifier key in the first line, then the note.
Result<proof::SignedAttestation> parse_signed_attestation(std::string_view text) {
    const std::size_t end = text.find('\n');
    if (end == text.npos)
        return Error{Code::bad_input, "this is no attestation", "", "see 'litura attest --help'"};
    proof::SignedAttestation out;
    out.auditor = TRY(proof::parse_verifier_key(text.substr(0, end)));
    out.note = TRY(proof::parse_note(text.substr(end + 1)));
    return out;
}

/// A file each.
Result<std::vector<proof::SignedAttestation>> attestations_of(derive::Project& project,
                                                              const proof::Statement& statement) {
    std::vector<proof::SignedAttestation> list;
    const Path folder = folder_of(project, statement);
    for (const std::string& name : project.env.list(folder)) {
        if (!name.starts_with(kAttestationPrefix) || name.ends_with(".tmp")) continue;
        const Bytes bytes = TRY(project.env.read_file(folder / name));
        list.push_back(TRY(parse_signed_attestation(text_of(bytes))));
    }
    return list;
}

Result<void> keep(derive::Project& project, const proof::Statement& statement,
                  const proof::SignedAttestation& signed_one) {
    const std::string file = fmt::format("{}{:08x}", kAttestationPrefix, signed_one.auditor.id());
    TRY(write_whole(project, folder_of(project, statement) / file, bytes_of(encode(signed_one))));
    ProjectLog log = TRY(open_log(project));
    TRY(log.enter(proof::kAttestationKind, sha256(signed_one.note.text)));
    return project.ledger().append("statement.attested", {{"statement", statement.digest().hex()},
                                                          {"auditor", signed_one.auditor.text()}});
}

/// Every leaf's source is one that tickets answer for, or nobody would see the leaf.
Result<std::string> source_difference(derive::Project& project, const proof::Statement& statement,
                                      const Commitment& rebuilt, const StatementKey& key) {
    const std::vector<std::string> names = TRY(load_map(project, statement)).sources;
    std::vector<Digest> tags;
    for (const proof::TicketSource& source : key.sources(names)) tags.push_back(source.tag);
    const bool all = std::ranges::all_of(rebuilt.leaves, [&](const CommittedLeaf& leaf) {
        return std::ranges::find(names, leaf.source) != names.end();
    });
    const bool same = all && proof::sources_root(tags) == statement.sources_root;
    return std::string(same ? "" : "the sources");
}

/// What the statement says against what is found now; empty if they agree.
Result<std::string> difference(derive::Project& project, const proof::Statement& statement,
                               int threads) {
    const derive::Manifest manifest = TRY(project.manifests().load(statement.manifest));
    if (manifest.root() != statement.manifest) return std::string("the manifest");
    const StatementKey key = TRY(load_key(project, statement.vrf));
    const Commitment rebuilt = TRY(commit_to(project, manifest, key));
    if (rebuilt.items_root != statement.items_root) return std::string("the list of items");
    if (rebuilt.map.root() != statement.map_root) return std::string("the map of persons");
    const std::string sources = TRY(source_difference(project, statement, rebuilt, key));
    if (!sources.empty()) return sources;
    const derive::Verified replay = TRY(derive::verify(project, statement.model, threads));
    if (!replay.equal) return replay.first_difference;
    return std::string(replay.model == statement.model ? "" : "the model");
}

}  // namespace

Result<Stated> state_visible_model(derive::Project& project) {
    const derive::VisibleModel visible = TRY(derive::usable_model(project));
    ProjectLog log = TRY(open_log(project));
    const Instant tomorrow = TRY(project.ledger().now()).plus_days(1);
    if (auto there = TRY(find_statement(project, log, visible.manifest));
        there && tomorrow < there->statement.expires)
        return std::move(*there);
    return make_statement(project, log, visible);
}

Result<std::optional<Stated>> last_statement(derive::Project& project) {
    const auto visible = TRY(derive::visible_model(project.db));
    if (!visible) return std::optional<Stated>();
    ProjectLog log = TRY(open_log(project));
    return find_statement(project, log, visible->manifest);
}

Result<std::vector<StatedHead>> stated_heads(derive::Project& project) {
    std::vector<StatedHead> heads;
    ProjectLog log = TRY(open_log(project));
    for (const Path& folder : statement_folders(project)) {
        const proof::Statement statement = TRY(load_statement(project, log, folder)).statement;
        const bool exact = statement.version == 1;
        const auto event = exact ? static_cast<ledger::Sequence>(statement.exact.ledger_event)
                                 : TRY(load_map(project, statement)).event;
        heads.push_back({statement.digest(), {event, {}, statement.ledger_head}});
    }
    return heads;
}

Result<void> keep_time_stamp(derive::Project& project, const Stated& stated, ByteView response) {
    return write_whole(project, folder_of(project, stated.statement) / kTimeStamp, response);
}

Result<std::vector<PersonalText>> names_of(derive::Project& project, const Digest& person) {
    std::set<std::string> seen;
    std::vector<PersonalText> names;
    for (const ledger::Account& account : TRY(project.ledger().persons().all())) {
        if (account.person != person) continue;
        PersonalText name = TRY(project.ledger().persons().author(account));
        if (seen.insert(sha256(name.reveal()).hex()).second) names.push_back(std::move(name));
    }
    return names;
}

Result<proof::Ticket> make_ticket(derive::Project& project, const Stated& stated,
                                  const std::vector<PersonalText>& names) {
    const derive::Manifest manifest = TRY(project.manifests().load(stated.statement.manifest));
    const KeptMap kept = TRY(load_map(project, stated.statement));
    const StatementKey key = TRY(load_key(project, stated.statement.vrf));
    TicketMaker maker(project, manifest, kept, key);
    ProjectLog log = TRY(open_log(project));
    proof::Ticket ticket;
    ticket.log = log.log.verifier();
    ticket.statement = stated.note;
    ticket.logged = TRY(log.log.prove(stated.index));
    ticket.attestations = TRY(attestations_of(project, stated.statement));
    const Path stamp = folder_of(project, stated.statement) / kTimeStamp;
    if (project.env.exists(stamp)) ticket.time_stamp = TRY(project.env.read_file(stamp));
    ticket.sources = key.sources(kept.sources);
    std::set<std::string> told;
    for (const PersonalText& name : names) told.merge(TRY(known_on(project, name)));
    for (std::size_t source = 0; source < ticket.sources.size(); ++source) {
        for (const PersonalText& name : names) {
            proof::TicketEntry entry = TRY(maker.entry(ticket.sources[source].tag, name));
            entry.source = source;
            if (entry.value) told.insert(ticket.sources[source].name);
            ticket.entries.push_back(std::move(entry));
        }
    }
    for (proof::TicketSource& source : ticket.sources)
        if (!told.contains(source.name)) source = {source.tag, {}, {}};
    return ticket;
}

Result<Json> openings(derive::Project& project, const Stated& stated) {
    const derive::Manifest manifest = TRY(project.manifests().load(stated.statement.manifest));
    const StatementKey key = TRY(load_key(project, stated.statement.vrf));
    const Commitment commitment = TRY(commit_to(project, manifest, key));
    Json out = {{"vrf_key", hex(key.seed().reveal())},
                {"sources", Json::array()},
                {"leaves", Json::array()}};
    for (const proof::TicketSource& source :
         key.sources(TRY(load_map(project, stated.statement)).sources))
        out["sources"].push_back({{"name", source.name}, {"tag", source.tag.hex()}});
    for (const CommittedLeaf& leaf : commitment.leaves) {
        Json items = Json::array();
        for (const Item& item : leaf.items)
            items.push_back({{"salt", item.salt.hex()}, {"sample", hex(item.sample)}});
        out["leaves"].push_back({{"source", leaf.source},
                                 {"label", leaf.label.hex()},
                                 {"blind", leaf.blind.hex()},
                                 {"items", items}});
    }
    return out;
}

Result<Attested> attest(derive::Project& project, const Stated& stated, const std::string& name,
                        const proof::SigningKey& key, int threads) {
    Attested out;
    out.difference = TRY(difference(project, stated.statement, threads));
    out.holds = out.difference.empty();
    if (!out.holds) return out;
    const Instant now = TRY(project.ledger().now()).day();
    const proof::Attestation attestation{stated.statement.digest(), stated.statement.model, now};
    const std::string text = attestation.text();
    proof::SignedAttestation signed_one{{name, proof::KeyType::ed25519, key.public_key()},
                                        {text, {}}};
    signed_one.note.signatures.push_back(proof::sign_note(text, name, key));
    TRY(keep(project, stated.statement, signed_one));
    out.attestation = std::move(signed_one);
    return out;
}

std::string encode(const proof::SignedAttestation& attestation) {
    return attestation.auditor.text() + "\n" + attestation.note.encode();
}

Result<proof::VerifierKey> import_attestation(derive::Project& project, const Stated& stated,
                                              std::string_view text) {
    const proof::SignedAttestation attestation = TRY(parse_signed_attestation(text));
    TRY(proof::verify_note(attestation.note, {&attestation.auditor, 1}));
    const proof::Attestation said = TRY(proof::parse_attestation(attestation.note.text));
    if (said.statement != stated.statement.digest() || said.model != stated.statement.model)
        return Error{Code::check_failed, "the attestation is about another statement", "",
                     "attest a copy of this project as it is now"};
    TRY(keep(project, stated.statement, attestation));
    return attestation.auditor;
}

}  // namespace litura::release
