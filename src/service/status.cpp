#include "service/status.hpp"

#include <algorithm>

#include "derive/manifest.hpp"
#include "derive/project.hpp"
#include "ledger/classes.hpp"
#include "ledger/clock.hpp"
#include "ledger/findings.hpp"
#include "ledger/orders.hpp"
#include "ledger/requests.hpp"
#include "release/registry.hpp"

namespace litura::service {
namespace {

using ledger::Pace;
using ledger::Request;

constexpr std::int64_t kDayMs = 86'400'000;

bool is_open(const Request& request) { return !request.answered_at.has_value(); }

std::size_t age_class(std::int64_t days) {
    return days <= 7 ? 0 : days <= 14 ? 1 : days <= 31 ? 2 : 3;
}

Clocks clocks_of(std::vector<Request> requests, Instant now) {
    std::erase_if(requests, [](const Request& each) { return !is_open(each); });
    std::ranges::stable_sort(requests, {}, &Request::due);
    Clocks clocks;
    clocks.open = requests.size();
    for (const Request& request : requests) {
        const Pace pace = pace_of(request, now);
        clocks.at_risk += pace == Pace::at_risk;
        clocks.overdue += pace == Pace::overdue;
        const std::int64_t days = (now.ms - request.accepted_at.ms) / kDayMs;
        clocks.oldest_open_days = std::max(clocks.oldest_open_days.value_or(0), days);
        ++clocks.ages[age_class(days)];
        clocks.most_urgent.push_back(request.id);
    }
    return clocks;
}

/// What is published tells nobody whether one person asked.
std::uint64_t rounded(std::uint64_t count) { return count / 10 * 10; }

PublicStatus::Counts rounded(PublicStatus::Counts counts) {
    for (auto& [name, count] : counts) count = rounded(count);
    return counts;
}

std::optional<PublicStatus::Days> ages_of(std::vector<std::int64_t> days) {
    if (rounded(days.size()) == 0) return std::nullopt;
    std::ranges::sort(days);
    return PublicStatus::Days{days[days.size() / 2], days.back()};
}

Result<std::optional<std::string>> cut_off(derive::Project& project) {
    const auto derived = TRY(derive::last_derived(project.db));
    if (!derived) return std::optional<std::string>();
    const auto manifest = TRY(project.manifests().load(*derived));
    return std::optional(to_text(manifest.used.as_of).substr(0, 10));
}

}  // namespace

Result<Status> status(Session& session) {
    derive::Project& project = session.project();
    Status status;
    status.now = TRY(session.now());
    status.sequence = TRY(session.ledger().sequence());
    status.leap = TRY(session.ledger().leap());
    status.test_clock = session.ledger().clock() == ledger::Ledger::Clock::test;
    if (const auto visible = TRY(derive::visible_model(project.db)); visible) {
        const bool usable = TRY(derive::usable_as_it_is(project, *visible));
        status.model = Status::Model{*visible, !usable};
    }
    const std::vector<Request> requests = TRY(session.ledger().requests().all());
    status.clocks = clocks_of(requests, status.now);
    for (const Request& request : requests) {
        const auto found = TRY(session.ledger().findings().of(request.id));
        status.requests.push_back({request, found.barred.size(), found.waiting.size()});
    }
    status.orders = TRY(session.ledger().orders().all());
    status.classes = TRY(session.ledger().classes().all());
    return status;
}

Result<PublicStatus> public_status(Session& session) {
    const Instant now = TRY(session.now());
    PublicStatus status;
    std::vector<std::int64_t> waiting, answered;
    for (const Request& request : TRY(session.ledger().requests().all())) {
        ++status.filed[std::string(to_text(request.kind))];
        ++status.clocks[std::string(to_text(pace_of(request, now)))];
        if (request.denied_for) ++status.denied[*request.denied_for];
        const Instant end = request.answered_at.value_or(now);
        (is_open(request) ? waiting : answered)
            .push_back((end.ms - request.accepted_at.ms) / kDayMs);
    }
    for (auto* counts : {&status.filed, &status.clocks, &status.denied})
        *counts = rounded(std::move(*counts));
    status.month = to_text(now).substr(0, 7);
    status.cut_off = TRY(cut_off(session.project()));
    status.unresolved = rounded(waiting.size());
    status.waiting = ages_of(std::move(waiting));
    status.answered = ages_of(std::move(answered));
    const release::Registry registry = TRY(release::load_registry(session.project()));
    for (const release::Published& each : registry.releases)
        ++status.releases[std::string(to_text(each.described.state))];
    return status;
}

}  // namespace litura::service
