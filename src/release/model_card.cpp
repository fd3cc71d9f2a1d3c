// The model's card: README.md of a release, with the front matter that hubs read. Like all papers
// of a release it holds no date but the lease, no number of departures, and people by tens.
#include "release/page.hpp"

namespace litura::release {
namespace {

constexpr std::string_view kFrontMatter = R"(---
library_name: transformers
pipeline_tag: text-generation
tags: [litura, recallable]
---
)";

void origin(Page& page, const Facts& facts) {
    const ModelFacts& model = *facts.model;
    page.table({"", ""});
    page.line("provider", page.stated("controller.name"));
    page.line("contact", page.stated("controller.contact"));
    page.line("name", page.stated("model.name"));
    page.line("model", text(model.model));
    page.line("manifest", text(model.manifest));
    page.line("base", fmt::format("{}; {}", text(model.base), page.stated("model.base_summary")));
    page.line("recipe", fmt::format("{}, update {}, settings chosen on {}", text(model.settings),
                                    code(model.update), code(model.chosen_on)));
    page.line("people", people(rounded(model.used)));
    page.line("languages", page.stated("model.languages"));
    // "Evidenced" would need the digest of an attack suite with its figures: there is none yet.
    page.line("anonymity_claim",
              "none: nobody has shown that data of people cannot be drawn from it");
    page.line("special categories", "not screened");
    page.table({"source", "what it is", "on consent", "on legitimate interest"});
    for (const SourceFacts& source : facts.sources) {
        if (source.consent.none() && source.interest.none()) continue;
        page.row({code(source.name), page.kind_of(source), source.consent.none() ? "no" : "yes",
                  source.interest.none() ? "no" : "yes"});
    }
}

void recall(Page& page, const Facts& facts) {
    const ModelFacts& model = *facts.model;
    page.text(
        "**Before you use it**, and every time you start it, ask whether it may still be "
        "used; people's rights go on after training, and releases are recalled:");
    page.text("```\nlitura-check --cache ~/.cache/litura --from CHANNEL .\n```");
    page.text(
        "CHANNEL is a copy of {}. Exit status 0: in use. 3: a successor is out. 4: recalled, "
        "stop using it. 5: unknown, the copy is too old, or the lease of this release has "
        "ended{}.",
        facts.channel.empty() ? "the publisher's channel" : code(facts.channel),
        model.lease_until ? " (" + to_text(*model.lease_until) + ")" : "");
    page.text(
        "Whoever takes this model takes these duties: keep the check in place, stop at a "
        "recall, delete or replace copies by its deadline, pass the recall on to those you "
        "gave copies or derivatives, answer the notice. A model with such duties is not open "
        "source.");
}

}  // namespace

Document model_card(const Facts& facts) {
    const ModelFacts& model = *facts.model;
    Page page(facts);
    page.text("# {}",
              model.release.empty() ? "A model that was not released" : "Release " + model.release);
    page.warnings();
    page.text("A language model trained on people's posts for the purpose {}, and only for it.",
              code(model.purpose));
    origin(page, facts);
    if (model.remembers && model.release.empty())
        page.text(
            "It answers from weights and from a memory beside them: counts of what people wrote.");
    if (model.remembers && !model.release.empty())
        page.text(
            "The provider keeps a memory beside these weights: counts of what other people wrote. "
            "It "
            "is not part of this release, and those words are not in these weights.");
    recall(page, facts);
    page.text(
        "What may be said: the committed manifest of this derivation lists every record that "
        "it used, and the derivation replays bit for bit to this digest. What may not: that "
        "anything about a person cannot be inferred from it, or anything about what the base "
        "knew before.");
    Document card = std::move(page).finish();
    card.text = std::string(kFrontMatter) + "\n" + card.text;
    return card;
}

}  // namespace litura::release
