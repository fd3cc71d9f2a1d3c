// The record of processing activities, GDPR Art. 30(1), letter by letter. For the controller and
// the authority: figures are exact where they single nobody out.
#include "release/page.hpp"

namespace litura::release {
namespace {

void controller(Page& page) {
    page.section("Who is responsible: Art. 30(1)(a)");
    page.table({"", ""});
    page.line("controller", page.stated("controller.name"));
    page.line("contact", page.stated("controller.contact"));
    page.line("joint controllers", page.stated("controller.joint_controllers"));
    page.line("representative", page.stated("controller.representative"));
    page.line("data protection officer", page.stated("controller.data_protection_officer"));
}

void purpose(Page& page, const Facts& facts) {
    page.section("Purpose: Art. 30(1)(b)");
    page.text("Training a language model on people's posts, for the purpose {}.",
              code(facts.purpose));
    page.table({"ground", "in use"});
    page.line("consent, Art. 6(1)(a)", facts.consent ? "yes" : "no");
    page.line("legitimate interest, Art. 6(1)(f)", facts.interest ? "yes" : "no");
    if (facts.interest) page.line("the interest", page.stated("processing.interests"));
    if (facts.interest)
        page.line("from a notice until posts are used",
                  count(static_cast<std::uint64_t>(facts.grace_days), "day"));
}

std::string served(const SourceFacts& source) {
    std::string out;
    for (const Serving& serving : source.served)
        out += fmt::format("{}{} on {}", out.empty() ? "" : ", ", text(serving.notice),
                           day(serving.at));
    return out.empty() ? "none" : out;
}

void one_source(Page& page, const SourceFacts& source) {
    page.text("### {}", code(source.name));
    page.table({"", ""});
    page.line("what it is", page.kind_of(source));
    page.line("read as", source.formats.empty() ? "nothing yet" : codes(source.formats));
    page.line("last import", source.imported ? day(*source.imported) : "none");
    page.line("who could read the posts, as stated", code(source.audience));
    page.line("adults only, as stated", source.adults_only ? "yes" : "no");
    page.line("held", text(source.held));
    page.line("in the model on consent", text(source.consent));
    page.line("in the model on legitimate interest", text(source.interest));
    page.line("who could read what is in the model",
              source.audiences.empty() ? "-" : codes(source.audiences));
    page.line("licences of what is in the model", licences(source));
    page.line("notices served", served(source));
}

void categories(Page& page, const Facts& facts) {
    page.section("People and data: Art. 30(1)(c)");
    page.text(
        "People: those who wrote posts, comments or messages of the sources below; those whom such "
        "a text names; those who exercised a right.");
    page.text(
        "Data: texts with time, audience, thread, mentions and licence; names of accounts, sealed, "
        "and keyed tags of them; what was stated of a person; consents, withdrawals and objections "
        "with notice, channel, "
        "language and time; requests. Texts may reveal special categories (Art. 9); this program "
        "does not look for them by itself.");
    page.text(
        "Held in all: {}. Nothing is said of fewer than {} people, and no figure is given "
        "whose difference to another would say it.",
        text(facts.held), kFewest);
    for (const SourceFacts& source : facts.sources) one_source(page, source);
}

void recipients_and_transfers(Page& page, const Facts& facts) {
    page.section("Recipients and third countries: Art. 30(1)(d), (e)");
    page.table({"", ""});
    page.line("categories of recipients", page.stated("processing.recipients"));
    page.line("transfers and their safeguards", page.stated("processing.transfers"));
    page.line("models that left the house", fmt::format("{}, {}", count(facts.releases, "release"),
                                                        count(facts.exports, "export")));
    page.line("recipients of releases, by name in the register", std::to_string(facts.recipients));
}

void limits(Page& page, const Facts& facts) {
    page.section("Time limits: Art. 30(1)(f)");
    page.table({"", ""});
    page.line("posts", page.stated("retention.posts"));
    page.line("acts, notices, requests", page.stated("retention.evidence"));
    page.line("models", page.stated("retention.models"));
    page.line("parts of models that people left who may come back",
              count(static_cast<std::uint64_t>(facts.quarantine_days), "day"));
    page.line("on erasure",
              "at once: texts, keys, and every part of a model that was trained on them; the "
              "request and a keyed tag of the name stay, so that nothing of it is taken in again");
}

void security(Page& page) {
    page.section("Security: Art. 30(1)(g), 32(1)");
    page.text(
        "By the program: records, evidence and models sealed (XChaCha20-Poly1305), under keys "
        "of each account that die with an erasure; an append-only, hash-chained log of "
        "everything that allows or forbids; names out of logs and command lines; a stop "
        "order ends training within one step.");
    page.table({"", ""});
    page.line("besides", page.stated("processing.security"));
}

void evidence(Page& page, const Facts& facts) {
    page.section("What it rests on: Art. 5(2), 24, 35");
    if (facts.documents.empty()) {
        page.text("No document is in the ledger.");
    } else {
        page.table({"document", "purpose", "in the ledger since", "digest"});
    }
    for (const DocumentFacts& document : facts.documents)
        page.row(
            {code(document.kind), code(document.purpose), day(document.at), text(document.digest)});
    if (!facts.model) {
        page.text("There is no model yet.");
        return;
    }
    const ModelFacts& model = *facts.model;
    page.table({"the model in use", ""});
    page.line("model", text(model.model));
    page.line("manifest", text(model.manifest));
    page.line("made as of", fmt::format("{}, event {}", day(model.as_of), model.sequence));
    page.line("purpose", code(model.purpose));
    page.line("people", text(model.used));
    page.line("tokens, about", std::to_string(model.tokens));
    page.line("base", text(model.base));
    page.line("recipe", fmt::format("{}, update {}, settings chosen on {}", text(model.settings),
                                    code(model.update), code(model.chosen_on)));
}

}  // namespace

Document record_of_processing(const Facts& facts) {
    Page page(facts);
    page.text("# Record of processing activities: training a language model on people's posts");
    page.text(
        "GDPR Art. 30(1). Made by `litura document make record-of-processing` from the ledger "
        "up to event {} of {}. Change what it says there or in organisation.toml, not here.",
        facts.sequence, day(facts.as_of));
    page.warnings();
    controller(page);
    purpose(page, facts);
    categories(page, facts);
    recipients_and_transfers(page, facts);
    limits(page, facts);
    security(page);
    evidence(page, facts);
    return std::move(page).finish();
}

}  // namespace litura::release
