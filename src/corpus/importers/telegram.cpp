// The format telegram: result.json of Telegram Desktop, one chat or all. A chat is private unless
// the file says that it is a public group or channel; forwarded messages are other people's.
#include <unordered_set>

#include "corpus/importers/chat_words.hpp"
#include "corpus/importers/format_list.hpp"
#include "corpus/importers/json_fields.hpp"
#include "corpus/importers/json_pieces.hpp"
#include "corpus/marks.hpp"
#include "corpus/importers/mentions.hpp"
#include "corpus/importers/moments.hpp"

namespace litura::corpus {
namespace {

constexpr std::size_t kSendersMax = 10'000, kSenderNameMax = 128;

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
            const std::string_view type = value.get_ref<const std::string&>();
            audience =
                type == "public_supergroup" || type == "public_channel" || type == "public_group"
                    ? ledger::Audience::everyone
                    : ledger::Audience::restricted;
        }
    }
};

/// "user123"; older exports give the number alone. A display name is no account: several people
/// have it, and it changes.
std::string author_of(const Json& message) {
    const Json& id = field(message, {"from_id"});
    if (id.is_number_unsigned()) return "user" + compact(id);
    const std::string_view text = text_field(message, {"from_id"});
    const bool number = !text.empty() && text.find_first_not_of("0123456789") == text.npos;
    return (number ? "user" : "") + std::string(text);
}

using Names = std::unordered_set<std::string>;

Result<void> take_message(const Json& message, const Chat& chat, const Names& names,
                          Intake& intake) {
    if (text_field(message, {"type"}) != "message") {
        intake.reject("system_message");
        return done();
    }
    // Forwarded, kept, or written by a program at somebody's wish: not their words.
    if (message.contains("forwarded_from") || message.contains("forwarded_from_id") ||
        message.contains("saved_from") || message.contains("via_bot")) {
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
    const std::string author = author_of(message);
    const Json& id = field(message, {"id"});
    const bool named = !chat.id.empty() && id.is_number_integer();
    record.id = named ? PersonalText(chat.id + "/" + compact(id))
                      : made_id("message", author, *created, text);
    record.created_at = *created;
    const auto edited = epoch_field(message, {"edited_unixtime"}, 1);
    if (edited && *edited > *created) record.edited_at = edited;
    record.author = PersonalText(author);
    record.text = PersonalText(with_nicks_marked(text, names, text_field(message, {"from"})));
    record.audience = chat.audience;
    record.rest = rest_of(message,
                          {"id", "type", "date", "date_unixtime", "edited", "edited_unixtime",
                           "from_id", "text", "text_entities", "actor", "via_bot"},
                          mentions.list());
    return intake.record(std::move(record));
}

class Telegram final : public Reader {
public:
    /// Who is in the chats: names at a line's beginning are meant for them.
    Result<void> learn(const Member& member) override {
        if (!member.alone && member.file_name() != "result.json") return done();
        JsonPieces pieces(member.bytes, kEntered);
        while (const auto piece = TRY(pieces.next())) {
            if (!piece->path.ends_with("/messages/*") || names_.size() >= kSendersMax) continue;
            const ParsedPiece parsed = parse_piece(*piece);
            const std::string_view name = text_field(parsed.json, {"from"});
            if (!name.empty() && name.size() <= kSenderNameMax) names_.emplace(name);
        }
        return done();
    }

    Result<bool> read(const Member& member, Intake& intake) override {
        if (!member.alone && member.file_name() != "result.json") return false;
        JsonPieces pieces(member.bytes, kEntered);
        Chat chat;
        bool any = false;
        while (const auto piece = TRY(pieces.next())) {
            const std::size_t slash = piece->path.rfind('/');
            const std::string_view key =
                slash == piece->path.npos ? "" : std::string_view(piece->path).substr(slash + 1);
            ParsedPiece parsed = parse_piece(*piece);
            const bool message = piece->path.ends_with("/messages/*");
            if (!parsed.reason.empty()) {
                if (message) intake.reject(parsed.reason);
            } else if (message) {
                TRY(take_message(parsed.json, chat, names_, intake));
                in_chat_ = any = true;
            } else {
                if (in_chat_) chat = Chat();
                in_chat_ = false;
                chat.learn(key, parsed.json);
                any = any || (key == "type" && parsed.json.is_string());
            }
        }
        return any;
    }

private:
    static inline const std::vector<std::string_view> kEntered = {
        "", "/messages", "/chats", "/chats/list", "/chats/list/*", "/chats/list/*/messages"};
    Names names_;
    bool in_chat_ = false;  ///< messages of this chat were seen: what comes next is another's
};

Likeness telegram_likeness(const Glance& glance) {
    const auto has = [&](std::string_view word) { return glance.head.find(word) != word.npos; };
    return has("\"messages\"") && has("\"date_unixtime\"") ? Likeness::strong : Likeness::none;
}

}  // namespace

extern const Format kTelegram = {.name = "telegram",
                                 .reads = "result.json of Telegram Desktop, one chat or all",
                                 .likeness = telegram_likeness,
                                 .reader = [](const ImportOptions&) -> std::unique_ptr<Reader> {
                                     return std::make_unique<Telegram>();
                                 }};

}  // namespace litura::corpus
