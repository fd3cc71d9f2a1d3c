// What stands of somebody in other people's records: objections of people without an account, the
// records that a search found, and the decision where it found too many for a rule.
#include <algorithm>
#include <set>

#include "ledger/impl.hpp"
#include "ledger/request_row.hpp"

namespace litura::ledger {
namespace {

constexpr std::string_view kNobody = "-";  ///< the handle of somebody without an account
constexpr std::uint64_t kShare = 1000;     ///< one record in so many may be barred by rule

Json json_of(const std::vector<FoundRecord>& records) {
    Json list = Json::array();
    for (const FoundRecord& each : records) {
        Json entry{{"record", each.record.hex()}};
        if (each.wording) entry["wording"] = each.wording->hex();
        list.push_back(std::move(entry));
    }
    return list;
}

/// What a bar on found records says besides them. Echoes follow the refusal of their person, if
/// that may be taken back; an erasure is for good and for every purpose.
Result<Json> bar_payload(Database& db, const RequestRow& row, BarKind kind) {
    auto purpose = TRY(db.prepare("SELECT purpose FROM request WHERE number = ?"));
    purpose.bind(row.number);
    TRY(purpose.step());
    const bool erased = row.request.kind == RequestKind::erasure;
    Json payload{{"request", row.number},
                 {"kind", to_text(kind)},
                 {"purpose", erased ? std::string() : purpose.text(0)}};
    if (kind == BarKind::echo && !erased) payload["person"] = row.request.person.hex();
    return payload;
}

Result<std::vector<FoundRecord>> found_rows(Database& db, std::int64_t request, bool barred) {
    auto rows = TRY(db.prepare(
        "SELECT record, wording FROM found WHERE request = ? AND barred = ? ORDER BY rowid"));
    rows.bind(request).bind(std::int64_t{barred});
    std::vector<FoundRecord> found;
    while (TRY(rows.step())) {
        FoundRecord each{rows.digest(0), {}};
        if (!rows.is_null(1)) each.wording = rows.digest(1);
        found.push_back(each);
    }
    return found;
}

std::set<FoundRecord> as_set(const std::vector<FoundRecord>& records) {
    return {records.begin(), records.end()};
}

}  // namespace

Result<Request> Ledger::accept_outsider(const std::optional<keys::NameTag>& name,
                                        std::string_view purpose) {
    TRY(check_name(purpose, "a purpose"));
    auto transaction = TRY(impl_->db->begin());
    if (name) {
        auto same = TRY(impl_->db->prepare("SELECT request FROM name WHERE tag = ?"));
        same.bind(name->exact);
        if (TRY(same.step())) return request(request_id(same.integer(0)));
    }
    const std::int64_t number = TRY(next_request(*impl_->db));
    const Instant due = impl_->due(TRY(now()));
    Json payload{{"request", number},
                 {"kind", to_text(RequestKind::objection)},
                 {"person", Digest().hex()},
                 {"handle", kNobody},
                 {"purpose", purpose},
                 {"country", impl_->calendar.country},
                 {"due", due.ms}};
    if (name) {
        payload["name"] = name->exact.hex();
        payload["short"] = static_cast<std::int64_t>(name->quick);
        payload["words"] = name->words;
    }
    TRY(impl_->append(type::kOutsider, std::nullopt, std::move(payload)));
    TRY(transaction.commit());
    return request(request_id(number));
}

Result<void> Ledger::bar_found(std::string_view id, BarKind kind,
                               std::optional<std::uint64_t> searched,
                               const std::vector<FoundRecord>& records) {
    auto transaction = TRY(impl_->db->begin());
    const RequestRow row = TRY(read_request(*impl_->db, id));
    std::vector<FoundRecord> fresh = records;
    for (const bool barred : {true, false}) {
        const std::set<FoundRecord> known = as_set(TRY(found_rows(*impl_->db, row.number, barred)));
        std::erase_if(fresh, [&](const FoundRecord& each) { return known.contains(each); });
    }
    const bool too_many =
        searched && records.size() > kFoundMax && records.size() > *searched / kShare;
    Json payload = TRY(bar_payload(*impl_->db, row, kind));
    if (searched) payload["searched"] = *searched;
    payload["records"] = json_of(too_many ? std::vector<FoundRecord>() : fresh);
    payload["waiting"] = json_of(too_many ? fresh : std::vector<FoundRecord>());
    TRY(impl_->append(type::kFound, std::nullopt, std::move(payload)));
    return transaction.commit();
}

Result<void> Ledger::bar_named(std::int64_t request, const FoundRecord& record) {
    auto transaction = TRY(impl_->db->begin());
    const RequestRow row = TRY(read_request(*impl_->db, request_id(request)));
    const auto barred = TRY(found_rows(*impl_->db, request, true));
    if (std::ranges::count(barred, record) == 0) {
        Json payload = TRY(bar_payload(*impl_->db, row, BarKind::name));
        payload["records"] = json_of({record});
        payload["waiting"] = Json::array();
        TRY(impl_->append(type::kFound, std::nullopt, std::move(payload)));
    }
    return transaction.commit();
}

Result<Ledger::Found> Ledger::found(std::string_view id) {
    const RequestRow row = TRY(read_request(*impl_->db, id));
    Found found;
    found.barred = TRY(found_rows(*impl_->db, row.number, true));
    found.waiting = TRY(found_rows(*impl_->db, row.number, false));
    return found;
}

Result<void> Ledger::decide_found(std::string_view id, const std::vector<FoundRecord>& bar,
                                  bool name_too) {
    auto transaction = TRY(impl_->db->begin());
    const RequestRow row = TRY(read_request(*impl_->db, id));
    const std::set<FoundRecord> waiting = as_set(TRY(found_rows(*impl_->db, row.number, false)));
    if (waiting.empty()) {
        return Error{Code::forbidden, "nothing waits for a decision", row.request.id,
                     "see `litura status`"};
    }
    for (const FoundRecord& each : bar) {
        if (waiting.contains(each)) continue;
        return Error{Code::bad_input, "a record is not among those that wait", row.request.id,
                     "see `litura status`"};
    }
    const bool outsider = row.request.person.is_zero();
    Json payload = TRY(bar_payload(*impl_->db, row, outsider ? BarKind::name : BarKind::echo));
    payload["records"] = json_of(bar);
    payload["name_too"] = name_too;
    TRY(impl_->append(type::kDecided, std::nullopt, std::move(payload)));
    return transaction.commit();
}

Result<std::vector<BarredName>> Ledger::names_of(std::string_view id) {
    const RequestRow row = TRY(read_request(*impl_->db, id));
    auto rows =
        TRY(impl_->db->prepare("SELECT request, tag, short, words FROM name WHERE request = ?"));
    rows.bind(row.number);
    std::vector<BarredName> names;
    while (TRY(rows.step())) names.push_back(barred_name_in(rows));
    return names;
}

}  // namespace litura::ledger
