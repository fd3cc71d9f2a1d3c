// The log's files. Every one is written aside and renamed; the head comes last.
#include "proof/tile_log.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/replace_file.hpp"

namespace litura::proof {
namespace {

constexpr std::uint64_t kWidth = 256;
constexpr unsigned kLevelBits = 8;
constexpr const char* kHead = "checkpoint";
constexpr const char* kCosigned = "cosigned";

Path level_name(unsigned level) { return fmt::format("{}", level); }
const Path kEntries = "entries";

Error damaged(const std::string& what) {
    return {Code::broken, "the log is damaged", what, "restore the log from a mirror or a backup"};
}

void put_entry(Bytes& bundle, ByteView entry) {
    bundle.push_back(static_cast<std::uint8_t>(entry.size() >> 8));
    bundle.push_back(static_cast<std::uint8_t>(entry.size()));
    bundle.insert(bundle.end(), entry.begin(), entry.end());
}

/// How many of a tile's places a tree with `count` hashes on its level fills; 0: none.
std::uint64_t width_of(std::uint64_t index, std::uint64_t count) {
    return std::min(kWidth, count - std::min(count, index * kWidth));
}

}  // namespace

std::string tile_number(std::uint64_t index) {
    std::string number = fmt::format("{:03}", index % 1000);
    while ((index /= 1000) != 0) number = fmt::format("x{:03}/{}", index % 1000, number);
    return number;
}

TileLog::TileLog(Env& env, Path folder, std::string origin, const SigningKey& key)
    : env_(&env), folder_(std::move(folder)), origin_(std::move(origin)), key_(&key) {}

Result<TileLog> TileLog::open(Env& env, Path folder, std::string origin, const SigningKey& key) {
    CHECK(is_key_name(origin));
    TileLog log(env, std::move(folder), std::move(origin), key);
    TRY(env.make_folders(log.folder_));
    const FileLock turn = TRY(log.turn());
    if (!env.exists(log.folder_ / kHead)) {
        const Checkpoint empty{log.origin_, 0, sha256(ByteView()), {}};
        TRY(log.write_head(kHead, {empty.text(), {sign_note(empty.text(), log.origin_, key)}}));
    }
    return log;
}

VerifierKey TileLog::verifier() const { return {origin_, KeyType::ed25519, key_->public_key()}; }

Result<FileLock> TileLog::turn() {
    return FileLock::take(folder_ / "lock", FileLock::Mode::exclusive, FileLock::Wait::yes);
}

Result<Note> TileLog::head() { return read_head(kHead); }

Result<Note> TileLog::read_head(const char* name) {
    const Bytes bytes = TRY(env_->read_file(folder_ / name));
    Note note = TRY(parse_note(text_of(bytes)));
    const VerifierKey own = verifier();
    if (!verify_note(note, {&own, 1}).ok()) return damaged("its head is not signed by its key");
    return note;
}

Result<Checkpoint> TileLog::checkpoint() {
    const Note note = TRY(head());
    return parse_checkpoint(note.text);
}

Result<void> TileLog::write_head(const char* name, const Note& note) {
    return replace_file(*env_, folder_ / name, bytes_of(note.encode()));
}

Result<void> TileLog::write_tile(const Path& name, std::uint64_t index, std::uint64_t width,
                                 ByteView bytes) {
    const Path full = folder_ / "tile" / name / tile_number(index);
    const Path partials = Path(full) += ".p";
    const Path target = width == kWidth ? full : partials / fmt::format("{}", width);
    TRY(env_->make_folders(target.parent_path()));
    TRY(replace_file(*env_, target, bytes, folder_));
    return width == kWidth ? env_->remove(partials) : done();
}

Result<Bytes> TileLog::read_tile(const Path& name, std::uint64_t index, std::uint64_t width) {
    const Path full = folder_ / "tile" / name / tile_number(index);
    if (width < kWidth) {
        const Path partial = (Path(full) += ".p") / fmt::format("{}", width);
        if (env_->exists(partial)) return env_->read_file(partial);
    }
    return env_->read_file(full);
}

Result<std::vector<Digest>> TileLog::hashes(unsigned level, std::uint64_t index,
                                            std::uint64_t width) {
    const Bytes bytes = TRY(read_tile(level_name(level), index, width));
    if (bytes.size() < width * 32) return damaged("a tile is too short");
    std::vector<Digest> hashes;
    for (std::uint64_t each = 0; each < width; ++each)
        hashes.push_back(TRY(digest_from_bytes(ByteView(bytes).subspan(each * 32, 32))));
    return hashes;
}

Result<std::vector<Bytes>> TileLog::entries(std::uint64_t index, std::uint64_t width) {
    const Bytes bytes = TRY(read_tile(kEntries, index, width));
    ByteView rest = bytes;
    std::vector<Bytes> entries;
    while (entries.size() < width) {
        if (rest.size() < 2) return damaged("an entry bundle is too short");
        const std::size_t size = static_cast<std::size_t>(rest[0]) << 8 | rest[1];
        if (rest.size() < 2 + size) return damaged("an entry bundle is too short");
        entries.emplace_back(rest.begin() + 2,
                             rest.begin() + 2 + static_cast<std::ptrdiff_t>(size));
        rest = rest.subspan(2 + size);
    }
    return entries;
}

/// The hash at `index` of its level, whose earlier ones are there. A tile that it fills goes on to
/// the next level.
Result<Digest> TileLog::add_hash(unsigned level, std::uint64_t index, const Digest& hash) {
    const std::uint64_t tile = index / kWidth, place = index % kWidth;
    std::vector<Digest> row;
    if (place != 0) row = TRY(hashes(level, tile, place));
    row.push_back(hash);
    Bytes bytes;
    for (const Digest& each : row) bytes.insert(bytes.end(), each.bytes.begin(), each.bytes.end());
    TRY(write_tile(level_name(level), tile, row.size(), bytes));
    if (row.size() < kWidth) return hash;
    const Digest root = TRY(subtree_of(row)(kLevelBits, 0));
    return add_hash(level + 1, tile, root);
}

Subtree TileLog::subtree(std::uint64_t size) {
    return [this, size](unsigned level, std::uint64_t index) -> Result<Digest> {
        const unsigned tile_level = level / kLevelBits, inside = level % kLevelBits;
        const std::uint64_t first = index << inside, tile = first / kWidth;
        const std::uint64_t width = width_of(tile, size >> (kLevelBits * tile_level));
        const std::vector<Digest> row = TRY(hashes(tile_level, tile, width));
        return subtree_of(row)(inside, index - (tile << (kLevelBits - inside)));
    };
}

Result<std::uint64_t> TileLog::append(ByteView entry) {
    if (entry.size() > kEntryMax)
        return Error{Code::bad_input, "a log's entry has at most 65535 bytes", "", ""};
    const FileLock lock = TRY(turn());
    const std::uint64_t index = TRY(checkpoint()).size;
    const std::uint64_t bundle = index / kWidth, place = index % kWidth;
    // Only as many entries as the head covers: a crash may have left more of them.
    Bytes bytes;
    if (place != 0)
        for (const Bytes& earlier : TRY(entries(bundle, place))) put_entry(bytes, earlier);
    put_entry(bytes, entry);
    TRY(write_tile(kEntries, bundle, place + 1, bytes));
    TRY(add_hash(0, index, leaf_hash(entry)));
    const Digest root = TRY(tree_root(subtree(index + 1), index + 1));
    const Checkpoint next{origin_, index + 1, root, {}};
    TRY(write_head(kHead, {next.text(), {sign_note(next.text(), origin_, *key_)}}));
    return index;
}

Result<Bytes> TileLog::entry(std::uint64_t index) {
    const std::uint64_t size = TRY(checkpoint()).size;
    if (index >= size) return Error{Code::bad_input, "the log has no such entry", "", ""};
    const std::uint64_t bundle = index / kWidth;
    auto all = TRY(entries(bundle, width_of(bundle, size)));
    return std::move(all[index % kWidth]);
}

Result<std::optional<std::uint64_t>> TileLog::find(ByteView entry) {
    const std::uint64_t size = TRY(checkpoint()).size;
    for (std::uint64_t bundle = 0; bundle * kWidth < size; ++bundle) {
        const auto all = TRY(entries(bundle, width_of(bundle, size)));
        for (std::size_t place = 0; place < all.size(); ++place)
            if (std::ranges::equal(all[place], entry))
                return std::optional<std::uint64_t>(bundle * kWidth + place);
    }
    return std::optional<std::uint64_t>();
}

Result<MerklePath> TileLog::inclusion(std::uint64_t index, std::uint64_t size) {
    return inclusion_path(subtree(size), index, size);
}

Result<LogProof> TileLog::prove(std::uint64_t index) {
    LogProof proof;
    proof.index = index;
    std::uint64_t size = 0;
    if (env_->exists(folder_ / kCosigned)) {
        proof.head = TRY(read_head(kCosigned));
        size = TRY(parse_checkpoint(proof.head.text)).size;
    }
    if (index >= size) {
        proof.head = TRY(head());
        size = TRY(parse_checkpoint(proof.head.text)).size;
    }
    if (index >= size) return Error{Code::bad_input, "the log has no such entry", "", ""};
    proof.path = TRY(inclusion(index, size));
    return proof;
}

Result<WitnessRequest> TileLog::witness_request(std::optional<std::uint64_t> old_size) {
    WitnessRequest request;
    if (old_size) {
        request.old_size = *old_size;
    } else if (env_->exists(folder_ / kCosigned)) {
        const Note seen = TRY(read_head(kCosigned));
        request.old_size = TRY(parse_checkpoint(seen.text)).size;
    }
    request.head = TRY(head());
    const std::uint64_t size = TRY(parse_checkpoint(request.head.text)).size;
    if (request.old_size > size)
        return Error{Code::bad_input, "the log was never that large", "--old", ""};
    request.path = TRY(consistency(request.old_size, size));
    return request;
}

Result<MerklePath> TileLog::consistency(std::uint64_t old_size, std::uint64_t size) {
    return consistency_path(subtree(size), old_size, size);
}

Result<void> TileLog::add_cosignatures(const std::vector<NoteSignature>& lines,
                                       std::span<const VerifierKey> witnesses) {
    const FileLock lock = TRY(turn());
    Note note = TRY(head());
    const Note answer{note.text, lines};
    TRY(verify_note(answer, witnesses));
    for (const NoteSignature& line : lines) {
        const bool known = std::ranges::any_of(witnesses, [&](const VerifierKey& each) {
            return each.name == line.name && each.id() == line.id;
        });
        const auto same = [&](const NoteSignature& each) {
            return each.name == line.name && each.id == line.id;
        };
        if (!known) continue;
        std::erase_if(note.signatures,
                      same);  // a later cosignature of the same witness replaces it
        note.signatures.push_back(line);
    }
    TRY(write_head(kHead, note));
    return write_head(kCosigned, note);
}

}  // namespace litura::proof
