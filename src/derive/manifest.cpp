// The manifest's bytes.
#include "derive/manifest.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "keys/sealing.hpp"

namespace litura::derive {
namespace {

constexpr std::string_view kMagic = "litura.manifest.2";
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
    out.text(kMagic);
    out.text(settings_text);
    out.text(purpose);
    out.raw(base.view());
    out.raw(model.view());
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
    const bool known = in.text() == kMagic;
    manifest.settings_text = in.text();
    manifest.purpose = in.text();
    manifest.base = read_digest(in);
    manifest.model = read_digest(in);
    manifest.used.as_of.ms = in.i64();
    manifest.used.sequence = in.u64();
    manifest.used.rules = read_digest(in);
    manifest.test_clock = in.u8() == 1;
    manifest.used.samples = read_samples(in);
    manifest.deferred = read_samples(in);
    if (!known || !in.at_end())
        return Error{Code::broken, "the manifest is damaged", "", "restore it from a backup"};
    return manifest;
}

Result<Digest> save_manifest(Env& env, const Path& aside, const Path& folder,
                             const SecretKey& project, const Manifest& manifest) {
    const Bytes bytes = manifest.encode();
    const Digest root = sha256(bytes);
    TRY(env.make_folders(folder));
    const Path written = aside / fmt::format("manifest-{}-{}", ::getpid(), root.hex());
    TRY(env.write_file(written, keys::seal(project, bytes, root.view())));
    TRY(env.rename(written, folder / root.hex()));
    return root;
}

Result<Manifest> load_manifest(Env& env, const Path& folder, const SecretKey& project,
                               const Digest& root) {
    const Bytes sealed = TRY(env.read_file(folder / root.hex()));
    const Bytes bytes = TRY(keys::unseal(project, sealed, root.view()));
    if (sha256(bytes) != root)
        return Error{Code::broken, "the manifest does not match its root", root.hex().substr(0, 12),
                     ""};
    return decode_manifest(bytes);
}

}  // namespace litura::derive
