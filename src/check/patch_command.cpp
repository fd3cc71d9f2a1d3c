#include "check/patch_command.hpp"

#include <fmt/format.h>

#include "base/replace_file.hpp"
#include "check/options.hpp"
#include "formats/weight_patch.hpp"
#include "proof/holder_key.hpp"

namespace litura::check {
namespace {

Result<Bytes> applied(const formats::WeightPatch& patch, ByteView old_file) {
    const proof::HolderKey key(TRY(formats::held_bytes(old_file)));
    const Bytes first = TRY(key.open(patch.salt, 0, patch.pieces[0]));
    const formats::PatchPlan plan = TRY(formats::parse_patch_plan(first));
    std::vector<Bytes> contents;
    for (std::size_t index = 1; index < patch.pieces.size(); ++index)
        contents.push_back(TRY(key.open(patch.salt, index, patch.pieces[index])));
    Bytes file = TRY(formats::apply_patch(old_file, plan, contents));
    if (sha256(file) == patch.after) return file;
    return Error{Code::check_failed, "the result is not the file that was promised", "patch",
                 "get the patch again from the publisher"};
}

}  // namespace

Result<Answer> apply_command(Env& env, const Words& words) {
    const Options options = TRY(parse_options(words, {"out"}, 2));
    const Path out = options.get("out");
    if (out.empty() || env.exists(out))
        return Error{Code::bad_input, "no new file to write", "--out", "give a name that is free"};
    const MappedFile given = TRY(MappedFile::open(options.words[0]));
    const formats::WeightPatch patch = TRY(formats::parse_weight_patch(given.bytes()));
    const MappedFile old_file = TRY(MappedFile::open(options.words[1]));
    const Bytes file = TRY(applied(patch, old_file.bytes()));
    TRY(replace_file(env, out, file));
    return Answer{{{"path", out.string()}, {"file", to_text(patch.after)}},
                  fmt::format("{}: sha256:{}\n  ask the channel before using it: litura-check {}",
                              out.string(), patch.after.hex(), out.string()),
                  0};
}

}  // namespace litura::check
