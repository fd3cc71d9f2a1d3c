#include "memory/passages.hpp"

#include <algorithm>

#include "memory/format.hpp"

namespace litura::memory {
namespace {

constexpr std::string_view kPassagesMagic = "litura.passages.1";
constexpr std::size_t kName = 32;  ///< bytes of a digest

/// Adds a passage of one record; false if it is none.
bool read_passage(Varints& in, Passages& into, std::vector<std::uint32_t>& tokens) {
    const std::uint64_t size = in.next();
    if (size < 2 || size > in.rest().size()) return false;  // a token takes a byte at least
    tokens.clear();
    for (std::uint64_t at = 0; at < size; ++at) {
        const std::uint64_t token = in.next();
        if (token >= kVocabularyMax) return false;
        tokens.push_back(static_cast<std::uint32_t>(token));
    }
    if (!in.ok()) return false;
    into.add(tokens);
    return true;
}

bool read_record(Varints& in, Passages& into, std::vector<std::uint32_t>& tokens) {
    Digest name;
    const ByteView bytes = in.take(kName);
    if (!in.ok()) return false;
    std::ranges::copy(bytes, name.bytes.begin());
    into.begin_record(name);
    for (std::uint64_t left = in.next(); left > 0; --left)
        if (!read_passage(in, into, tokens)) return false;
    return in.ok();
}

}  // namespace

Result<Passages> Passages::parse(ByteView bytes) {
    const Error broken{Code::broken, "the bytes are no passages", "", ""};
    constexpr std::size_t kHead = sizeof(std::uint64_t) + kPassagesMagic.size() + kName;
    if (bytes.size() < kHead) return broken;
    ByteReader in(bytes.first(kHead));
    Passages passages;
    const bool known = in.text() == kPassagesMagic;
    passages.origin = read_digest(in);
    if (!known || !in.at_end()) return broken;
    Varints rest(bytes.subspan(kHead));
    std::vector<std::uint32_t> tokens;
    for (std::uint64_t persons = rest.next(); persons > 0; --persons) {
        passages.begin_person();
        for (std::uint64_t records = rest.next(); records > 0; --records)
            if (!read_record(rest, passages, tokens)) return broken;
        if (!rest.ok() || passages.records_of(passages.persons() - 1).empty()) return broken;
    }
    if (!rest.at_end()) return broken;
    return passages;
}

Bytes Passages::bytes() const {
    ByteWriter head;
    head.text(kPassagesMagic);
    head.raw(origin.view());
    Bytes out = head.take();
    out.reserve(out.size() + 2 * stream_.size() + records_.size() * (kName + 1));
    write_varint(out, persons());
    for (std::size_t person = 0; person < persons(); ++person) {
        write_varint(out, records_of(person).size());
        for (const Record& record : records_of(person)) {
            out.insert(out.end(), record.name.bytes.begin(), record.name.bytes.end());
            const Stream all = stream().subspan(record.begin, record.end - record.begin);
            write_varint(out, static_cast<std::uint64_t>(std::ranges::count(all, 0u)));
            for (auto at = all.begin(); at != all.end(); ++at) {
                const auto end = std::find(at, all.end(), 0u);
                write_varint(out, static_cast<std::uint64_t>(end - at));
                for (; at != end; ++at) write_varint(out, *at - 1);
            }
        }
    }
    return out;
}

void Passages::begin_person() { persons_.push_back(records_.size()); }

void Passages::begin_record(const Digest& name) {
    CHECK(!persons_.empty());
    records_.push_back({name, stream_.size(), stream_.size()});
}

void Passages::add(std::span<const std::uint32_t> tokens) {
    CHECK(!records_.empty());
    if (tokens.size() < 2) return;  // nothing follows anything
    for (const std::uint32_t token : tokens) stream_.push_back(token + 1);
    stream_.push_back(0);
    tokens_ += tokens.size();
    records_.back().end = stream_.size();
}

void Passages::add(const Passages& others, const Record& record) {
    begin_record(record.name);
    const Stream all = others.stream().subspan(record.begin, record.end - record.begin);
    stream_.insert(stream_.end(), all.begin(), all.end());
    tokens_ += all.size() - static_cast<std::size_t>(std::ranges::count(all, 0u));
    records_.back().end = stream_.size();
}

std::span<const Passages::Record> Passages::records_of(std::size_t person) const {
    const std::size_t begin = persons_[person];
    const std::size_t end = person + 1 < persons_.size() ? persons_[person + 1] : records_.size();
    return std::span(records_).subspan(begin, end - begin);
}

std::vector<std::vector<Passages::Record>> Passages::holders(
    std::span<const std::uint32_t> tokens) const {
    std::vector<std::uint32_t> wanted(tokens.begin(), tokens.end());
    for (std::uint32_t& token : wanted) ++token;
    std::vector<std::vector<Record>> found;
    for (std::size_t person = 0; person < persons(); ++person) {
        std::vector<Record> own;
        for (const Record& record : records_of(person)) {
            const Stream all = stream().subspan(record.begin, record.end - record.begin);
            if (!std::ranges::search(all, wanted).empty()) own.push_back(record);
        }
        if (!own.empty()) found.push_back(std::move(own));
    }
    return found;
}

Passages::Stream Passages::stream_of(std::size_t person) const {
    const auto records = records_of(person);
    if (records.empty()) return {};
    return stream().subspan(records.front().begin, records.back().end - records.front().begin);
}

}  // namespace litura::memory
