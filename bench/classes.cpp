// A class objection of many members: reading and keeping the list, the one event, the look-up of
// every account. `classes [ACCOUNTS] [MEMBERS] [FOLDER]`, default 1,000,000 and 10,000,000; a third
// of the accounts is on the list. Prints seconds; asserts the counts. With FOLDER the ledger is on
// that disk.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "keys/sealing.hpp"
#include "ledger/classes.hpp"
#include "ledger/intake.hpp"
#include "ledger/ledger.hpp"
#include "ledger/schema.hpp"

namespace {

using namespace litura;

constexpr std::string_view kSource = "forum";

template <typename T>
T must(Result<T> result) {
    if (!result.ok()) std::fprintf(stderr, "%s\n", result.error().message.c_str());
    CHECK(result.ok());
    return std::move(result).value();
}
void must(const Result<void>& result) { CHECK(result.ok()); }

class Phases {
public:
    void done(const char* what) {
        const auto now = std::chrono::steady_clock::now();
        rusage used{};
        ::getrusage(RUSAGE_SELF, &used);
        const double cpu =
            static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
            1e-6 * static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
        std::printf("%-44s %8.1f s  (%.1f s of one core), at most %ld MiB\n", what,
                    std::chrono::duration<double>(now - last_).count(), cpu - cpu_,
                    used.ru_maxrss / 1024);
        std::fflush(stdout);
        last_ = now;
        cpu_ = cpu;
    }

private:
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
    double cpu_ = 0;
};

PersonalText name_of(std::uint64_t number) {
    return PersonalText("member" + std::to_string(number));
}

/// Every third account, and names that nobody here has.
Bytes list_of(std::uint64_t accounts, std::uint64_t members, std::uint64_t& here) {
    const Digest salt = sha256("salt");
    Bytes rows(salt.bytes.begin(), salt.bytes.end());
    rows.reserve((members + 1) * salt.bytes.size());
    here = 0;
    for (std::uint64_t at = 0; at < members; ++at) {
        const bool known = 3 * at < accounts;
        here += known ? 1 : 0;
        const Digest row =
            must(ledger::member_hash(salt, kSource, name_of(known ? 3 * at : accounts + at)));
        rows.insert(rows.end(), row.bytes.begin(), row.bytes.end());
    }
    return rows;
}

}  // namespace

int main(int argc, char** argv) {
    const std::uint64_t accounts = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
    const std::uint64_t members = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 10'000'000;
    const Path folder =
        argc > 3 ? Path(argv[3]) : std::filesystem::temp_directory_path() / "litura-classes";
    std::filesystem::remove_all(folder);
    const auto env = system_env();
    must(env->make_folders(folder));
    Phases phases;

    Database db = must(Database::open(folder / "ledger.db"));
    const keys::ProjectSecrets secrets{keys::random_key(), keys::random_key(), keys::random_key()};
    const Instant start = must(parse_instant("2026-01-01T00:00:00Z"));
    must(bring_forward(db, ledger::schema(secrets)));
    must(ledger::Ledger::create(db, secrets, ledger::Ledger::Clock::test, start));
    ledger::Ledger ledger = must(ledger::Ledger::open(db, secrets, *env, start));
    for (std::uint64_t at = 0; at < accounts;) {
        auto transaction = must(db.begin());
        for (const std::uint64_t end = std::min(accounts, at + 10'000); at < end; ++at)
            must(ledger.intake().account(kSource, name_of(at)));
        must(transaction.commit());
    }
    phases.done("(making the accounts)");
    std::uint64_t here = 0;
    const Bytes file = list_of(accounts, members, here);
    phases.done("(the entity hashes its members)");

    const auto list = must(ledger::MemberList::parse(file));
    ledger::Terms terms;
    terms.list = must(list.save(*env, folder / "tmp", folder / "classes", secrets.project));
    phases.done("reading, sorting, hashing and keeping the list");
    ledger::Classes classes = ledger.classes();
    terms.entity = must(classes.add_entity({"", "Association", "AT", "no. 7", sha256("key")})).id;
    terms.purpose = "model_training";
    const std::string id = must(classes.accept(terms, &list, {})).id;
    phases.done("the event: effective");
    while (must(classes.settle(id, &list))) {
    }
    phases.done("looking up every account");
    const ledger::ClassAction action = must(classes.action(id));
    CHECK(action.on_list == members && action.looked_up == accounts && action.waiting == 0);
    CHECK(action.represented == here && action.matched == here);
    std::printf("%llu accounts, %llu hashes, %llu members\n",
                static_cast<unsigned long long>(accounts), static_cast<unsigned long long>(members),
                static_cast<unsigned long long>(here));
    std::filesystem::remove_all(folder);
    return 0;
}
