// What comes in about people: accounts, acts with their evidence, claims of legitimate interest.
#include "ledger/impl.hpp"

namespace litura::ledger {
namespace {

Error lacks(std::string_view what) {
    return {Code::bad_input, "an act lacks its evidence: " + std::string(what), "",
            "a consent must be shown by act, notice, channel, locale and time (GDPR Art. 7(1))"};
}

/// A yes needs all its evidence; a no is taken as it comes (Art. 7(3): as easy to withdraw
/// as to give).
Result<void> check_act(Database& db, const Act& act, Instant now) {
    TRY(check_name(act.source, "an act's source"));
    TRY(check_name(act.purpose, "an act's purpose"));
    if (act.author.empty()) return lacks("author");
    if (act.at > now) {
        return Error{Code::bad_input, "an act lies in the future", "at", "check its time"};
    }
    if (act.kind != ActKind::consent) return done();
    if (act.channel.empty()) return lacks("channel");
    if (act.locale.empty()) return lacks("locale");
    if (act.until && *act.until <= act.at) return lacks("until must come after at");
    auto notice = TRY(db.prepare("SELECT 1 FROM notice WHERE digest = ?"));
    if (TRY(notice.bind(act.notice).step())) return done();
    return Error{Code::bad_input, "an act names a notice that is not in the ledger", "notice",
                 "add it first: litura notice add FILE"};
}

/// Is this very act there already? Acts are never changed, so the same words mean the same act.
Result<bool> recorded(Database& db, const Act& act, const Account& account) {
    if (act.kind == ActKind::consent) {
        auto same = TRY(db.prepare(
            "SELECT 1 FROM ground WHERE account = ? AND basis = 'consent' AND purpose = ?"
            " AND at_ms = ? AND notice = ? AND coalesce(until_ms, 0) = ?"));
        same.bind(account.tag).bind(act.purpose).bind(act.at.ms).bind(act.notice);
        return same.bind(act.until ? act.until->ms : 0).step();
    }
    auto same = TRY(db.prepare(
        "SELECT 1 FROM bar WHERE person = ? AND kind = ? AND purpose = ? AND at_ms = ?"));
    return same.bind(account.person)
        .bind(to_text(act.kind))
        .bind(act.purpose)
        .bind(act.at.ms)
        .step();
}

Json payload_of(const Act& act, const Account& account) {
    Json payload{{"account", account.tag.hex()}, {"person", account.person.hex()},
                 {"source", act.source},         {"purpose", act.purpose},
                 {"kind", to_text(act.kind)},    {"at", act.at.ms},
                 {"channel", act.channel},       {"locale", act.locale}};
    if (act.until) payload["until"] = act.until->ms;
    if (!act.notice.is_zero()) payload["notice"] = act.notice.hex();
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

Result<void> Ledger::record_act(const Act& act) {
    TRY(check_act(*impl_->db, act, TRY(now())));
    auto transaction = TRY(impl_->db->begin());
    auto account = this->account(act.source, act.author);
    if (!account && account.error().code == Code::forbidden) {
        return done();  // an erased person's archive, once more
    }
    if (!account) return std::move(account).error();
    if (!TRY(recorded(*impl_->db, act, *account))) {
        TRY(impl_->append(type::kAct, account->tag, payload_of(act, *account)));
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
