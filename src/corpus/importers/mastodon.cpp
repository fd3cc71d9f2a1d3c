// The format mastodon: an account's archive (outbox.json, actor.json), and statuses as Mastodon's
// API gives them, also as mastodon-archive keeps them. likes.json and bookmarks.json are other
// people's posts and are not read.
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

/// The account as the archive has it, "https://host/users/name". Old servers give the profile's
/// address, "https://host/@name", alone: then it stands before a status' number, or is made.
std::string actor_of(const Json& account, std::string_view status_uri) {
    const std::string_view uri = text_field(account, {"uri"}), url = text_field(account, {"url"});
    if (!uri.empty()) return std::string(uri);
    const std::size_t host = url.find("//"), name = url.find("/@");
    const std::string_view server = url.substr(0, name);
    const std::size_t statuses = status_uri.find("/statuses/");
    const bool own = host != url.npos && name != url.npos && name > host + 2;
    if (!own) return std::string(url);
    if (statuses != status_uri.npos && status_uri.starts_with(std::string(server) + "/"))
        return std::string(status_uri.substr(0, statuses));
    return std::string(server) + "/users/" + std::string(url.substr(name + 2));
}

/// A status of the API (https://docs.joinmastodon.org/entities/Status/).
Result<void> take_status(const Json& status, const Json& account, Intake& intake) {
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
    record.author = PersonalText(actor_of(account, record.id.reveal()));
    record.earlier_names.emplace_back(std::string(text_field(account, {"url"})));
    std::string text = html_text(text_field(status, {"spoiler_text"}));
    if (!text.empty()) text += "\n\n";
    record.text = PersonalText(text + html_text(text_field(status, {"content"})));
    record.audience = audience_of(text_field(status, {"visibility"}));
    const bool local = field(status, {"local_only"}) == Json(true) ||
                       field(status, {"pleroma", "local"}) == Json(false);
    if (local && record.audience == ledger::Audience::everyone)
        record.audience = ledger::Audience::followers;
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
        const bool kept = name.find(".user.") != name.npos && name.ends_with(".json");
        if (name != "outbox.json" && !name.ends_with("statuses.json") && !kept && !member.alone)
            return false;
        JsonPieces pieces(member.bytes, {"", "/orderedItems", "/statuses"});
        Json owner;  // of a file that mastodon-archive keeps
        bool any = false;
        while (const auto piece = TRY(pieces.next())) {
            const bool status = piece->path == "/*" || piece->path == "/statuses/*";
            any = any || status || piece->path == "/orderedItems";
            if (piece->path == "/account") owner = parse_piece(*piece).json;
            if (!status && piece->path != "/orderedItems/*") continue;
            any = true;
            auto parsed = parse_piece(*piece);
            if (!parsed.reason.empty()) {
                intake.reject(parsed.reason);
            } else if (status) {
                const Json& named = field(parsed.json, {"account"});
                const Json& account = named.is_object() ? named : owner;
                TRY(take_wish(account, text_field(parsed.json, {"uri"}), intake));
                TRY(take_status(parsed.json, account, intake));
            } else {
                TRY(take_activity(parsed.json, {}, intake));
            }
        }
        return any;
    }

private:
    /// Of the account that stands in every status: as in actor.json, no moment is given.
    Result<void> take_wish(const Json& account, std::string_view status_uri, Intake& intake) {
        const std::string actor = actor_of(account, status_uri);
        const bool objects = field(account, {"indexable"}) == Json(false) ||
                             field(account, {"noindex"}) == Json(true);
        if (!objects || actor == objected_.reveal()) return done();
        objected_ = PersonalText(actor);
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

Likeness mastodon_likeness(const Glance& glance) {
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
    .likeness = mastodon_likeness,
    .reader = [](const ImportOptions&) -> std::unique_ptr<Reader> {
        return std::make_unique<Mastodon>();
    }};

}  // namespace litura::corpus
