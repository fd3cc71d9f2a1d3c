#include "release/patch.hpp"

#include <algorithm>

#include "formats/weight_patch.hpp"
#include "proof/holder_key.hpp"
#include "release/registry.hpp"

namespace litura::release {
namespace {

Result<const Published*> release_of(const Registry& registry, const Digest& file,
                                    const Path& path) {
    for (const Published& one : registry.releases)
        if (one.described.weights.contains(file)) return &one;
    return Error{Code::bad_input, "this file is of no release", path.filename().string(),
                 "give the weight files of two published folders"};
}

}  // namespace

Result<PatchMade> make_release_patch(derive::Project& project, const Path& old_file,
                                     const Path& new_file, const Path& out) {
    TRY(project.permit().check(Operation::publish));
    const MappedFile before = TRY(MappedFile::open(old_file));
    const MappedFile after = TRY(MappedFile::open(new_file));
    const Registry registry = TRY(load_registry(project));
    formats::WeightPatch patch;
    patch.before = sha256(before.bytes());
    patch.after = sha256(after.bytes());
    const Published* from = TRY(release_of(registry, patch.before, old_file));
    const Published* to = TRY(release_of(registry, patch.after, new_file));
    for (const Published* end : {from, to})
        TRY(project.permit().check_with(Operation::publish, end->described.model));
    if (to->described.state != proof::State::active)
        return Error{Code::forbidden, "the release to lead to is not in use", to->described.name,
                     "give the newest one; see 'litura release list'"};
    const formats::PatchWork work = TRY(formats::make_patch(before.bytes(), after.bytes()));
    patch.salt.resize(proof::HolderKey::kSalt);
    project.env.random(patch.salt);
    const proof::HolderKey key(TRY(formats::held_bytes(before.bytes())));
    patch.pieces.push_back(key.seal(patch.salt, 0, work.plan.encode()));
    for (const Bytes& content : work.contents)
        patch.pieces.push_back(key.seal(patch.salt, patch.pieces.size(), content));
    const Bytes encoded = patch.encode();
    TRY(project.env.write_file(out, encoded));
    PatchMade made;
    made.from = from->described.name;
    made.to = to->described.name;
    made.tensors = work.contents.size();
    for (const formats::PatchedTensor& tensor : work.plan.tensors) {
        made.kept += tensor.way == formats::PatchWay::keep;
        made.whole += tensor.way == formats::PatchWay::whole;
    }
    made.bytes = encoded.size();
    made.new_bytes = after.bytes().size();
    return made;
}

}  // namespace litura::release
