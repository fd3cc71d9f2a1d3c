// A model at work: what it writes, and how well it foretells texts.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/permit.hpp"
#include "base/threads.hpp"
#include "engine/evaluate.hpp"
#include "engine/generate.hpp"
#include "engine/llama_next_token.hpp"
#include "memory/mixing.hpp"
#include "service/words.hpp"

namespace litura::service {

/// A model to ask, bound by the permit of the project it belongs to. For one caller at a time, and
/// for as long as they like: the permit is asked before every token.
class ServedModel {
public:
    /// The project's. Code::forbidden under an order against serving; Code::check_failed if its
    /// files were changed. The session outlives it.
    static Result<std::unique_ptr<ServedModel>> of_project(Session& session, int threads);
    /// A folder. Outside of any project nobody's order reaches it. Inside of one it is read through
    /// that project's permit, and only if it is the model in use there: Code::forbidden else.
    static Result<std::unique_ptr<ServedModel>> of_folder(Env& env, const Path& folder,
                                                          std::optional<Instant> now, int threads);

    const engine::Model& model() const { return model_; }
    const Digest& digest() const { return digest_; }
    bool suppressed() const { return suppressed_; }
    const Permit& permit() const { return *permit_; }
    /// Of weights and, where there is one, memory.
    engine::NextToken& next() { return mixed_ ? static_cast<engine::NextToken&>(*mixed_) : next_; }
    engine::NextToken& weights_alone() { return next_; }
    /// Null: the model has none.
    const memory::Memory* memory() const { return mixed_ ? &mixed_->memory() : nullptr; }

private:
    ServedModel(engine::Model model, std::unique_ptr<Permit> permit, bool suppressed, int threads);

    std::unique_ptr<Session> session_;  ///< of the project that the folder lies in
    engine::Model model_;
    Digest digest_;
    std::unique_ptr<Permit> permit_;
    bool suppressed_;
    ThreadPool pool_;
    engine::LlamaNextToken next_;
    std::optional<memory::MemoryNextToken> mixed_;  ///< before next_
};

struct Completion {
    Digest model;
    bool suppressed = false;
    engine::Generated generated;
};
/// Code::bad_input for a prompt that is not UTF-8.
Result<Completion> complete(ServedModel& model, std::string_view prompt,
                            const engine::GenerateOptions& options);
Json to_json(const Completion& completion);

/// Why a token was said: the context that gave it most of its probability, and who stands behind
/// it.
struct Reason {
    std::string token;  ///< its text; empty where it is half a character
    memory::Carrier carrier;
    std::uint64_t persons = 0,
                  records = 0;        ///< who wrote context and token, if a context carries it
    std::vector<std::string> people;  ///< handles, at most kReasonPeople
};
inline constexpr std::size_t kReasonPeople = 10;
/// Of every token of a completion by the project's model. For the house: outsiders get numbers.
Result<std::vector<Reason>> reasons(Session& session, ServedModel& model,
                                    const engine::Generated& generated);
Json to_json(const std::vector<Reason>& reasons);

struct Judged {
    Digest model;
    engine::Evaluation evaluation;
};
/// One text, or lines of JSON with a `text` each.
Result<Judged> judge_texts(ServedModel& model, std::string_view texts);
/// A folder of Debian changelogs, a JSONL file (or .gz), or what judge_texts() takes.
Result<Judged> judge_file(Env& env, ServedModel& model, const Path& path);
Json to_json(const Judged& judged);

}  // namespace litura::service
