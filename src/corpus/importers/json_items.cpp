// A document that is gone into shows its members one by one; one that is a thing of its own has to
// be put together again. Which it is shows when its items come.
#include "corpus/importers/json_items.hpp"

#include "corpus/importers/json_pieces.hpp"

namespace litura::corpus {
namespace {

constexpr std::size_t kDocumentMax = 4 << 20;
constexpr std::size_t kItemKeysMax = 4096;

/// An object that grows, within its limits.
class Gathered {
public:
    void add(const Piece& piece, Json value) {
        size_ += piece.path.size() + piece.text.size();
        whole_ = whole_ && size_ <= kDocumentMax && object_.size() < kItemKeysMax;
        if (whole_) append_member(object_, piece.path.substr(1), std::move(value));
    }
    bool whole() const { return whole_; }
    const Json& object() const { return object_; }

private:
    Json object_ = Json::object();
    std::size_t size_ = 0;
    bool whole_ = true;
};

}  // namespace

Result<void> take_items(const Member& member, std::vector<std::string_view> lists, Intake& intake,
                        const TakeJson& item, const TakeJson& alone) {
    lists.emplace_back("");
    JsonPieces pieces(member.bytes, std::move(lists));
    Gathered document;
    bool listed = false;
    while (const auto piece = TRY(pieces.next())) {
        ParsedPiece parsed = parse_piece(*piece);
        const bool one_of_many = piece->path.ends_with("/*");
        listed = listed || one_of_many;
        if (!parsed.reason.empty()) {
            intake.reject(parsed.reason);
        } else if (one_of_many) {
            TRY(item(parsed.json));
        } else if (piece->path.size() > 1) {
            document.add(*piece, std::move(parsed.json));
        }
    }
    if (listed || document.object().empty()) return done();
    if (document.whole()) return alone(document.object());
    intake.reject("too_long");
    return done();
}

}  // namespace litura::corpus
