#include "derive/memory.hpp"

#include <map>

#include "base/text.hpp"
#include "corpus/marks.hpp"
#include "memory/count.hpp"

namespace litura::derive {
namespace {

/// A record's passages: cut where others' words, names and identifiers were, the separator before
/// its first word and after its last.
void add_text(memory::Passages& passages, std::string_view text, const Trainer& trainer) {
    for (const std::string_view own : corpus::own_words(text)) {
        std::vector<std::uint32_t> tokens;
        if (own.data() == text.data()) tokens.push_back(trainer.separator());
        for (const std::uint32_t token : trainer.encode(own)) tokens.push_back(token);
        if (own.data() + own.size() == text.data() + text.size())
            tokens.push_back(trainer.separator());
        passages.add(tokens);
    }
}

/// What the tokens of a wording depend on besides: how texts are cut, and the tokenizer.
Digest origin_of(const MemoryTask& task) {
    ByteWriter out;
    out.text("litura.passages.of.1");
    for (const Key& input : task.node.inputs) out.raw(input.view());
    out.text(unicode_version());
    return sha256(out.bytes());
}

/// Of a sample, or of a text that a task asks for.
template <typename Wanted>
Digest name_of(const Wanted& wanted) {
    return passages_name(wanted.account, wanted.record, wanted.wording);
}

/// What the last memory was counted from, if the same cuts and tokenizer made it.
struct Before {
    Node node;
    memory::Passages passages;
};
Result<std::optional<Before>> before(const MemoryTask& task) {
    if (task.kept == nullptr) return std::optional<Before>();
    auto node = TRY(task.kept->last_memory());
    if (!node) return std::optional<Before>();
    auto passages = task.kept->load_passages(*node);
    if (!passages.ok() || !passages.value() || passages.value()->origin != origin_of(task))
        return std::optional<Before>();
    return std::optional(Before{std::move(*node), std::move(*passages.value())});
}

/// The passages of the task's samples: out of those before, else out of the texts.
class Gathering {
public:
    Gathering(const MemoryTask& task, const memory::Passages* before)
        : task_(task), before_(before) {
        for (std::size_t person = 0; before && person < before->persons(); ++person)
            for (const auto& record : before->records_of(person))
                known_.emplace(record.name, &record);
        for (const std::size_t sample : task.node.samples)
            samples_of_[task.view.samples[sample].person].push_back(sample);
    }

    Result<memory::Passages> gather() {
        gathered_.origin = origin_of(task_);
        for (const auto& [person, samples] : samples_of_) {
            TRY(task_.permit.check(Operation::write));
            gathered_.begin_person();
            TRY(add_all(samples));
        }
        return std::move(gathered_);
    }

private:
    /// The records of one person.
    Result<void> add_all(const std::vector<std::size_t>& samples) {
        ChainTask::Slice unknown;
        unknown.label = task_.node.label;
        for (const std::size_t at : samples) {
            const Sample& sample = task_.view.samples[at];
            const Digest name = name_of(sample);
            if (const auto found = known_.find(name); found != known_.end())
                gathered_.add(*before_, *found->second);
            else
                unknown.texts.push_back({sample.account, sample.record, sample.wording});
        }
        if (unknown.texts.empty()) return done();
        auto text = unknown.texts.begin();
        for (const AuthorTexts& author : TRY(task_.texts.slice(unknown))) {
            for (const PersonalText& words : author.texts) {
                gathered_.begin_record(name_of(*text++));
                add_text(gathered_, words.reveal(), task_.trainer);
            }
        }
        return done();
    }

    const MemoryTask& task_;
    const memory::Passages* before_;
    std::map<Digest, const memory::Passages::Record*> known_;
    std::map<Digest, std::vector<std::size_t>> samples_of_;  ///< by person
    memory::Passages gathered_;
};

}  // namespace

Digest model_digest(const Digest& weights, const std::optional<Digest>& memory) {
    if (!memory) return weights;
    return Hasher()
        .update("litura model with memory 1\n")
        .update(weights.view())
        .update(memory->view())
        .finish();
}

Digest passages_name(const Digest& account, const Digest& record, const Digest& wording) {
    return Hasher().update(account.view()).update(record.view()).update(wording.view()).finish();
}

Result<CountedMemory> count_memory(const MemoryTask& task) {
    const auto last = TRY(before(task));
    memory::Passages passages = TRY(Gathering(task, last ? &last->passages : nullptr).gather());
    ThreadPool pool(std::max(task.threads, 1));
    if (last) {
        const auto memory = task.kept->load_memory(last->node);
        const bool alike = memory.ok() && memory.value().rule() == task.rule &&
                           memory.value().vocabulary() == task.trainer.vocabulary();
        if (alike) {
            auto recounted = memory::recount(memory.value(), last->passages, passages, pool);
            return CountedMemory{std::move(recounted), std::move(passages)};
        }
    }
    auto counted = memory::count(passages, task.rule, task.trainer.vocabulary(), pool);
    return CountedMemory{std::move(counted), std::move(passages)};
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
