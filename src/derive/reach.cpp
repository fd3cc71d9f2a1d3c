#include "derive/reach.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>

#include "base/replace_file.hpp"
#include "keys/sealing.hpp"
#include "ledger/decide.hpp"
#include "ledger/snapshots.hpp"

namespace litura::derive {
namespace {

using ledger::Audience;
using ledger::Predicate;
using ledger::Truth;

constexpr std::string_view kReachMagic = "litura.reach.1";
constexpr std::size_t kPiece = 1u << 20, kSealBytes = 40;  // keys/sealing.hpp: seal_pieces
constexpr std::size_t kAudiences = 4;
constexpr std::int64_t kNobodyKnows = -1;

template <typename T>
void write_column(ByteWriter& out, const std::vector<T>& column) {
    out.blob(bytes_of_values(std::span<const T>(column)));
}

template <typename T>
std::vector<T> read_column(ByteReader& in) {
    const ByteView bytes = in.blob();
    std::vector<T> column(bytes.size() / sizeof(T));
    if (!column.empty()) std::memcpy(column.data(), bytes.data(), column.size() * sizeof(T));
    return column;
}

void write_age(ByteWriter& out, std::optional<std::int64_t> years) {
    out.i64(years.value_or(kNobodyKnows));
}
std::optional<std::int64_t> read_age(ByteReader& in) {
    const std::int64_t years = in.i64();
    return years == kNobodyKnows ? std::nullopt : std::optional(years);
}

/// Answers for an author's records: one for each audience, between each two dates.
class Answers {
public:
    Answers(const std::optional<Predicate>& where, const std::string& purpose)
        : where_(where), purpose_(purpose) {
        if (where_) dates_ = where_->dates();
        if (where_) names_persons_ = !where_->handles().empty();
    }

    /// Valid until the next call.
    const std::vector<Truth>& of(const Reach& reach, const Reach::Author& author) {
        const Digest& person = reach.persons[author.person];
        const Digest nobody;
        const bool named = names_persons_ && is_named(person);
        if (named) return own_ = table(reach, author, person);
        auto& kept = tables_[{author.source, author.country, author.age_from, author.age_below}];
        if (kept.empty()) kept = table(reach, author, nobody);
        return kept;
    }

    std::size_t index(std::int64_t created_ms, Audience audience) const {
        std::size_t interval = 0;
        for (const Instant date : dates_) interval += created_ms >= date.ms ? 1 : 0;
        return interval * kAudiences + static_cast<std::size_t>(audience);
    }

private:
    /// Does it matter for the answer who it is?
    bool is_named(const Digest& person) const { return where_->names(person); }

    std::vector<Truth> table(const Reach& reach, const Reach::Author& author,
                             const Digest& person) const {
        std::vector<Truth> answers((dates_.size() + 1) * kAudiences, Truth::yes);
        if (!where_) return answers;
        for (std::size_t at = 0; at < answers.size(); ++at) {
            const std::size_t interval = at / kAudiences;
            ledger::Described record;
            record.source = reach.sources[author.source];
            record.purpose = purpose_;
            record.audience = static_cast<Audience>(at % kAudiences);
            record.created_at = interval > 0     ? dates_[interval - 1]
                                : dates_.empty() ? Instant{0}
                                                 : Instant{dates_[0].ms - 1};
            record.person = &person;
            record.country = author.country;
            record.age_from = author.age_from;
            record.age_below = author.age_below;
            answers[at] = where_->about(record);
        }
        return answers;
    }

    using Facts = std::tuple<std::uint32_t, std::string, std::optional<std::int64_t>,
                             std::optional<std::int64_t>>;
    const std::optional<Predicate>& where_;
    const std::string& purpose_;
    std::vector<Instant> dates_;
    bool names_persons_ = false;
    std::map<Facts, std::vector<Truth>> tables_;
    std::vector<Truth> own_;
};

template <typename Name>
std::uint32_t numbered(std::map<Name, std::uint32_t>& names, const Name& name) {
    return names.try_emplace(name, static_cast<std::uint32_t>(names.size())).first->second;
}

/// The order of the columns.
std::vector<const Sample*> by_account(const View& view) {
    std::vector<const Sample*> samples;
    for (const Sample& sample : view.samples) samples.push_back(&sample);
    std::ranges::stable_sort(samples, {}, [](const Sample* sample) { return sample->account; });
    return samples;
}

std::vector<Digest> records_of(const std::vector<const Sample*>& samples) {
    std::vector<Digest> records;
    for (const Sample* sample : samples) records.push_back(sample->record);
    return records;
}

Error damaged(const Digest& root) {
    return {Code::broken, "the columns of a manifest are damaged", root.hex().substr(0, 12),
            "remove .litura/reach: they are made again"};
}

}  // namespace

Bytes Reach::encode() const {
    ByteWriter out;
    out.text(kReachMagic);
    out.raw(manifest.view());
    out.raw(model.view());
    out.text(purpose);
    out.i64(as_of.ms);
    out.u64(sequence);
    out.u64(sources.size());
    for (const std::string& source : sources) out.text(source);
    write_column(out, persons);
    out.u64(authors.size());
    for (const Author& author : authors) {
        out.raw(author.account.view());
        out.u32(author.person);
        out.u32(author.source);
        out.u32(author.records);
        out.text(author.country);
        write_age(out, author.age_from);
        write_age(out, author.age_below);
    }
    write_column(out, created_ms);
    write_column(out, tokens);
    out.u64(audiences.size());
    for (const Audience audience : audiences) out.u8(static_cast<std::uint8_t>(audience));
    return out.take();
}

Result<Reach> decode_reach(ByteView bytes) {
    ByteReader in(bytes);
    Reach reach;
    const bool known = in.text() == kReachMagic;
    reach.manifest = read_digest(in);
    reach.model = read_digest(in);
    reach.purpose = in.text();
    reach.as_of.ms = in.i64();
    reach.sequence = in.u64();
    for (std::uint64_t left = in.u64(); left > 0 && in.ok(); --left)
        reach.sources.push_back(in.text());
    reach.persons = read_column<Digest>(in);
    std::uint64_t records = 0;
    bool sound = known;
    for (std::uint64_t left = in.u64(); left > 0 && in.ok(); --left) {
        Reach::Author author;
        author.account = read_digest(in);
        author.person = in.u32();
        author.source = in.u32();
        author.records = in.u32();
        author.country = in.text();
        author.age_from = read_age(in);
        author.age_below = read_age(in);
        records += author.records;
        sound =
            sound && author.person < reach.persons.size() && author.source < reach.sources.size();
        reach.authors.push_back(std::move(author));
    }
    reach.created_ms = read_column<std::int64_t>(in);
    reach.tokens = read_column<std::uint32_t>(in);
    const ByteView audiences = in.blob();
    for (const std::uint8_t audience : audiences) sound = sound && audience < kAudiences;
    reach.audiences.resize(audiences.size());
    std::ranges::transform(audiences, reach.audiences.begin(),
                           [](std::uint8_t each) { return static_cast<Audience>(each); });
    const bool fits = reach.created_ms.size() == records && reach.tokens.size() == records &&
                      reach.audiences.size() == records;
    if (sound && fits && in.at_end()) return reach;
    return damaged(reach.manifest);
}

Affected affected(const Reach& reach, const std::optional<Predicate>& where,
                  const std::set<Digest>* only) {
    Affected found;
    Answers answers(where, reach.purpose);
    std::array<std::vector<bool>, 3> seen;
    for (auto& each : seen) each.resize(reach.persons.size());
    std::size_t at = 0;
    for (const Reach::Author& author : reach.authors) {
        const std::size_t end = at + author.records;
        if (only != nullptr && !only->contains(reach.persons[author.person])) {
            at = end;
            continue;
        }
        const std::vector<Truth>& truths = answers.of(reach, author);
        std::array<Touched, 3> sums;
        for (; at < end; ++at) {
            const Truth truth = truths[answers.index(reach.created_ms[at], reach.audiences[at])];
            Touched& sum = sums[static_cast<std::size_t>(truth)];
            ++sum.records;
            sum.tokens += reach.tokens[at];
        }
        for (const auto& [truth, into] :
             {std::pair(Truth::yes, &found.certain), std::pair(Truth::unknown, &found.possible)}) {
            const Touched& sum = sums[static_cast<std::size_t>(truth)];
            into->records += sum.records;
            into->tokens += sum.tokens;
            auto&& person = seen[static_cast<std::size_t>(truth)][author.person];
            if (sum.records == 0 || person) continue;
            person = true;
            ++into->persons;
        }
    }
    return found;
}

Result<Reach> build_reach(Project& project, const Manifest& manifest, const Digest& root) {
    const ReadView one_state = TRY(project.db.read());
    const auto kept = TRY(project.ledger().snapshots().latest());
    const ledger::Snapshot& snapshot = *kept;
    const auto samples = by_account(manifest.used);
    const auto rows = TRY(project.corpus().rows(records_of(samples)));

    Reach reach;
    reach.manifest = root;
    reach.model = manifest.model;
    reach.purpose = manifest.purpose;
    reach.as_of = manifest.used.as_of;
    reach.sequence = manifest.used.sequence;
    std::map<Digest, std::uint32_t> persons;
    std::map<std::string, std::uint32_t> sources;
    for (std::size_t index = 0; index < samples.size(); ++index) {
        const Sample& sample = *samples[index];
        const auto& row = rows[index];
        const std::string source = row ? row->source : "";
        Audience audience = row ? row->audience : Audience::unknown;
        const auto statement = snapshot.sources.find(source);
        if (audience == Audience::unknown && statement != snapshot.sources.end())
            audience = statement->second.audience;
        if (reach.authors.empty() || reach.authors.back().account != sample.account) {
            Reach::Author author;
            author.account = sample.account;
            author.person = numbered(persons, sample.person);
            author.source = numbered(sources, source);
            if (const auto known = snapshot.accounts.find(sample.account);
                known != snapshot.accounts.end()) {
                const bool stated = statement != snapshot.sources.end();
                const ledger::KnownAge age = ledger::known_age(
                    known->second, stated ? &statement->second : nullptr, reach.as_of);
                author.country = known->second.country;
                author.age_from = age.from;
                author.age_below = age.below;
            }
            if (author.person == reach.persons.size()) reach.persons.push_back(sample.person);
            if (author.source == reach.sources.size()) reach.sources.push_back(source);
            reach.authors.push_back(std::move(author));
        }
        ++reach.authors.back().records;
        CHECK(sample.tokens <= UINT32_MAX);
        reach.created_ms.push_back(sample.created_at.ms);
        reach.tokens.push_back(static_cast<std::uint32_t>(sample.tokens));
        reach.audiences.push_back(audience);
    }
    return reach;
}

Result<void> write_reach(Env& env, const Path& aside, const Path& folder, const SecretKey& project,
                         const Reach& reach) {
    Bytes sealed;
    keys::seal_pieces(project, reach.encode(), reach.manifest.view(), sealed);
    for (const Path& each : {folder, aside}) TRY(env.make_folders(each));
    return replace_file(env, folder / reach.manifest.hex(), sealed, aside);
}

Result<Reach> read_reach(Env& env, const Path& folder, const SecretKey& project,
                         const Digest& root) {
    const Bytes sealed = TRY(env.read_file(folder / root.hex()));
    const std::size_t pieces = (sealed.size() + kPiece + kSealBytes - 1) / (kPiece + kSealBytes);
    if (sealed.size() < pieces * kSealBytes) return damaged(root);
    Bytes plain(sealed.size() - pieces * kSealBytes);
    TRY(keys::unseal_pieces(project, sealed, root.view(), plain));
    Reach reach = TRY(decode_reach(plain));
    if (reach.manifest != root) return damaged(root);
    return reach;
}

Result<void> save_reach(Project& project, const Reach& reach) {
    return write_reach(project.env, project.paths.aside(), project.paths.reach(),
                       project.secrets.project, reach);
}

Result<Reach> load_reach(Project& project, const Digest& root) {
    if (project.env.exists(project.paths.reach() / root.hex()))
        return read_reach(project.env, project.paths.reach(), project.secrets.project, root);
    const Manifest manifest = TRY(project.manifests().load(root));
    Reach reach = TRY(build_reach(project, manifest, root));
    TRY(save_reach(project, reach));
    return reach;
}

bool agrees(const Reach& reach, const Manifest& manifest) {
    const auto samples = by_account(manifest.used);
    if (samples.size() != reach.created_ms.size() || reach.model != manifest.model) return false;
    std::size_t at = 0;
    for (const Reach::Author& author : reach.authors) {
        for (std::uint32_t left = author.records; left > 0; --left, ++at) {
            const Sample& sample = *samples[at];
            if (sample.account != author.account || sample.created_at.ms != reach.created_ms[at] ||
                sample.person != reach.persons[author.person] || sample.tokens != reach.tokens[at])
                return false;
        }
    }
    return at == samples.size();
}

}  // namespace litura::derive
