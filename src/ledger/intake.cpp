// What comes in about people: accounts, acts with their evidence, claims of legitimate interest.
#include "ledger/impl.hpp"

namespace litura::ledger {
namespace {

/// A name of one purpose. Two in one act are two questions that were asked as one.
bool is_one_purpose(std::string_view purpose) {
    return purpose.find_first_of(" ,;|+&") == purpose.npos;
}

/// Does the notice name this purpose, or none at all?
Result<bool> names_purpose(Statement& notice, std::string_view purpose) {
    const std::string named = " " + notice.text(0) + " ";
    return named == "  " || named.find(" " + std::string(purpose) + " ") != named.npos;
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
    auto notice = TRY(db.prepare("SELECT purposes FROM notice WHERE digest = ?"));
    if (!TRY(notice.bind(act.notice).step())) return refused(rules, Refusal::notice_unknown);
    if (TRY(names_purpose(notice, act.purpose))) return done();
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

/// The event of this very act if it is there already. Acts are never changed, so the same words
/// mean the same act.
Result<std::optional<Sequence>> recorded(Database& db, const Act& act, const Account& account,
                                         const std::optional<Digest>& record) {
    const bool refuses = act.kind == ActKind::withdrawal || act.kind == ActKind::objection;
    auto same = TRY(db.prepare(
        refuses
            ? "SELECT event FROM bar WHERE person = ? AND kind = ? AND purpose = ? AND at_ms = ?"
        : record
            ? "SELECT event FROM exception WHERE account = ? AND kind = ? AND purpose = ?"
              " AND at_ms = ? AND coalesce(until_ms, 0) = ? AND authorised = ? AND record = ?"
            : "SELECT event FROM ground WHERE account = ? AND basis = ? AND purpose = ?"
              " AND at_ms = ? AND coalesce(until_ms, 0) = ? AND authorised = ? AND notice = ?"));
    same.bind(refuses ? account.person : account.tag).bind(to_text(act.kind));
    same.bind(act.purpose).bind(act.at.ms);
    if (!refuses) {
        same.bind(act.until ? act.until->ms : 0).bind(std::int64_t{!act.authority.empty()});
        same.bind(record.value_or(act.notice));
    }
    if (!TRY(same.step())) return std::optional<Sequence>();
    return std::optional(static_cast<Sequence>(same.integer(0)));
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

Result<Account> Ledger::account(std::string_view source, const PersonalText& author) {
    TRY(check_name(source, "a source's name"));
    if (author.empty()) return Error{Code::bad_input, "an author's name is empty", "", ""};
    const Digest tag = TRY(keys::account_tag(impl_->secrets->deal, source, author));
    if (auto known = TRY(impl_->known(tag))) return std::move(*known);

    auto transaction = TRY(impl_->db->begin());
    if (auto known = TRY(impl_->known(tag))) return std::move(*known);
    const Digest folded = TRY(keys::folded_tag(impl_->secrets->identity, source, author));
    if (TRY(impl_->any("SELECT 1 FROM bar WHERE folded = ?", folded))) {
        return Error{Code::forbidden, "this name was erased and is barred on this source", "", ""};
    }
    const Json payload{{"account", tag.hex()},  {"person", tag.hex()}, {"folded", folded.hex()},
                       {"handle", handle(tag)}, {"source", source},    {"author", author.reveal()}};
    const Event event = TRY(impl_->append(type::kAccountSeen, tag, payload));
    TRY(transaction.commit());
    return Account{tag, tag, folded, std::string(source), event.seq};
}

Result<std::optional<Sequence>> Ledger::record_act(const Act& act) {
    const AdoptedRules rules = TRY(impl_->rules_now());
    TRY(check_act(*impl_->db, *rules.pack, act, TRY(now())));
    auto transaction = TRY(impl_->db->begin());
    auto account = this->account(act.source, act.author);
    if (!account && account.error().code == Code::forbidden) {
        return std::optional<Sequence>();  // an erased person's archive, once more
    }
    if (!account) return std::move(account).error();
    std::optional<Digest> record;
    if (act.kind == ActKind::explicit_consent || act.kind == ActKind::made_public)
        record = keys::record_tag(impl_->secrets->deal, account->tag, act.record);
    auto event = TRY(recorded(*impl_->db, act, *account, record));
    if (!event)
        event = TRY(impl_->append(type::kAct, account->tag, payload_of(act, *account, record))).seq;
    TRY(transaction.commit());
    return event;
}

Result<void> Ledger::flag(const Digest& record, BarKind kind) {
    CHECK(kind == BarKind::special_category);
    auto transaction = TRY(impl_->db->begin());
    auto same = TRY(impl_->db->prepare("SELECT 1 FROM bar WHERE record = ? AND kind = ?"));
    if (!TRY(same.bind(record).bind(to_text(kind)).step())) {
        TRY(impl_->append(type::kFlagged, {},
                          Json{{"record", record.hex()}, {"kind", to_text(kind)}}));
    }
    return transaction.commit();
}

Result<void> Ledger::bar_deleted(const Digest& target) {
    auto transaction = TRY(impl_->db->begin());
    auto same = TRY(impl_->db->prepare("SELECT 1 FROM bar WHERE record = ? AND kind = 'deletion'"));
    if (!TRY(same.bind(target).step())) {
        TRY(impl_->append(type::kDeletedAtSource, {}, Json{{"record", target.hex()}}));
    }
    return transaction.commit();
}

Result<void> Ledger::claim_legitimate_interest(const Account& account, std::string_view purpose) {
    TRY(check_name(purpose, "a purpose"));
    auto transaction = TRY(impl_->db->begin());
    if (!TRY(impl_->known(account.tag))) {
        return Error{Code::bad_input, "the ledger does not know the account", "",
                     "import its records first"};
    }
    auto same =
        TRY(impl_->db->prepare("SELECT 1 FROM ground WHERE account = ? AND basis = "
                               "'legitimate_interest' AND purpose = ?"));
    if (TRY(same.bind(account.tag).bind(purpose).step())) return transaction.commit();
    const Json payload{{"account", account.tag.hex()},
                       {"person", account.person.hex()},
                       {"source", account.source},
                       {"purpose", purpose}};
    TRY(impl_->append(type::kInterest, account.tag, payload));
    return transaction.commit();
}

}  // namespace litura::ledger
