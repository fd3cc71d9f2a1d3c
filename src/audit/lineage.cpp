#include "audit/lineage.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <numbers>
#include <set>

#include "base/digest.hpp"
#include "formats/gguf.hpp"
#include "formats/gguf_reader.hpp"
#include "formats/safetensors.hpp"
#include "formats/tensor_identity.hpp"

namespace litura::audit {
namespace {

using formats::GgufTensor;

/// A layer's matrices, hidden units as rows.
struct FeedForward {
    std::optional<GgufTensor> up, gate;
    bool complete() const {
        return up && gate && up->shape.size() == 2 && up->shape == gate->shape && up->shape[0] > 0;
    }
};

struct Names {
    std::string_view before, up, gate;
};
constexpr std::array<Names, 2> kNames = {
    Names{"layers.", ".mlp.up_proj.weight", ".mlp.gate_proj.weight"},
    Names{"blk.", ".ffn_up.weight", ".ffn_gate.weight"}};

class Weights {
public:
    static Result<Weights> open(const Path& path) {
        Weights out;
        for (const Path& file : files_at(path)) TRY(out.add(file));
        if (!out.files_.empty()) return out;
        return Error{Code::bad_input, "no weights there", path.filename().string(),
                     "give a safetensors or GGUF file, or a folder of them"};
    }
    const std::set<Digest>& tensors() const { return tensors_; }
    const std::map<std::uint32_t, FeedForward>& layers() const { return layers_; }

private:
    static std::vector<Path> files_at(const Path& path) {
        std::error_code failed;
        if (!std::filesystem::is_directory(path, failed)) return {path};
        std::vector<Path> files;
        for (auto at = std::filesystem::recursive_directory_iterator(path, failed);
             !failed && at != std::filesystem::recursive_directory_iterator();
             at.increment(failed)) {
            const std::string ending = at->path().extension().string();
            if (ending == ".safetensors" || ending == ".gguf") files.push_back(at->path());
        }
        std::ranges::sort(files);
        return files;
    }

    Result<void> add(const Path& path) {
        files_.push_back(TRY(MappedFile::open(path)));
        const ByteView bytes = files_.back().bytes();
        for (const auto& tensor : TRY(formats::weight_identity(bytes)).tensors)
            tensors_.insert(tensor.digest);
        if (bytes.size() >= 4 && text_of(bytes.first(4)) == "GGUF") {
            for (GgufTensor& tensor : TRY(formats::read_gguf(bytes)).tensors) place(tensor);
            return done();
        }
        std::size_t others = 0;  // no floats: they say nothing here
        for (const auto& tensor : TRY(formats::read_comparable(bytes, others))) {
            GgufTensor same{tensor.name, tensor.dtype, false, tensor.shape, tensor.data};
            place(same);
        }
        return done();
    }

    void place(GgufTensor& tensor) {
        if (!tensor.dtype && !tensor.q8_0) return;
        for (const Names& names : kNames) {
            const std::size_t at = tensor.name.find(names.before);
            if (at == tensor.name.npos) continue;
            const char* digits = tensor.name.data() + at + names.before.size();
            std::uint32_t layer = 0;
            const auto [end, failed] =
                std::from_chars(digits, tensor.name.data() + tensor.name.size(), layer);
            const std::string_view rest(end, tensor.name.data() + tensor.name.size());
            if (failed != std::errc()) continue;
            if (rest == names.up) layers_[layer].up = tensor;
            if (rest == names.gate) layers_[layer].gate = tensor;
        }
    }

    std::vector<MappedFile> files_;
    std::set<Digest> tensors_;
    std::map<std::uint32_t, FeedForward> layers_;
};

Vectors vectors_of(const GgufTensor& tensor) {
    Vectors out{tensor.shape[0], std::vector<float>(tensor.shape[0] * tensor.shape[1])};
    if (tensor.dtype)
        formats::expand(*tensor.dtype, tensor.data, out.values);
    else
        formats::expand_q8_0(tensor.data, out.values);
    return out;
}

bool comparable(const FeedForward& a, const FeedForward& b) {
    return a.complete() && b.complete() && a.up->shape[1] == b.up->shape[1] && a.up->shape[1] > 0;
}

std::vector<std::size_t> evenly(std::size_t count, std::size_t most) {
    std::vector<std::size_t> out;
    const std::size_t wanted = std::min(count, most);
    for (std::size_t index = 0; index < wanted; ++index) out.push_back(index * count / wanted);
    return out;
}

LayerTest test_layer(std::uint32_t layer, const FeedForward& a, const FeedForward& b) {
    const std::size_t rows = a.up->shape[0];
    const auto chosen = evenly(rows, std::min<std::size_t>({kUnitsCompared, rows, b.up->shape[0]}));
    const auto by_up = match_by_cosine(vectors_of(*a.up), chosen, vectors_of(*b.up));
    const auto by_gate = match_by_cosine(vectors_of(*a.gate), chosen, vectors_of(*b.gate));
    return {layer, rank_correlation(chosen, by_up), rank_correlation(by_up, by_gate)};
}

std::vector<LayerTest> test_layers(const Weights& a, const Weights& b) {
    std::vector<std::uint32_t> common;
    for (const auto& [layer, matrices] : a.layers()) {
        const auto other = b.layers().find(layer);
        if (other != b.layers().end() && comparable(matrices, other->second))
            common.push_back(layer);
    }
    std::vector<LayerTest> tests;
    for (const std::size_t index : evenly(common.size(), kLayersCompared)) {
        const std::uint32_t layer = common[index];
        tests.push_back(test_layer(layer, a.layers().at(layer), b.layers().at(layer)));
    }
    return tests;
}

double over_layers(const std::vector<LayerTest>& layers, Correlation LayerTest::*test) {
    std::vector<double> log_p;
    for (const LayerTest& layer : layers) log_p.push_back((layer.*test).log_p);
    return combine(log_p);
}

}  // namespace

std::string_view to_text(Finding finding) {
    switch (finding) {
        case Finding::same_tensors: return "same tensors";
        case Finding::related: return "related";
        case Finding::not_shown: return "not shown";
        case Finding::not_comparable: return "not comparable";
    }
    return "";
}

double Lineage::log_p() const {
    return std::min(0.0, std::min(log_p_order, log_p_aligned) + std::numbers::ln2);
}

Finding Lineage::finding() const {
    if (shared > 0) return Finding::same_tensors;
    if (layers.empty()) return Finding::not_comparable;
    return log_p() < std::log(kRelatedBelow) ? Finding::related : Finding::not_shown;
}

Result<Lineage> compare_weights(const Path& path_a, const Path& path_b) {
    const Weights a = TRY(Weights::open(path_a)), b = TRY(Weights::open(path_b));
    Lineage out;
    out.tensors_a = a.tensors().size();
    out.tensors_b = b.tensors().size();
    for (const Digest& digest : a.tensors()) out.shared += b.tensors().contains(digest);
    out.layers = test_layers(a, b);
    out.log_p_order = over_layers(out.layers, &LayerTest::order);
    out.log_p_aligned = over_layers(out.layers, &LayerTest::aligned);
    return out;
}

}  // namespace litura::audit
