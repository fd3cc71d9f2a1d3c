// Tables, and few rules: the lines that can be meant are told by their last sign, their dashes or
// their first colon, and only those are folded and looked up.
#include "corpus/quotations.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "base/ascii.hpp"
#include "base/text.hpp"

namespace litura::corpus {
namespace {

constexpr std::size_t kAttributionMax = 400;
constexpr std::size_t kHeaderNameMax = 40;
constexpr std::size_t kLinesMax = 3;  // of an attribution
constexpr std::size_t kAloneMax = 4;  // ">:", where the verb stands above
constexpr std::size_t kClosingMax = 80;

/// Who wrote, in the languages in which Gmail, Outlook, Thunderbird and Apple Mail say so.
constexpr std::string_view kWrote[] = {
    "wrote",    "writes",   "said",     "says",     "schrieb",    "geschrieben",  "a écrit",
    "a ecrit",  "écrivait", "escribió", "escribio", "ha escrito", "va escriure",  "ha scritto",
    "scrisse",  "scrive",   "escreveu", "schreef",  "skrev",      "skrifaði",     "kirjoitti",
    "kirjutas", "napisał",  "napisal",  "pisze",    "napsal",     "napísal",      "napisao",
    "írta",     "a scris",  "έγραψε",   "написал",  "пишет",      "писал",        "написав",
    "пише",     "написа",   "yazdı",    "rašė",     "rakstīja",   "idatzi",       "כתב",
    "كتب",      "نوشت",     "写道",     "寫道",     "書きました", "のメッセージ", "작성",
    "viết",     "menulis",  "เขียน",     "लिखा"};

constexpr std::string_view kOtherMail[] = {"original message",
                                           "original appointment",
                                           "forwarded message",
                                           "forwarded by",
                                           "originalnachricht",
                                           "ursprüngliche nachricht",
                                           "original-nachricht",
                                           "weitergeleitete nachricht",
                                           "message d'origine",
                                           "message d’origine",
                                           "message original",
                                           "message transféré",
                                           "message initial",
                                           "mensaje original",
                                           "mensaje reenviado",
                                           "missatge original",
                                           "messaggio originale",
                                           "messaggio inoltrato",
                                           "mensagem original",
                                           "mensagem encaminhada",
                                           "oorspronkelijk bericht",
                                           "doorgestuurd bericht",
                                           "oprindelig meddelelse",
                                           "videresendt meddelelse",
                                           "opprinnelig melding",
                                           "videresendt melding",
                                           "ursprungligt meddelande",
                                           "originalmeddelande",
                                           "vidarebefordrat meddelande",
                                           "alkuperäinen viesti",
                                           "välitetty viesti",
                                           "wiadomość oryginalna",
                                           "oryginalna wiadomość",
                                           "wiadomość przekazana",
                                           "przekazana wiadomość",
                                           "původní zpráva",
                                           "přeposlaná zpráva",
                                           "pôvodná správa",
                                           "eredeti üzenet",
                                           "továbbított üzenet",
                                           "mesajul original",
                                           "mesaj original",
                                           "mesaj redirecționat",
                                           "αρχικό μήνυμα",
                                           "προωθημένο μήνυμα",
                                           "исходное сообщение",
                                           "оригинальное сообщение",
                                           "пересылаемое сообщение",
                                           "пересланное сообщение",
                                           "оригінальне повідомлення",
                                           "переслане повідомлення",
                                           "оригинално съобщение",
                                           "препратено съобщение",
                                           "izvorna poruka",
                                           "orijinal mesaj",
                                           "özgün ileti",
                                           "iletilen mesaj",
                                           "yönlendirilmiş ileti",
                                           "yönlendirilen mesaj",
                                           "הודעה מקורית",
                                           "הודעה שהועברה",
                                           "الرسالة الأصلية",
                                           "رسالة معاد توجيهها",
                                           "原始邮件",
                                           "邮件原件",
                                           "转发邮件",
                                           "转发的邮件",
                                           "原始郵件",
                                           "轉寄郵件",
                                           "元のメッセージ",
                                           "転送メッセージ",
                                           "転送されたメッセージ",
                                           "원본 메시지",
                                           "전달된 메시지",
                                           "원본 메일",
                                           "thư gốc",
                                           "tin nhắn gốc",
                                           "thư đã chuyển tiếp",
                                           "pesan asli",
                                           "pesan terusan",
                                           "ข้อความต้นฉบับ",
                                           "ข้อความที่ส่งต่อ",
                                           "reply message",
                                           "antwort nachricht"};

/// Apple Mail's, without dashes.
constexpr std::string_view kBegins[] = {"begin forwarded message",
                                        "anfang der weitergeleiteten nachricht",
                                        "anfang der weitergeleiteten e-mail",
                                        "début du message réexpédié",
                                        "début du message transféré",
                                        "inicio del mensaje reenviado",
                                        "inizio messaggio inoltrato",
                                        "início da mensagem encaminhada",
                                        "início da mensagem reencaminhada",
                                        "begin doorgestuurd bericht",
                                        "start på videresendt besked",
                                        "videresendt besked",
                                        "vidarebefordrat brev",
                                        "välitetty viesti alkaa",
                                        "początek przekazywanej wiadomości",
                                        "začátek přeposílané zprávy",
                                        "továbbított levél kezdete",
                                        "начало переадресованного сообщения",
                                        "начало переадресованного письма",
                                        "iletilmiş ileti başlangıcı",
                                        "下面是被转发的邮件",
                                        "開始轉寄郵件",
                                        "転送されたメッセージ",
                                        "전달된 메시지 시작"};

/// From, date, to, subject, others; with bars between.
constexpr std::string_view kHeaderNames[] = {
    "from|von|de|da|van|fra|från|lähettäjä|od|feladó|de "
    "la|expeditor|από|от|від|од|kimden|gönderen|מאת|"
    "من|发件人|寄件者|寄件人|差出人|보낸 사람|보낸사람|từ|dari|จาก|saatja",
    "sent|date|gesendet|datum|envoyé|enviado el|enviado|fecha|inviato|data|enviada "
    "em|enviada|verzonden|"
    "sendt|dato|skickat|lähetetty|päivämäärä|päiväys|wysłano|wysłane|odesláno|odoslané|dátum|"
    "elküldve|"
    "küldve|trimis|στάλθηκε|ημερομηνία|отправлено|дата|надіслано|изпратено|tarih|gönderildi|"
    "gönderme "
    "tarihi|נשלח|תאריך|تاريخ الإرسال|التاريخ|发送时间|日期|寄件日期|傳送時間|送信日時|日付|보낸 "
    "날짜|"
    "날짜|đã gửi|ngày|dikirim|tanggal|วันที่|ส่ง",
    "to|an|à|a|para|per|aan|til|till|vastaanottaja|do|komu|címzett|către|catre|προς|кому|до|kime|"
    "alıcı|"
    "אל|إلى|收件人|收件者|宛先|받는 사람|받는사람|đến|tới|kepada|ถึง",
    "subject|betreff|objet|asunto|oggetto|assunto|onderwerp|emne|ämne|aihe|temat|předmět|predmet|"
    "tárgy|"
    "subiect|θέμα|тема|относно|konu|נושא|الموضوع|主题|主旨|件名|제목|chủ đề|tiêu "
    "đề|perihal|subjek|เรื่อง",
    "cc|bcc|kopie|copie|copia|cópia|kopio|dw|kopia|másolat|копия|копія|κοιν|bilgi|עותק|نسخة|抄送|"
    "副本|참조|"
    "reply-to|antwort an|importance|wichtigkeit|attachments|anlagen|pièces "
    "jointes|adjuntos|bijlagen"};
constexpr std::size_t kKinds = std::size(kHeaderNames), kFrom = 0, kDate = 1;

constexpr std::string_view kFooters[] = {"mailing list",       "you received this message because",
                                         "to unsubscribe",     "mailingliste",
                                         "liste de diffusion", "lista de correo"};

std::string folded_or_empty(std::string_view text) {
    auto out = folded(text);
    return out.ok() ? std::move(out).value() : std::string();
}

std::vector<std::string> folded_all(std::span<const std::string_view> phrases) {
    std::vector<std::string> out;
    for (const std::string_view phrase : phrases) out.push_back(folded_or_empty(phrase));
    return out;
}

/// Without white space and marks of direction around.
std::string_view without_marks_around(std::string_view line) {
    constexpr std::string_view kDirections[] = {"\u200E", "\u200F", "\u202A", "\u202B", "\u202C",
                                                "\u00A0", "\u2066", "\u2067", "\u2069"};
    for (bool again = true; again;) {
        again = false;
        while (!line.empty() && is_space(line.front())) line.remove_prefix(1);
        while (!line.empty() && is_space(line.back())) line.remove_suffix(1);
        for (const std::string_view mark : kDirections) {
            if (line.starts_with(mark)) line.remove_prefix(mark.size()), again = true;
            if (line.ends_with(mark)) line.remove_suffix(mark.size()), again = true;
        }
    }
    return line;
}

/// A year from 1970 on, or a time of day.
bool names_a_moment(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        if (!is_digit(text[at])) {
            ++at;
            continue;
        }
        const std::size_t begin = at;
        while (at < text.size() && is_digit(text[at])) ++at;
        const std::size_t digits = at - begin;
        const std::string_view number = text.substr(begin, digits);
        if (digits == 4 && (number.starts_with("19") || number.starts_with("20"))) return true;
        const bool clock = digits <= 2 && at + 2 < text.size() &&
                           (text[at] == ':' || text[at] == '.') && is_digit(text[at + 1]) &&
                           is_digit(text[at + 2]);
        if (clock && (at + 3 == text.size() || !is_digit(text[at + 3]))) return true;
    }
    return false;
}

bool ends_in_colon(std::string_view line) {
    return line.ends_with(':') || line.ends_with("\uFF1A");
}

bool says_who_wrote(std::string_view line) {
    static const std::vector<std::string> kVerbs = folded_all(kWrote);
    const std::string text = folded_or_empty(line);
    return std::ranges::any_of(
        kVerbs, [&](const std::string& verb) { return text.find(verb) != std::string::npos; });
}

bool has_bracket_before_colon(std::string_view line) {
    while (!line.empty() && ends_in_colon(line))
        line.remove_suffix(line.ends_with(':') ? 1 : std::string_view("\uFF1A").size());
    line = without_marks_around(line);
    return line.ends_with('>') || line.ends_with("]") || line.ends_with(">)");
}

/// Of the header that the line is, and kKinds if it is none.
std::size_t header_kind(std::string_view line) {
    static const std::vector<std::set<std::string>> kNames = [] {
        std::vector<std::set<std::string>> all;
        for (std::string_view names : kHeaderNames) {
            std::set<std::string>& kind = all.emplace_back();
            while (!names.empty()) {
                const std::size_t bar = std::min(names.find('|'), names.size());
                kind.insert(folded_or_empty(names.substr(0, bar)));
                names.remove_prefix(std::min(bar + 1, names.size()));
            }
        }
        return all;
    }();
    const std::size_t plain = line.find(':'), wide = line.find("\uFF1A");
    const std::size_t colon = std::min(plain, wide);
    if (colon == line.npos || colon > kHeaderNameMax) return kKinds;
    std::string_view name = without_marks_around(line.substr(0, colon));
    while (name.starts_with('*')) name.remove_prefix(1);
    while (name.ends_with('*')) name.remove_suffix(1);
    const std::string key = folded_or_empty(without_marks_around(name));
    for (std::size_t kind = 0; kind < kKinds; ++kind)
        if (kNames[kind].contains(key)) return kind;
    return kKinds;
}

/// In one line, as where a page was flattened: "From: A Sent: 2009 To: B Subject: s".
void see_further_headers(std::string_view line, std::span<bool, kKinds> seen, bool& moment) {
    line = line.substr(0, kAttributionMax);
    for (std::size_t colon = line.find(':'); colon != line.npos;
         colon = line.find(':', colon + 1)) {
        const std::string_view before = line.substr(0, colon);
        const std::size_t space = before.rfind(' ');
        if (space == before.npos) continue;
        const std::size_t kind = header_kind(line.substr(space + 1, colon - space));
        if (kind == kKinds) continue;
        seen[kind] = true;
        moment = moment || (kind == kDate && names_a_moment(line.substr(colon)));
    }
}

std::string_view take_quoting_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

std::string_view without_dashes(std::string_view text, std::size_t& dashes) {
    dashes = 0;
    while (!text.empty()) {
        const bool sign = std::string_view("-_=*+#~").find(text.front()) != std::string_view::npos;
        if (!sign && !is_space(text.front())) break;
        dashes += sign ? 1 : 0;
        text.remove_prefix(1);
    }
    return text;
}

}  // namespace

Attribution attribution_at_end(std::span<const std::string> lines) {
    if (lines.empty()) return {};
    const std::string_view last = without_marks_around(lines.back());
    if (last.size() > kAttributionMax || !ends_in_colon(last)) return {};
    const bool wrote = says_who_wrote(last);
    if (!wrote && !has_bracket_before_colon(last)) return {};
    if (names_a_moment(last)) return {1, true};
    for (std::size_t before = 1; before < std::min(lines.size(), kLinesMax); ++before) {
        const std::string_view line = without_marks_around(lines[lines.size() - 1 - before]);
        const bool sentence = line.empty() || line.size() > kAttributionMax ||
                              ends_in_colon(line) ||
                              std::string_view(".!?]").find(line.back()) != std::string_view::npos;
        if (sentence) break;
        if (names_a_moment(line)) return {before + 1, true};
    }
    if (!wrote) return {};
    const bool broken = lines.size() > 1 && !last.starts_with("On ") &&
                        without_marks_around(lines[lines.size() - 2]).starts_with("On ");
    return {broken ? 2U : 1U, false};
}

bool closes_address(std::string_view above, std::string_view line) {
    line = without_marks_around(line);
    const std::size_t open = above.rfind('<');
    return open != above.npos && above.find('>', open) == above.npos &&
           above.size() <= kAttributionMax && line.size() <= kClosingMax && line.starts_with('>') &&
           ends_in_colon(line) && (line.size() <= kAloneMax || says_who_wrote(line));
}

bool begins_other_mail(std::string_view line) {
    static const std::vector<std::string> kBetween = folded_all(kOtherMail),
                                          kAlone = folded_all(kBegins);
    line = without_marks_around(line);
    if (line.empty() || line.size() > kAttributionMax) return false;
    std::size_t before = 0, after = 0;
    const std::string_view inside = without_dashes(line, before);
    if (inside.empty() || (before < 2 && !ends_in_colon(inside))) return false;
    const std::string words = folded_or_empty(inside);
    const auto starts = [&](const std::string& phrase) { return words.starts_with(phrase); };
    if (before < 2) return std::ranges::any_of(kAlone, starts);
    const auto phrase = std::ranges::find_if(kBetween, starts);
    if (phrase == kBetween.end()) return false;
    without_dashes(std::string_view(words).substr(phrase->size()), after);
    return after >= 2 || phrase->ends_with(" by");
}

bool begins_with_headers(std::string_view text) {
    bool seen[kKinds] = {};
    bool moment = false;
    for (std::size_t lines = 0; lines < 8 && !text.empty(); ++lines) {
        const std::string_view line = without_marks_around(take_quoting_line(text));
        const std::size_t kind = header_kind(line);
        if (kind == kKinds) break;
        seen[kind] = true;
        moment = moment || (kind == kDate && names_a_moment(line));
        if (lines == 0 && kind == kFrom) see_further_headers(line, seen, moment);
    }
    return seen[kFrom] && (moment || std::ranges::count(seen, true) >= 3);
}

bool is_ruler(std::string_view line) {
    line = without_marks_around(line);
    return line.size() >= 10 &&
           std::string_view("_-=").find(line.front()) != std::string_view::npos &&
           line.find_first_not_of(line.front()) == line.npos;
}

bool is_list_footer(std::string_view line) {
    static const std::vector<std::string> kPhrases = folded_all(kFooters);
    if (line.size() > kAttributionMax) return false;
    const std::string words = folded_or_empty(without_marks_around(line));
    return std::ranges::any_of(kPhrases, [&](const std::string& phrase) {
        return words.find(phrase) != std::string::npos;
    });
}

}  // namespace litura::corpus
