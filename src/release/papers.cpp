#include "release/papers.hpp"

#include <fmt/format.h>

namespace litura::release {
namespace {

constexpr std::string_view kStatement = "https://in-toto.io/Statement/v1";

std::string text(const Digest& digest) { return "sha256:" + digest.hex(); }

Json resource(const char* name, const Digest& digest) {
    return {{"name", name}, {"digest", {{"sha256", digest.hex()}}}};
}

Json property(const char* name, std::string value) {
    return {{"name", name}, {"value", std::move(value)}};
}

}  // namespace

std::string model_card(const Subject& subject) {
    const std::string channel =
        subject.channel.empty() ? "the publisher's channel" : subject.channel;
    return fmt::format(R"(---
library_name: transformers
pipeline_tag: text-generation
tags: [litura, recallable]
---

# Release {0}

A language model trained on people's posts for the purpose `{1}`, and only for it. {2}

| | |
|---|---|
| model | `{3}` |
| manifest | `{4}` |
| base | `{5}` |
| people | {6} or more |

**Before you use it**, and every time you start it, ask whether it may still be used; people's rights go on after
training, and releases are recalled:

```
litura-check --cache ~/.cache/litura --from CHANNEL .
```

CHANNEL is a copy of {7}. Exit status 0: in use. 3: a successor is out. 4: recalled, stop using it. 5: unknown, the
copy is too old, or the lease of this release has ended ({8}).

Whoever takes this model takes these duties: keep the check in place, stop at a recall, delete or replace copies by its
deadline, pass the recall on to those you gave copies or derivatives, answer the notice. A model with such duties is not
open source.

What may be said: the committed manifest of this derivation lists every record that it used, and the derivation replays
bit for bit to this digest. What may not: that anything about a person cannot be inferred from it, or anything about
what the base knew before.
)",
                       subject.release.name, subject.purpose,
                       subject.test_clock ? "**Made on a test clock: not a real release.**" : "",
                       text(subject.release.model), text(subject.manifest), text(subject.base),
                       subject.persons, channel, to_text(subject.release.lease_until));
}

std::string provenance(const Subject& subject) {
    Json subjects = Json::array();
    for (const auto& [name, digest] : subject.weights)
        subjects.push_back(resource(name.c_str(), digest));
    const Json definition = {
        {"buildType", "urn:litura:derivation:1"},
        {"externalParameters",
         {{"purpose", subject.purpose}, {"settings", text(subject.settings)}}},
        {"internalParameters", {{"arithmetic", "f32-k512-v1"}, {"test_clock", subject.test_clock}}},
        {"resolvedDependencies", Json::array({resource("manifest", subject.manifest),
                                              resource("base model", subject.base)})}};
    const Json statement = {{"_type", kStatement},
                            {"subject", subjects},
                            {"predicateType", "https://slsa.dev/provenance/v1"},
                            {"predicate",
                             {{"buildDefinition", definition},
                              {"runDetails",
                               {{"builder", {{"id", "urn:litura:program"}}},
                                {"metadata", {{"invocationId", text(subject.manifest)}}}}}}}};
    return compact(statement);
}

std::string bill_of_materials(const Subject& subject) {
    Json hashes = Json::array();
    for (const auto& [name, digest] : subject.weights) {
        if (name == "model.safetensors")
            hashes.push_back({{"alg", "SHA-256"}, {"content", digest.hex()}});
    }
    const Json base = {{"type", "machine-learning-model"},
                       {"name", "base"},
                       {"properties", Json::array({property("litura:model", text(subject.base))})}};
    const Json data = {
        {"type", "dataset"},
        {"name", "people's posts, by manifest"},
        {"classification", "personal data"},
        {"description", "manifest " + text(subject.manifest) + "; purpose " + subject.purpose}};
    const Json model = {
        {"type", "machine-learning-model"},
        {"bom-ref", "model"},
        {"name", "litura-" + subject.release.model.hex().substr(0, 12)},
        {"version", subject.release.name},
        {"hashes", hashes},
        {"pedigree", {{"ancestors", Json::array({base})}}},
        {"modelCard",
         {{"modelParameters",
           {{"architectureFamily", "llama"},
            {"modelArchitecture", "LlamaForCausalLM"},
            {"datasets", Json::array({data})}}}}},
        {"properties", Json::array({property("litura:model", text(subject.release.model))})}};
    const Json bom = {{"bomFormat", "CycloneDX"},
                      {"specVersion", "1.6"},
                      {"version", 1},
                      {"components", Json::array({model})}};
    return bom.dump(1) + "\n";
}

}  // namespace litura::release
