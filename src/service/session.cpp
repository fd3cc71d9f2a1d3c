#include "service/session.hpp"

#include "derive/llama_trainer.hpp"
#include "derive/opening.hpp"
#include "ledger/order.hpp"

namespace litura::service {

Result<std::unique_ptr<Session>> Session::open(Env& env, const Path& folder,
                                               std::optional<Instant> now, Observer& observer) {
    return open(env, folder, now, observer, derive::load_llama_trainer);
}

Result<std::unique_ptr<Session>> Session::open(Env& env, const Path& folder,
                                               std::optional<Instant> now, Observer& observer,
                                               Trainers trainers) {
    auto project = TRY(derive::open_and_resume({env, folder, now, std::move(trainers), observer}));
    return std::unique_ptr<Session>(new Session(std::move(project)));
}

Session::Session(std::unique_ptr<derive::Project> project) : project_(std::move(project)) {}
Session::~Session() = default;

Env& Session::env() { return project_->env; }
Observer& Session::observer() { return project_->observer; }
ledger::Ledger& Session::ledger() { return project_->ledger(); }
corpus::Corpus& Session::corpus() { return project_->corpus(); }
Result<Instant> Session::now() { return ledger().now(); }
const std::string& Session::purpose() const { return project_->settings.policy.admission.purpose; }

bool is_order(const Error& refusal) { return ledger::names_order(refusal); }

Result<void> note_refusal(Session& session, const Error& refusal, std::string_view act) {
    if (!is_order(refusal)) return done();
    return session.ledger().append("act.refused", {{"order", refusal.where}, {"command", act}});
}

}  // namespace litura::service
