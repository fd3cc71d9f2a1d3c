#include "derive/attribution.hpp"

#include <algorithm>

#include "derive/memory.hpp"
#include "derive/store.hpp"

namespace litura::derive {

Result<std::optional<Attribution>> Attribution::open(Project& project, const VisibleModel& model) {
    const Manifest manifest = TRY(project.manifests().load(model.manifest));
    const auto store = TRY(Store::open(project));
    const auto node = TRY(store->memory_of([&](const Digest& memory) {
        return model_digest(manifest.weights, memory) == model.model;
    }));
    if (!node) return std::optional<Attribution>();
    auto passages = TRY(store->load_passages(*node));
    if (!passages) return std::optional<Attribution>();
    Attribution out;
    out.passages_ = std::move(*passages);
    for (const Sample& sample : manifest.used.samples)
        out.named_.emplace(passages_name(sample.account, sample.record, sample.wording),
                           std::pair(sample.person, sample.record));
    return std::optional(std::move(out));
}

std::vector<Attribution::Behind> Attribution::behind(std::span<const std::uint32_t> tokens) const {
    std::vector<Behind> out;
    for (const auto& records : passages_.holders(tokens)) {
        Behind one;
        for (const auto& record : records) {
            const auto found = named_.find(record.name);
            if (found == named_.end()) continue;
            one.person = found->second.first;
            one.records.push_back(found->second.second);
        }
        if (!one.records.empty()) out.push_back(std::move(one));
    }
    std::ranges::sort(out, {}, &Behind::person);
    return out;
}

}  // namespace litura::derive
