// The formats whatsapp and signal: a conversation as text, a message a line, further lines of a
// message below it. Names are those in one person's address book, times are the phone's.
#include <optional>
#include <unordered_set>

#include "base/text.hpp"
#include "corpus/importers/chat_head.hpp"
#include "corpus/importers/chat_words.hpp"
#include "corpus/importers/format_list.hpp"
#include "corpus/importers/json_fields.hpp"
#include "corpus/importers/line_reader.hpp"

namespace litura::corpus {
namespace {

constexpr std::size_t kChatLineMax = 1 << 20;
constexpr std::size_t kMessageMax = 1 << 20;
constexpr std::size_t kNamesMax = 10'000;
constexpr std::size_t kNameMax = 128;
constexpr std::string_view kProgramsMark = "\u200E";

/// "Name: text"; without a space where no space is written after signs.
struct SaidLine {
    std::string name, text;
    bool by_program = false;  ///< the program's mark stands before the text
};

std::size_t colon_of(std::string_view rest, bool bracket) {
    if (const std::size_t colon = rest.find(": "); colon != rest.npos) return colon;
    const std::size_t colon = rest.find(':');
    if (!bracket || colon == rest.npos || colon == 0 || colon + 1 >= rest.size()) return rest.npos;
    const char next = rest[colon + 1], before = rest[colon - 1];
    const bool words = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') ||
                       static_cast<unsigned char>(next) >= 0x80;
    return words && (before < '0' || before > '9') ? colon : rest.npos;
}

std::optional<SaidLine> said_in(const ChatHead& head) {
    const std::size_t colon = colon_of(head.rest, head.bracket);
    if (colon == head.rest.npos) return {};
    SaidLine said;
    said.name = plain_line(head.rest.substr(0, colon));
    std::string_view text = head.rest.substr(colon + 1);
    if (text.starts_with(' ')) text.remove_prefix(1);
    said.by_program = text.starts_with(kProgramsMark);
    said.text = std::string(text);
    if (said.name.empty() || said.name.size() > kNameMax || quotes_something(said.name)) return {};
    return said;
}

struct Message {
    std::optional<Instant> at;
    std::string author, text;
    bool by_program = false, too_long = false;
};

/// What the first reading of a file tells.
struct ChatFacts {
    DateOrder order;
    std::unordered_set<std::string> names;
};

class ChatText final : public Reader {
public:
    Result<void> learn(const Member& member) override {
        if (!is_chat(member)) return done();
        LineReader lines(member.bytes, kChatLineMax);
        while (const auto line = TRY(lines.next())) {
            const auto head = take_chat_head(line->text);
            if (!head) continue;
            ChatFacts& facts = facts_[member.number];
            facts.order.see(*head);
            const auto said = facts.names.size() < kNamesMax ? said_in(*head) : std::nullopt;
            if (said && !said->by_program) facts.names.insert(said->name);
        }
        return done();
    }

    Result<bool> read(const Member& member, Intake& intake) override {
        const auto facts = facts_.find(member.number);
        if (facts == facts_.end()) return false;
        facts_now_ = &facts->second;
        LineReader lines(member.bytes, kChatLineMax);
        while (const auto line = TRY(lines.next())) {
            if (const auto head = take_chat_head(line->text)) {
                TRY(finish(intake));
                begin(*head);
            } else if (open_) {
                append("\n");
                append(line->text);
            } else if (!plain_line(line->text).empty()) {
                intake.reject("not_an_entry");
            }
        }
        TRY(finish(intake));
        return true;
    }

private:
    static bool is_chat(const Member& member) { return member.alone || member.named("", ".txt"); }

    void begin(const ChatHead& head) {
        open_.emplace();
        open_->at = facts_now_->order.moment_of(head);
        auto said = said_in(head);
        if (!said) return;
        open_->author = std::move(said->name);
        open_->by_program = said->by_program;
        append(said->text);
    }

    void append(std::string_view text) {
        if (open_->text.size() + text.size() > kMessageMax) {
            open_->too_long = true;
        } else {
            open_->text += text;
        }
    }

    const char* reason_against(Message& message) const {
        if (message.author.empty()) return "system_message";
        if (message.too_long) return "too_long";
        if (!is_utf8(message.text)) return "not_utf8";
        const Wording wording = without_programs_words(message.text, message.by_program);
        message.text = plain_lines(message.text);
        if (wording == Wording::deleted) return "deleted";
        if (wording == Wording::by_programs) return "system_message";
        if (wording == Wording::no_text || message.text.empty()) return "no_text";
        if (is_placeholder_name(message.author)) return "no_author";
        return message.at ? nullptr : "bad_time";
    }

    static std::string plain_lines(std::string_view text) {
        std::string out;
        while (!text.empty()) {
            const std::size_t end = std::min(text.find('\n'), text.size());
            out += plain_line(text.substr(0, end));
            if (end < text.size()) out += '\n';
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        while (out.ends_with('\n')) out.pop_back();
        return out;
    }

    Result<void> finish(Intake& intake) {
        if (!open_) return done();
        Message message = std::move(*open_);
        open_.reset();
        if (const char* reason = reason_against(message); reason != nullptr) {
            intake.reject(reason);
            return done();
        }
        IncomingRecord record;
        record.created_at = *message.at;
        record.id = made_id("message", message.author, *message.at, message.text);
        record.text =
            PersonalText(with_nicks_marked(message.text, facts_now_->names, message.author));
        record.author = PersonalText(std::move(message.author));
        record.audience = ledger::Audience::restricted;
        return intake.record(std::move(record));
    }

    std::map<std::uint64_t, ChatFacts> facts_;  ///< by member
    const ChatFacts* facts_now_ = nullptr;
    std::optional<Message> open_;
};

/// Signal's dates are ISO's, in brackets and to the minute; WhatsApp's are everything else.
template <bool signal>
Likeness chat_likeness(const Glance& glance) {
    const auto head = take_chat_head(glance.head.substr(0, glance.head.find('\n')));
    return head && head->signals == signal ? Likeness::strong : Likeness::none;
}

std::unique_ptr<Reader> reader(const ImportOptions&) { return std::make_unique<ChatText>(); }

}  // namespace

extern const Format kWhatsApp = {.name = "whatsapp",
                                 .reads = "an exported chat (txt, or zip with it)",
                                 .likeness = chat_likeness<false>,
                                 .reader = reader};
extern const Format kSignal = {.name = "signal",
                               .reads = "a conversation as text",
                               .likeness = chat_likeness<true>,
                               .reader = reader};

}  // namespace litura::corpus
