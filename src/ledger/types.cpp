// The names under which the enumerations stand in events and in JSON. A name, once written,
// never changes.
#include "ledger/types.hpp"

#include <algorithm>

#include <array>
#include <chrono>
#include <utility>

namespace litura::ledger {
namespace {

template <typename T, std::size_t N>
using Names = std::array<std::pair<T, std::string_view>, N>;

constexpr Names<Basis, 2> kBases{
    {{Basis::consent, "consent"}, {Basis::legitimate_interest, "legitimate_interest"}}};

constexpr Names<Audience, 4> kAudiences{{{Audience::unknown, "unknown"},
                                         {Audience::everyone, "public"},
                                         {Audience::followers, "followers"},
                                         {Audience::restricted, "private"}}};

constexpr Names<ActKind, 5> kActKinds{{{ActKind::consent, "consent"},
                                       {ActKind::withdrawal, "withdrawal"},
                                       {ActKind::objection, "objection"},
                                       {ActKind::explicit_consent, "explicit_consent"},
                                       {ActKind::made_public, "made_public"}}};

constexpr Names<RequestKind, 9> kRequestKinds{{{RequestKind::erasure, "erasure"},
                                               {RequestKind::rectification, "rectification"},
                                               {RequestKind::objection, "objection"},
                                               {RequestKind::withdrawal, "withdrawal"},
                                               {RequestKind::restriction, "restriction"},
                                               {RequestKind::lift_restriction, "lift-restriction"},
                                               {RequestKind::access, "access"},
                                               {RequestKind::portability, "portability"},
                                               {RequestKind::question, "question"}}};

constexpr Names<RequestState, 7> kRequestStates{{{RequestState::accepted, "accepted"},
                                                 {RequestState::suppressed, "suppressed"},
                                                 {RequestState::destroyed, "destroyed"},
                                                 {RequestState::derived, "derived"},
                                                 {RequestState::answered, "answered"},
                                                 {RequestState::denied, "denied"},
                                                 {RequestState::revoked, "revoked"}}};

constexpr Names<Role, 4> kRoles{{{Role::agent, "agent"},
                                 {Role::parent, "parent"},
                                 {Role::estate, "estate"},
                                 {Role::administrator, "administrator"}}};

constexpr Names<BarKind, 10> kBarKinds{{{BarKind::objection, "objection"},
                                        {BarKind::withdrawal, "withdrawal"},
                                        {BarKind::restriction, "restriction"},
                                        {BarKind::rectification, "rectification"},
                                        {BarKind::erasure, "erasure"},
                                        {BarKind::order, "order"},
                                        {BarKind::deletion, "deletion"},
                                        {BarKind::echo, "echo"},
                                        {BarKind::name, "name"},
                                        {BarKind::special_category, "special_category"}}};

constexpr Names<DocumentKind, 3> kDocumentKinds{{{DocumentKind::assessment, "assessment"},
                                                 {DocumentKind::order, "order"},
                                                 {DocumentKind::base, "base"}}};

template <typename T, std::size_t N>
std::string_view name_in(const Names<T, N>& names, T value) {
    for (const auto& [known, name] : names) {
        if (known == value) return name;
    }
    CHECK(false);  // an enumeration has a value without a name
    return {};
}

template <typename T, std::size_t N>
Result<T> value_in(const Names<T, N>& names, std::string_view text, std::string_view what) {
    std::string choice;
    for (const auto& [value, name] : names) {
        if (name == text) return value;
        choice += (choice.empty() ? "" : ", ") + std::string(name);
    }
    return Error{Code::bad_input, "unknown " + std::string(what), "", "choose one of: " + choice};
}

}  // namespace

std::string_view to_text(Basis value) { return name_in(kBases, value); }
std::string_view to_text(Audience value) { return name_in(kAudiences, value); }
std::string_view to_text(ActKind value) { return name_in(kActKinds, value); }
std::string_view to_text(RequestKind value) { return name_in(kRequestKinds, value); }
std::string_view to_text(RequestState value) { return name_in(kRequestStates, value); }
std::string_view to_text(Role value) { return name_in(kRoles, value); }
std::string_view to_text(BarKind value) { return name_in(kBarKinds, value); }
std::string_view to_text(DocumentKind value) { return name_in(kDocumentKinds, value); }

Result<Basis> parse_basis(std::string_view text) { return value_in(kBases, text, "lawful basis"); }
Result<Audience> parse_audience(std::string_view text) {
    return value_in(kAudiences, text, "audience");
}
Result<ActKind> parse_act_kind(std::string_view text) {
    return value_in(kActKinds, text, "kind of act");
}
Result<RequestKind> parse_request_kind(std::string_view text) {
    return value_in(kRequestKinds, text, "kind of request");
}
Result<RequestState> parse_request_state(std::string_view text) {
    return value_in(kRequestStates, text, "state of a request");
}
Result<Role> parse_role(std::string_view text) { return value_in(kRoles, text, "role"); }
Result<BarKind> parse_bar_kind(std::string_view text) {
    return value_in(kBarKinds, text, "kind of bar");
}
Result<DocumentKind> parse_document_kind(std::string_view text) {
    return value_in(kDocumentKinds, text, "kind of document");
}

// A birthday on 29 February counts from 1 March in other years: later, so on the careful side.
Instant Age::reaches(std::int64_t years_old) const {
    using namespace std::chrono;
    const sys_time<milliseconds> moment{milliseconds(at.ms)};
    const sys_days day = floor<days>(moment);
    year_month_day date(day);
    date += std::chrono::years(years_old - years);
    if (!date.ok()) date = date.year() / March / 1;
    return {(sys_time<milliseconds>(sys_days(date)) + (moment - day)).time_since_epoch().count()};
}

bool is_country(std::string_view text) {
    return text.size() == 2 &&
           std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace litura::ledger
