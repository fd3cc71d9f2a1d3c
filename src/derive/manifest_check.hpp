// The decisions behind a manifest made again, from the ledger as it stood: by the folds up to its
// event, the rules and the policy of its day. Says whether somebody was used who was not to be;
// whether the weights follow from the manifest is verify's question.
#pragma once

#include "derive/manifest.hpp"
#include "derive/project.hpp"

namespace litura::derive {

struct ManifestCheck {
    bool holds = false;
    std::uint64_t records = 0;
    std::uint64_t same = 0;       ///< admitted again, on the same event, at the same place
    std::uint64_t otherwise = 0;  ///< admitted on another: a suppressed model kept an older view
    std::uint64_t destroyed = 0;  ///< the record or what allowed it is gone, lawfully
    std::string first_difference;
};
Result<ManifestCheck> check_manifest(Project& project, const Manifest& manifest);

}  // namespace litura::derive
