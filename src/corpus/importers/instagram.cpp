// The format instagram: "Download your information" in JSON: captions, comments in their three
// generations, conversations. Stories, likes and followers are not read; neither are coordinates.
// Keys follow the account's language, so values are told apart by their shape.
#include <algorithm>

#include "corpus/importers/format_list.hpp"
#include "corpus/importers/json_fields.hpp"
#include "corpus/importers/meta_export.hpp"

namespace litura::corpus {
namespace {

constexpr std::string_view kMediaLists[] = {"ig_igtv_media", "ig_reels_media"};

/// "Username" in the languages seen.
constexpr std::string_view kUserNames[] = {"Username",          "Gebruikersnaam",    "Benutzername",
                                           "Nom d’utilisateur", "Nombre de usuario", "Nome utente"};

class Instagram final : public MetaReader {
public:
    using MetaReader::MetaReader;

protected:
    Role role_of(const Member& member) const override {
        const std::string_view name = member.file_name();
        if (!name.ends_with(".json")) return member.alone ? Role::records : Role::none;
        if (name == "personal_information.json") return Role::profile;
        const bool read = name.starts_with("posts_") || name.starts_with("reels") ||
                          name.starts_with("igtv") || name.starts_with("post_comments") ||
                          name.starts_with("reels_comments") || name.starts_with("message_");
        return member.alone || read ? Role::records : Role::none;
    }

    std::vector<std::string_view> entered() const override {
        return {"/ig_reels_media", "/ig_igtv_media", "/comments_media_comments",
                "/comments_reels_comments"};
    }

    Result<void> learn_profile(const Json& value) override {
        const Json& users = field(value, {"profile_user"});
        if (!users.is_array() || users.empty()) return done();
        const Json& facts = field(users.front(), {"string_map_data"});
        for (const std::string_view key : kUserNames) {
            TRY(set_owner(text_field(facts, {key, "value"}), text_field(facts, {"Name", "value"})));
        }
        const std::string_view closed = text_field(facts, {"Private Account", "value"});
        if (closed == "True") audience_ = ledger::Audience::followers;
        if (closed == "False") audience_ = ledger::Audience::everyone;
        return done();
    }

    Result<void> take(const std::string& path, const Json& value, Intake& intake) override {
        if (path.find("comments") != path.npos || is_comment(value)) {
            return take_comment(value, intake);
        }
        for (const std::string_view list : kMediaLists) {
            const Json& inner = field(value, {list});
            if (!inner.is_array()) continue;
            for (const Json& one : inner) TRY(take_post(one, intake));
            return done();
        }
        return take_post(value, intake);
    }

private:
    static bool is_comment(const Json& value) {
        return value.is_object() &&
               (value.contains("string_map_data") || value.contains("string_list_data") ||
                value.contains("label_values"));
    }

    /// The caption of the whole, or else of its first picture.
    Result<void> take_post(const Json& item, Intake& intake) const {
        const Json& media = field(item, {"media"});
        const bool listed = media.is_array() && !media.empty();
        if (!listed && text_field(item, {"title"}).empty() &&
            !item.contains("creation_timestamp")) {
            intake.reject("not_a_post");
            return done();
        }
        const Json& first = listed ? media.front() : item;
        std::string_view caption = text_field(item, {"title"});
        if (caption.empty()) caption = text_field(first, {"title"});
        auto at = epoch_field(item, {"creation_timestamp"}, 1);
        if (!at) at = epoch_field(first, {"creation_timestamp"}, 1);
        return take_words(
            {.kind = "post", .text = caption, .at = at, .edited = {}, .audience = audience_},
            owner_or(""), {}, intake);
    }

    /// Under other people's posts, whose audience is not known.
    Result<void> take_comment(const Json& item, Intake& intake) const {
        Mentions mentions;
        std::string_view text;
        auto at = epoch_field(item, {"timestamp"}, 1);
        const auto see = [&](const Json& value) {
            const auto moment = epoch_field(value, {"timestamp"}, 1);
            if (moment && moment->ms > 0) at = moment;
            const std::string_view words = text_field(value, {"value"});
            if (words.empty()) return;
            if (text.empty()) {
                text = words;
            } else {
                mentions.add("@" + std::string(words), words);
            }
        };
        for (const std::string_view key : {"string_list_data", "string_map_data", "label_values"}) {
            const Json& values = field(item, {key});
            if (values.is_object() || values.is_array()) std::ranges::for_each(values, see);
        }
        const std::string_view title = text_field(item, {"title"});
        mentions.add("@" + std::string(title), title);
        return take_words({.kind = "comment", .text = text, .at = at, .edited = {}}, owner_or(""),
                          mentions, intake);
    }

    ledger::Audience audience_ = ledger::Audience::unknown;
};

Likeness likeness(const Glance& glance) {
    const auto has = [&](std::string_view word) { return glance.head.find(word) != word.npos; };
    if (has("\"ig_") || has("_media_comments\"") || has("_reels_comments\""))
        return Likeness::strong;
    if (has("\"string_map_data\"") || has("\"creation_timestamp\"")) {
        const bool facebook = has("\"attachments\"") || has("\"cover_photo\"");
        return facebook ? Likeness::none : Likeness::strong;
    }
    return has("\"sender_name\"") && has("\"participants\"") ? Likeness::weak : Likeness::none;
}

}  // namespace

extern const Format kInstagram = {
    .name = "instagram",
    .reads = "\"Download your information\", in JSON",
    .likeness = likeness,
    .reader = [](const ImportOptions& options) -> std::unique_ptr<Reader> {
        return std::make_unique<Instagram>(options);
    }};

}  // namespace litura::corpus
