#include "release/publish.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "derive/derive.hpp"
#include "derive/manifest.hpp"
#include "derive/outgoing.hpp"
#include "engine/lora_files.hpp"
#include "engine/model.hpp"
#include "formats/safetensors.hpp"
#include "formats/tensor_identity.hpp"
#include "ledger/documents.hpp"
#include "proof/dsse.hpp"
#include "proof/statement.hpp"
#include "release/documents.hpp"
#include "release/osv.hpp"
#include "release/papers.hpp"
#include "release/project_log.hpp"

namespace litura::release {
namespace {

constexpr const char* kSigningKey = "model-signing.pem";

/// `v1/` and `./v1` are v1. A folder that is nobody's yet, or empty.
Result<Path> new_folder(Env& env, const Path& wish) {
    Path folder = wish.lexically_normal();
    if (!folder.has_filename()) folder = folder.parent_path();
    const std::string name = folder.filename().string();
    std::error_code failed;
    const bool free = !env.exists(folder) ||
                      (std::filesystem::is_directory(folder, failed) && env.list(folder).empty());
    if (!name.empty() && name != "." && name != ".." && free) return folder;
    return Error{Code::bad_input, "there is something already", name, "choose a new folder"};
}

/// Where the folder is filled: beside it, under a name that nobody gives to anything.
Path aside_of(const Path& folder) {
    return folder.parent_path() / ("." + folder.filename().string() + ".publishing");
}

/// Whole files, as they are; the adapter in a folder of its own, where the recipe trains one.
Result<void> copy_model(derive::Project& project, const Path& from, const Path& to) {
    TRY(project.env.make_folders(to));
    for (const std::string_view name : engine::kModelFiles)
        TRY(project.env.write_file(to / name, TRY(project.env.read_file(from / name))));
    if (project.settings.recipe.train.method.lora.rank == 0) return done();
    TRY(project.env.make_folders(to / "adapter"));
    for (const std::string_view name : engine::kAdapterFiles)
        TRY(project.env.write_file(to / "adapter" / name, TRY(project.env.read_file(from / name))));
    return done();
}

Result<std::set<Digest>> base_tensors(derive::Project& project) {
    std::set<Digest> base;
    const Path folder = project.paths.root / project.settings.recipe.base;
    for (const std::string& name : TRY(engine::model_files(project.env, folder))) {
        if (!name.ends_with(".safetensors")) continue;
        const MappedFile file = TRY(MappedFile::open(folder / name));
        for (const auto& tensor : TRY(formats::weight_identity(file.bytes())).tensors)
            base.insert(tensor.digest);
    }
    return base;
}

/// Tensors that speak for this model: neither the base's nor an adapter's frozen half, which
/// follows from a seed. Those, and what rounding leaves of all, are only known: two models may
/// round to one.
Result<void> describe_tensors(derive::Project& project, const Path& folder,
                              const FileDigests& weights, proof::Release& release) {
    const std::set<Digest> base = TRY(base_tensors(project));
    for (const auto& [name, digest] : weights) {
        const MappedFile file = TRY(MappedFile::open(folder / name));
        for (const auto& tensor : TRY(formats::weight_identity(file.bytes())).tensors) {
            const bool frozen = tensor.name.find(".lora_A.") != std::string::npos;
            const bool own = !frozen && !base.contains(tensor.digest);
            (own ? release.tensors : release.known).insert(tensor.digest);
        }
        for (const auto& tensor : TRY(formats::read_safetensors(file.bytes())))
            for (const Digest& rounded :
                 formats::rounded_digests(tensor.shape, tensor.dtype, tensor.data))
                release.known.insert(rounded);
    }
    for (const Digest& own : release.tensors) release.known.erase(own);
    return done();
}

FileDigests weights_of(const FileDigests& files) {
    FileDigests weights = files;
    std::erase_if(weights, [](const auto& file) { return !file.first.ends_with(".safetensors"); });
    return weights;
}

Result<derive::Manifest> manifest_of(derive::Project& project, const Published& release) {
    return derive::of_weights(TRY(project.manifests().load(release.manifest)));
}

struct Scene {
    derive::VisibleModel visible;
    derive::Manifest manifest;  ///< of the weights
    Registry registry;
    Instant now;
    Path folder;
};

Result<void> pass_gate(derive::Project& project, const Scene& scene, const PublishWish& wish) {
    GateFacts facts;
    facts.manifest = &scene.manifest;
    facts.suppressed = scene.visible.suppressed;
    facts.now = scene.now;
    std::vector<derive::Manifest> earlier;
    for (const Published& one : scene.registry.releases)
        earlier.push_back(TRY(manifest_of(project, one)));
    for (const derive::Manifest& one : earlier) facts.earlier.push_back(&one);
    if (const Published* newest = scene.registry.newest()) {
        facts.last_at = newest->at;
        if (const DiffAudit* audit =
                scene.registry.find_audit(newest->described.model, scene.manifest.weights))
            facts.audit = *audit;
    }
    if (wish.order) {
        facts.ordered =
            TRY(project.ledger().documents().has(ledger::DocumentKind::order, *wish.order));
        if (!facts.ordered)
            return Error{Code::bad_input, "no order with this digest is in the ledger", "",
                         "add it first: litura document add order FILE"};
    }
    if (wish.audit) facts.audit = TRY(parse_diff_audit(*wish.audit));
    TRY(check_gate(facts, project.settings.policy.release));
    return done();
}

/// What Hugging Face's loaders do not find in tokenizer.json: without it they take a Llama's usual
/// marks, whose ids this model has no rows for.
Result<std::string> tokenizer_config(Env& env, const Path& folder) {
    const Bytes config_file = TRY(env.read_file(folder / "config.json"));
    const Bytes tokenizer_file = TRY(env.read_file(folder / "tokenizer.json"));
    const formats::LlamaConfig config = TRY(formats::parse_llama_config(text_of(config_file)));
    const engine::Tokenizer tokenizer =
        TRY(engine::Tokenizer::parse(text_of(tokenizer_file), config.separator()));
    const auto& tokens = tokenizer.model().tokens;
    const std::uint32_t end = config.eos.empty() ? config.separator() : config.eos.front();
    const Json json = {{"tokenizer_class", "PreTrainedTokenizerFast"},
                       {"bos_token", tokens[config.separator()]},
                       {"eos_token", tokens[end]},
                       {"model_max_length", config.context},
                       {"clean_up_tokenization_spaces", false}};
    return json.dump(1) + "\n";
}

Error replaced() {
    return {Code::forbidden, "another model became visible while this one was published", "",
            "publish again"};
}

Result<Facts> facts_of(derive::Project& project, const Scene& scene) {
    Facts facts = TRY(collect_facts(project, FactsOf::weights));
    if (facts.model && facts.model->manifest == scene.visible.manifest) return facts;
    return replaced();
}

/// Why the folder could not be filled: a model that was replaced meanwhile has no files any more.
Error cause_of(const Error& error, derive::Project& project, const Scene& scene) {
    const auto visible = derive::visible_model(project.db);
    const bool same =
        visible.ok() && visible.value() && visible.value()->model == scene.visible.model;
    return same ? error : replaced();
}

/// The whole folder but its signature.
Result<proof::Release> fill_folder(derive::Project& project, const Scene& scene, const Path& folder,
                                   Subject subject, const proof::SigningKey& releases) {
    const auto model = TRY(derive::unchanged_folder(project, scene.visible.model));
    TRY(copy_model(project, model.folder, folder));
    proof::Release& release = subject.release;
    subject.weights = weights_of(TRY(digest_folder(folder)));
    release.name = fmt::format("v{}", scene.registry.releases.size() + 1);
    release.model = model.weights;
    release.lease_until = scene.now.day().plus_days(project.settings.policy.release.every_days + 1);
    for (const auto& [name, digest] : subject.weights) release.weights.insert(digest);
    TRY(describe_tensors(project, folder, subject.weights, release));
    for (const Published& one : scene.registry.releases)
        TRY(check_not_recalled(one.described, release));
    subject.facts.model->release = release.name;
    subject.facts.model->lease_until = release.lease_until;
    const proof::Envelope signed_provenance =
        proof::sign_envelope(std::string(proof::kStatementType), provenance(subject), releases);
    TRY(project.env.write_file(folder / "tokenizer_config.json",
                               bytes_of(TRY(tokenizer_config(project.env, folder)))));
    TRY(project.env.write_file(folder / "README.md", bytes_of(model_card(subject.facts).text)));
    TRY(project.env.write_file(folder / "bom.cdx.json", bytes_of(bill_of_materials(subject))));
    TRY(project.env.write_file(folder / "provenance.json",
                               bytes_of(compact(to_json(signed_provenance)) + "\n")));
    return release;
}

/// From its commit on the release exists, and the ledger knows where. Since the gate looked nobody
/// in it has left, nobody ordered a stop, and nothing else was published.
Result<void> record(derive::Project& project, const Scene& scene, const proof::Release& release,
                    const PublishWish& wish, derive::Outgoing& outgoing) {
    auto transaction = TRY(project.db.begin());
    TRY(ModelPermit(project.permit(), {scene.visible.model, release.model})
            .check(Operation::publish));
    if (TRY(load_registry(project)).releases.size() != scene.registry.releases.size())
        return Error{Code::forbidden, "something else was published meanwhile", "",
                     "see 'litura release list'"};
    if (!TRY(derive::still_admitted(project, scene.manifest.used)))
        return Error{Code::forbidden, "somebody left while the model was being published", "",
                     "run 'litura derive', then publish"};
    Json payload = {{"release", release.name},
                    {"document", compact(to_json(release))},
                    {"manifest", scene.visible.manifest.hex()},
                    {"path", scene.folder.string()}};
    if (wish.order) payload["order"] = wish.order->hex();
    TRY(project.ledger().append("release.published", payload));
    if (wish.audit) TRY(keep_audit(project, *wish.audit));
    for (const Published& one : scene.registry.releases) {
        if (one.described.state == proof::State::active)
            TRY(project.ledger().append("release.superseded", {{"release", one.described.name},
                                                               {"successor", release.name}}));
    }
    TRY(outgoing.forget());  // before the commit: a recorded release is announced after a crash
    return transaction.commit();
}

/// Was this very publication recorded, and ended before its folder had its name?
Result<bool> is_cut_off(derive::Project& project, const Scene& scene, const Path& aside) {
    const Published* newest = scene.registry.newest();
    if (newest == nullptr || newest->path != scene.folder.string() ||
        !project.env.exists(aside / kSignatureFile))
        return false;
    std::set<Digest> weights;
    for (const auto& [name, digest] : weights_of(TRY(digest_folder(aside)))) weights.insert(digest);
    return weights == newest->described.weights;
}

/// What is left to do once a release is recorded: the folder's name, the channel. Again after a
/// crash.
Result<PublishAnswer> announce(derive::Project& project, ChannelWriter& writer,
                               const Path& folder) {
    TRY(project.env.remove(folder));
    TRY(project.env.rename(aside_of(folder), folder));
    const Registry registry = TRY(load_registry(project));
    const Published& newest = *registry.newest();
    PublishAnswer answer{
        newest.described.name, newest.described.model, {}, 0, newest.described.lease_until, {}};
    const derive::Manifest whole = TRY(project.manifests().load(newest.manifest));
    answer.without_memory = whole.weights != whole.model;
    if (registry.releases.size() > 1) {
        const Published& before = registry.releases[registry.releases.size() - 2];
        answer.supersedes = before.described.name;
        answer.changed = TRY(
            changed_people(TRY(manifest_of(project, before)), TRY(manifest_of(project, newest))));
    }
    answer.epoch = TRY(sign_channel(project, writer));
    return answer;
}

/// Whoever shows two recipients two channels of one epoch has two entries in one log, or two logs.
Result<void> log_epoch(derive::Project& project, const ChannelWriter& writer) {
    ProjectLog log = TRY(open_log(project));
    TRY(log.enter(proof::kChannelKind, writer.snapshot_digest()));
    return done();
}

}  // namespace

Result<void> begin_channel(derive::Project& project, const Path& keys, const std::string& address) {
    TRY(create_channel(project.env, channel_folder(project), keys, address,
                       TRY(project.ledger().now())));
    TRY(P256Key::generate().save(project.env, keys / kSigningKey));
    TRY(log_epoch(project, TRY(ChannelWriter::open(project.env, channel_folder(project), keys))));
    const Bytes root = TRY(project.env.read_file(channel_folder(project) / "1.root.json"));
    return project.ledger().append("channel.begun", {{"root", sha256(root).hex()}});
}

Result<std::uint64_t> sign_channel(derive::Project& project, ChannelWriter& writer) {
    const Registry registry = TRY(load_registry(project));
    for (const Published& one : registry.releases) {
        const proof::Release& release = one.described;
        const Json successor = release.successor.empty() ? Json() : Json(release.successor);
        const proof::State state = std::min(release.state, proof::State::superseded);
        TRY(writer.put("releases", release.name, compact(to_json(release)),
                       {{"state", to_text(state)}, {"successor", successor}}));
    }
    for (const Recall& recall : registry.recalls) {
        TRY(writer.put("recall", recall.release, recall.envelope,
                       {{"state", to_text(recall.strength)}}));
        TRY(writer.put_beside("osv/" + recall.release + ".json", osv_of(registry, recall)));
    }
    const std::uint64_t before = writer.epoch();
    TRY(writer.commit(TRY(project.ledger().now())));
    TRY(log_epoch(project, writer));
    if (writer.epoch() != before)
        TRY(project.ledger().append(
            "channel.signed",
            {{"epoch", writer.epoch()}, {"snapshot", writer.snapshot_digest().hex()}}));
    return writer.epoch();
}

Result<PublishAnswer> publish(derive::Project& project, const PublishWish& wish) {
    TRY(project.permit().check(Operation::publish));
    auto writer = TRY(ChannelWriter::open(project.env, channel_folder(project), wish.keys));
    TRY(writer.check_keys({"releases", "snapshot", "timestamp"}));
    const P256Key signing = TRY(P256Key::load(project.env, wish.keys / kSigningKey));
    const proof::SigningKey releases =
        TRY(proof::load_signing_key(project.env, wish.keys / "releases.key"));
    Scene scene;
    scene.folder = TRY(new_folder(project.env, wish.folder));
    scene.registry = TRY(load_registry(project));
    const Path aside = aside_of(scene.folder);
    if (TRY(is_cut_off(project, scene, aside))) return announce(project, writer, scene.folder);
    scene.visible = TRY(derive::usable_model(project));
    scene.manifest = TRY(derive::of_weights(TRY(project.manifests().load(scene.visible.manifest))));
    scene.now = TRY(project.ledger().now());
    TRY(pass_gate(project, scene, wish));
    Subject subject;
    subject.facts = TRY(facts_of(project, scene));
    auto outgoing = TRY(derive::Outgoing::begin(project, scene.folder, aside));
    const auto filled = fill_folder(project, scene, aside, std::move(subject), releases);
    if (!filled.ok()) return cause_of(filled.error(), project, scene);
    const proof::Release& release = filled.value();
    const std::string bundle =
        sign_model(scene.folder.filename().string(), TRY(digest_folder(aside)), signing);
    TRY(project.env.write_file(aside / kSignatureFile, bytes_of(bundle)));
    TRY(record(project, scene, release, wish, outgoing));
    return announce(project, writer, scene.folder);
}

}  // namespace litura::release
