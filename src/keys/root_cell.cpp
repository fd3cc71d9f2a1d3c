// slot = text("litura.root.1") i64(generation) key SHA-256(of these), then zeros up to 512 bytes.
#include "keys/root_cell.hpp"

#include <algorithm>

#include "base/digest.hpp"
#include "keys/sealing.hpp"

namespace litura::keys {
namespace {

constexpr std::string_view kMagic = "litura.root.1";
constexpr std::size_t kSlot = 512, kSlots = 2;
constexpr std::size_t kSealed = 8 + kMagic.size() + 8 + SecretKey::kSize;
constexpr int kReadsMax = 100;

std::size_t slot_of(Generation generation) { return static_cast<std::size_t>(generation) % kSlots; }

Bytes slot_with(Generation generation, const SecretKey& root) {
    ByteWriter out;
    out.text(kMagic);
    out.i64(generation);
    out.raw(root.reveal());
    out.raw(sha256(out.bytes()).view());
    Bytes slot = out.take();
    slot.resize(kSlot);
    return slot;
}

bool is_zero(ByteView slot) {
    return std::ranges::all_of(slot, [](std::uint8_t byte) { return byte == 0; });
}

/// False if the slot is neither empty nor sound: half written, or damaged.
bool read_slot(ByteView slot, std::map<Generation, SecretKey>& into) {
    if (is_zero(slot)) return true;
    ByteReader in(slot);
    if (in.text() != kMagic) return false;
    const Generation generation = in.i64();
    SecretKey root;
    const ByteView key = in.raw(SecretKey::kSize);
    std::ranges::copy(key, root.data());
    if (read_digest(in) != sha256(slot.first(kSealed))) return false;
    into.emplace(generation, std::move(root));
    return true;
}

}  // namespace

RootSlots parse_roots(ByteView cell) {
    RootSlots out;
    if (cell.size() != kSlot * kSlots) return out;
    out.sound = true;
    for (std::size_t slot = 0; slot < kSlots; ++slot)
        out.sound = read_slot(cell.subspan(slot * kSlot, kSlot), out.roots) && out.sound;
    return out;
}

RootCell::RootCell() : memory_(std::make_unique<Bytes>(kSlot * kSlots)) {
    CHECK(write(1, random_key()).ok());
}

Result<RootCell> RootCell::create(Env& env, const Path& path) {
    Bytes cell(kSlot * kSlots);
    Bytes first = slot_with(1, random_key());
    std::ranges::copy(first, cell.begin() + static_cast<std::ptrdiff_t>(kSlot * slot_of(1)));
    TRY(env.write_file(path, cell));
    wipe(first.data(), first.size());
    wipe(cell.data(), cell.size());
    return RootCell(env, path);
}

Result<RootCell> RootCell::open(Env& env, const Path& path) {
    RootCell cell(env, path);
    TRY(cell.read());
    return cell;
}

Result<Bytes> RootCell::bytes() const {
    return memory_ ? Result<Bytes>(Bytes(*memory_)) : env_->read_file(path_);
}

// A reader may meet a slot that is being written by another process, but not for long. A slot that
// stays unsound was cut by a crash, before anything rested on it.
Result<std::map<Generation, SecretKey>> RootCell::read() const {
    for (int attempt = 1;; ++attempt) {
        Bytes cell = TRY(bytes());
        RootSlots slots = parse_roots(cell);
        wipe(cell.data(), cell.size());
        if (!slots.roots.empty() && (slots.sound || attempt == kReadsMax))
            return std::move(slots.roots);
        if (attempt < kReadsMax) continue;
        return Error{Code::broken, "the file of the root key is damaged", "root",
                     "run 'litura restore' with the mirror of the keys"};
    }
}

Result<void> RootCell::write(Generation generation, const SecretKey& root) const {
    Bytes slot = slot_with(generation, root);
    const auto written = overwrite(slot_of(generation), slot);
    wipe(slot.data(), slot.size());
    return written;
}

Result<void> RootCell::keep_only(Generation generation) const {
    const Bytes cell = TRY(bytes());
    const std::size_t other = 1 - slot_of(generation);
    if (is_zero(ByteView(cell).subspan(other * kSlot, kSlot))) return done();
    return overwrite(other, Bytes(kSlot));
}

Result<void> RootCell::overwrite(std::size_t slot, ByteView bytes) const {
    if (!memory_) return env_->overwrite(path_, slot * kSlot, bytes);
    std::ranges::copy(bytes, memory_->begin() + static_cast<std::ptrdiff_t>(slot * kSlot));
    return done();
}

}  // namespace litura::keys
