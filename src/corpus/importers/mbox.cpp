// The format mbox (RFC 4155): mails one after the other, each begun by a line "From " before
// headers, with ">From " for such lines inside (mboxrd). Mail is private: it names who else took
// part, and nothing in it shows that they agreed.
#include <algorithm>

#include "base/text.hpp"
#include "corpus/importers/format_list.hpp"
#include "corpus/importers/json_fields.hpp"
#include "corpus/importers/line_reader.hpp"
#include "corpus/importers/mail.hpp"
#include "corpus/importers/mentions.hpp"

namespace litura::corpus {
namespace {

constexpr std::size_t kMailLineMax = 1 << 20;
constexpr std::size_t kMailMax = 4 << 20;  // what comes later is attachments

/// "From vera@example.org Thu Feb  5 22:34:43 2009": what follows the sender.
std::optional<Instant> postmark_date(std::string_view line) {
    line.remove_prefix(std::min(std::string_view("From ").size(), line.size()));
    line.remove_prefix(std::min(line.find(' '), line.size()));
    return mail_date(line);
}

/// `postmark` is the line "From " before it, whose date stands in for one that cannot be read.
Result<void> take_mail(std::string_view postmark, std::string_view raw, Intake& intake) {
    Mail mail = parse_mail(raw);
    if (!mail.at) mail.at = postmark_date(postmark);
    if (mail.text.empty() || !mail.at) {
        intake.reject(mail.text.empty() ? "no_text" : "bad_time");
        return done();
    }
    IncomingRecord record;
    record.created_at = *mail.at;
    record.id = mail.id.empty() ? made_id("mail", mail.author.address, *mail.at, mail.text)
                                : PersonalText(mail.id);
    record.author = PersonalText(mail.author.address);
    if (!mail.author.written.empty()) record.earlier_names.emplace_back(mail.author.written);
    record.text = PersonalText(mail.text);
    record.audience = ledger::Audience::restricted;
    Mentions others;
    for (const std::string& recipient : mail.recipients) {
        if (is_utf8(recipient)) others.add("", recipient);
    }
    record.rest = rest_of(Json(), {}, others.list());
    return intake.record(std::move(record));
}

/// ">From ", ">>From ", ...
bool is_escaped_from(std::string_view line) {
    const std::size_t words = line.find_first_not_of('>');
    return words > 0 && words != line.npos && line.substr(words).starts_with("From ");
}

/// The names with which the headers of a mail begin.
constexpr std::string_view kFirstHeaders[] = {"from",
                                              "to",
                                              "cc",
                                              "bcc",
                                              "date",
                                              "subject",
                                              "message-id",
                                              "received",
                                              "sender",
                                              "reply-to",
                                              "return-path",
                                              "delivered-to",
                                              "envelope-to",
                                              "mime-version",
                                              "status",
                                              "content-type",
                                              "in-reply-to",
                                              "references",
                                              "resent-from",
                                              "organization",
                                              "newsgroups",
                                              "path",
                                              "dkim-signature",
                                              "arc-seal",
                                              "delivery-date",
                                              "authentication-results",
                                              "lines",
                                              "precedence",
                                              "mailing-list"};

/// Is it the first header of a mail? Of names that nobody knows, "X-..." are the only ones that
/// text does not begin with.
bool begins_mail(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == line.npos || colon > 40) return false;
    std::string name(line.substr(0, colon));
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    return name.starts_with("x-") ||
           std::ranges::find(kFirstHeaders, name) != std::end(kFirstHeaders);
}

class Mbox final : public Reader {
public:
    Result<bool> read(const Member& member, Intake& intake) override {
        if (!member.alone && !member.named("", ".mbox")) return false;
        *this = Mbox();
        LineReader lines(member.bytes, kMailLineMax);
        while (const auto line = TRY(lines.next())) {
            std::string_view text = line->text;
            if (line->number == 1 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
            if (text.starts_with("From ")) {
                TRY(take_held(false, intake));
                held_ = text;
            } else if (held_) {
                TRY(take_held(begins_mail(text), intake));
                if (inside_) add(text);
            } else if (inside_) {
                add(text);
            } else if (!text.empty() && text != "\r") {
                return false;
            }
        }
        TRY(take_held(false, intake));
        if (inside_) TRY(take_mail(postmark_, mail_, intake));
        return inside_;
    }

private:
    /// The line "From " that was seen last begins a mail, or is a line of one.
    Result<void> take_held(bool begins, Intake& intake) {
        if (!held_) return done();
        const std::string line = std::move(*held_);
        held_.reset();
        if (!begins && inside_) {
            add(line);
            return done();
        }
        if (inside_) TRY(take_mail(postmark_, mail_, intake));
        inside_ = true;
        postmark_ = line;
        mail_.clear();
        return done();
    }

    void add(std::string_view text) {
        if (is_escaped_from(text)) text.remove_prefix(1);
        if (mail_.size() + text.size() < kMailMax) mail_.append(text).push_back('\n');
    }

    bool inside_ = false;
    std::optional<std::string> held_;  ///< a line "From ", until the next shows what it is
    std::string postmark_, mail_;
};

Likeness mbox_likeness(const Glance& glance) {
    const bool mail =
        glance.head.starts_with("From ") && glance.head.find("\nFrom:") != glance.head.npos;
    return mail ? Likeness::strong : Likeness::none;
}

}  // namespace

extern const Format kMbox = {.name = "mbox",
                             .reads = "a mailbox",
                             .likeness = mbox_likeness,
                             .reader = [](const ImportOptions&) -> std::unique_ptr<Reader> {
                                 return std::make_unique<Mbox>();
                             }};

}  // namespace litura::corpus
