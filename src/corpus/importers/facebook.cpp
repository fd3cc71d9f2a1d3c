// The format facebook: "Download your information" in JSON, of both layouts. Nothing in it proves
// an audience. Likes, friends, places and photos are not read; titles of entries and what hangs on
// them hold other people's names, addresses and coordinates, and are not kept.
#include "corpus/importers/format_list.hpp"
#include "corpus/importers/json_fields.hpp"
#include "corpus/importers/meta_export.hpp"

namespace litura::corpus {
namespace {

constexpr std::string_view kCommentLists[] = {"comments_v2", "group_comments_v2", "group_posts_v2"};

bool ends_in_number(const Member& member) {
    std::string_view name = member.file_name();
    name.remove_suffix(std::string_view(".json").size());
    const std::size_t digits = name.find_last_not_of("0123456789") + 1;
    return digits < name.size() && digits > 0 && name[digits - 1] == '_';
}

class Facebook final : public MetaReader {
public:
    using MetaReader::MetaReader;

protected:
    Role role_of(const Member& member) const override {
        const std::string_view name = member.file_name();
        if (!name.ends_with(".json")) return member.alone ? Role::records : Role::none;
        if (name == "profile_information.json") return Role::profile;
        const bool posts = name.starts_with("your_posts_") && ends_in_number(member);
        const bool group =
            name.find("comments") != name.npos || name.find("_in_groups") != name.npos;
        if (member.alone || posts || group) return Role::records;
        return ends_in_number(member) ? Role::messages : Role::none;
    }

    std::vector<std::string_view> entered() const override {
        return {"/comments_v2", "/group_comments_v2", "/group_posts_v2", "/reactions_v2"};
    }

    Result<void> learn_profile(const Json& value) override {
        for (const std::string_view version : {"profile_v2", "profile"}) {
            const Json& profile = field(value, {version});
            const std::string_view name = text_field(profile, {"name", "full_name"});
            std::string_view identifier = text_field(profile, {"profile_uri"});
            if (identifier.empty()) identifier = text_field(profile, {"username"});
            TRY(set_owner(identifier.empty() ? name : identifier, name));
        }
        return done();
    }

    Result<void> take(const std::string& path, const Json& value, Intake& intake) override {
        if (path.starts_with("/reactions")) {
            intake.reject("not_a_post");
            return done();
        }
        if (path.find("comments") != path.npos) return take_comment(value, intake);
        for (const std::string_view list : kCommentLists) {
            const Json& inner = field(value, {list});
            if (!inner.is_array()) continue;
            for (const Json& one : inner) TRY(take("/" + std::string(list) + "/*", one, intake));
            return done();
        }
        return take_post(value, intake);
    }

private:
    Result<void> take_comment(const Json& entry, Intake& intake) const {
        const Json& data = field(entry, {"data"});
        const Json& first = data.is_array() && !data.empty() ? data.front() : data;
        const Json& comment = field(first, {"comment"});
        auto at = epoch_field(comment, {"timestamp"}, 1);
        if (!at) at = epoch_field(entry, {"timestamp"}, 1);
        // A display name is nobody's account: several people have it, and the profile has another.
        return take_words(
            {.kind = "comment", .text = text_field(comment, {"comment"}), .at = at, .edited = {}},
            owner_or(""), {}, intake, text_field(comment, {"author"}));
    }

    /// A post's words; else those that its author gave to a picture or a note of it.
    Result<void> take_post(const Json& entry, Intake& intake) const {
        std::string text;
        std::optional<Instant> edited;
        bool reaction = false;
        const Json& data = field(entry, {"data"});
        for (const Json& part : data.is_array() ? data : Json::array()) {
            const std::string_view post = text_field(part, {"post"});
            if (!text.empty() && !post.empty()) text += '\n';
            text += post;
            if (!edited) edited = epoch_field(part, {"update_timestamp"}, 1);
            reaction = reaction || field(part, {"reaction"}).is_object();
        }
        if (reaction) {
            intake.reject("not_a_post");
            return done();
        }
        if (text.empty()) text = attached_words(field(entry, {"attachments"}));
        return take_words({.kind = "post",
                           .text = text,
                           .at = epoch_field(entry, {"timestamp"}, 1),
                           .edited = edited},
                          owner_or(""), tagged(entry), intake);
    }

    static std::string attached_words(const Json& attachments) {
        if (!attachments.is_array()) return "";
        for (const Json& attachment : attachments) {
            const Json& data = field(attachment, {"data"});
            for (const Json& part : data.is_array() ? data : Json::array()) {
                std::string_view words = text_field(part, {"media", "description"});
                if (words.empty()) words = text_field(part, {"note", "text"});
                if (!words.empty()) return std::string(words);
            }
        }
        return "";
    }

    static Mentions tagged(const Json& entry) {
        Mentions mentions;
        const Json& tags = field(entry, {"tags"});
        for (const Json& tag : tags.is_array() ? tags : Json::array()) {
            mentions.add(tag.is_string() ? std::string_view(tag.get_ref<const std::string&>())
                                         : text_field(tag, {"name"}));
        }
        return mentions;
    }
};

Likeness facebook_likeness(const Glance& glance) {
    const auto has = [&](std::string_view word) { return glance.head.find(word) != word.npos; };
    if (has("\"comments_v2\"") || has("\"group_comments_v2\"") || has("\"group_posts_v2\"") ||
        has("\"reactions_v2\"") || has("\"profile_v2\"")) {
        return Likeness::strong;
    }
    if (has("\"senderName\"") && has("\"threadName\"")) return Likeness::strong;
    if (has("\"sender_name\"") && has("\"participants\"")) return Likeness::weak;
    const bool entries = has("\"timestamp\"") && has("\"data\"");
    return entries && (has("\"attachments\"") || has("\"post\"")) ? Likeness::strong
                                                                  : Likeness::none;
}

}  // namespace

extern const Format kFacebook = {
    .name = "facebook",
    .reads = "\"Download your information\", in JSON",
    .likeness = facebook_likeness,
    .reader = [](const ImportOptions& options) -> std::unique_ptr<Reader> {
        return std::make_unique<Facebook>(options);
    }};

}  // namespace litura::corpus
