// Every member may be a string, an object or an array of them; a helper for each such habit.
#include "corpus/importers/activity.hpp"

#include <algorithm>
#include <array>

#include "corpus/importers/html_text.hpp"
#include "corpus/importers/json_fields.hpp"
#include "corpus/importers/mentions.hpp"
#include "corpus/importers/moments.hpp"

namespace litura::corpus {
namespace {

constexpr std::array<std::string_view, 3> kPublic = {"https://www.w3.org/ns/activitystreams#Public",
                                                     "as:Public", "Public"};
constexpr std::array<std::string_view, 4> kPosts = {"Note", "Article", "Question", "Page"};

/// The value itself, or the first of an array.
const Json& first(const Json& value) {
    return value.is_array() && !value.empty() ? value.front() : value;
}

std::string_view type_of(const Json& object) {
    const Json& type = first(field(object, {"type"}));
    return type.is_string() ? std::string_view(type.get_ref<const std::string&>()) : "";
}

/// The identifier of something that may be given by it or as an object.
std::string_view identifier(const Json& value) {
    const Json& one = first(value);
    if (one.is_string()) return one.get_ref<const std::string&>();
    const std::string_view id = text_field(one, {"id"});
    return id.empty() ? text_field(one, {"url"}) : id;
}

template <typename Test>
bool any_addressee(const Json& addressees, Test test) {
    const auto matches = [&](const Json& one) {
        return one.is_string() && test(std::string_view(one.get_ref<const std::string&>()));
    };
    if (addressees.is_array()) return std::ranges::any_of(addressees, matches);
    return matches(addressees);
}

bool is_public(std::string_view addressee) {
    return std::ranges::find(kPublic, addressee) != kPublic.end();
}

/// Narrower than its address, by what other programs add: not to leave the server, a direct
/// message.
std::optional<ledger::Audience> narrowed(const Json& object) {
    const auto says = [&](std::string_view key) { return field(object, {key}) == Json(true); };
    if (says("directMessage")) return ledger::Audience::restricted;
    const bool local = says("localOnly") || says("local_only") || says("_misskey_localOnly");
    if (local) return ledger::Audience::followers;
    const std::string_view visibility = text_field(object, {"visibility"});
    if (visibility.empty() || visibility == "public") return {};
    return visibility == "direct" || visibility == "specified" ? ledger::Audience::restricted
                                                               : ledger::Audience::followers;
}

/// Public means: addressed to everyone. In `cc` it is "unlisted", which its author did not want to
/// be found, so it counts as followers'.
ledger::Audience audience_of(const Json& to, const Json& cc) {
    const auto followers = [](std::string_view name) { return name.ends_with("/followers"); };
    if (to.is_null() && cc.is_null()) return ledger::Audience::unknown;
    if (any_addressee(to, is_public)) return ledger::Audience::everyone;
    const bool wide = any_addressee(cc, is_public) || any_addressee(to, followers) ||
                      any_addressee(cc, followers);
    return wide ? ledger::Audience::followers : ledger::Audience::restricted;
}

Mentions mentions_of(const Json& object) {
    Mentions mentions;
    const Json& tags = field(object, {"tag"});
    if (!tags.is_array()) return mentions;
    for (const Json& tag : tags) {
        const std::string_view type = type_of(tag);
        if (type != "Mention" && type != "Person") continue;
        const std::string_view href = text_field(tag, {"href"});
        mentions.add(text_field(tag, {"name"}), href.empty() ? text_field(tag, {"url"}) : href);
    }
    return mentions;
}

std::string_view content_of(const Json& object) {
    const std::string_view content = text_field(object, {"content"});
    const Json& map = field(object, {"contentMap"});
    const bool mapped = content.empty() && map.is_object() && !map.empty();
    return mapped && map.begin()->is_string()
               ? std::string_view(map.begin()->get_ref<const std::string&>())
               : content;
}

/// A title or content warning is the author's own, and comes first.
std::string whole_text(const Json& object) {
    std::string text;
    for (const std::string_view heading : {"name", "summary"}) {
        const std::string line = html_text(text_field(object, {heading}));
        if (!line.empty()) text += line + "\n\n";
    }
    return text + html_text(content_of(object));
}

PersonalText rest(const Json& object, const Mentions& mentions) {
    const bool others = field(object, {"inReplyTo"}).is_object();
    return rest_of(object,
                   {"id", "type", "name", "summary", "content", "contentMap", "published",
                    "updated", "attributedTo", "tag", "to", "cc", "replies", "quote", "@context",
                    others ? "inReplyTo" : ""},
                   mentions.list());
}

/// `around` is the activity of the object, or the object itself.
Result<void> take_post(const Json& object, const Json& around, const PersonalText& unnamed,
                       Intake& intake) {
    IncomingRecord record;
    std::string_view author = identifier(field(object, {"attributedTo"}));
    if (author.empty()) author = identifier(field(around, {"actor"}));
    const std::string_view published = text_field(object, {"published"});
    if (published.empty() || content_of(object).empty()) {
        intake.reject("missing_field");
        return done();
    }
    const auto created = parse_moment(published);
    if (!created.ok()) {
        intake.reject("bad_time");
        return done();
    }
    const auto edited = parse_moment(text_field(object, {"updated"}));
    if (edited.ok() && edited.value() > created.value()) record.edited_at = edited.value();
    record.created_at = created.value();
    record.id = PersonalText(std::string(identifier(object)));
    record.author = author.empty() ? unnamed.clone() : PersonalText(std::string(author));
    const Mentions mentions = mentions_of(object);
    record.text = PersonalText(mentions.marked(whole_text(object)));
    const bool own = object.contains("to") || object.contains("cc");
    const Json& addressed = own ? object : around;
    record.audience = audience_of(field(addressed, {"to"}), field(addressed, {"cc"}));
    const auto narrower = narrowed(object);
    if (narrower && record.audience != ledger::Audience::restricted) record.audience = *narrower;
    record.rest = rest(object, mentions);
    return intake.record(std::move(record));
}

bool is_post(const Json& object) {
    return std::ranges::find(kPosts, type_of(object)) != kPosts.end();
}

Result<void> take_deletion(const Json& object, Intake& intake) {
    return intake.deleted(PersonalText(std::string(identifier(object))));
}

}  // namespace

Result<void> take_activity(const Json& activity, const PersonalText& unnamed, Intake& intake) {
    const std::string_view type = type_of(activity);
    const Json& object = first(field(activity, {"object"}));
    if (is_post(activity)) return take_post(activity, activity, unnamed, intake);
    if (type == "Tombstone") return take_deletion(activity, intake);
    if (type == "Delete") return take_deletion(object, intake);
    if ((type == "Create" || type == "Update") && is_post(object)) {
        return take_post(object, activity, unnamed, intake);
    }
    intake.reject(type == "Announce" ? "repost" : "not_a_post");
    return done();
}

Result<void> take_actor(const Json& actor, Intake& intake) {
    const bool objects =
        field(actor, {"indexable"}) == Json(false) || field(actor, {"noindex"}) == Json(true);
    if (!objects) return done();
    const auto since = parse_moment(text_field(actor, {"published"}));
    return intake.objected(PersonalText(std::string(identifier(actor))),
                           since.ok() ? since.value() : Instant{0});
}

}  // namespace litura::corpus
