// Every fact by name, once: what to_json() writes and what the mutation test changes one by one.
// Structured bindings, so that a fact that is added and not listed here does not compile.
#pragma once

#include <concepts>

#include "release/facts.hpp"

namespace litura::release {

template <typename T, typename Of>
concept Is = std::same_as<std::remove_const_t<T>, Of>;

/// Calls visit("name", field) for each field, in order.
template <Is<Tally> T, typename Visit>
void each_field(T& of, Visit visit) {
    auto& [detail, persons, records] = of;
    visit("detail", detail);
    visit("persons", persons);
    visit("records", records);
}

template <Is<Serving> T, typename Visit>
void each_field(T& of, Visit visit) {
    auto& [notice, at] = of;
    visit("notice", notice);
    visit("at", at);
}

template <Is<SourceFacts> T, typename Visit>
void each_field(T& of, Visit visit) {
    auto& [name, kind, description, audience, adults_only, formats, imported, served, held, consent,
           interest, audiences, licences, other_licences] = of;
    visit("name", name);
    visit("kind", kind);
    visit("description", description);
    visit("audience", audience);
    visit("adults_only", adults_only);
    visit("formats", formats);
    visit("imported", imported);
    visit("served", served);
    visit("held", held);
    visit("consent", consent);
    visit("legitimate_interest", interest);
    visit("audiences", audiences);
    visit("licences", licences);
    visit("other_licences", other_licences);
}

template <Is<DocumentFacts> T, typename Visit>
void each_field(T& of, Visit visit) {
    auto& [kind, digest, purpose, at] = of;
    visit("kind", kind);
    visit("digest", digest);
    visit("purpose", purpose);
    visit("at", at);
}

template <Is<ModelFacts> T, typename Visit>
void each_field(T& of, Visit visit) {
    auto& [model, manifest, base, settings, purpose, as_of, sequence, used, tokens, acquired,
           update, chosen_on, suppressed, stale, release, lease_until, recalled, remembers] = of;
    visit("model", model);
    visit("manifest", manifest);
    visit("base", base);
    visit("settings", settings);
    visit("purpose", purpose);
    visit("as_of", as_of);
    visit("sequence", sequence);
    visit("used", used);
    visit("tokens", tokens);
    visit("acquired", acquired);
    visit("update", update);
    visit("chosen_on", chosen_on);
    visit("suppressed", suppressed);
    visit("stale", stale);
    visit("release", release);
    visit("lease_until", lease_until);
    visit("recalled", recalled);
    visit("remembers", remembers);
}

template <Is<Facts> T, typename Visit>
void each_field(T& of, Visit visit) {
    auto& [stated, purpose, grace_days, quarantine_days, consent, interest, test_clock, sequence,
           as_of, sources, held, documents, releases, exports, recipients, channel, model] = of;
    visit("stated", stated);
    visit("purpose", purpose);
    visit("grace_days", grace_days);
    visit("quarantine_days", quarantine_days);
    visit("consent", consent);
    visit("legitimate_interest", interest);
    visit("test_clock", test_clock);
    visit("sequence", sequence);
    visit("as_of", as_of);
    visit("sources", sources);
    visit("held", held);
    visit("documents", documents);
    visit("releases", releases);
    visit("exports", exports);
    visit("recipients", recipients);
    visit("channel", channel);
    visit("model", model);
}

}  // namespace litura::release
