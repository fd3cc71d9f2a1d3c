// The format instagram: "Download your information" in JSON: captions, comments in their three
// generations, conversations. Stories, likes and followers are not read; neither are coordinates.
// Keys follow the account's language, so values are told apart by their shape.
#include <algorithm>
#include <span>

#include "corpus/importers/format_list.hpp"
#include "corpus/importers/json_fields.hpp"
#include "corpus/importers/meta_export.hpp"

namespace litura::corpus {
namespace {

constexpr std::string_view kMediaLists[] = {"ig_igtv_media", "ig_reels_media"};

/// Keys of the profile in the languages of the interface.
constexpr std::string_view kUserNames[] = {"Username",
                                           "Gebruikersnaam",
                                           "Benutzername",
                                           "Nom d’utilisateur",
                                           "Nom d'utilisateur",
                                           "Nombre de usuario",
                                           "Nome utente",
                                           "Nome de usuário",
                                           "Nome de utilizador",
                                           "Brugernavn",
                                           "Brukernavn",
                                           "Användarnamn",
                                           "Käyttäjänimi",
                                           "Nazwa użytkownika",
                                           "Uživatelské jméno",
                                           "Používateľské meno",
                                           "Felhasználónév",
                                           "Nume de utilizator",
                                           "Nume utilizator",
                                           "Όνομα χρήστη",
                                           "Имя пользователя",
                                           "Ім’я користувача",
                                           "Ім'я користувача",
                                           "Потребителско име",
                                           "Korisničko ime",
                                           "Kullanıcı Adı",
                                           "Kullanıcı adı",
                                           "שם משתמש",
                                           "اسم المستخدم",
                                           "نام کاربری",
                                           "用户名",
                                           "帐号",
                                           "用戶名稱",
                                           "用戶名",
                                           "使用者名稱",
                                           "用戶帳號",
                                           "ユーザーネーム",
                                           "사용자 이름",
                                           "Tên người dùng",
                                           "Nama pengguna",
                                           "ชื่อผู้ใช้",
                                           "यूज़रनेम",
                                           "उपयोगकर्ता नाम"};
constexpr std::string_view kFullNames[] = {
    "Name",  "Naam",  "Nom",  "Nombre", "Nome", "Navn",  "Namn",  "Nimi", "Imię i nazwisko",
    "Nazwa", "Jméno", "Meno", "Név",    "Nume", "Όνομα", "Имя",   "Ім’я", "Ім'я",
    "Име",   "Ime",   "Ad",   "Adı",    "İsim", "שם",    "الاسم", "نام",  "姓名",
    "名字",  "名稱",  "名前", "이름",   "Tên",  "Nama",  "ชื่อ",    "नाम"};
constexpr std::string_view kPrivateAccounts[] = {"Private Account",
                                                 "Private account",
                                                 "Privéaccount",
                                                 "Privates Konto",
                                                 "Privater Account",
                                                 "Compte privé",
                                                 "Cuenta privada",
                                                 "Account privato",
                                                 "Conta privada",
                                                 "Conta Privada",
                                                 "Privat konto",
                                                 "Yksityinen tili",
                                                 "Konto prywatne",
                                                 "Prywatne konto",
                                                 "Soukromý účet",
                                                 "Súkromný účet",
                                                 "Privát fiók",
                                                 "Cont privat",
                                                 "Ιδιωτικός λογαριασμός",
                                                 "Закрытый аккаунт",
                                                 "Закритий обліковий запис",
                                                 "Приватний обліковий запис",
                                                 "Личен профил",
                                                 "Privatni račun",
                                                 "Gizli Hesap",
                                                 "Gizli hesap",
                                                 "חשבון פרטי",
                                                 "حساب خاص",
                                                 "حساب خصوصی",
                                                 "私密帐户",
                                                 "私密账户",
                                                 "不公開帳號",
                                                 "不公開帳戶",
                                                 "私人帳號",
                                                 "非公開アカウント",
                                                 "비공개 계정",
                                                 "Tài khoản riêng tư",
                                                 "Akun Privat",
                                                 "Akun privat",
                                                 "บัญชีส่วนตัว",
                                                 "निजी अकाउंट",
                                                 "प्राइवेट अकाउंट"};
/// What else in a profile is true or false, and says nothing about the audience.
constexpr std::string_view kPhoneConfirmed[] = {
    "Phone Confirmed",     "Phone Number Confirmed", "Telefoonnummer bevestigd",
    "Telefon bestätigt",   "Téléphone confirmé",     "Numéro de téléphone confirmé",
    "Teléfono confirmado", "Telefono confermato",    "Telefone confirmado"};

bool is_one_of(std::string_view key, std::span<const std::string_view> keys) {
    return std::ranges::find(keys, key) != keys.end();
}

/// The value of the first of these keys that is there.
std::string_view fact(const Json& facts, std::span<const std::string_view> keys) {
    for (const std::string_view key : keys) {
        if (const std::string_view value = text_field(facts, {key, "value"}); !value.empty())
            return value;
    }
    return "";
}

class Instagram final : public MetaReader {
public:
    using MetaReader::MetaReader;

protected:
    Role role_of(const Member& member) const override {
        const std::string_view name = member.file_name();
        if (!name.ends_with(".json")) return member.alone ? Role::records : Role::none;
        if (name == "personal_information.json") return Role::profile;
        const bool read = name.starts_with("posts_") || name.starts_with("reels") ||
                          name.starts_with("igtv") || name.starts_with("post_comments") ||
                          name.starts_with("reels_comments") || name.starts_with("message_");
        return member.alone || read ? Role::records : Role::none;
    }

    std::vector<std::string_view> entered() const override {
        return {"/ig_reels_media", "/ig_igtv_media", "/comments_media_comments",
                "/comments_reels_comments"};
    }

    Result<void> learn_profile(const Json& value) override {
        const Json& users = field(value, {"profile_user"});
        if (!users.is_array() || users.empty()) return done();
        const Json& facts = field(users.front(), {"string_map_data"});
        TRY(set_owner(fact(facts, kUserNames), fact(facts, kFullNames)));
        audience_ = audience_of(facts);
        return done();
    }

    /// A "True" under a key of a language that is not known here may be the private account's.
    static ledger::Audience audience_of(const Json& facts) {
        const std::string_view closed = fact(facts, kPrivateAccounts);
        if (closed == "False") return ledger::Audience::everyone;
        if (!closed.empty()) return ledger::Audience::followers;
        if (!facts.is_object()) return ledger::Audience::unknown;
        for (const auto& [key, value] : facts.items()) {
            if (text_field(value, {"value"}) == "True" && !is_one_of(key, kPhoneConfirmed))
                return ledger::Audience::followers;
        }
        return ledger::Audience::unknown;
    }

    Result<void> take(const std::string& path, const Json& value, Intake& intake) override {
        if (path.find("comments") != path.npos || is_comment(value)) {
            return take_comment(value, intake);
        }
        for (const std::string_view list : kMediaLists) {
            const Json& inner = field(value, {list});
            if (!inner.is_array()) continue;
            for (const Json& one : inner) TRY(take_post(one, intake));
            return done();
        }
        return take_post(value, intake);
    }

private:
    static bool is_comment(const Json& value) {
        return value.is_object() &&
               (value.contains("string_map_data") || value.contains("string_list_data") ||
                value.contains("label_values"));
    }

    /// The caption of the whole, or else of its first picture.
    Result<void> take_post(const Json& item, Intake& intake) const {
        const Json& media = field(item, {"media"});
        const bool listed = media.is_array() && !media.empty();
        if (!listed && text_field(item, {"title"}).empty() &&
            !item.contains("creation_timestamp")) {
            intake.reject("not_a_post");
            return done();
        }
        const Json& first = listed ? media.front() : item;
        std::string_view caption = text_field(item, {"title"});
        if (caption.empty()) caption = text_field(first, {"title"});
        auto at = epoch_field(item, {"creation_timestamp"}, 1);
        if (!at) at = epoch_field(first, {"creation_timestamp"}, 1);
        return take_words(
            {.kind = "post", .text = caption, .at = at, .edited = {}, .audience = audience_},
            owner_or(""), {}, intake);
    }

    /// Under other people's posts, whose audience is not known.
    Result<void> take_comment(const Json& item, Intake& intake) const {
        Mentions mentions;
        std::string_view text;
        auto at = epoch_field(item, {"timestamp"}, 1);
        const auto see = [&](const Json& value) {
            const auto moment = epoch_field(value, {"timestamp"}, 1);
            if (moment && moment->ms > 0) at = moment;
            const std::string_view words = text_field(value, {"value"});
            if (words.empty()) return;
            if (text.empty()) {
                text = words;
            } else {
                mentions.add("@" + std::string(words), words);
            }
        };
        for (const std::string_view key : {"string_list_data", "string_map_data", "label_values"}) {
            const Json& values = field(item, {key});
            if (values.is_object() || values.is_array()) std::ranges::for_each(values, see);
        }
        const std::string_view title = text_field(item, {"title"});
        mentions.add("@" + std::string(title), title);
        return take_words({.kind = "comment", .text = text, .at = at, .edited = {}}, owner_or(""),
                          mentions, intake);
    }

    ledger::Audience audience_ = ledger::Audience::unknown;
};

Likeness instagram_likeness(const Glance& glance) {
    const auto has = [&](std::string_view word) { return glance.head.find(word) != word.npos; };
    if (has("\"ig_") || has("_media_comments\"") || has("_reels_comments\""))
        return Likeness::strong;
    if (has("\"string_map_data\"") || has("\"creation_timestamp\"")) {
        const bool facebook = has("\"attachments\"") || has("\"cover_photo\"");
        return facebook ? Likeness::none : Likeness::strong;
    }
    return has("\"sender_name\"") && has("\"participants\"") ? Likeness::weak : Likeness::none;
}

}  // namespace

extern const Format kInstagram = {
    .name = "instagram",
    .reads = "\"Download your information\", in JSON",
    .likeness = instagram_likeness,
    .reader = [](const ImportOptions& options) -> std::unique_ptr<Reader> {
        return std::make_unique<Instagram>(options);
    }};

}  // namespace litura::corpus
