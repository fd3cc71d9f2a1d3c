// What a memory costs and is worth: counted from the posts of a JSONL file's authors, all but one
// in ten, asked with and without it about the posts of the others, and counted again without one
// person after the other. With TOKENS, persons made of posts drawn from all join in until there are
// so many. Nothing of the texts is printed.
//   build/release/bench/memory BASE RECORDS.jsonl[.gz] [MIN_PEOPLE [BACKOFF [AUTHORS [TOKENS]]]]
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>
#include <optional>
#include <random>

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
constexpr std::size_t kLeaving = 40;       ///< persons that are taken out

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
    std::uint32_t person = 0, record = 0;
    for (const auto& [author, own] : by_author) {  // in the order of a hash: dealt by it
        if (++person > authors) break;
        const bool held_out = person % kHeldOut == 0;
        if (!held_out) texts.counted.begin_person();
        for (const std::string& text : own) {
            if (held_out && texts.asked.size() < kAskedTexts) texts.asked.push_back(text);
            if (held_out) continue;
            std::vector<std::uint32_t> tokens = {tokenizer.separator()};
            for (const std::uint32_t token : tokenizer.encode(text)) tokens.push_back(token);
            tokens.push_back(tokenizer.separator());
            texts.counted.begin_record(sha256(std::to_string(record++)));
            texts.counted.add(tokens);
        }
    }
    return texts;
}

/// Adds persons, each of as many records as one of the first has, drawn from all records.
void grow(memory::Passages& passages, std::uint64_t tokens) {
    const memory::Passages first = passages;
    std::vector<memory::Passages::Record> records;
    for (std::size_t person = 0; person < first.persons(); ++person)
        for (const auto& record : first.records_of(person)) records.push_back(record);
    std::mt19937_64 draw(1);
    for (std::uint64_t number = 0; passages.tokens() < tokens;) {
        passages.begin_person();
        const std::size_t size = first.records_of(draw() % first.persons()).size();
        for (std::size_t at = 0; at < size; ++at) {
            memory::Passages::Record record = records[draw() % records.size()];
            record.name = sha256("drawn " + std::to_string(number++));
            passages.add(first, record);
        }
    }
}

memory::Passages without(const memory::Passages& all, std::size_t who) {
    memory::Passages others;
    for (std::size_t person = 0; person < all.persons(); ++person) {
        if (person == who) continue;
        others.begin_person();
        for (const auto& record : all.records_of(person)) others.add(all, record);
    }
    return others;
}

/// From the request to the next token without the person: they are left out of the passages, the
/// memory is counted again, and asked.
void measure_leaving(const memory::Passages& all, const memory::Memory& memory) {
    ThreadPool pool(2);
    std::mt19937_64 draw(2);
    std::vector<double> took;
    for (std::size_t round = 0; round < kLeaving; ++round) {
        const std::size_t who = draw() % all.persons();
        std::optional<memory::Memory> left;
        took.push_back(1e3 * seconds([&] {
                           left = memory::recount(memory, all, without(all, who), pool);
                           memory::Mixture(*left, all.stream().first(0));
                       }));
        if (round > 0) continue;
        const auto counted =
            memory::count(without(all, who), memory.rule(), memory.vocabulary(), pool);
        fmt::print("without one person: {} as counted from nothing\n",
                   left->digest() == counted.digest() ? "the same bytes" : "OTHER BYTES");
    }
    std::ranges::sort(took);
    fmt::print("a person of {} leaves: median {:.1f} ms, 95th {:.1f}, worst {:.1f}\n",
               all.persons(), took[took.size() / 2], took[took.size() * 95 / 100], took.back());
    Bytes bytes;
    const double write = seconds([&] { bytes = all.bytes(); });
    const double read = seconds([&] { CHECK(memory::Passages::parse(bytes).ok()); });
    fmt::print(
        "the passages kept beside it: {:.1f} bytes a token, written in {:.1f} ms, read in "
        "{:.1f} ms\n",
        static_cast<double>(bytes.size()) / static_cast<double>(all.tokens()), write * 1e3,
        read * 1e3);
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
    Texts texts = TRY(read(values[2], model.tokenizer, authors));
    grow(texts.counted, number(count, values, 6, 0));
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
    measure_leaving(texts.counted, *counted);
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
        fmt::print(
            stderr,
            "usage: memory BASE RECORDS.jsonl[.gz] [MIN_PEOPLE [BACKOFF [AUTHORS [TOKENS]]]]\n");
        return 2;
    }
    const auto measured = measure(count, values);
    if (measured.ok()) return 0;
    fmt::print(stderr, "{}\n", measured.error().message);
    return 1;
}
