// What stands of somebody in other people's records: objections of people without an account, the
// records that a search found, and the decision where it found too many for a rule.
#include <algorithm>
#include <set>

#include "ledger/core.hpp"
#include "ledger/requests.hpp"
#include "ledger/findings.hpp"
#include "ledger/request_rows.hpp"

namespace litura::ledger {
namespace {

constexpr std::uint64_t kShare = 1000;  ///< one record in so many may be barred by rule

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
Json bar_payload(const RequestRow& row, BarKind kind) {
    const bool erased = row.request.kind == RequestKind::erasure;
    Json payload{{"request", row.number},
                 {"kind", to_text(kind)},
                 {"purpose", erased ? std::string() : row.purpose}};
    if (kind == BarKind::echo && !erased) payload["person"] = row.request.person.hex();
    return payload;
}

std::set<FoundRecord> as_set(const std::vector<FoundRecord>& records) {
    return {records.begin(), records.end()};
}

}  // namespace

Result<Request> Requests::accept_outsider(const std::optional<keys::NameTag>& name,
                                          std::string_view purpose) {
    TRY(check_name(purpose, "a purpose"));
    auto transaction = TRY(core_->db->begin());
    if (name) {
        if (const auto same = TRY(request_about(*core_->db, name->exact)))
            return Requests(*core_).read(request_id(*same));
    }
    const std::int64_t number = TRY(next_request(*core_->db));
    const Instant due = core_->due(TRY(core_->now()));
    Json payload{{"request", number},
                 {"kind", to_text(RequestKind::objection)},
                 {"person", Digest().hex()},
                 {"handle", kNobody},
                 {"purpose", purpose},
                 {"country", core_->calendar.country},
                 {"due", due.ms}};
    if (name) {
        payload["name"] = name->exact.hex();
        payload["short"] = static_cast<std::int64_t>(name->quick);
        payload["words"] = name->words;
    }
    TRY(core_->append(type::kOutsider, std::nullopt, std::move(payload)));
    TRY(transaction.commit());
    return read(request_id(number));
}

Result<void> Findings::bar(std::string_view id, BarKind kind, std::optional<std::uint64_t> searched,
                           const std::vector<FoundRecord>& records) {
    auto transaction = TRY(core_->db->begin());
    const RequestRow row = TRY(read_request(*core_->db, id));
    std::vector<FoundRecord> fresh = records;
    for (const bool barred : {true, false}) {
        const std::set<FoundRecord> known = as_set(TRY(found_for(*core_->db, row.number, barred)));
        std::erase_if(fresh, [&](const FoundRecord& each) { return known.contains(each); });
    }
    const bool too_many =
        searched && records.size() > kFoundMax && records.size() > *searched / kShare;
    Json payload = bar_payload(row, kind);
    if (searched) payload["searched"] = *searched;
    payload["records"] = json_of(too_many ? std::vector<FoundRecord>() : fresh);
    payload["waiting"] = json_of(too_many ? fresh : std::vector<FoundRecord>());
    TRY(core_->append(type::kFound, std::nullopt, std::move(payload)));
    return transaction.commit();
}

Result<void> Findings::bar_named(std::int64_t request, const FoundRecord& record) {
    auto transaction = TRY(core_->db->begin());
    const RequestRow row = TRY(read_request(*core_->db, request_id(request)));
    const auto barred = TRY(found_for(*core_->db, request, true));
    if (std::ranges::count(barred, record) == 0) {
        Json payload = bar_payload(row, BarKind::name);
        payload["records"] = json_of({record});
        payload["waiting"] = Json::array();
        TRY(core_->append(type::kFound, std::nullopt, std::move(payload)));
    }
    return transaction.commit();
}

Result<Found> Findings::of(std::string_view id) {
    const RequestRow row = TRY(read_request(*core_->db, id));
    Found found;
    found.barred = TRY(found_for(*core_->db, row.number, true));
    found.waiting = TRY(found_for(*core_->db, row.number, false));
    return found;
}

Result<void> Findings::decide(std::string_view id, const std::vector<FoundRecord>& bar,
                              bool name_too) {
    auto transaction = TRY(core_->db->begin());
    const RequestRow row = TRY(read_request(*core_->db, id));
    const std::set<FoundRecord> waiting = as_set(TRY(found_for(*core_->db, row.number, false)));
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
    Json payload = bar_payload(row, outsider ? BarKind::name : BarKind::echo);
    payload["records"] = json_of(bar);
    payload["name_too"] = name_too;
    TRY(core_->append(type::kDecided, std::nullopt, std::move(payload)));
    return transaction.commit();
}

Result<std::vector<BarredName>> Findings::names(std::string_view id) {
    const RequestRow row = TRY(read_request(*core_->db, id));
    return names_of_request(*core_->db, row.number);
}

}  // namespace litura::ledger
