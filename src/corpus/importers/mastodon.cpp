// The format mastodon: an account's archive (outbox.json, actor.json) and statuses as Mastodon's
// API gives them. likes.json and bookmarks.json are other people's posts and are not read.
#include "corpus/importers/activity.hpp"
#include "corpus/importers/format_list.hpp"
#include "corpus/importers/html_text.hpp"
#include "corpus/importers/json_fields.hpp"
#include "corpus/importers/json_pieces.hpp"
#include "corpus/importers/mentions.hpp"
#include "corpus/importers/moments.hpp"

namespace litura::corpus {
namespace {

ledger::Audience audience_of(std::string_view visibility) {
    if (visibility == "public") return ledger::Audience::everyone;
    if (visibility == "unlisted" || visibility == "private") return ledger::Audience::followers;
    return visibility == "direct" ? ledger::Audience::restricted : ledger::Audience::unknown;
}

/// A status of the API (https://docs.joinmastodon.org/entities/Status/).
Result<void> take_status(const Json& status, Intake& intake) {
    if (field(status, {"reblog"}).is_object()) {
        intake.reject("repost");
        return done();
    }
    const auto created = parse_moment(text_field(status, {"created_at"}));
    if (!created.ok()) {
        intake.reject(field(status, {"created_at"}).is_null() ? "missing_field" : "bad_time");
        return done();
    }
    Mentions mentions;
    const Json& others = field(status, {"mentions"});
    if (others.is_array()) {
        for (const Json& other : others) {
            mentions.add("@" + std::string(text_field(other, {"acct"})),
                         text_field(other, {"url"}));
        }
    }
    IncomingRecord record;
    const auto edited = parse_moment(text_field(status, {"edited_at"}));
    if (edited.ok()) record.edited_at = edited.value();
    record.created_at = created.value();
    record.id = PersonalText(std::string(text_field(status, {"uri"})));
    record.author = PersonalText(std::string(text_field(status, {"account", "url"})));
    std::string text = html_text(text_field(status, {"spoiler_text"}));
    if (!text.empty()) text += "\n\n";
    record.text = PersonalText(text + html_text(text_field(status, {"content"})));
    record.audience = audience_of(text_field(status, {"visibility"}));
    record.rest = rest_of(status,
                          {"id", "uri", "account", "content", "spoiler_text", "created_at",
                           "edited_at", "mentions", "reblog", "card", "quote"},
                          mentions.list());
    return intake.record(std::move(record));
}

class Mastodon final : public Reader {
public:
    Result<bool> read(const Member& member, Intake& intake) override {
        const std::string_view name = member.file_name();
        if (name == "actor.json") return read_actor(member, intake);
        if (name != "outbox.json" && !name.ends_with("statuses.json") && !member.alone)
            return false;
        JsonPieces pieces(member.bytes, {"", "/orderedItems"});
        bool any = false;
        while (const auto piece = TRY(pieces.next())) {
            const bool status = piece->path == "/*";
            any = any || status || piece->path == "/orderedItems";
            if (!status && piece->path != "/orderedItems/*") continue;
            any = true;
            auto parsed = parse_piece(*piece);
            if (!parsed.reason.empty()) {
                intake.reject(parsed.reason);
            } else if (status) {
                TRY(take_wish(field(parsed.json, {"account"}), intake));
                TRY(take_status(parsed.json, intake));
            } else {
                TRY(take_activity(parsed.json, intake));
            }
        }
        return any;
    }

private:
    /// Of the account that stands in every status: as in actor.json, no moment is given.
    Result<void> take_wish(const Json& account, Intake& intake) {
        const std::string_view url = text_field(account, {"url"});
        const bool objects = field(account, {"indexable"}) == Json(false) ||
                             field(account, {"noindex"}) == Json(true);
        if (!objects || url == objected_.reveal()) return done();
        objected_ = PersonalText(std::string(url));
        const auto since = parse_moment(text_field(account, {"created_at"}));
        return intake.objected(objected_, since.ok() ? since.value() : Instant{0});
    }

    static Result<bool> read_actor(const Member& member, Intake& intake) {
        JsonPieces pieces(member.bytes, {});
        const auto piece = TRY(pieces.next());
        auto parsed = parse_piece(*piece);
        if (!parsed.reason.empty()) {
            return Error{Code::bad_input, "the account's own file is broken", "",
                         "fetch the archive again"};
        }
        TRY(take_actor(parsed.json, intake));
        return true;
    }

    PersonalText objected_;  ///< who was found to object last
};

Likeness likeness(const Glance& glance) {
    const auto has = [&](std::string_view word) { return glance.head.find(word) != word.npos; };
    const std::string_view name = glance.member.file_name();
    if ((name == "outbox.json" || name == "actor.json") && has("www.w3.org/ns/activitystreams")) {
        return Likeness::strong;
    }
    return has("\"visibility\"") && has("\"account\"") && has("\"acct\"") ? Likeness::strong
                                                                          : Likeness::none;
}

}  // namespace

extern const Format kMastodon = {
    .name = "mastodon",
    .reads = "an account's archive (zip, tar.gz), or statuses as the API gives them",
    .likeness = likeness,
    .reader = [](const ImportOptions&) -> std::unique_ptr<Reader> {
        return std::make_unique<Mastodon>();
    }};

}  // namespace litura::corpus
