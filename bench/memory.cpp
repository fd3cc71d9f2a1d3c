// What a memory costs and is worth: counted from the posts of a JSONL file's authors, all but one
// in ten, and asked with and without it about the posts of the others. Nothing of the texts is
// printed.
//   build/release/bench/memory BASE RECORDS.jsonl[.gz] [MIN_PEOPLE [BACKOFF [AUTHORS]]]
#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <map>

#include "base/env.hpp"
#include "corpus/importers/import.hpp"
#include "corpus/marks.hpp"
#include "engine/evaluate.hpp"
#include "engine/kernels.hpp"
#include "engine/llama_next_token.hpp"
#include "engine/model.hpp"
#include "memory/count.hpp"
#include "memory/mixing.hpp"

using namespace litura;

namespace {

constexpr std::uint32_t kHeldOut = 10;     ///< one author in so many is asked about only
constexpr std::size_t kAskedTexts = 600;   ///< at most
constexpr std::size_t kTimedTokens = 200;  ///< of one reading

double seconds(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::uint32_t number(int count, char** values, int at, std::uint32_t otherwise) {
    std::uint32_t value = otherwise;
    if (at < count) {
        const std::string_view text = values[at];
        std::from_chars(text.data(), text.data() + text.size(), value);
    }
    return value;
}

struct Texts {
    memory::Passages counted;
    std::vector<std::string> asked;
};

Result<Texts> read(const Path& path, const engine::Tokenizer& tokenizer, std::uint32_t authors) {
    std::map<Digest, std::vector<std::string>> by_author;
    TRY(corpus::import_jsonl(path, [&](corpus::IncomingRecord record) -> Result<corpus::Added> {
        by_author[sha256(record.author.reveal())].push_back(
            corpus::effective_text(record.text.reveal()));
        return corpus::Added{};
    }));
    Texts texts;
    std::uint32_t person = 0;
    for (const auto& [author, own] : by_author) {  // in the order of a hash: dealt by it
        if (++person > authors) break;
        const bool held_out = person % kHeldOut == 0;
        for (const std::string& text : own) {
            if (held_out && texts.asked.size() < kAskedTexts) texts.asked.push_back(text);
            if (held_out) continue;
            std::vector<std::uint32_t> tokens = {tokenizer.separator()};
            for (const std::uint32_t token : tokenizer.encode(text)) tokens.push_back(token);
            tokens.push_back(tokenizer.separator());
            texts.counted.add(person, tokens);
        }
    }
    return texts;
}

double seconds_a_token(engine::NextToken& next, const engine::Tokenizer& tokenizer,
                       const std::vector<std::string>& asked) {
    const auto text = next.begin(kTimedTokens);
    std::vector<std::uint32_t> tokens = {tokenizer.separator()};
    for (const std::string& each : asked)
        for (const std::uint32_t token : tokenizer.encode(each)) tokens.push_back(token);
    tokens.resize(std::min(tokens.size(), kTimedTokens));
    return seconds([&] {
               for (const std::uint32_t token : tokens) {
                   text->read(token);
                   text->logits();
               }
           }) /
           static_cast<double>(tokens.size());
}

Result<double> loss(engine::NextToken& next, const engine::Tokenizer& tokenizer,
                    const std::vector<std::string>& asked) {
    engine::Evaluator evaluator(next, tokenizer);
    for (const std::string& text : asked) TRY(evaluator.add(text));
    return evaluator.result().nats;
}

Result<void> measure(int count, char** values) {
    const auto env = system_env();
    TRY(engine::choose_kernels());
    const engine::Model model = TRY(engine::load_model(*env, values[1]));
    const std::uint32_t authors = number(count, values, 5, 1'000'000);
    const Texts texts = TRY(read(values[2], model.tokenizer, authors));
    const memory::Rule rule{6, number(count, values, 3, 2), number(count, values, 4, 8)};
    fmt::print("order {}, min_people {}, backoff {}: {} tokens\n", rule.order, rule.min_people,
               rule.backoff, texts.counted.tokens());
    std::shared_ptr<const memory::Memory> counted;
    for (const int threads : {1, 2}) {
        ThreadPool pool(threads);
        const double took = seconds([&] {
            counted = std::make_shared<memory::Memory>(
                memory::count(texts.counted, rule, model.config.vocab, pool));
        });
        fmt::print("counted by {} threads: {:.2f} s, {:.1f} million tokens a second\n", threads,
                   took, static_cast<double>(texts.counted.tokens()) / took / 1e6);
    }
    fmt::print(
        "{} bytes, {:.1f} a token, {}\n", counted->bytes().size(),
        static_cast<double>(counted->bytes().size()) / static_cast<double>(texts.counted.tokens()),
        to_text(counted->digest()));
    ThreadPool pool(2);
    engine::LlamaNextToken plain(model, pool);
    memory::MemoryNextToken mixed(plain, counted);
    fmt::print("loss of {} texts of others: {:.3f} without, {:.3f} with\n", texts.asked.size(),
               TRY(loss(plain, model.tokenizer, texts.asked)),
               TRY(loss(mixed, model.tokenizer, texts.asked)));
    double without = 1e9, with = 1e9;
    for (int round = 0; round < 5; ++round) {
        without = std::min(without, seconds_a_token(plain, model.tokenizer, texts.asked));
        with = std::min(with, seconds_a_token(mixed, model.tokenizer, texts.asked));
    }
    fmt::print("a token: {:.2f} ms without, {:.2f} ms with: {:.2f} times\n", without * 1e3,
               with * 1e3, with / without);
    return done();
}

}  // namespace

int main(int count, char** values) {
    if (count < 3) {
        fmt::print(stderr,
                   "usage: memory BASE RECORDS.jsonl[.gz] [MIN_PEOPLE [BACKOFF [AUTHORS]]]\n");
        return 2;
    }
    const auto measured = measure(count, values);
    if (measured.ok()) return 0;
    fmt::print(stderr, "{}\n", measured.error().message);
    return 1;
}
