// The format mbox (RFC 4155): mails one after the other, each begun by a line "From " after an
// empty line, with ">From " for such lines inside (mboxrd). Mail is private: it names who else took
// part, and nothing in it shows that they agreed.
#include "base/text.hpp"
#include "corpus/importers/format_list.hpp"
#include "corpus/importers/json_fields.hpp"
#include "corpus/importers/line_reader.hpp"
#include "corpus/importers/mail.hpp"
#include "corpus/importers/mentions.hpp"

namespace litura::corpus {
namespace {

constexpr std::size_t kLineMax = 1 << 20;
constexpr std::size_t kMailMax = 4 << 20;  // what comes later is attachments

Result<void> take_mail(std::string_view raw, Intake& intake) {
    const Mail mail = parse_mail(raw);
    if (mail.text.empty() || !mail.at) {
        intake.reject(mail.text.empty() ? "no_text" : "bad_time");
        return done();
    }
    IncomingRecord record;
    record.created_at = *mail.at;
    record.id =
        mail.id.empty() ? made_id("mail", mail.author, *mail.at, mail.text) : PersonalText(mail.id);
    record.author = PersonalText(mail.author);
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

class Mbox final : public Reader {
public:
    Result<bool> read(const Member& member, Intake& intake) override {
        if (!member.alone && !member.named("", ".mbox")) return false;
        LineReader lines(member.bytes, kLineMax);
        std::string mail;
        bool inside = false, after_empty = true;
        while (const auto line = TRY(lines.next())) {
            std::string_view text = line->text;
            if (after_empty && text.starts_with("From ")) {
                if (inside) TRY(take_mail(mail, intake));
                inside = true;
                mail.clear();
            } else if (inside) {
                if (is_escaped_from(text)) text.remove_prefix(1);
                if (mail.size() + text.size() < kMailMax) mail.append(text).push_back('\n');
            } else if (!text.empty()) {
                return false;
            }
            after_empty = text.empty() || text == "\r";
        }
        if (inside) TRY(take_mail(mail, intake));
        return inside;
    }
};

Likeness likeness(const Glance& glance) {
    const bool mail =
        glance.head.starts_with("From ") && glance.head.find("\nFrom:") != glance.head.npos;
    return mail ? Likeness::strong : Likeness::none;
}

}  // namespace

extern const Format kMbox = {.name = "mbox",
                             .reads = "a mailbox",
                             .likeness = likeness,
                             .reader = [](const ImportOptions&) -> std::unique_ptr<Reader> {
                                 return std::make_unique<Mbox>();
                             }};

}  // namespace litura::corpus
