// What a predicate touches: the records of each sealed manifest in columns, with what a predicate
// may ask of them as it was known when the manifest was sealed. Ten million records are answered
// for in less than a second, which opening a manifest would not allow. The file is sealed and lies
// beside the manifests; a missing one is made again from the manifest and what the corpus still
// holds.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "derive/manifest.hpp"
#include "derive/project.hpp"

namespace litura::derive {

/// The records of one manifest that its model was trained on.
struct Reach {
    struct Author {
        Digest account;
        std::uint32_t person = 0;   ///< index into `persons`
        std::uint32_t source = 0;   ///< index into `sources`
        std::uint32_t records = 0;  ///< that many of the columns, behind those of the one before
        std::string country;        ///< empty: nobody knew
        std::optional<std::int64_t> age_from, age_below;
        bool operator==(const Author&) const = default;
    };
    Digest manifest, model;
    std::string purpose;
    Instant as_of;
    ledger::Sequence sequence = 0;
    std::vector<std::string> sources;  ///< empty: not known any more
    std::vector<Digest> persons;
    std::vector<Author> authors;
    // Columns.
    std::vector<std::int64_t> created_ms;
    std::vector<std::uint32_t> tokens;
    std::vector<ledger::Audience> audiences;

    Bytes encode() const;
};
Result<Reach> decode_reach(ByteView bytes);

struct Touched {
    std::uint64_t persons = 0, records = 0, tokens = 0;
};
/// `certain`: the predicate says yes. `possible`: it does not say no, because a fact is unknown.
struct Affected {
    Touched certain, possible;
};
/// Of `only`, if given, else of everybody. Without a predicate: all their records.
Affected affected(const Reach& reach, const std::optional<ledger::Predicate>& where,
                  const std::set<Digest>* only = nullptr);

/// `folder`/ROOT, sealed; written in `aside` first, a folder on the same disk.
Result<void> write_reach(Env& env, const Path& aside, const Path& folder, const SecretKey& project,
                         const Reach& reach);
Result<Reach> read_reach(Env& env, const Path& folder, const SecretKey& project,
                         const Digest& root);

/// `root` is the manifest's.
Result<Reach> build_reach(Project& project, const Manifest& manifest, const Digest& root);
Result<void> save_reach(Project& project, const Reach& reach);
/// Made now if it is not there.
Result<Reach> load_reach(Project& project, const Digest& root);
/// Does it say what the manifest says of accounts, dates and tokens?
bool agrees(const Reach& reach, const Manifest& manifest);

}  // namespace litura::derive
