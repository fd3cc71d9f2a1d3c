#include "derive/memory.hpp"

#include <map>

#include "corpus/marks.hpp"
#include "memory/count.hpp"

namespace litura::derive {
namespace {

/// A record's passages: cut where others' words, names and identifiers were, the separator before
/// its first word and after its last.
void add_text(memory::Passages& passages, std::uint32_t person, std::string_view text,
              const Trainer& trainer) {
    for (const std::string_view own : corpus::own_words(text)) {
        std::vector<std::uint32_t> tokens;
        if (own.data() == text.data()) tokens.push_back(trainer.separator());
        for (const std::uint32_t token : trainer.encode(own)) tokens.push_back(token);
        if (own.data() + own.size() == text.data() + text.size())
            tokens.push_back(trainer.separator());
        passages.add(person, tokens);
    }
}

/// The texts of one account, which are in memory together.
ChainTask::Slice texts_of(const MemoryTask& task, std::size_t first) {
    ChainTask::Slice slice;
    slice.label = task.node.label;
    const auto& samples = task.node.samples;
    const Digest& account = task.view.samples[samples[first]].account;
    for (std::size_t at = first; at < samples.size(); ++at) {
        const Sample& sample = task.view.samples[samples[at]];
        if (sample.account != account) break;
        slice.texts.push_back({sample.account, sample.record, sample.wording});
    }
    return slice;
}

}  // namespace

Digest model_digest(const Digest& weights, const std::optional<Digest>& memory) {
    if (!memory) return weights;
    return Hasher()
        .update("litura model with memory 1\n")
        .update(weights.view())
        .update(memory->view())
        .finish();
}

Result<memory::Memory> count_memory(const MemoryTask& task) {
    memory::Passages passages;
    std::map<Digest, std::uint32_t> persons;
    for (std::size_t at = 0; at < task.node.samples.size();) {
        TRY(task.permit.check(Operation::write));
        const ChainTask::Slice wanted = texts_of(task, at);
        const Digest& person = task.view.samples[task.node.samples[at]].person;
        const auto number = static_cast<std::uint32_t>(persons.size());
        const std::uint32_t named = persons.try_emplace(person, number).first->second;
        for (const AuthorTexts& author : TRY(task.texts.slice(wanted))) {
            for (const PersonalText& text : author.texts)
                add_text(passages, named, text.reveal(), task.trainer);
        }
        at += wanted.texts.size();
    }
    ThreadPool pool(std::max(task.threads, 1));
    return memory::count(passages, task.rule, task.trainer.vocabulary(), pool);
}

std::optional<memory::Rule> rule_of(const Recipe& recipe) {
    for (const Stage& stage : recipe.stages) {
        if (stage.memory) return stage.memory;
    }
    return std::nullopt;
}

Result<std::shared_ptr<const memory::Memory>> find_memory(const Project& project,
                                                          const Digest& weights,
                                                          const Digest& model) {
    if (weights == model) return std::shared_ptr<const memory::Memory>();
    const auto store = TRY(Store::open(project));
    const auto node = TRY(store->memory_of(
        [&](const Digest& memory) { return model_digest(weights, memory) == model; }));
    if (node) {
        return std::shared_ptr<const memory::Memory>(
            std::make_shared<memory::Memory>(TRY(store->load_memory(*node))));
    }
    return Error{Code::check_failed, "the visible model's files were changed", "model.safetensors",
                 "run 'litura derive'"};
}

}  // namespace litura::derive
