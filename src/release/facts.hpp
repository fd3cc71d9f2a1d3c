// All that the documents say (documents.hpp), computed once: from the ledger, the manifest of the
// visible model, the recipe, and what the operator declared. Pages hold no figure of their own, so
// two of them cannot disagree. No name, text or identifier of a person is in here, and of a group
// of fewer than kFewest people nothing but that.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "derive/project.hpp"
#include "release/organisation.hpp"

namespace litura::release {

inline constexpr std::uint64_t kFewest = 10;

/// People and their records, as far as they may be told. `at_least`: without those whom the
/// difference to other figures would tell; `few`: fewer than kFewest people, 0 in both.
struct Tally {
    enum class Detail { exact, at_least, few };
    Detail detail = Detail::exact;
    std::uint64_t persons = 0, records = 0;
    bool none() const { return detail == Detail::exact && persons == 0; }
};
std::string_view to_text(Tally::Detail detail);
/// Down to its first two digits.
std::uint64_t two_digits(std::uint64_t number);
/// For who may compare two editions of a page: people down to tens, records to two digits.
Tally rounded(Tally tally);

struct Serving {
    Digest notice;
    Instant at;
};

struct SourceFacts {
    std::string name;
    std::string kind, description;     ///< by organisation.toml; empty: not stated
    std::string audience = "unknown";  ///< stated by `source declare`
    bool adults_only = false;          ///< likewise
    std::set<std::string> formats;     ///< read by which importers
    std::optional<Instant> imported;   ///< last
    std::vector<Serving> served;
    Tally held;
    Tally consent, interest;          ///< in the model, by ground
    std::set<std::string> audiences;  ///< of what is in the model
    std::set<std::string> licences;   ///< likewise, of at least kFewest people each
    bool other_licences = false;      ///< likewise, of fewer
};

struct DocumentFacts {
    std::string kind;  ///< assessment, order, base
    Digest digest;
    std::string purpose;
    Instant at;
};

/// The visible model, by its manifest.
struct ModelFacts {
    Digest model, manifest, base, settings;
    std::string purpose;
    Instant as_of;
    ledger::Sequence sequence = 0;
    Tally used;
    std::uint64_t tokens = 0;         ///< down to two digits; of few people to a thousand million
    std::optional<Instant> acquired;  ///< last import before it
    std::string update, chosen_on;    ///< of the recipe
    bool suppressed = false;          ///< some are left out until it is derived again
    bool stale = false;               ///< the ledger forbids it by now
    std::string release;              ///< as which it left the house; empty: it did not
    std::optional<Instant> lease_until;
    bool recalled = false;
    bool remembers = false;  ///< a memory stands beside its weights
};

struct Facts {
    std::map<std::string, std::string> stated;  ///< by organisation.toml, all of kFields
    std::string purpose;
    std::int64_t grace_days = 0, quarantine_days = 0;
    bool consent = false, interest = false;  ///< grounds: of the recipe; interest also assessed
    bool test_clock = false;
    ledger::Sequence sequence = 0;  ///< of the last event, and when it was
    Instant as_of;
    std::vector<SourceFacts> sources;  ///< held or declared, by name
    Tally held;
    std::vector<DocumentFacts> documents;
    std::uint64_t releases = 0, exports = 0, recipients = 0;
    std::string channel;  ///< its address
    std::optional<ModelFacts> model;
};

/// Of the visible model as it serves, or of its weights alone, as they leave the house.
enum class FactsOf { model, weights };
/// As they stand now. Opens the used records for their licences. Adds no event.
Result<Facts> collect_facts(derive::Project& project, FactsOf of = FactsOf::model);

/// For scripts: every fact, once.
Json to_json(const Facts& facts);

}  // namespace litura::release
