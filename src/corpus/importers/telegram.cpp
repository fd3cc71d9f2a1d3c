// The format telegram: result.json of Telegram Desktop, one chat or all. A chat is private unless
// the file says that it is a public group or channel; forwarded messages are other people's.
#include "corpus/importers/format_list.hpp"
#include "corpus/importers/json_fields.hpp"
#include "corpus/importers/json_pieces.hpp"
#include "corpus/marks.hpp"
#include "corpus/importers/mentions.hpp"
#include "corpus/importers/moments.hpp"

namespace litura::corpus {
namespace {

/// Text is a string, or a list of strings and of objects with a type.
std::string words_of(const Json& text, Mentions& mentions) {
    if (text.is_string()) return text.get<std::string>();
    std::string out;
    for (const Json& part : text.is_array() ? text : Json::array()) {
        if (part.is_string()) {
            out += part.get_ref<const std::string&>();
            continue;
        }
        const std::string_view type = text_field(part, {"type"});
        const std::string_view words = text_field(part, {"text"});
        if (type == "mention" || type == "mention_name") {
            mentions.add("@" + std::string(words), words);
            out += kMentionMark;
        } else if (type == "blockquote") {
            out.append("\n").append(kQuoteMark).append("\n");
        } else {
            out += words;
        }
    }
    return out;
}

/// What a chat's own fields say; they come before its messages.
struct Chat {
    std::string id;
    ledger::Audience audience = ledger::Audience::restricted;

    void learn(std::string_view key, const Json& value) {
        if (key == "id") id = compact(value);
        if (key == "type" && value.is_string()) {
            audience = value.get_ref<const std::string&>().starts_with("public_")
                           ? ledger::Audience::everyone
                           : ledger::Audience::restricted;
        }
    }
};

Result<void> take_message(const Json& message, const Chat& chat, Intake& intake) {
    if (text_field(message, {"type"}) != "message") {
        intake.reject("system_message");
        return done();
    }
    if (message.contains("forwarded_from")) {
        intake.reject("repost");
        return done();
    }
    auto created = epoch_field(message, {"date_unixtime"}, 1);
    if (!created) {
        const auto local = parse_moment(text_field(message, {"date"}));
        if (local.ok()) created = local.value();
    }
    if (!created) {
        intake.reject("bad_time");
        return done();
    }
    IncomingRecord record;
    Mentions mentions;
    const std::string text = words_of(field(message, {"text"}), mentions);
    if (text.empty()) {
        intake.reject("no_text");
        return done();
    }
    std::string_view author = text_field(message, {"from_id"});
    if (author.empty()) author = text_field(message, {"from"});
    const Json& id = field(message, {"id"});
    const bool named = !chat.id.empty() && id.is_number_integer();
    record.id = named ? PersonalText(chat.id + "/" + compact(id))
                      : made_id("message", author, *created, text);
    record.created_at = *created;
    const auto edited = epoch_field(message, {"edited_unixtime"}, 1);
    if (edited && *edited > *created) record.edited_at = edited;
    record.author = PersonalText(std::string(author));
    record.text = PersonalText(text);
    record.audience = chat.audience;
    record.rest = rest_of(message,
                          {"id", "type", "date", "date_unixtime", "edited", "edited_unixtime",
                           "from_id", "text", "text_entities", "actor", "via_bot"},
                          mentions.list());
    return intake.record(std::move(record));
}

class Telegram final : public Reader {
public:
    Result<bool> read(const Member& member, Intake& intake) override {
        if (!member.alone && member.file_name() != "result.json") return false;
        JsonPieces pieces(member.bytes, {"", "/messages", "/chats", "/chats/list", "/chats/list/*",
                                         "/chats/list/*/messages"});
        Chat chat;
        while (const auto piece = TRY(pieces.next())) {
            const std::size_t slash = piece->path.rfind('/');
            const std::string_view key =
                slash == piece->path.npos ? "" : std::string_view(piece->path).substr(slash + 1);
            ParsedPiece parsed = parse_piece(*piece);
            const bool message = piece->path.ends_with("/messages/*");
            if (!parsed.reason.empty()) {
                if (message) intake.reject(parsed.reason);
            } else if (message) {
                TRY(take_message(parsed.json, chat, intake));
                in_chat_ = true;
            } else {
                if (in_chat_) chat = Chat();
                in_chat_ = false;
                chat.learn(key, parsed.json);
            }
        }
        return true;
    }

private:
    bool in_chat_ = false;  ///< messages of this chat were seen: what comes next is another's
};

Likeness likeness(const Glance& glance) {
    const auto has = [&](std::string_view word) { return glance.head.find(word) != word.npos; };
    return has("\"messages\"") && has("\"date_unixtime\"") ? Likeness::strong : Likeness::none;
}

}  // namespace

extern const Format kTelegram = {.name = "telegram",
                                 .reads = "result.json of Telegram Desktop, one chat or all",
                                 .likeness = likeness,
                                 .reader = [](const ImportOptions&) -> std::unique_ptr<Reader> {
                                     return std::make_unique<Telegram>();
                                 }};

}  // namespace litura::corpus
