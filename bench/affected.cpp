// What a predicate touches, asked of one manifest of many records: reading and opening its columns
// and counting. `affected [RECORDS] [ACCOUNTS]`, default 10,000,000 and 1,000,000. Prints the time
// of each question, all of it: from the sealed file to the counts.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "derive/reach.hpp"
#include "keys/sealing.hpp"

namespace {

using namespace litura;
using derive::Reach;

template <typename T>
T must(Result<T> result) {
    if (!result.ok()) std::fprintf(stderr, "%s\n", result.error().message.c_str());
    CHECK(result.ok());
    return std::move(result).value();
}

Digest tag_of(std::uint64_t number) { return sha256("account" + std::to_string(number)); }

Reach made_up(std::uint64_t records, std::uint64_t accounts) {
    constexpr std::int64_t kDay = 86'400'000;
    Reach reach;
    reach.manifest = sha256("manifest");
    reach.purpose = "model_training";
    reach.sources = {"forum", "blog", "chat"};
    const char* const countries[] = {"", "AT", "DE", "FR", "IE"};
    for (std::uint64_t at = 0; at < accounts; ++at) {
        Reach::Author author;
        author.account = tag_of(at);
        author.person = static_cast<std::uint32_t>(at);
        author.source = static_cast<std::uint32_t>(at % reach.sources.size());
        author.records =
            static_cast<std::uint32_t>((at + 1) * records / accounts - at * records / accounts);
        author.country = countries[at % 5];
        if (at % 7 != 0) author.age_from = 18;
        reach.persons.push_back(author.account);
        reach.authors.push_back(std::move(author));
    }
    for (std::uint64_t at = 0; at < records; ++at) {
        reach.created_ms.push_back(1'600'000'000'000 +
                                   static_cast<std::int64_t>(at * 7919 % 1'000) * kDay);
        reach.tokens.push_back(static_cast<std::uint32_t>(20 + at % 50));
        reach.audiences.push_back(at % 11 == 0 ? ledger::Audience::unknown
                                               : ledger::Audience::everyone);
    }
    return reach;
}

}  // namespace

int main(int argc, char** argv) {
    const std::uint64_t records = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10'000'000;
    const std::uint64_t accounts = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1'000'000;
    const auto env = system_env();
    const Path folder = std::filesystem::temp_directory_path() / "litura-affected";
    const SecretKey key = keys::random_key();
    CHECK(derive::write_reach(*env, folder, folder, key, made_up(records, accounts)).ok());
    const char* const questions[] = {
        "source is \"forum\"",
        "country is \"DE\" and created before 2022-01-01",
        "age below 18 or not audience is \"public\"",
        "source in (\"forum\", \"blog\") and created from 2021-01-01 and created before 2022-01-01 "
        "and "
        "not country in (\"AT\", \"FR\")",
    };
    for (const char* question : questions) {
        const auto start = std::chrono::steady_clock::now();
        const auto where = must(ledger::Predicate::parse(question));
        const Reach reach = must(derive::read_reach(*env, folder, key, sha256("manifest")));
        const auto opened = std::chrono::steady_clock::now();
        const derive::Affected found = derive::affected(reach, where);
        const auto end = std::chrono::steady_clock::now();
        const auto seconds = [](auto from, auto to) {
            return std::chrono::duration<double>(to - from).count();
        };
        std::printf(
            "%.3f s (opening %.3f, counting %.3f): %llu people, %llu records, %llu possible: %s\n",
            seconds(start, end), seconds(start, opened), seconds(opened, end),
            static_cast<unsigned long long>(found.certain.persons),
            static_cast<unsigned long long>(found.certain.records),
            static_cast<unsigned long long>(found.possible.records), question);
    }
    std::filesystem::remove_all(folder);
    return 0;
}
