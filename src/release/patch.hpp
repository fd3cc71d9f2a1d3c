// Delivering a successor: a patch from the weights of one release to those of another that only a
// holder of the old bytes can open. Differences of weights can be undone from either side, so a
// patch in the clear would be the recalled weights for everybody who has the new ones.
#pragma once

#include "derive/project.hpp"

namespace litura::release {

struct PatchMade {
    std::string from, to;  ///< releases
    std::size_t kept = 0, whole = 0, tensors = 0;
    std::uint64_t bytes = 0, new_bytes = 0;  ///< of the patch, and of the file it leads to
};
/// Between the weight files of two releases (model.safetensors, or an adapter's). Code::bad_input
/// for a file of no release; Code::forbidden if the second release is not in use, or under a stop
/// order.
Result<PatchMade> make_release_patch(derive::Project& project, const Path& old_file,
                                     const Path& new_file, const Path& out);

}  // namespace litura::release
