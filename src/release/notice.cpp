// A draft of the notice that people are shown, GDPR Art. 13 and 14, with the right to object first
// and apart from the rest (Art. 21(4)). No figure and no digest: a notice is what was served, and
// must not change because somebody came or went.
#include <algorithm>

#include "release/page.hpp"

namespace litura::release {
namespace {

/// Sources that an operator knows by now, from people themselves or not; undeclared ones are in
/// both.
bool any_source(const Facts& facts, bool from_person) {
    return std::ranges::any_of(facts.sources, [&](const SourceFacts& source) {
        const SourceKind* kind = find_source_kind(source.kind);
        return kind == nullptr || kind->from_person == from_person;
    });
}

void objection(Page& page, const Facts& facts) {
    page.section("You can object");
    page.text(
        "**You have the right to object at any time to the use of your posts for training{}.** You "
        "need not give a reason or prove more than that the account is yours. It takes effect at "
        "once: the model in use is replaced by one without your posts, later imports of them are "
        "not used, and no model is trained on them again. Write to {}.",
        facts.interest ? ", which rests on legitimate interest" : "",
        page.stated("controller.contact"));
    if (facts.interest)
        page.text(
            "We use no post on this ground before {} have passed since this notice. You can "
            "object before and after.",
            count(static_cast<std::uint64_t>(facts.grace_days), "day"));
    if (facts.consent)
        page.text(
            "Where you consented, you can withdraw your consent at any time, as easily as you "
            "gave it. What was done before remains lawful; the model is replaced likewise, "
            "and your posts are not used on another ground instead.");
}

void who(Page& page) {
    page.section("Who we are");
    page.table({"", ""});
    page.line("controller", page.stated("controller.name"));
    page.line("contact", page.stated("controller.contact"));
    page.line("representative", page.stated("controller.representative"));
    page.line("data protection officer", page.stated("controller.data_protection_officer"));
}

void what(Page& page, const Facts& facts) {
    page.section("What we do, and why we may");
    page.text("We train a language model on posts, for the purpose {}, and for no other.",
              code(facts.purpose));
    if (facts.consent) page.text("* Posts of people who consented to this purpose: Art. 6(1)(a).");
    if (facts.interest)
        page.text(
            "* Posts of adults, publicly readable, of people who did not refuse: legitimate "
            "interest, Art. 6(1)(f). Our interest: {}.",
            page.stated("processing.interests"));
    if (any_source(facts, true))
        page.text("Whether you have to hand over posts: {}.", page.stated("processing.obligation"));
    page.text("Decisions about people by the model alone: {}.",
              page.stated("processing.automated_decisions"));
}

void which(Page& page, const Facts& facts) {
    page.section("Which posts, and where we have them from");
    page.text(
        "The text of posts, comments and messages with their time, audience, thread, "
        "mentions and licence, and the name of the account, which is kept sealed and is not "
        "trained on as such. A text may say more about you, or about others.");
    page.table({"source", "what it is", "from you"});
    for (const SourceFacts& source : facts.sources) {
        const SourceKind* kind = find_source_kind(source.kind);
        const char* from = kind == nullptr     ? "**not stated**"
                           : kind->from_person ? "yes: Art. 13"
                                               : "no: Art. 14";
        page.row({code(source.name), page.kind_of(source), from});
    }
    if (facts.sources.empty())
        page.row({"", page.not_stated("[[source]]", "GDPR Art. 14(1)(d), 14(2)(f)"), ""});
}

void who_gets_them(Page& page, const Facts& facts) {
    page.section("Who gets them");
    page.table({"", ""});
    page.line("recipients", page.stated("processing.recipients"));
    page.line("third countries and safeguards", page.stated("processing.transfers"));
    if (facts.releases == 0 && facts.exports == 0 && facts.channel.empty()) return;
    page.text(
        "Models leave our house{}. What was published can be recalled and replaced, and "
        "those who have it are told; nobody can fetch every copy back.",
        facts.channel.empty() ? "" : ", announced at " + code(facts.channel));
}

void how_long(Page& page, const Facts& facts) {
    page.section("How long");
    page.table({"", ""});
    page.line("posts", page.stated("retention.posts"));
    page.line("consents, objections, requests", page.stated("retention.evidence"));
    page.line("models", page.stated("retention.models"));
    page.line("parts of a model that you left, in case you come back",
              count(static_cast<std::uint64_t>(facts.quarantine_days), "day"));
    page.line("after your erasure",
              "texts, keys and every part of a model that was trained on them are destroyed; your "
              "request and a keyed tag of the name stay, so that nothing of it is taken in again");
}

void rights(Page& page) {
    page.section("Your other rights");
    page.text(
        "* **Access** (Art. 15): what we hold, on which ground, in which models it was used, "
        "who got them.\n"
        "* **Rectification** (Art. 16): a corrected text replaces the old one, and the model "
        "is derived again.\n"
        "* **Erasure** (Art. 17) of everything or of one record.\n"
        "* **Restriction** (Art. 18): kept, readable by you, not used until you lift it.\n"
        "* **Portability** (Art. 20): what you gave us, in a form that others can read.\n"
        "* **A check of your own**: a ticket by which you can see, alone and offline, whether "
        "the committed list of a model has an entry for you.\n"
        "* **A complaint** (Art. 77) to {}; to any supervisory authority where you live, work "
        "or see an infringement; and a court.",
        page.stated("processing.complaints"));
    page.text(
        "We answer within one month; where that cannot be done we say so within that month, "
        "with reasons, and answer within three (Art. 12(3)).");
}

}  // namespace

Document notice_draft(const Facts& facts) {
    Page page(facts);
    page.text("# How we train a language model on your posts");
    page.text(
        "> Draft by `litura document make notice`. Complete it, have it checked, take this "
        "paragraph out, then: `litura notice add`, show it to people, `litura notice serve`.");
    if (facts.test_clock) page.text("**Made on a test clock: about no real processing.**");
    objection(page, facts);
    who(page);
    what(page, facts);
    which(page, facts);
    who_gets_them(page, facts);
    how_long(page, facts);
    rights(page);
    return std::move(page).finish();
}

}  // namespace litura::release
