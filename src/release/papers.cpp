#include "release/papers.hpp"

#include "proof/dsse.hpp"

namespace litura::release {
namespace {

Json resource(const char* name, const Digest& digest) {
    return {{"name", name}, {"digest", {{"sha256", digest.hex()}}}};
}

Json property(const char* name, std::string value) {
    return {{"name", name}, {"value", std::move(value)}};
}

}  // namespace

std::string provenance(const Subject& subject) {
    const ModelFacts& model = *subject.facts.model;
    Json subjects = Json::array();
    for (const auto& [name, digest] : subject.weights)
        subjects.push_back(resource(name.c_str(), digest));
    const Json definition = {
        {"buildType", "urn:litura:derivation:1"},
        {"externalParameters", {{"purpose", model.purpose}, {"settings", to_text(model.settings)}}},
        {"internalParameters",
         {{"arithmetic", "f32-k512-v1"}, {"test_clock", subject.facts.test_clock}}},
        {"resolvedDependencies",
         Json::array({resource("manifest", model.manifest), resource("base model", model.base)})}};
    const Json statement = {{"_type", proof::kStatementForm},
                            {"subject", subjects},
                            {"predicateType", "https://slsa.dev/provenance/v1"},
                            {"predicate",
                             {{"buildDefinition", definition},
                              {"runDetails",
                               {{"builder", {{"id", "urn:litura:program"}}},
                                {"metadata", {{"invocationId", to_text(model.manifest)}}}}}}}};
    return compact(statement);
}

std::string bill_of_materials(const Subject& subject) {
    const ModelFacts& from = *subject.facts.model;
    Json hashes = Json::array();
    for (const auto& [name, digest] : subject.weights) {
        if (name == "model.safetensors")
            hashes.push_back({{"alg", "SHA-256"}, {"content", digest.hex()}});
    }
    const Json base = {{"type", "machine-learning-model"},
                       {"name", "base"},
                       {"properties", Json::array({property("litura:model", to_text(from.base))})}};
    const Json data = {
        {"type", "dataset"},
        {"name", "people's posts, by manifest"},
        {"classification", "personal data"},
        {"description", "manifest " + to_text(from.manifest) + "; purpose " + from.purpose}};
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
        {"properties", Json::array({property("litura:model", to_text(subject.release.model))})}};
    const Json bom = {{"bomFormat", "CycloneDX"},
                      {"specVersion", "1.6"},
                      {"version", 1},
                      {"components", Json::array({model})}};
    return bom.dump(1) + "\n";
}

}  // namespace litura::release
