// Scanning comes with learning: every file of interest is read twice, once to see whether its
// strings are broken.
#include "corpus/importers/meta_export.hpp"

#include "corpus/importers/chat_words.hpp"
#include "corpus/importers/json_fields.hpp"
#include "corpus/marks.hpp"
#include "corpus/importers/mojibake.hpp"

namespace litura::corpus {
namespace {

Result<void> drain(const ReadBytes& bytes) {
    Bytes buffer(1 << 16);
    while (TRY(bytes(buffer)) > 0) {
    }
    return done();
}

/// Facebook writes a mention as "@[1234:2048:Name Surname]".
std::string with_tags_marked(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t tag = text.find("@[");
        const std::size_t end = tag == text.npos ? tag : text.find(']', tag);
        if (end == text.npos) break;
        const std::string_view inside = text.substr(tag + 2, end - tag - 2);
        const bool mention = inside.find_first_not_of("0123456789") == inside.find(':');
        out.append(text.substr(0, tag))
            .append(mention ? kMentionMark : text.substr(tag, end + 1 - tag));
        text.remove_prefix(end + 1);
    }
    return out.append(text);
}

Mentions participants_of(const Json& list) {
    Mentions mentions;
    if (!list.is_array()) return mentions;
    for (const Json& participant : list) {
        const bool name = participant.is_string();  // in exports of encrypted conversations
        mentions.add(name ? std::string_view(participant.get_ref<const std::string&>())
                          : text_field(participant, {"name"}));
    }
    return mentions;
}

}  // namespace

Result<void> MetaReader::learn(const Member& member) {
    const Role role = role_of(member);
    if (role == Role::none) return done();
    MojibakeScan scan;
    const ReadBytes scanned = [&](std::span<std::uint8_t> out) -> Result<std::size_t> {
        const std::size_t count = TRY(member.bytes(out));
        scan.take(out.first(count));
        return count;
    };
    if (role == Role::profile) {
        JsonPieces pieces(scanned, {});
        const auto piece = TRY(pieces.next());
        const ParsedPiece parsed = parse_piece(*piece);
        if (!parsed.reason.empty()) return done();
        return learn_profile(scan.clean() ? parsed.json : repaired_json(parsed.json));
    }
    TRY(drain(scanned));
    if (scan.clean()) clean_.insert(member.number);
    return done();
}

Result<bool> MetaReader::read(const Member& member, Intake& intake) {
    const Role role = role_of(member);
    if (role != Role::records && role != Role::messages) return false;
    bool any = false;  // of what may be in it
    auto inside = entered();
    inside.insert(inside.end(), {"", "/messages"});
    JsonPieces pieces(member.bytes, std::move(inside));
    const bool clean = clean_.contains(member.number);
    Mentions participants;
    while (const auto piece = TRY(pieces.next())) {
        ParsedPiece parsed = parse_piece(*piece);
        const bool item = piece->path.ends_with("/*");
        if (!parsed.reason.empty()) {
            if (item) intake.reject(parsed.reason);
            continue;
        }
        const Json value = clean ? std::move(parsed.json) : repaired_json(parsed.json);
        const bool conversation = piece->path == "/participants" || piece->path == "/messages/*";
        any = any || conversation || (item && role == Role::records);
        if (piece->path == "/participants") participants = participants_of(value);
        if (!item) continue;
        if (piece->path == "/messages/*") {
            TRY(take_message(value, participants, intake));
        } else if (role == Role::records) {
            TRY(take(piece->path, value, intake));
        }
    }
    return any || !member.alone;
}

Result<void> MetaReader::set_owner(std::string_view identifier, std::string_view name) {
    TRY(owner_.learn(identifier));
    if (!name.empty()) owner_name_ = PersonalText(std::string(name));
    return done();
}

std::string_view MetaReader::owner_or(std::string_view name) const {
    const PersonalText& owner = owner_.identifier();
    return owner.empty() ? name : std::string_view(owner.reveal());
}

Result<void> MetaReader::take_words(const Words& words, std::string_view author,
                                    const Mentions& mentions, Intake& intake,
                                    std::string_view display_name) const {
    if (words.text.find_first_not_of(" \t\r\n") == words.text.npos) {
        intake.reject("no_text");
        return done();
    }
    if (!words.at) {
        intake.reject("bad_time");
        return done();
    }
    IncomingRecord record;
    record.created_at = *words.at;
    if (words.edited && *words.edited > *words.at) record.edited_at = words.edited;
    record.id = made_id(words.kind, author, *words.at, words.text);
    record.author = PersonalText(std::string(author));
    if (!author.empty() && author == owner_.identifier().reveal()) owner_.sign(record);
    if (!display_name.empty() && display_name != author)
        record.earlier_names.emplace_back(std::string(display_name));
    record.text = PersonalText(mentions.marked(with_tags_marked(words.text)));
    record.audience = words.audience;
    record.rest = rest_of(Json({{"kind", words.kind}}), {}, mentions.list());
    return intake.record(std::move(record));
}

/// Senders are display names; only the owner's is known to be more, and those of people who left
/// are nobody's.
Result<void> MetaReader::take_message(const Json& message, const Mentions& participants,
                                      Intake& intake) const {
    const auto says = [&](std::string_view key) { return field(message, {key}) == Json(true); };
    if (says("is_unsent") || says("isUnsent") || says("is_taken_down")) {
        intake.reject("deleted");
        return done();
    }
    const std::string_view type = text_field(message, {"type"});
    const bool encrypted = message.contains("senderName");  // of encrypted conversations
    std::string text(text_field(message, {encrypted ? "text" : "content"}));
    const Wording wording = wording_of_meta(text);
    const bool event = type == "Subscribe" || type == "Unsubscribe" || type == "Call";
    if (event || wording != Wording::own) {
        intake.reject(wording == Wording::deleted ? "deleted" : "system_message");
        return done();
    }
    std::string_view sender = text_field(message, {encrypted ? "senderName" : "sender_name"});
    if (is_placeholder_name(sender)) sender = "";
    const bool owner = !sender.empty() && sender == owner_name_.reveal();
    return take_words({.kind = "message",
                       .text = text,
                       .at = epoch_field(message, {encrypted ? "timestamp" : "timestamp_ms"}, 1000),
                       .edited = {},
                       .audience = ledger::Audience::restricted},
                      owner ? owner_or(sender) : sender, participants, intake);
}

}  // namespace litura::corpus
