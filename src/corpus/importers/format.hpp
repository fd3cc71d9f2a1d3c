// The seam of all importers: a format turns the files that a platform hands out into neutral
// records, refusals, deletions and objections. It knows neither grounds nor storage. `formats()` is
// the one list of them: help, detection and tests follow it.
#pragma once

#include <memory>
#include <span>

#include "corpus/importers/bundle.hpp"
#include "corpus/importers/receiver.hpp"

namespace litura::corpus {

/// Where a reader puts what it finds: counts, and passes on.
class Intake {
public:
    Intake(const Receiver& receiver, ImportCounts& counts) : receiver_(receiver), counts_(counts) {}

    /// A record whose id, author or text is missing is counted as "missing_field" or "no_author".
    Result<void> record(IncomingRecord record);
    /// Something that is a record of the platform and cannot be one here; the corpus' README has
    /// the reasons.
    void reject(std::string_view reason);
    /// The record was deleted at its source: counted as "deleted", and an earlier import of it is
    /// to be barred.
    Result<void> deleted(const PersonalText& id);
    /// The files hold a preference of the account against training, of that moment.
    Result<void> objected(const PersonalText& author, Instant at);

private:
    static Result<void> canonical(IncomingRecord& record);
    const Receiver& receiver_;
    ImportCounts& counts_;
};

/// Reads one bundle for one import: first every member is offered to learn(), then to read().
class Reader {
public:
    virtual ~Reader() = default;
    /// What must be known before the first record: whose account it is, what it forbids. Reads
    /// nothing of members that do not tell.
    virtual Result<void> learn(const Member& member);
    /// False: not a file that this format reads.
    virtual Result<bool> read(const Member& member, Intake& intake) = 0;
};

/// The name and the first 4 KiB of a file, to be recognised.
struct Glance {
    const Member& member;
    std::string_view head;
};
enum class Likeness { none, weak, strong };

struct Format {
    std::string_view name;
    std::string_view reads;  ///< for people: what it is
    Likeness (*likeness)(const Glance& glance);
    std::unique_ptr<Reader> (*reader)(const ImportOptions& options);
    int zstd_window_log = 27;  ///< see UnpackLimits
};

std::span<const Format> formats();

/// An id for a record whose platform gives none: the same fields make the same id.
PersonalText made_id(std::string_view kind, std::string_view author, Instant at,
                     std::string_view text);

}  // namespace litura::corpus
