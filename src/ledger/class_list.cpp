// Reads, sorts and keeps the hashed list of a class action's members.
#include "ledger/class_list.hpp"

#include <algorithm>
#include <cstring>

#include "base/replace_file.hpp"
#include "base/text.hpp"
#include "keys/sealing.hpp"

namespace litura::ledger {
namespace {

constexpr std::size_t kRow = sizeof(Digest::bytes);
constexpr std::string_view kSaltLine = "salt ";

Error wrong(std::string_view what, std::size_t row) {
    return {Code::bad_input, "the list of members " + std::string(what),
            row == 0 ? "" : "row " + std::to_string(row),
            "one hash a row, the list's salt first; docs/law/classes.md has the form"};
}

bool before(const Digest& a, const Digest& b) {
    return std::memcmp(a.bytes.data(), b.bytes.data(), kRow) < 0;
}

/// The next line without its end.
std::string_view take_line(std::string_view& rest) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

Result<std::vector<Digest>> rows_of_text(std::string_view rest) {
    std::vector<Digest> rows;
    rows.reserve(rest.size() / (2 * kRow + 1) + 1);
    rest.remove_prefix(kSaltLine.size());
    while (!rest.empty()) {
        const std::string_view line = take_line(rest);
        const auto row =
            line.size() == 2 * kRow ? parse_digest(line) : Result<Digest>(wrong("", 0));
        if (!row) return wrong("has a row that is no hash of 64 hex digits", rows.size() + 1);
        rows.push_back(row.value());
        if (rows.size() > MemberList::kMembersMax + 1) return wrong("is longer than 10,000,000", 0);
    }
    return rows;
}

Result<std::vector<Digest>> rows_of_bytes(ByteView file) {
    if (file.size() % kRow != 0) return wrong("is not made of rows of 32 bytes", 0);
    if (file.size() / kRow > MemberList::kMembersMax + 1)
        return wrong("is longer than 10,000,000", 0);
    std::vector<Digest> rows(file.size() / kRow);
    if (!rows.empty()) std::memcpy(rows.data(), file.data(), file.size());
    return rows;
}

/// RFC 6962, section 2.1, over leaves that come one by one.
class TreeHash {
public:
    void leaf(const Digest& row) {
        Bytes marked(1, 0);
        marked.insert(marked.end(), row.bytes.begin(), row.bytes.end());
        Digest node = sha256(marked);
        for (std::uint64_t full = count_++; (full & 1) != 0; full >>= 1) {
            node = parent(open_.back(), node);
            open_.pop_back();
        }
        open_.push_back(node);
    }
    Digest finish() {
        Digest node = open_.back();
        for (open_.pop_back(); !open_.empty(); open_.pop_back()) node = parent(open_.back(), node);
        return node;
    }

private:
    static Digest parent(const Digest& left, const Digest& right) {
        std::array<std::uint8_t, 1 + 2 * kRow> marked{1};
        std::ranges::copy(left.bytes, marked.begin() + 1);
        std::ranges::copy(right.bytes, marked.begin() + 1 + kRow);
        return sha256(ByteView(marked));
    }
    std::vector<Digest> open_;  ///< roots of full trees, the largest first
    std::uint64_t count_ = 0;
};

}  // namespace

Result<Digest> member_hash(const Digest& salt, std::string_view source, const PersonalText& name) {
    const PersonalText same(TRY(folded(name.reveal())));
    ByteWriter fields;
    fields.text("litura.class.member.1");
    fields.blob(salt.view());
    fields.text(source);
    fields.text(same.reveal());
    return sha256(fields.bytes());
}

Result<MemberList> MemberList::parse(ByteView file) {
    const bool is_text = text_of(file).starts_with(kSaltLine);
    std::vector<Digest> rows =
        is_text ? TRY(rows_of_text(text_of(file))) : TRY(rows_of_bytes(file));
    if (rows.size() < 2) return wrong("names no member", 0);
    MemberList list;
    list.salt_ = rows.front();
    rows.erase(rows.begin());
    std::ranges::sort(rows, before);
    const auto doubled = std::ranges::unique(rows);
    rows.erase(doubled.begin(), doubled.end());
    list.rows_ = std::move(rows);
    return list;
}

bool MemberList::holds(const Digest& hash) const {
    return std::binary_search(rows_.begin(), rows_.end(), hash, before);
}

Digest MemberList::root() const {
    TreeHash tree;
    tree.leaf(salt_);
    for (const Digest& row : rows_) tree.leaf(row);
    return tree.finish();
}

Result<Digest> MemberList::save(Env& env, const Path& aside, const Path& folder,
                                const SecretKey& project) const {
    const Digest root = this->root();
    Bytes plain;
    plain.reserve((rows_.size() + 1) * kRow);
    plain.insert(plain.end(), salt_.bytes.begin(), salt_.bytes.end());
    for (const Digest& row : rows_) plain.insert(plain.end(), row.bytes.begin(), row.bytes.end());
    Bytes sealed;
    keys::seal_pieces(project, plain, root.view(), sealed);
    for (const Path& each : {folder, aside}) TRY(env.make_folders(each));
    TRY(replace_file(env, folder / root.hex(), sealed, aside));
    return root;
}

Result<MemberList> MemberList::load(Env& env, const Path& folder, const SecretKey& project,
                                    const Digest& root) {
    constexpr std::size_t kPiece = 1u << 20, kSeal = 40;
    const Bytes sealed = TRY(env.read_file(folder / root.hex()));
    const std::size_t pieces = (sealed.size() + kPiece + kSeal - 1) / (kPiece + kSeal);
    const Error damaged{Code::broken, "a class' list of members is damaged",
                        root.hex().substr(0, 12), "restore it from a backup"};
    if (sealed.size() < pieces * kSeal) return damaged;
    Bytes plain(sealed.size() - pieces * kSeal);
    TRY(keys::unseal_pieces(project, sealed, root.view(), plain));
    auto list = MemberList::parse(plain);
    return list ? std::move(list) : Result<MemberList>(damaged);
}

}  // namespace litura::ledger
