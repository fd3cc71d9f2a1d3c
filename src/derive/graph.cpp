#include "derive/graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/text.hpp"
#include "engine/canonical.hpp"

namespace litura::derive {
namespace {

/// A hash for dealing: the recipe's seed, what the draw is for, the stage and the account.
Digest deal_hash(const Recipe& recipe, std::string_view use, std::uint32_t stage,
                 const Digest& account) {
    ByteWriter out;
    out.text("litura.deal.1");
    out.text(use);
    out.u32(stage);
    out.raw(account.view());
    return hmac(bytes_of(recipe.deal_seed), out.bytes());
}

std::uint32_t draw(const Digest& hash, std::uint32_t count) {
    std::uint64_t value = 0;
    for (int at = 0; at < 8; ++at) value = (value << 8) | hash.bytes[static_cast<std::size_t>(at)];
    return static_cast<std::uint32_t>(value % count);
}

std::uint32_t bucket_of(const Stage& stage, Instant placed) {
    const auto later = std::upper_bound(stage.buckets.begin(), stage.buckets.end(), placed);
    return static_cast<std::uint32_t>(later - stage.buckets.begin());
}

/// An account's draws in its stage.
struct Dealt {
    std::string shard;
    std::uint32_t part = 0;
    Digest order;
};

using AccountInStage = std::pair<std::uint32_t, Digest>;

std::map<AccountInStage, Dealt> deal(const View& view, const Recipe& recipe) {
    std::map<AccountInStage, std::uint64_t> first_bucket_tokens;
    for (const Sample& sample : view.samples) {
        const bool first = bucket_of(recipe.stages[sample.stage], sample.placed) == 0;
        first_bucket_tokens[{sample.stage, sample.account}] += first ? sample.tokens : 0;
    }
    std::map<AccountInStage, Dealt> dealt;
    for (const auto& [key, tokens] : first_bucket_tokens) {
        const auto& [index, account] = key;
        const Stage& stage = recipe.stages[index];
        if (stage.memory) {
            dealt[key].shard = "memory";
            continue;
        }
        const bool solo = stage.solo_above != 0 && tokens > stage.solo_above;
        const Digest order = deal_hash(recipe, "order", index, account);
        dealt[key] = {
            solo ? "solo-" + hex(order.view().first(5))
                 : fmt::format("shard{:02}",
                               draw(deal_hash(recipe, "shard", index, account), stage.shards)),
            draw(deal_hash(recipe, "part", index, account), stage.slices), order};
    }
    return dealt;
}

void write_train_settings(ByteWriter& out, const engine::TrainSettings& train,
                          std::uint32_t epochs) {
    out.u32(train.sequence);
    out.u32(train.step_tokens);
    out.u32(train.warmup_steps);
    for (const float value : {train.learning_rate, train.beta1, train.beta2, train.epsilon,
                              train.weight_decay, train.clip_norm}) {
        out.f32(value);
    }
    if (const engine::LoraSettings& lora = train.method.lora; lora.on()) {
        out.text("lora");
        out.u32(lora.rank);
        out.f32(lora.alpha);
        out.u64(lora.seed);
    }
    out.u32(epochs);
    out.text(unicode_version());  // decides how texts fall into pieces before they become tokens
}

Key make_key(NodeKind kind, ByteView settings, const Digest& data, const std::vector<Key>& inputs) {
    ByteWriter out;
    out.text("litura.node.1");
    out.u8(static_cast<std::uint8_t>(kind));
    out.text(engine::kProfile);
    out.blob(settings);
    out.raw(data.view());
    out.u64(inputs.size());
    for (const Key& input : inputs) out.raw(input.view());
    return sha256(out.bytes());
}

/// The slice's people, records and wordings in training order, under the deal secret.
Digest slice_data(const View& view, const std::vector<std::size_t>& samples,
                  const SecretKey& secret) {
    ByteWriter out;
    out.text("litura.slice.1");
    for (const std::size_t index : samples) {
        const Sample& sample = view.samples[index];
        out.raw(sample.account.view());
        out.raw(sample.record.view());
        out.raw(sample.wording.view());
    }
    return hmac(secret.reveal(), out.bytes());
}

/// What is counted, and who counts as one: a person is known by their accounts, not by a tag, so
/// that a link between two of them changes what they are in the same way in every project.
Digest memory_data(const View& view, const std::vector<std::size_t>& samples,
                   const SecretKey& secret) {
    std::map<Digest, std::set<Digest>> accounts_of;
    for (const std::size_t index : samples)
        accounts_of[view.samples[index].person].insert(view.samples[index].account);
    ByteWriter out;
    out.text("litura.memory.1");
    out.u64(samples.size());
    for (const std::size_t index : samples) {
        const Sample& sample = view.samples[index];
        out.raw(accounts_of[sample.person].begin()->view());
        out.raw(sample.account.view());
        out.raw(sample.record.view());
        out.raw(sample.wording.view());
    }
    return hmac(secret.reveal(), out.bytes());
}

/// (bucket, part) -> samples in training order, for every shard of a stage.
using Slices = std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::size_t>>;
using Shards = std::map<std::string, Slices>;

std::vector<Shards> sort_into_slices(const View& view, const Recipe& recipe) {
    const auto dealt = deal(view, recipe);
    std::vector<Shards> stages(recipe.stages.size());
    for (std::size_t index = 0; index < view.samples.size(); ++index) {
        const Sample& sample = view.samples[index];
        const Dealt& dealing = dealt.at({sample.stage, sample.account});
        const std::uint32_t bucket = bucket_of(recipe.stages[sample.stage], sample.placed);
        stages[sample.stage][dealing.shard][{bucket, dealing.part}].push_back(index);
    }
    const auto before = [&](std::size_t left, std::size_t right) {
        const Sample& a = view.samples[left];
        const Sample& b = view.samples[right];
        return std::tie(dealt.at({a.stage, a.account}).order, a.created_at, a.record) <
               std::tie(dealt.at({b.stage, b.account}).order, b.created_at, b.record);
    };
    for (Shards& shards : stages) {
        for (auto& [shard, slices] : shards) {
            for (auto& [place, samples] : slices) std::sort(samples.begin(), samples.end(), before);
        }
    }
    return stages;
}

/// Builds nodes one group after the other.
class Builder {
public:
    Builder(const View& view, const Recipe& recipe, const SecretKey& secret, const Digest& base)
        : view_(view), recipe_(recipe), secret_(secret) {
        graph_.nodes.push_back(
            {NodeKind::base, make_key(NodeKind::base, {}, base, {}), {}, 0, 1, "base", {}});
    }

    void add_stage(std::uint32_t index, const Shards& shards) {
        if (recipe_.stages[index].memory) return add_memory(index, *recipe_.stages[index].memory);
        const bool joins = !graph_.groups.empty() && recipe_.stages[index].start == Start::base;
        if (!joins) open_group();
        for (const auto& [shard, slices] : shards) add_chain(index, shard, slices);
    }

    Graph finish() {
        close_group();
        graph_.model = graph_.groups.empty() ? 0 : graph_.groups.back().merge;
        return std::move(graph_);
    }

private:
    void add_memory(std::uint32_t index, const memory::Rule& rule) {
        Node node{NodeKind::memory, {}, {graph_.nodes[0].key}, 0, 1, "memory", {}};
        for (std::size_t at = 0; at < view_.samples.size(); ++at) {
            if (view_.samples[at].stage != index) continue;
            node.samples.push_back(at);
            node.tokens += view_.samples[at].tokens;
        }
        if (node.samples.empty()) return;
        std::ranges::stable_sort(node.samples, {},
                                 [&](std::size_t at) { return view_.samples[at].account; });
        ByteWriter settings;
        for (const std::uint32_t value : {rule.order, rule.min_people, rule.backoff})
            settings.u32(value);
        settings.text(unicode_version());
        node.key = make_key(NodeKind::memory, settings.bytes(),
                            memory_data(view_, node.samples, secret_), node.inputs);
        graph_.memory = graph_.nodes.size();
        graph_.nodes.push_back(std::move(node));
    }

    void open_group() {
        close_group();
        const std::size_t start = graph_.groups.empty() ? 0 : graph_.groups.back().merge;
        graph_.groups.push_back({start, start, {}});
    }

    void add_chain(std::uint32_t index, const std::string& shard, const Slices& slices) {
        const Stage& stage = recipe_.stages[index];
        ByteWriter settings;
        write_train_settings(settings, recipe_.train, stage.epochs);
        Chain chain{fmt::format("stage{}/{}", index + 1, shard), {}, 0};
        Key before = graph_.nodes[graph_.groups.back().start].key;
        for (const auto& [place, samples] : slices) {
            Node node{NodeKind::train, {}, {before}, 0, stage.epochs, "", samples};
            node.key = make_key(NodeKind::train, settings.bytes(),
                                slice_data(view_, samples, secret_), node.inputs);
            node.label = fmt::format("{}/bucket{}.{}", chain.label, place.first, place.second);
            for (const std::size_t sample : samples) node.tokens += view_.samples[sample].tokens;
            before = node.key;
            chain.tokens += node.tokens;
            chain.slices.push_back(graph_.nodes.size());
            graph_.nodes.push_back(std::move(node));
        }
        graph_.groups.back().chains.push_back(std::move(chain));
    }

    void close_group() {
        if (graph_.groups.empty() || graph_.groups.back().chains.empty()) return;
        Group& group = graph_.groups.back();
        Node node{NodeKind::merge, {}, {}, 0, 1, fmt::format("merge{}", graph_.groups.size()), {}};
        for (const Chain& chain : group.chains) {
            node.inputs.push_back(graph_.nodes[chain.slices.back()].key);
            node.tokens += chain.tokens;
        }
        std::sort(node.inputs.begin(), node.inputs.end());
        node.inputs.insert(node.inputs.begin(), graph_.nodes[group.start].key);
        node.key = make_key(NodeKind::merge, {}, {}, node.inputs);
        group.merge = graph_.nodes.size();
        graph_.nodes.push_back(std::move(node));
    }

    const View& view_;
    const Recipe& recipe_;
    const SecretKey& secret_;
    Graph graph_;
};

}  // namespace

std::string_view to_text(NodeKind kind) {
    switch (kind) {
        case NodeKind::base: return "base";
        case NodeKind::train: return "train";
        case NodeKind::merge: return "merge";
        case NodeKind::memory: return "memory";
    }
    return "";
}

bool is_stored(NodeKind kind) { return kind == NodeKind::train || kind == NodeKind::memory; }

std::uint64_t Graph::tokens_fresh() const {
    std::uint64_t sum = 0;
    for (const Node& node : nodes) {
        if (node.kind == NodeKind::train) sum += node.tokens * node.epochs;
    }
    return sum;
}

std::vector<Place> place(const View& view, const Recipe& recipe) {
    const auto dealt = deal(view, recipe);
    std::vector<Place> places;
    places.reserve(view.samples.size());
    for (const Sample& sample : view.samples) {
        const Dealt& dealing = dealt.at({sample.stage, sample.account});
        const std::uint32_t bucket = bucket_of(recipe.stages[sample.stage], sample.placed);
        places.push_back({sample.stage, dealing.shard, bucket, dealing.part});
    }
    return places;
}

Graph build_graph(const View& view, const Recipe& recipe, const SecretKey& deal_secret,
                  const Digest& base) {
    const std::vector<Shards> stages = sort_into_slices(view, recipe);
    Builder builder(view, recipe, deal_secret, base);
    for (std::uint32_t index = 0; index < stages.size(); ++index)
        builder.add_stage(index, stages[index]);
    return builder.finish();
}

}  // namespace litura::derive
