// The formats whatsapp and signal: a conversation as text, a message a line, further lines of a
// message below it. Names are those in one person's address book, times are the phone's. The order
// of day and month is inferred from the whole file; where it cannot be, nothing is guessed.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/text.hpp"
#include "corpus/importers/format_list.hpp"
#include "corpus/importers/json_fields.hpp"
#include "corpus/importers/line_reader.hpp"
#include "corpus/importers/moments.hpp"

namespace litura::corpus {
namespace {

constexpr std::size_t kLineMax = 1 << 20;
constexpr std::size_t kMessageMax = 1 << 20;

/// Marks of direction and the spaces that phones put before "PM".
constexpr std::string_view kMarks[] = {"\u200E", "\u200F", "\u202A", "\u202C", "\uFEFF"};
constexpr std::string_view kSpaces[] = {"\u00A0", "\u202F"};

std::string plain(std::string_view line) {
    std::string out;
    while (!line.empty()) {
        const auto front = [&](std::string_view sign) { return line.starts_with(sign); };
        if (const auto* mark = std::ranges::find_if(kMarks, front); mark != std::end(kMarks)) {
            line.remove_prefix(mark->size());
        } else if (const auto* space = std::ranges::find_if(kSpaces, front);
                   space != std::end(kSpaces)) {
            out += ' ';
            line.remove_prefix(space->size());
        } else {
            out += line.front();
            line.remove_prefix(1);
        }
    }
    while (out.ends_with('\r')) out.pop_back();
    return out;
}

/// A cursor over a line.
struct Cursor {
    std::string_view rest;

    bool take(std::string_view sign) {
        if (!rest.starts_with(sign)) return false;
        rest.remove_prefix(sign.size());
        return true;
    }
    bool take_any(std::string_view signs) {
        if (rest.empty() || signs.find(rest.front()) == signs.npos) return false;
        rest.remove_prefix(1);
        return true;
    }
    void skip_spaces() {
        while (take(" ")) {
        }
    }
    /// Of at most four digits; -1 if there is none.
    int number(std::size_t& digits) {
        const std::size_t end = std::min(rest.find_first_not_of("0123456789"), rest.size());
        digits = end;
        int value = -1;
        if (end == 0 || end > 4) return -1;
        std::from_chars(rest.data(), rest.data() + end, value);
        rest.remove_prefix(end);
        return value;
    }
};

/// The three numbers of a date as they stand, and the time of day.
struct Head {
    std::array<int, 3> date{};
    bool year_first = false;
    int hour = 0, minute = 0, second = 0;
    std::string_view rest;  ///< "Name: text", or what the program says
};

bool take_time(Cursor& at, Head& head) {
    std::size_t digits = 0;
    head.hour = at.number(digits);
    if (head.hour < 0 || !at.take_any(":.")) return false;
    head.minute = at.number(digits);
    if (head.minute < 0 || digits != 2) return false;
    if (at.take_any(":.")) head.second = at.number(digits);
    if (head.second < 0) return false;
    Cursor half = at;
    half.skip_spaces();
    const bool morning = half.take_any("aA");
    if (!morning && !half.take_any("pP")) return true;
    half.take(".");
    half.skip_spaces();
    if (!half.take_any("mM")) return true;
    half.take(".");
    at = half;
    head.hour = head.hour % 12 + (morning ? 0 : 12);
    return true;
}

/// "[2019-12-24, 12:23:45] ", "24/12/19, 12:23 - ", "1/20/2019, 11:23 a. m. - ", ...
std::optional<Head> take_head(std::string_view line) {
    Cursor at{line};
    Head head;
    const bool bracket = at.take("[");
    for (std::size_t part = 0; part < 3; ++part) {
        std::size_t digits = 0;
        if (part > 0 && !at.take_any("-/.")) return {};
        at.skip_spaces();
        head.date[part] = at.number(digits);
        if (head.date[part] < 0) return {};
        if (part == 0) head.year_first = digits == 4;
    }
    at.take_any(",.");
    if (!at.take(" ")) return {};
    at.skip_spaces();
    if (!take_time(at, head)) return {};
    if (bracket ? !at.take("]") : !(at.take(" -") || at.take(":"))) return {};
    if (!at.take(" ") && !at.rest.empty()) return {};
    head.rest = at.rest;
    return head;
}

/// What the dates of a file say together about which number is the day.
class DateOrder {
public:
    void see(const Head& head) {
        if (head.year_first) return;
        day_first_ = day_first_ || head.date[0] > 12;
        month_first_ = month_first_ || head.date[1] > 12;
        const auto later = [&](std::size_t month, std::size_t day) {
            const auto key = [&](const std::array<int, 3>& date) {
                return std::array{date[2], date[month], date[day]};
            };
            return key(head.date) >= key(before_);
        };
        day_first_runs_ = day_first_runs_ && later(1, 0);
        month_first_runs_ = month_first_runs_ && later(0, 1);
        before_ = head.date;
    }

    /// Year, month, day; nothing where both orders are possible or none is.
    std::optional<std::array<int, 3>> of(const Head& head) const {
        std::array<int, 3> date = head.date;
        if (head.year_first) return date;
        bool day_first = day_first_;
        if (day_first_ == month_first_) {
            if (day_first_ || day_first_runs_ == month_first_runs_) return {};
            day_first = day_first_runs_;
        }
        const int year = date[2] < 100 ? 2000 + date[2] : date[2];
        return day_first ? std::array{year, date[1], date[0]} : std::array{year, date[0], date[1]};
    }

private:
    bool day_first_ = false, month_first_ = false;
    bool day_first_runs_ = true, month_first_runs_ = true;
    std::array<int, 3> before_{};
};

std::optional<Instant> moment_of(const Head& head, const DateOrder& order) {
    const auto date = order.of(head);
    if (!date) return {};
    const auto two = [](int value) { return (value < 10 ? "0" : "") + std::to_string(value); };
    const auto moment =
        parse_moment(std::to_string((*date)[0]) + "-" + two((*date)[1]) + "-" + two((*date)[2]) +
                     "T" + two(head.hour) + ":" + two(head.minute) + ":" + two(head.second) + "Z");
    return moment.ok() ? std::optional(moment.value()) : std::nullopt;
}

/// Only a file that hangs on the message: "<Media omitted>", "IMG.jpg (file attached)".
bool is_attachment(std::string_view text) {
    const bool angled = text.starts_with('<') && text.ends_with('>');
    return (angled || text.ends_with(" (file attached)")) && text.find('\n') == text.npos;
}

struct Message {
    std::optional<Instant> at;
    std::string author, text;
    bool too_long = false;
};

class ChatText final : public Reader {
public:
    Result<void> learn(const Member& member) override {
        if (!is_chat(member)) return done();
        LineReader lines(member.bytes, kLineMax);
        while (const auto line = TRY(lines.next())) {
            const std::string text = plain(line->text);
            if (const auto head = take_head(text)) orders_[member.number].see(*head);
        }
        return done();
    }

    Result<bool> read(const Member& member, Intake& intake) override {
        if (!is_chat(member)) return false;
        order_ = orders_[member.number];
        LineReader lines(member.bytes, kLineMax);
        while (const auto line = TRY(lines.next())) {
            const std::string text = plain(line->text);
            if (const auto head = take_head(text)) {
                TRY(finish(intake));
                begin(*head);
            } else if (open_) {
                append("\n" + text);
            } else if (!text.empty()) {
                intake.reject("not_an_entry");
            }
        }
        TRY(finish(intake));
        return true;
    }

private:
    static bool is_chat(const Member& member) { return member.alone || member.named("", ".txt"); }

    void begin(const Head& head) {
        const std::size_t colon = head.rest.find(": ");
        open_.emplace();
        open_->at = moment_of(head, order_);
        if (colon == head.rest.npos) return;
        open_->author = head.rest.substr(0, colon);
        append(head.rest.substr(colon + 2));
    }

    void append(std::string_view text) {
        if (open_->text.size() + text.size() > kMessageMax) {
            open_->too_long = true;
        } else {
            open_->text += text;
        }
    }

    Result<void> finish(Intake& intake) {
        if (!open_) return done();
        Message message = std::move(*open_);
        open_.reset();
        while (message.text.ends_with('\n')) message.text.pop_back();
        const char* reason = message.author.empty()        ? "system_message"
                             : message.too_long            ? "too_long"
                             : !is_utf8(message.text)      ? "not_utf8"
                             : is_attachment(message.text) ? "no_text"
                             : !message.at                 ? "bad_time"
                                                           : nullptr;
        if (reason != nullptr) {
            intake.reject(reason);
            return done();
        }
        IncomingRecord record;
        record.created_at = *message.at;
        record.id = made_id("message", message.author, *message.at, message.text);
        record.author = PersonalText(std::move(message.author));
        record.text = PersonalText(std::move(message.text));
        record.audience = ledger::Audience::restricted;
        return intake.record(std::move(record));
    }

    std::map<std::uint64_t, DateOrder> orders_;  ///< by member
    DateOrder order_;
    std::optional<Message> open_;
};

/// Signal's dates are ISO's, in brackets and to the minute; WhatsApp's are everything else.
bool looks_like_signal(const Head& head, std::string_view line) {
    return line.starts_with('[') && head.year_first && line.size() > 18 && line[5] == '-' &&
           line[18] == ']';
}

template <bool signal>
Likeness likeness(const Glance& glance) {
    const std::string first = plain(glance.head.substr(0, glance.head.find('\n')));
    const auto head = take_head(first);
    return head && looks_like_signal(*head, first) == signal ? Likeness::strong : Likeness::none;
}

std::unique_ptr<Reader> reader(const ImportOptions&) { return std::make_unique<ChatText>(); }

}  // namespace

extern const Format kWhatsApp = {.name = "whatsapp",
                                 .reads = "an exported chat (txt, or zip with it)",
                                 .likeness = likeness<false>,
                                 .reader = reader};
extern const Format kSignal = {.name = "signal",
                               .reads = "a conversation as text",
                               .likeness = likeness<true>,
                               .reader = reader};

}  // namespace litura::corpus
