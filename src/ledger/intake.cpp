// What comes in about people: accounts, acts with their evidence, claims of legitimate interest.
#include "keys/spelling.hpp"
#include "ledger/account_rows.hpp"
#include "ledger/act_rows.hpp"
#include "ledger/core.hpp"
#include "ledger/document_rows.hpp"
#include "ledger/intake.hpp"

namespace litura::ledger {
namespace {

/// A name of one purpose. Two in one act are two questions that were asked as one.
bool is_one_purpose(std::string_view purpose) {
    return purpose.find_first_of(" ,;|+&") == purpose.npos;
}

/// Does a notice name this purpose, or none at all? `named`: with spaces between.
bool names_purpose(const std::string& named, std::string_view purpose) {
    return named.empty() ||
           (" " + named + " ").find(" " + std::string(purpose) + " ") != std::string::npos;
}

Result<void> check_evidence(Database& db, const RulePack& rules, const Act& act) {
    const auto lacks = [&](std::string_view what) {
        return refused(rules, Refusal::act_incomplete, what);
    };
    if (act.preset) return refused(rules, Refusal::consent_preset);
    if (!is_one_purpose(act.purpose)) return refused(rules, Refusal::consent_bundled);
    if (act.channel.empty()) return lacks("channel");
    if (act.locale.empty()) return lacks("locale");
    if (act.until && *act.until <= act.at) return lacks("until must come after at");
    if (act.kind != ActKind::consent && act.record.empty()) return lacks("record");
    const auto purposes = TRY(notice_purposes(db, act.notice));
    if (!purposes) return refused(rules, Refusal::notice_unknown);
    if (names_purpose(*purposes, act.purpose)) return done();
    return refused(rules, Refusal::notice_silent);
}

/// A yes needs all its evidence; a no is taken as it comes (Art. 7(3): as easy to withdraw
/// as to give).
Result<void> check_act(Database& db, const RulePack& rules, const Act& act, Instant now) {
    TRY(check_name(act.source, "an act's source"));
    TRY(check_name(act.purpose, "an act's purpose"));
    if (act.author.empty()) return refused(rules, Refusal::act_incomplete, "author");
    if (act.at > now) return refused(rules, Refusal::act_in_future);
    const bool refuses = act.kind == ActKind::withdrawal || act.kind == ActKind::objection;
    return refuses ? done() : check_evidence(db, rules, act);
}

Json payload_of(const Act& act, const Account& account, const std::optional<Digest>& record) {
    Json payload{{"account", account.tag.hex()}, {"person", account.person.hex()},
                 {"source", act.source},         {"purpose", act.purpose},
                 {"kind", to_text(act.kind)},    {"at", act.at.ms},
                 {"channel", act.channel},       {"locale", act.locale}};
    if (act.until) payload["until"] = act.until->ms;
    if (!act.notice.is_zero()) payload["notice"] = act.notice.hex();
    if (!act.authority.empty()) payload["authority"] = act.authority;
    if (record) {
        payload["record"] = record->hex();
        payload["record_id"] = act.record.reveal();
    }
    return payload;
}

}  // namespace

Result<Account> Intake::account(std::string_view source, const PersonalText& author) {
    TRY(check_name(source, "a source's name"));
    if (author.empty()) return Error{Code::bad_input, "an author's name is empty", "", ""};
    const Digest tag = TRY(keys::account_tag(core_->secrets->deal, source, author));
    if (auto known = TRY(read_account(*core_->db, tag))) return std::move(*known);
    for (const std::string& form : keys::earlier_forms(author.reveal())) {
        const Digest earlier =
            TRY(keys::account_tag(core_->secrets->deal, source, PersonalText(form)));
        if (auto known = TRY(read_account(*core_->db, earlier))) return std::move(*known);
    }

    auto transaction = TRY(core_->db->begin());
    if (auto known = TRY(read_account(*core_->db, tag))) return std::move(*known);
    const auto barred_as = TRY(keys::barred_as(core_->secrets->identity, source, author));
    const Digest& folded = barred_as.front();
    for (const Digest& name : barred_as) {
        if (!TRY(bars_name(*core_->db, name))) continue;
        return Error{Code::forbidden, "this name was erased and is barred on this source", "", ""};
    }
    const Json payload{{"account", tag.hex()},   {"person", tag.hex()},
                       {"folded", folded.hex()}, {"handle", core_->handle(tag)},
                       {"source", source},       {"author", author.reveal()}};
    const Event event = TRY(core_->append(type::kAccountSeen, tag, payload));
    TRY(transaction.commit());
    return Account{tag, tag, folded, std::string(source), event.seq};
}

Result<std::optional<Sequence>> Intake::record(const Act& act) {
    const AdoptedRules rules = TRY(core_->rules_now());
    TRY(check_act(*core_->db, *rules.pack, act, TRY(core_->now())));
    auto transaction = TRY(core_->db->begin());
    auto account = this->account(act.source, act.author);
    if (!account && account.error().code == Code::forbidden) {
        return std::optional<Sequence>();  // an erased person's archive, once more
    }
    if (!account) return std::move(account).error();
    std::optional<Digest> record;
    if (act.kind == ActKind::explicit_consent || act.kind == ActKind::made_public)
        record = keys::record_tag(core_->secrets->deal, account->tag, act.record);
    auto event = TRY(recorded(*core_->db, act, *account, record));
    if (!event)
        event = TRY(core_->append(type::kAct, account->tag, payload_of(act, *account, record))).seq;
    TRY(transaction.commit());
    return event;
}

Result<void> Intake::flag(const Digest& record, BarKind kind) {
    CHECK(kind == BarKind::special_category);
    auto transaction = TRY(core_->db->begin());
    if (!TRY(bars_record(*core_->db, record, kind))) {
        TRY(core_->append(type::kFlagged, {},
                          Json{{"record", record.hex()}, {"kind", to_text(kind)}}));
    }
    return transaction.commit();
}

Result<void> Intake::bar_deleted(const Digest& target) {
    auto transaction = TRY(core_->db->begin());
    if (!TRY(bars_record(*core_->db, target, BarKind::deletion))) {
        TRY(core_->append(type::kDeletedAtSource, {}, Json{{"record", target.hex()}}));
    }
    return transaction.commit();
}

Result<void> Intake::claim_legitimate_interest(const Account& account, std::string_view purpose) {
    TRY(check_name(purpose, "a purpose"));
    auto transaction = TRY(core_->db->begin());
    if (!TRY(read_account(*core_->db, account.tag))) {
        return Error{Code::bad_input, "the ledger does not know the account", "",
                     "import its records first"};
    }
    if (TRY(is_claimed(*core_->db, account.tag, purpose))) return transaction.commit();
    const Json payload{{"account", account.tag.hex()},
                       {"person", account.person.hex()},
                       {"source", account.source},
                       {"purpose", purpose}};
    TRY(core_->append(type::kInterest, account.tag, payload));
    return transaction.commit();
}

}  // namespace litura::ledger
