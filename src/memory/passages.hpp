// What people wrote, as the tokens that a memory is counted from: persons, their records, and in
// each record passages, words that stand one after another from mark to mark; the separator is the
// token before a record's first word and after its last. Whoever keeps them beside a memory can
// count it again without somebody, and opens no text for it.
//
//   passages = text("litura.passages.1") raw32(origin) varint(persons) person^persons
//   person   = varint(records) record^records
//   record   = raw32(name) varint(passages) passage^passages
//   passage  = varint(tokens) varint(token)^tokens                      at least two tokens
//
// Text is that of ByteWriter; a varint is LEB128, in as few bytes as there can be.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "base/digest.hpp"

namespace litura::memory {

/// Immutable once it is filled; then any number of threads may read.
class Passages {
public:
    /// A stream is made of passages: each token plus 1, and 0 after each passage.
    using Stream = std::span<const std::uint32_t>;
    struct Record {
        Digest name;             ///< of whose account it is, which record, in which wording
        std::size_t begin, end;  ///< in the stream
    };

    /// Code::broken if the bytes are no passages.
    static Result<Passages> parse(ByteView bytes);
    Bytes bytes() const;

    /// What the tokens were made with; passages of another origin are not comparable.
    Digest origin;

    /// The records added from here on are another person's.
    void begin_person();
    /// The passages added from here on stand in another record of that person.
    void begin_record(const Digest& name);
    void add(std::span<const std::uint32_t> tokens);
    /// A record as it stands in others of the same origin.
    void add(const Passages& others, const Record& record);

    std::size_t persons() const { return persons_.size(); }
    std::span<const Record> records_of(std::size_t person) const;
    /// All passages of a person's records, record after record.
    Stream stream_of(std::size_t person) const;
    Stream stream() const { return stream_; }
    /// Whose passages hold these tokens one after another: persons with those of their records.
    std::vector<std::vector<Record>> holders(std::span<const std::uint32_t> tokens) const;
    std::uint64_t tokens() const { return tokens_; }

private:
    std::vector<std::uint32_t> stream_;
    std::vector<Record> records_;
    std::vector<std::size_t> persons_;  ///< of each, the first record
    std::uint64_t tokens_ = 0;
};

}  // namespace litura::memory
