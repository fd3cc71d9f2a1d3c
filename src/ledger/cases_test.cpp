// Runs tests/cases/ledger/*.case: short stories in plain English, one file a subject, that a jurist
// can read and extend. A line is a date and a sentence; a sentence is something that happens or
// something that must hold on that day. A line that begins with "refused:" must be refused. Blank
// lines and lines that begin with # are for readers.
#include <algorithm>
#include <fstream>
#include <functional>
#include <regex>

#include "ledger/classes.hpp"
#include "ledger/documents.hpp"
#include "ledger/intake.hpp"
#include "ledger/orders.hpp"
#include "ledger/persons.hpp"
#include "ledger/requests.hpp"
#include "ledger/rules.hpp"
#include "ledger/snapshots.hpp"
#include "ledger/standing.hpp"
#include "ledger/test_project.hpp"

namespace litura::ledger::testing {
namespace {

class Story {
public:
    /// Nothing if the sentence is not understood; else whether it was carried out or held.
    std::optional<Result<void>> tell(Instant day, const std::string& sentence) {
        auto opened = Ledger::open(project_.db, project_.secrets, *project_.env, day);
        if (!opened) return std::move(opened).error();
        ledger_.emplace(std::move(opened).value());
        ledger_->set_calendar(calendar_);
        for (const Sentence& known : kSentences) {
            std::smatch words;
            if (std::regex_match(sentence, words, std::regex(known.form))) {
                return (this->*known.tell)(words);
            }
        }
        return std::nullopt;
    }

private:
    using Words = const std::smatch&;
    struct Sentence {
        const char* form;
        Result<void> (Story::*tell)(Words);
    };
    static const std::vector<Sentence> kSentences;

    static Result<void> hold(bool holds, std::string_view found) {
        if (holds) return done();
        return Error{Code::check_failed, "it does not hold: " + std::string(found), "", ""};
    }

    Result<void> declare(Words words) {
        const bool adults = words[2].matched;
        return ledger_->documents().declare_source(kForum, TRY(parse_audience(words[1].str())),
                                                   adults, std::nullopt);
    }
    Result<void> file_notice(Words) {
        TRY(ledger_->documents().add_notice(bytes_of("What you post here trains a model.")));
        return done();
    }
    Result<void> serve(Words) {
        return ledger_->documents().serve_notice(sha256("What you post here trains a model."),
                                                 kForum, TRY(ledger_->now()));
    }
    Result<void> assess(Words words) {
        TRY(ledger_->documents().add(DocumentKind::assessment, bytes_of(kAssessment),
                                     words[1].str()));
        return done();
    }
    Result<void> claim(Words words) {
        return ledger_->intake().claim_legitimate_interest(
            TRY(ledger_->intake().account(kForum, name(words[1].str()))), kPurpose);
    }
    Result<void> act(Words words) {
        static const std::map<std::string, ActKind> kKinds = {{"consent", ActKind::consent},
                                                              {"withdrawal", ActKind::withdrawal},
                                                              {"objection", ActKind::objection}};
        Act act = project_.act(words[1].str(), kKinds.at(words[2].str()), TRY(ledger_->now()));
        if (notice_) act.notice = *notice_;
        if (words[3].matched) act.purpose = words[3].str();
        if (words[4].matched) act.at = on(words[4].str());
        if (words[5].matched) act.until = on(words[5].str());
        if (words[6].matched) act.authority = "form signed by a parent";
        act.preset = words[7].matched;
        TRY(ledger_->intake().record(act));
        return done();
    }
    /// The author lets a record be used that was flagged.
    Result<void> exempt(Words words) {
        const ActKind kind =
            words[2] == "made public" ? ActKind::made_public : ActKind::explicit_consent;
        Act act = project_.act(words[1].str(), kind, TRY(ledger_->now()));
        if (words[3] != "nothing") act.record = name("a post");
        TRY(ledger_->intake().record(act));
        return done();
    }
    Result<void> describe(Words words) {
        Description said;
        said.age = std::stoi(words[2].str());
        if (words[3].matched) said.country = words[3].str();
        said.at = TRY(ledger_->now());
        return ledger_->persons().describe(
            TRY(ledger_->intake().account(kForum, name(words[1].str()))), said);
    }
    Result<void> flag(Words words) {
        return ledger_->intake().flag(project_.facts(words[1].str()).record,
                                      BarKind::special_category);
    }
    Result<void> file_notice_for(Words words) {
        const std::string text = "What you post here is used.\nPurpose: " + words[1].str() + "\n";
        notice_ = TRY(ledger_->documents().add_notice(bytes_of(text)));
        return done();
    }
    /// The shipped rules, changed in one place, from a day on.
    Result<void> adopt(Words words) {
        std::string text(shipped_rules());
        const auto put = [&](std::string_view old, const std::string& fresh) {
            text.replace(text.find(old), old.size(), fresh);
        };
        put("valid_from = \"2018-05-25\"", "valid_from = \"" + words[1].str() + "\"");
        if (words[2].matched)
            put("purpose = \"personalised_advertising\"", "purpose = \"" + words[2].str() + "\"");
        if (words[3].matched) put("heading = \"balance\"", "heading = \"" + words[3].str() + "\"");
        TRY(ledger_->rules().adopt(bytes_of(text)));
        return done();
    }
    Result<void> ask(Words words) {
        const std::string who = words[1].str();
        const auto accounts = TRY(ledger_->persons().of_author(name(who)));
        const RequestKind kind = TRY(parse_request_kind(words[2].str()));
        Ask ask{kind, accounts.empty() ? Digest() : accounts[0].person, {}, {}};
        if (ask.kind == RequestKind::rectification) ask.record = project_.facts(who).record;
        if (words[3].matched) ask.verified_by = "letter";
        request_ = TRY(ledger_->requests().accept(ask, kPurpose));
        author_ = who;
        return done();
    }
    Result<void> holidays(Words words) {
        calendar_.country = words[1].str();
        const std::string days = words[2].str();
        calendar_.is_holiday = [days](std::chrono::year_month_day day) {
            const Instant at{std::chrono::sys_days(day).time_since_epoch().count() * 86'400'000};
            return days.find(to_text(at).substr(0, 10)) != days.npos;
        };
        return done();
    }
    /// Somebody else asks, or the same letter comes once more under the sender's own mark.
    Result<void> ask_for_other(Words words) {
        const auto accounts = TRY(ledger_->persons().of_author(name(words[2].str())));
        const RequestKind kind = TRY(parse_request_kind(words[3].str()));
        Ask ask{kind, accounts.empty() ? Digest() : accounts[0].person, {}, {}};
        const Role role = TRY(parse_role(words[1].str()));
        ask.by = Representative{role, bytes_of("A. Lawyer"), {}};
        if (words[4].matched) ask.by->authority = bytes_of("signed by the person");
        request_ = TRY(ledger_->requests().accept(ask, kPurpose));
        author_ = words[2].str();
        return done();
    }
    Result<void> ask_marked(Words words) {
        const auto accounts = TRY(ledger_->persons().of_author(name(words[1].str())));
        const RequestKind kind = TRY(parse_request_kind(words[2].str()));
        Ask ask{kind, accounts.empty() ? Digest() : accounts[0].person, {}, {}};
        const std::string mark = words[3].str();
        ask.filing = Filing{mark, {}};
        request_ = TRY(ledger_->requests().accept(ask, kPurpose));
        return done();
    }
    Result<void> authorise(Words) {
        request_ =
            TRY(ledger_->requests().authorise(request_.id, bytes_of("signed by the person")));
        return done();
    }
    Result<void> message(Words words) {
        std::optional<Instant> received;
        if (words[1].matched) received = on(words[1].str());
        request_ = TRY(
            ledger_->requests().accept_text(bytes_of("Is my work in there?"), received, kPurpose));
        return done();
    }
    Result<void> classify(Words words) {
        const auto accounts = TRY(ledger_->persons().of_author(name(words[1].str())));
        const RequestKind kind = TRY(parse_request_kind(words[2].str()));
        Ask ask{kind, accounts.empty() ? Digest() : accounts[0].person, {}, {}};
        request_ = TRY(ledger_->requests().classify(request_.id, ask, kPurpose));
        author_ = words[1].str();
        return done();
    }
    Result<void> extend(Words words) {
        request_ = TRY(
            ledger_->requests().extend(request_.id, words[1].str(), bytes_of("We need longer.")));
        return done();
    }
    Result<void> deny(Words words) {
        std::string letter =
            "Reasons: we need it in court\nSupervisory authority: the data protection authority\n";
        if (!words[2].matched) letter += "Court: the regional court of the place\n";
        request_ = TRY(ledger_->requests().deny(request_.id, words[1].str(), bytes_of(letter)));
        return done();
    }
    Result<void> revoke(Words) {
        request_ = TRY(ledger_->requests().revoke(request_.id, "letter"));
        return done();
    }
    Result<void> hand_over(Words) {
        TRY(ledger_->requests().mark_handed_over(request_.id));
        request_ = TRY(ledger_->requests().read(request_.id));
        return done();
    }
    Result<void> answer(Words) {
        request_ = TRY(ledger_->requests().answer(request_.id, bytes_of("This is what we did.")));
        return done();
    }
    Result<void> announce(Words) {
        request_ =
            TRY(ledger_->requests().announce_lifting(request_.id, bytes_of("It will be lifted.")));
        return done();
    }
    Result<void> turn_to(Words words) {
        request_ = TRY(ledger_->requests().read("q-" + words[1].str()));
        return done();
    }
    Result<void> standing(Words words) {
        std::string wanted = words[1].str();
        std::ranges::replace(wanted, ' ', '_');
        const std::string_view found = standing_of(TRY(ledger_->requests().read(request_.id)));
        return hold(found == wanted, found);
    }
    Result<void> clock(Words words) {
        const Pace pace = pace_of(TRY(ledger_->requests().read(request_.id)), TRY(ledger_->now()));
        std::string wanted = words[1].str();
        std::ranges::replace(wanted, ' ', '_');
        return hold(to_text(pace) == wanted, to_text(pace));
    }
    Result<void> verify(Words words) {
        const std::string method = words[1].matched ? words[1].str() : "letter";
        request_ = TRY(ledger_->requests().verify(request_.id, method));
        return done();
    }
    Result<void> suppress(Words) { return ledger_->requests().mark_suppressed(request_.id); }
    Result<void> carry_out(Words) {
        if (request_.kind == RequestKind::rectification) {
            TRY(ledger_->requests().begin_rectification(request_.id,
                                                        project_.facts(author_).wording));
        } else {
            TRY(ledger_->requests().begin_erasure(request_.id));
        }
        return ledger_->requests().mark_destroyed(request_.id);
    }
    Result<void> derive(Words) { return ledger_->requests().mark_derived(); }
    Result<void> stop(Words words) {
        order_ = TRY(ledger_->orders().stop({words[1].str(), "case 1"})).id;
        return done();
    }
    Result<void> exclude(Words words) {
        const Predicate scope = TRY(Predicate::parse(words[2].str()));
        order_ = TRY(ledger_->orders().exclude({words[1].str(), "case 1"}, scope)).id;
        return done();
    }
    Result<void> warn(Words words) {
        const std::string who = words[1].str();
        const Instruction paper{who, "letter", {}, false, on(words[2].str())};
        order_ = TRY(ledger_->orders().warn(paper)).id;
        return done();
    }
    Result<void> decide_on(Words words) {
        TRY(ledger_->orders().decide(order_, words[1].str()));
        return done();
    }
    Result<void> decided(Words words) {
        const Order order = TRY(ledger_->orders().all()).back();
        const bool as_told = order.decision && order.decision->at == on(words[1].str()) &&
                             order.decision->text == words[2].str();
        return hold(as_told, order.decision ? order.decision->text : "nothing was decided");
    }
    Result<void> open_until(Words words) {
        const Order order = TRY(ledger_->orders().all()).back();
        return hold(!order.lifted_at && order.until == on(words[1].str()),
                    order.until ? to_text(*order.until) : "no date");
    }
    Result<void> hold_back(Words words) {
        const Predicate scope = TRY(Predicate::parse(words[3].str()));
        const std::string who = words[1].str();
        const Instruction paper{who, "case 1", {}, false, on(words[2].str())};
        order_ = TRY(ledger_->orders().hold(paper, scope, sha256("the holder's key"))).id;
        return done();
    }

    Result<void> register_entity(Words words) {
        const std::string name = words[1].str();
        Entity entity{"", name, words[2].str(), words[3].str(), sha256(name)};
        entities_[name] = TRY(ledger_->classes().add_entity(entity)).id;
        return done();
    }
    Result<void> accept_class(Terms terms, const std::string& entity, const std::string& verb) {
        static const std::map<std::string, RequestKind> kKinds = {
            {"objects", RequestKind::objection},
            {"withdraws", RequestKind::withdrawal},
            {"asks for erasure", RequestKind::erasure}};
        terms.entity = entities_.contains(entity) ? entities_.at(entity) : "e-0";
        terms.kind = kKinds.at(verb);
        terms.purpose = kPurpose;
        class_ = TRY(ledger_->classes().accept(terms, list_ ? &*list_ : nullptr, {})).id;
        return done();
    }
    Result<void> accept_list(Words words) {
        const Digest salt = sha256(words[0].str());
        std::string text = "salt " + salt.hex() + "\n", names = words[3].str();
        static const std::regex kName("\\w+");
        for (std::sregex_iterator each(names.begin(), names.end(), kName), end; each != end; ++each)
            text += TRY(member_hash(salt, kForum, name(each->str()))).hex() + "\n";
        list_ = TRY(MemberList::parse(bytes_of(text)));
        Terms terms;
        terms.list = list_->root();
        return accept_class(std::move(terms), words[1].str(), words[2].str());
    }
    Result<void> accept_description(Words words) {
        list_.reset();
        Terms terms;
        terms.where = TRY(Predicate::parse(words[5].str()));
        if (words[3].matched) terms.residence = {words[3].str()};
        if (words[3].matched) terms.mode = Mode::opt_out;
        if (words[4].matched) terms.until = on(words[4].str());
        return accept_class(std::move(terms), words[1].str(), words[2].str());
    }
    Result<void> look_up(Words words) {
        const std::size_t batch = words[1].str() == "every account" ? Classes::kBatch : 1;
        Classes classes = ledger_->classes();
        while (TRY(classes.settle(class_, list_ ? &*list_ : nullptr, batch)) && batch != 1) {
        }
        return done();
    }
    Result<void> say(Words words) {
        const auto accounts = TRY(ledger_->persons().of_author(name(words[1].str())));
        const Digest person = accounts.empty() ? Digest() : accounts[0].person;
        Classes classes = ledger_->classes();
        return words[2].str() == "joins" ? classes.join(class_, person)
                                         : classes.leave(class_, person);
    }
    Result<void> counted(Words words) {
        const ClassAction action = TRY(ledger_->classes().action(class_));
        const std::map<std::string, std::uint64_t> counts = {
            {"represented", action.represented},
            {"left", action.left},
            {"erased", action.erased},
            {"waiting", action.waiting},
            {"represented elsewhere", action.elsewhere}};
        const std::uint64_t found = counts.at(words[2].str());
        const bool adds_up = action.matched == action.represented + action.left + action.erased;
        return hold(found == std::stoull(words[1].str()) && adds_up, std::to_string(found));
    }

    Result<void> lift(Words words) {
        TRY(ledger_->orders().lift(order_, words[1].str(), words[2].str()));
        return done();
    }

    Result<void> used(Words words) {
        RecordFacts facts = project_.facts(words[1].str());
        if (words[2].matched) facts.audience = TRY(parse_audience(words[2].str()));
        facts.created_at = on("2025-01-15");
        if (words[3] == "in other words ") facts.wording = sha256("another wording");
        if (words[3] == "without a source ") facts.source = {};
        Policy policy;
        if (words[3] == "for no purpose ") policy.purpose.clear();
        const auto kept = TRY(ledger_->snapshots().latest());
        const Snapshot& snapshot = *kept;
        const Instant now = TRY(ledger_->now());
        const Decision decision = decide(snapshot, facts, policy, now);
        decided_.push_back({facts, policy, now, snapshot.sequence, decision});
        const bool as_told =
            decision.admitted != words[4].matched && to_text(decision.rule) == words[5].str();
        return hold(as_told, to_text(decision.rule));
    }
    /// Every decision so far, from the ledger as it stood then.
    Result<void> decide_again(Words) {
        for (const Decided& one : decided_) {
            const Snapshot then = TRY(ledger_->snapshots().at(one.sequence));
            const bool same = decide(then, one.facts, one.policy, one.as_of) == one.decision;
            TRY(hold(same, "another decision on " + to_text(one.as_of)));
        }
        return hold(!decided_.empty(), "nothing was decided");
    }
    Result<void> placed(Words words) {
        const Decision decision = project_.decision(*ledger_, words[1].str());
        return hold(decision.admitted && decision.from == on(words[2].str()),
                    to_text(decision.from));
    }
    Result<void> state(Words words) {
        request_ = TRY(ledger_->requests().read(request_.id));
        return hold(to_text(request_.state) == words[1].str(), to_text(request_.state));
    }
    Result<void> due(Words words) {
        const std::string due = to_text(request_.due).substr(0, 10);
        return hold(due == words[1].str(), due);
    }
    Result<void> stopped(Words words) {
        return hold(TRY(ledger_->snapshots().latest())->stopped != words[1].matched,
                    "the other way round");
    }
    Result<void> sound(Words) {
        const Verification found = TRY(ledger_->verify());
        return hold(found.holds, found.first_difference);
    }

    struct Decided {
        RecordFacts facts;
        Policy policy;
        Instant as_of;
        Sequence sequence;
        Decision decision;
    };
    TestProject project_{"2025-01-01"};
    std::optional<Ledger> ledger_;
    std::optional<Digest> notice_;  ///< that later acts name, if not the usual one
    std::vector<Decided> decided_;
    Calendar calendar_;
    Request request_;
    std::string author_, order_, class_;
    std::map<std::string, std::string> entities_;
    std::optional<MemberList> list_;
};

#define DATE "(\\d{4}-\\d\\d-\\d\\d)"
const std::vector<Story::Sentence> Story::kSentences = {
    {"the forum is declared (public|followers|private)(, for adults)?", &Story::declare},
    {"the notice is filed", &Story::file_notice},
    {"the notice is served", &Story::serve},
    {"an assessment is filed for (\\w+)", &Story::assess},
    {"legitimate interest is claimed for (\\w+)", &Story::claim},
    {"(\\w+)'s (consent|withdrawal|objection)(?: to ([\\w, ]+))? is recorded(?:, given on " DATE
     ")?(?:, until " DATE ")?(, by a parent)?(, set beforehand)?",
     &Story::act},
    {"(\\w+) (made public|consents to the use of) (what was flagged|nothing) (?:anyway|in "
     "particular)",
     &Story::exempt},
    {"(\\w+) is (\\d+) years old(?: and lives in ([A-Z]{2}))?", &Story::describe},
    {"somebody finds that (\\w+)'s post speaks of health", &Story::flag},
    {"a notice for (\\w+) is filed", &Story::file_notice_for},
    {"rules are adopted that from " DATE " on (?:take no legitimate interest for (\\w+)|ask an "
     "assessment for ([a-z ]+))",
     &Story::adopt},
    {"(\\w+) asks for ([a-z-]+)(, verified)?", &Story::ask},
    {"(\\w+) asks for ([a-z-]+), marked (\\w+)", &Story::ask_marked},
    {"an? (agent|parent|estate|administrator) asks for (\\w+)'s ([a-z-]+)(, with authority)?",
     &Story::ask_for_other},
    {"the authority is shown", &Story::authorise},
    {"the person is verified(?: by ([a-z-]+))?", &Story::verify},
    {"the holidays in ([A-Z]{2}) are (.+)", &Story::holidays},
    {"a message(?: of " DATE ")? is filed", &Story::message},
    {"the message is classified as (\\w+)'s ([a-z-]+)", &Story::classify},
    {"the time is extended for ([a-z]+)", &Story::extend},
    {"the request is denied for ([a-z_]+)(, without a word about courts)?", &Story::deny},
    {"the person revokes it", &Story::revoke},
    {"the data is handed over", &Story::hand_over},
    {"the person is answered", &Story::answer},
    {"the person is told that the restriction will be lifted", &Story::announce},
    {"this is about request (\\d+)", &Story::turn_to},
    {"the clock says ([a-z ]+)", &Story::clock},
    {"whoever asked is told: ([a-z ]+)", &Story::standing},
    {"the suppressed model is ready", &Story::suppress},
    {"the request is carried out", &Story::carry_out},
    {"the model is derived", &Story::derive},
    {"(.+) orders a stop", &Story::stop},
    {"(.+) orders that nothing be used where (.+)", &Story::exclude},
    {"(.+) orders until " DATE " to keep apart what is erased where (.+)", &Story::hold_back},
    {"(.+) demands to cease, with an answer before " DATE, &Story::warn},
    {"it is decided: (.+)", &Story::decide_on},
    {"the decision of " DATE " stands: (.+)", &Story::decided},
    {"the demand is open until " DATE, &Story::open_until},
    {"the order is lifted by (.+) and (.+)", &Story::lift},
    {"(.+) is registered, designated by ([A-Z]{2}), public list (.+)", &Story::register_entity},
    {"(.+) (objects|withdraws|asks for erasure) for the list ([\\w, ]+)", &Story::accept_list},
    {"(.+) (objects|withdraws|asks for erasure) for (?:everybody in ([A-Z]{2})|whoever joins)"
     "(?: before " DATE ")? where (.+)",
     &Story::accept_description},
    {"(the first account|every account) is looked up", &Story::look_up},
    {"(\\w+) (joins|leaves) the class", &Story::say},
    {"accounts: (\\d+) ([a-z ]+)", &Story::counted},
    {"(\\w+)'s (?:(public|followers|private) )?post (in other words |without a source |for no "
     "purpose )?is "
     "(not )?used: (.+)",
     &Story::used},
    {"all that was decided is decided again, the same way", &Story::decide_again},
    {"(\\w+)'s post is placed at " DATE, &Story::placed},
    {"the request is ([a-z]+)", &Story::state},
    {"the request is due on " DATE, &Story::due},
    {"the system is (not )?stopped", &Story::stopped},
    {"the ledger verifies", &Story::sound},
};
#undef DATE

/// Runs one line: "DATE sentence" or "DATE refused: sentence".
void run_line(Story& story, const std::string& line) {
    static const std::regex kLine("(\\d{4}-\\d\\d-\\d\\d)\\s+(refused: )?(.*)");
    std::smatch words;
    ASSERT_TRUE(std::regex_match(line, words, kLine)) << "a line is a date and a sentence";
    const auto told = story.tell(on(words[1].str()), words[3].str());
    ASSERT_TRUE(told.has_value()) << "no such sentence; cases_test.cpp lists them";
    const bool refused = words[2].matched;
    if (refused) {
        EXPECT_TRUE(!told->ok() && told->error().code != Code::check_failed)
            << "it was not refused";
    } else {
        EXPECT_TRUE(told->ok()) << told->error().message;
    }
}

TEST(Cases, Every_story_in_tests_cases_ledger_holds) {
    int stories = 0;
    for (const auto& file :
         std::filesystem::directory_iterator(Path(LITURA_SOURCE_DIR) / "tests/cases/ledger")) {
        if (file.path().extension() != ".case") continue;
        std::ifstream in(file.path());
        Story story;
        std::string line;
        for (int number = 1; std::getline(in, line); ++number) {
            if (line.empty() || line[0] == '#') continue;
            SCOPED_TRACE(file.path().filename().string() + ":" + std::to_string(number) + ": " +
                         line);
            run_line(story, line);
        }
        ++stories;
    }
    EXPECT_GE(stories, 8);
}

TEST(Cases, A_sentence_that_does_not_hold_fails) {
    Story story;
    const auto told = story.tell(on("2025-01-02"), "anna's post is used: consent is in force");
    ASSERT_TRUE(told.has_value());
    EXPECT_EQ(code_of(*told), 1);
    EXPECT_FALSE(story.tell(on("2025-01-02"), "anna's post is somehow used").has_value());
}

}  // namespace
}  // namespace litura::ledger::testing
