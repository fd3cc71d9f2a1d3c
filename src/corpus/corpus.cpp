// The record table. Of two versions of one record the greater stays, by an order that knows nothing
// of imports: version, wording, the narrower audience, the earlier creation, last the content. So
// every order of the same imports leaves the same rows. Two authors who use one id have two records
// (keys::record_tag).
#include "corpus/corpus.hpp"

#include <algorithm>
#include <compare>
#include <functional>
#include <map>
#include <tuple>

#include "base/text.hpp"
#include "corpus/check.hpp"
#include "corpus/marks.hpp"
#include "corpus/names.hpp"
#include "corpus/record_rows.hpp"
#include "keys/spelling.hpp"
#include "ledger/decide.hpp"
#include "ledger/findings.hpp"
#include "ledger/intake.hpp"
#include "ledger/owner_rows.hpp"
#include "ledger/persons.hpp"

namespace litura::corpus {
namespace {

using keys::KeyKind;

constexpr std::size_t kTextMax = 256 << 10;
Error key_destroyed() {
    return {Code::forbidden, "the record's key was destroyed", "",
            "its text cannot be read again, by anybody"};
}

/// What training may use of a text, or why nothing: a reason of a rejection.
struct Usable {
    PersonalText effective;
    std::string_view problem;
};

Usable usable(std::string_view text) {
    if (text.size() > kTextMax) return {{}, "too_long"};
    if (!is_utf8(text)) return {{}, "not_utf8"};
    PersonalText effective(effective_text(text));
    const bool own = holds_own_words(effective.reveal());
    return {std::move(effective), own ? "" : "empty_text"};
}

Added rejected(std::string_view reason) { return {Outcome::rejected, std::string(reason)}; }

/// The name under which the project knows the account, by this very moment: an earlier record of
/// the same file may have made it. The record's own if there is none yet.
Result<std::reference_wrapper<const PersonalText>> known_name(ledger::Ledger& ledger,
                                                              const SecretKey& deal,
                                                              std::string_view source,
                                                              const IncomingRecord& incoming) {
    if (incoming.earlier_names.empty()) return std::cref(incoming.author);
    const Digest account = TRY(keys::account_tag(deal, source, incoming.author));
    if (TRY(ledger.persons().account(account))) return std::cref(incoming.author);
    for (const PersonalText& name : incoming.earlier_names) {
        const Digest earlier = TRY(keys::account_tag(deal, source, name));
        if (TRY(ledger.persons().account(earlier))) return std::cref(name);
    }
    return std::cref(incoming.author);
}

/// A name that was barred before this account was ever seen: an erased person's, come back.
bool name_barred(const ledger::Snapshot& bars, const Digest& folded, const Digest& account) {
    const auto found = bars.bars.find(folded);
    if (found == bars.bars.end()) return false;
    const auto known = bars.accounts.find(account);
    return std::any_of(found->second.begin(), found->second.end(), [&](const ledger::Bar& bar) {
        return bar.folded.has_value() &&
               (known == bars.accounts.end() || known->second.since > bar.event);
    });
}

Result<bool> name_barred(const ledger::Snapshot& bars, keys::BarTags& bar_tags,
                         const IncomingRecord& incoming, const RecordRow& row) {
    const auto barred = [&](const PersonalText& name) -> Result<bool> {
        const auto tags = TRY(bar_tags.of_name(row.source, name));
        return std::ranges::any_of(
            tags, [&](const Digest& tag) { return name_barred(bars, tag, row.account); });
    };
    if (TRY(barred(incoming.author))) return true;
    for (const PersonalText& name : incoming.earlier_names)
        if (TRY(barred(name))) return true;
    return false;
}

/// As it was disputed, or with other spaces, signs or case.
Result<bool> wording_barred(const ledger::Snapshot& bars, const SecretKey& identity,
                            const RecordRow& row, const PersonalText& text) {
    const auto found = bars.bars.find(row.record);
    if (found == bars.bars.end()) return false;
    const auto alike = TRY(keys::wording_bar_tag(identity, row.record, text));
    return std::ranges::any_of(found->second, [&](const ledger::Bar& bar) {
        return bar.kind == ledger::BarKind::rectification && bar.wording &&
               (bar.wording == row.wording || bar.wording == alike);
    });
}

/// Asked to be erased by itself, its author staying.
bool record_erased(const ledger::Snapshot& bars, const Digest& record) {
    const auto found = bars.bars.find(record);
    return found != bars.bars.end() &&
           std::ranges::any_of(found->second, [](const ledger::Bar& bar) {
               return bar.kind == ledger::BarKind::erasure;
           });
}

bool deleted_at_source(const ledger::Snapshot& bars, const Digest& id) {
    const auto found = bars.bars.find(id);
    return found != bars.bars.end() &&
           std::ranges::any_of(found->second, [](const ledger::Bar& bar) {
               return bar.kind == ledger::BarKind::deletion;
           });
}

/// Compares all that a row shows; the content decides only where this is equal.
std::strong_ordering compare(const RecordRow& a, const RecordRow& b) {
    return std::tuple(a.version_ms, a.wording, a.audience, b.created_at) <=>
           std::tuple(b.version_ms, b.wording, b.audience, a.created_at);
}

/// `incoming` replaces `there`. A bar on an earlier wording of one text goes on to hold.
std::vector<Digest> formerly_worded(const RecordRow& there, const RecordRow& incoming,
                                    bool same_text) {
    if (!same_text && there.wording != incoming.wording) return {};
    std::vector<Digest> wordings = there.formerly;
    if (there.wording != incoming.wording) wordings.push_back(there.wording);
    return wordings;
}

/// What became of an incoming version that is not greater than the one there is.
Added not_taken(const RecordRow& there, const RecordRow& incoming) {
    if (there.wording != incoming.wording) return rejected("older_version");
    return {Outcome::unchanged, ""};
}

/// What training may use of a record that was opened.
Result<PersonalText> text_named(const SecretKey& deal, const RecordRow& row, const Json& json) {
    PersonalText effective(corpus::effective_text(json.at("text").get_ref<const std::string&>()));
    if (keys::text_tag(deal, row.record, effective) == row.wording) return effective;
    return Error{Code::broken, "a record's text is not the one its row names", "",
                 "see 'litura ledger verify', and restore the project from a backup"};
}

Result<void> bar_names_in(ledger::Ledger& ledger, const ledger::Snapshot& bars,
                          const SecretKey& identity, const RecordRow& row,
                          const PersonalText& effective) {
    if (bars.names.empty()) return done();
    const NameFinder names(identity, bars.names);
    for (const std::int64_t request : TRY(names.requests_of(effective.reveal())))
        TRY(ledger.findings().bar_named(request, {row.record, row.wording}));
    return done();
}

/// The record's JSON, if the key of the account's records still is.
Result<Json> open_sealed(keys::KeyTable& keys, const RecordRow& row, const SealedRecord& sealed) {
    const std::optional<SecretKey> key = TRY(keys.find(row.account, KeyKind::records));
    if (!key.has_value()) return key_destroyed();
    return unseal_record(*key, row.record, row.wording, sealed);
}

Result<Json> open_record(RecordRows& rows, keys::KeyTable& keys, const RecordRow& row) {
    return open_sealed(keys, row, TRY(rows.sealed(row.record)));
}

/// Whose records these are. Few accounts have many records, so each is asked for once.
class Owners {
public:
    explicit Owners(Database& db) : db_(db) {}

    Result<void> name(RecordRow& row) {
        auto [known, is_new] = persons_.try_emplace(row.account);
        if (is_new) {
            const auto person = TRY(ledger::person_of(db_, row.account));
            if (!person) return nobodys();
            known->second = *person;
        }
        row.person = known->second;
        return done();
    }

private:
    static Error nobodys() {
        return {Code::broken, "a record is of an account that the ledger does not know",
                "ledger.db", "see 'litura ledger verify', and restore the project from a backup"};
    }
    Database& db_;
    std::map<Digest, Digest> persons_;
};

Result<RecordRow> existing_row(RecordRows& rows, const Digest& record) {
    std::optional<RecordRow> found = TRY(rows.row(record));
    if (!found.has_value()) return no_such_record();
    return std::move(*found);
}

}  // namespace

std::vector<Digest> records_of(std::span<const RecordRow> rows) {
    std::vector<Digest> records;
    for (const RecordRow& row : rows) records.push_back(row.record);
    return records;
}

Result<Corpus> Corpus::open(Database& db, const keys::ProjectSecrets& secrets,
                            keys::KeyTable& keys) {
    return Corpus(db, secrets, keys, facts_key(secrets.project));
}

Result<Added> Corpus::add(ledger::Ledger& ledger, const ledger::Snapshot& bars,
                          std::string_view source, const IncomingRecord& incoming) {
    const auto [effective, problem] = usable(incoming.text.reveal());
    if (!problem.empty()) return rejected(problem);
    RecordRow row;
    row.source = std::string(source);
    const PersonalText& author = TRY(known_name(ledger, secrets_->deal, source, incoming));
    row.account = TRY(keys::account_tag(secrets_->deal, source, author));
    row.record = keys::record_tag(secrets_->deal, row.account, incoming.id);
    row.id = keys::id_tag(secrets_->deal, source, incoming.id);
    row.created_at = incoming.created_at;
    row.version_ms = incoming.edited_at.value_or(incoming.created_at).ms;
    row.audience = incoming.audience;
    row.wording = keys::text_tag(secrets_->deal, row.record, effective);

    const SecretKey& identity = secrets_->identity;
    if (!bars.bars.empty()) {
        if (TRY(name_barred(bars, bar_tags_, incoming, row))) return rejected("name_barred");
        const auto id = TRY(bar_tags_.of_id(source, incoming.author, incoming.id));
        if (record_erased(bars, row.record) || (id && record_erased(bars, *id)))
            return rejected("record_erased");
    }
    if (TRY(wording_barred(bars, identity, row, effective))) return rejected("wording_barred");
    if (deleted_.contains(row.id) || deleted_at_source(bars, row.id)) return rejected("deleted");

    const auto content = record_json(incoming);
    if (!content.ok()) return rejected("bad_field");
    const Json& json = content.value();
    Transaction transaction = TRY(db_->begin());
    RecordRows table(*db_, facts_key_);
    const std::optional<RecordRow> there = TRY(table.row(row.record));
    if (there.has_value()) {
        auto order = compare(row, *there);
        const bool marked = row.version_ms == there->version_ms && row.wording != there->wording;
        if (order == 0 || marked) {
            const Json stored = TRY(open_record(table, *keys_, *there));
            if (order == 0) order = compact(json) <=> compact(stored);
            // The very same text says other words: the marks of an earlier version cut less of it.
            const bool marked_again = marked && stored.at("text") == json.at("text");
            if (marked_again) order = std::strong_ordering::greater;
            row.formerly = formerly_worded(*there, row, marked_again);
        }
        if (order <= 0) return not_taken(*there, row);
    }
    TRY(ledger.intake().account(source, author));
    const SecretKey key = TRY(keys_->get_or_create(row.account, KeyKind::records));
    const RecordRow* replaced = there.has_value() ? &*there : nullptr;
    TRY(table.put(row, seal_record(key, row.record, row.wording, json), replaced));
    if (replaced != nullptr) TRY(ledger.append("record.replaced", Json::object()));
    TRY(bar_names_in(ledger, bars, secrets_->identity, row, effective));
    TRY(transaction.commit());
    const bool same_text = there.has_value() && there->wording == row.wording;
    return Added{same_text ? Outcome::unchanged : Outcome::imported, ""};
}

Result<void> Corpus::bar_deleted(ledger::Ledger& ledger, std::string_view source,
                                 const PersonalText& id) {
    const Digest tag = keys::id_tag(secrets_->deal, source, id);
    Transaction transaction = TRY(db_->begin());
    TRY(ledger.intake().bar_deleted(tag));
    deleted_.insert(tag);
    RecordRows table(*db_, facts_key_);
    for (const Digest& record : TRY(table.records_with(tag)))
        TRY(ledger.intake().bar_deleted(record));
    return transaction.commit();
}

Result<Corpus::Spellings> Corpus::spellings(ledger::Ledger& ledger, const Digest& record) {
    Spellings out;
    RecordRows table(*db_, facts_key_);
    const RecordRow row = TRY(existing_row(table, record));
    const Json json = TRY(open_record(table, *keys_, row));
    const auto keep = [](std::vector<Digest>& into, const std::optional<Digest>& tag) {
        if (tag) into.push_back(*tag);
    };
    if (const auto account = TRY(ledger.persons().account(row.account))) {
        const PersonalText author = TRY(ledger.persons().author(*account));
        const PersonalText id(json.at("id").get<std::string>());
        keep(out.id, TRY(keys::id_bar_tag(secrets_->identity, row.source, author, id)));
    }
    const PersonalText effective = TRY(text_named(secrets_->deal, row, json));
    keep(out.wording, TRY(keys::wording_bar_tag(secrets_->identity, record, effective)));
    return out;
}

Result<std::optional<RecordRow>> Corpus::row(const Digest& record) {
    RecordRows table(*db_, facts_key_);
    std::optional<RecordRow> found = TRY(table.row(record));
    if (found) TRY(Owners(*db_).name(*found));
    return found;
}

Result<std::vector<std::optional<RecordRow>>> Corpus::rows(std::span<const Digest> records) {
    const ReadView one_state = TRY(db_->read());
    RecordRows table(*db_, facts_key_);
    Owners owners(*db_);
    std::vector<std::optional<RecordRow>> rows;
    for (const Digest& record : records) {
        auto& row = rows.emplace_back(TRY(table.row(record)));
        if (row) TRY(owners.name(*row));
    }
    return rows;
}

Result<std::vector<RecordRow>> Corpus::rows_of(const Digest& person) {
    RecordRows table(*db_, facts_key_);
    std::vector<RecordRow> rows;
    for (const Digest& account : TRY(ledger::accounts_of(*db_, person))) {
        for (RecordRow& row : TRY(table.rows_of(account))) {
            row.person = person;
            rows.push_back(std::move(row));
        }
    }
    std::ranges::sort(rows, {}, &RecordRow::record);
    return rows;
}

Result<void> Corpus::each_page(
    const std::function<Result<void>(std::span<const RecordRow>)>& visit) {
    RecordRows table(*db_, facts_key_);
    Owners owners(*db_);
    std::int64_t last = 0;
    while (true) {
        std::vector<RecordRow> page;
        for (auto& read : TRY(table.page(last, RecordRows::With::row_only))) {
            TRY(owners.name(read.row));
            page.push_back(std::move(read.row));
        }
        if (page.empty()) return done();
        TRY(visit(page));
    }
}

Result<RecordRow> Corpus::find(const PersonalText& id_or_handle) {
    std::vector<PersonalText> ids;
    for (std::string& id : keys::record_ids(id_or_handle.reveal())) ids.emplace_back(std::move(id));
    std::vector<RecordRow> found;
    TRY(each_page([&](std::span<const RecordRow> page) -> Result<void> {
        for (const RecordRow& row : page) {
            const bool by_id = std::ranges::any_of(ids, [&](const PersonalText& id) {
                return keys::record_tag(secrets_->deal, row.account, id) == row.record;
            });
            const bool by_handle =
                keys::record_handle(secrets_->deal, row.record) == id_or_handle.reveal();
            if (by_id || by_handle) found.push_back(row);
        }
        return done();
    }));
    if (found.empty()) return no_such_record();
    if (found.size() > 1) {
        return Error{Code::bad_input, "several records have this id", "",
                     "name it by its handle (r-...)"};
    }
    return std::move(found.front());
}

Result<void> Corpus::each(const std::function<Result<void>(const RecordRow&, const Json&)>& use,
                          const std::function<Result<void>()>& between) {
    RecordRows table(*db_, facts_key_);
    Owners owners(*db_);
    std::int64_t last = 0;
    while (true) {
        auto page = TRY(table.page(last, RecordRows::With::sealed));
        if (page.empty()) return done();
        for (auto& read : page) {
            TRY(owners.name(read.row));
            TRY(use(read.row, TRY(open_sealed(*keys_, read.row, read.sealed))));
        }
        TRY(between());
    }
}

Result<PersonalText> Corpus::effective_text(const Digest& record) {
    RecordRows table(*db_, facts_key_);
    const RecordRow row = TRY(existing_row(table, record));
    return text_named(secrets_->deal, row, TRY(open_record(table, *keys_, row)));
}

Result<std::optional<PersonalText>> Corpus::effective_text(const Digest& record,
                                                           const Digest& wording) {
    RecordRows table(*db_, facts_key_);
    const std::optional<RecordRow> row = TRY(table.row(record));
    if (!row || row->wording != wording) return std::optional<PersonalText>();
    return std::optional<PersonalText>(
        TRY(text_named(secrets_->deal, *row, TRY(open_record(table, *keys_, *row)))));
}

Result<PersonalText> Corpus::original(const Digest& record) {
    RecordRows table(*db_, facts_key_);
    const RecordRow row = TRY(existing_row(table, record));
    return PersonalText(compact(TRY(open_record(table, *keys_, row))));
}

Result<Digest> Corpus::rectify(const Digest& record, const PersonalText& text, Instant at) {
    const auto [effective, problem] = usable(text.reveal());
    if (!problem.empty()) {
        return Error{Code::bad_input, "the corrected text cannot be used", std::string(problem),
                     "give UTF-8 text of your own words, at most 256 KiB"};
    }
    Transaction transaction = TRY(db_->begin());
    RecordRows table(*db_, facts_key_);
    const RecordRow there = TRY(existing_row(table, record));
    Json json = TRY(open_record(table, *keys_, there));
    const Digest wording = keys::text_tag(secrets_->deal, record, effective);
    json["text"] = text.reveal();
    json["edited_at"] = to_text(at);
    RecordRow row = there;
    row.wording = wording;
    row.formerly.clear();
    row.version_ms = std::max(row.version_ms, at.ms);
    TRY(renew_records_key(row));
    const SecretKey key = TRY(keys_->get_or_create(row.account, KeyKind::records));
    TRY(table.put(row, seal_record(key, record, wording, json), &there));
    TRY(transaction.commit());
    return wording;
}

// A record's key can only be told from its neighbours' by what wraps them: the account's other
// record keys move to a new one.
Result<void> Corpus::renew_records_key(const RecordRow& dying) {
    const std::optional<SecretKey> before = TRY(keys_->find(dying.account, KeyKind::records));
    if (!before.has_value()) return key_destroyed();
    TRY(keys_->destroy(dying.account, KeyKind::records));
    const SecretKey after = TRY(keys_->get_or_create(dying.account, KeyKind::records));
    RecordRows table(*db_, facts_key_);
    for (const RecordRow& row : TRY(table.rows_of(dying.account))) {
        if (row.record == dying.record) continue;
        const Bytes wrapped = TRY(table.sealed(row.record)).wrapped_key;
        TRY(table.wrap(row.record, TRY(wrap_again(*before, after, row.record, wrapped))));
    }
    return done();
}

Result<void> Corpus::erase_record(const Digest& record) {
    Transaction transaction = TRY(db_->begin());
    RecordRows table(*db_, facts_key_);
    TRY(renew_records_key(TRY(existing_row(table, record))));
    TRY(table.remove(record));
    return transaction.commit();
}

Result<void> Corpus::bar_names(ledger::Ledger& ledger, const ledger::Snapshot& bars,
                               const Digest& record) {
    RecordRows table(*db_, facts_key_);
    const RecordRow row = TRY(existing_row(table, record));
    return bar_names_in(ledger, bars, secrets_->identity, row, TRY(effective_text(record)));
}

Result<std::uint64_t> Corpus::erase(const Digest& person) {
    Transaction transaction = TRY(db_->begin());
    RecordRows table(*db_, facts_key_);
    std::uint64_t removed = 0;
    for (const Digest& account : TRY(ledger::accounts_of(*db_, person)))
        removed += TRY(table.remove_of(account));
    TRY(transaction.commit());
    return removed;
}

Result<CheckedRecords> check_records(Database& db, const keys::ProjectSecrets& secrets,
                                     keys::KeyTable& keys) {
    const FactsKey sealing = facts_key(secrets.project);
    RecordRows rows(db, sealing);
    CheckedRecords found;
    const auto differs = [&found](const Error& error, const std::string& where) {
        found.difference = (error.where.empty() ? where : error.where) + ": " + error.message;
        return found;
    };
    std::int64_t last = 0;
    while (true) {
        const auto page = rows.page(last, RecordRows::With::sealed);
        if (!page && page.error().code != Code::broken) return page.error();
        if (!page) return differs(page.error(), "records");
        if (page.value().empty()) return found;
        for (const auto& read : page.value()) {
            const auto opened = open_sealed(keys, read.row, read.sealed);
            if (!opened)
                return differs(opened.error(), keys::record_handle(secrets.deal, read.row.record));
            found.bound_late += read.bound == Bound::by_migration;
            found.marked_again += !read.row.formerly.empty();
            ++found.records;
        }
    }
}

}  // namespace litura::corpus
