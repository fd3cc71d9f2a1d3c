#include "derive/manifest.hpp"

#include "base/replace_file.hpp"
#include "keys/sealing.hpp"

namespace litura::derive {
namespace {

constexpr std::string_view kManifestMagic = "litura.manifest.2";
constexpr std::string_view kMagicWithMemory = "litura.manifest.3";  ///< names the weights as well
constexpr std::int64_t kNever = -1;

Sample read_sample(ByteReader& in) {
    Sample sample;
    for (Digest* digest : {&sample.record, &sample.account, &sample.person, &sample.wording})
        *digest = read_digest(in);
    sample.stage = in.u32();
    sample.placed.ms = in.i64();
    sample.created_at.ms = in.i64();
    sample.tokens = in.u64();
    sample.evidence = in.u64();
    if (const std::int64_t until = in.i64(); until != kNever) sample.until = Instant{until};
    return sample;
}

void write_samples(ByteWriter& out, const std::vector<Sample>& samples) {
    out.u64(samples.size());
    for (const Sample& sample : samples) write_sample(out, sample);
}

std::vector<Sample> read_samples(ByteReader& in) {
    std::vector<Sample> samples;
    for (std::uint64_t left = in.u64(); left > 0 && in.ok(); --left)
        samples.push_back(read_sample(in));
    return samples;
}

}  // namespace

void write_sample(ByteWriter& out, const Sample& sample) {
    for (const Digest* digest : {&sample.record, &sample.account, &sample.person, &sample.wording})
        out.raw(digest->view());
    out.u32(sample.stage);
    out.i64(sample.placed.ms);
    out.i64(sample.created_at.ms);
    out.u64(sample.tokens);
    out.u64(sample.evidence);
    out.i64(sample.until ? sample.until->ms : kNever);
}

Bytes Manifest::encode() const {
    ByteWriter out;
    const bool remembers = weights != model;
    out.text(remembers ? kMagicWithMemory : kManifestMagic);
    out.text(settings_text);
    out.text(purpose);
    out.raw(base.view());
    out.raw(model.view());
    if (remembers) out.raw(weights.view());
    out.i64(used.as_of.ms);
    out.u64(used.sequence);
    out.raw(used.rules.view());
    out.u8(test_clock ? 1 : 0);
    write_samples(out, used.samples);
    write_samples(out, deferred);
    return out.take();
}

Digest Manifest::root() const { return sha256(encode()); }

Result<Manifest> decode_manifest(ByteView bytes) {
    ByteReader in(bytes);
    Manifest manifest;
    const std::string magic = in.text();
    const bool remembers = magic == kMagicWithMemory;
    manifest.settings_text = in.text();
    manifest.purpose = in.text();
    manifest.base = read_digest(in);
    manifest.model = read_digest(in);
    manifest.weights = remembers ? read_digest(in) : manifest.model;
    manifest.used.as_of.ms = in.i64();
    manifest.used.sequence = in.u64();
    manifest.used.rules = read_digest(in);
    manifest.test_clock = in.u8() == 1;
    manifest.used.samples = read_samples(in);
    manifest.deferred = read_samples(in);
    const bool known = remembers ? manifest.weights != manifest.model : magic == kManifestMagic;
    if (!known || !in.at_end())
        return Error{Code::broken, "the manifest is damaged", "", "restore it from a backup"};
    return manifest;
}

bool is_remembered(const Recipe& recipe, const Sample& sample) {
    return sample.stage < recipe.stages.size() && recipe.stages[sample.stage].memory;
}

Result<Manifest> of_weights(Manifest manifest) {
    const Recipe recipe = TRY(parse_settings(manifest.settings_text)).recipe;
    const auto remembered = [&](const Sample& sample) { return is_remembered(recipe, sample); };
    std::erase_if(manifest.used.samples, remembered);
    std::erase_if(manifest.deferred, remembered);
    manifest.model = manifest.weights;
    return manifest;
}

Result<Digest> Manifests::save(const Manifest& manifest) const {
    const Bytes bytes = manifest.encode();
    const Digest root = sha256(bytes);
    for (const Path& folder : {folder_, aside_}) TRY(env_->make_folders(folder));
    TRY(replace_file(*env_, folder_ / root.hex(), keys::seal(*key_, bytes, root.view()), aside_));
    return root;
}

Result<Manifest> Manifests::load(const Digest& root) const {
    const Bytes sealed = TRY(env_->read_file(folder_ / root.hex()));
    const Bytes bytes = TRY(keys::unseal(*key_, sealed, root.view()));
    if (sha256(bytes) != root)
        return Error{Code::broken, "the manifest does not match its root", root.hex().substr(0, 12),
                     ""};
    return decode_manifest(bytes);
}

std::vector<Digest> Manifests::roots() const {
    std::vector<Digest> roots;
    for (const std::string& name : env_->list(folder_)) {
        if (const auto root = parse_digest(name); root.ok()) roots.push_back(root.value());
    }
    return roots;
}

}  // namespace litura::derive
