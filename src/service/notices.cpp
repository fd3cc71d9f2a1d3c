#include "service/notices.hpp"

#include "derive/project.hpp"
#include "ledger/documents.hpp"

namespace litura::service {

Result<Digest> add_notice(Session& session, ByteView text) {
    return session.ledger().documents().add_notice(text);
}

Result<Served> serve_notice(Session& session, const Digest& notice, const std::string& source,
                            Instant at) {
    TRY(session.ledger().documents().serve_notice(notice, source, at));
    const std::int64_t grace = session.project().settings.policy.admission.grace_days;
    return Served{notice, source, at, at.plus_days(grace)};
}

Json to_json(const Served& served) {
    return {{"notice", digest_text(served.notice)},
            {"source", served.source},
            {"at", to_text(served.at)},
            {"grace_until", to_text(served.grace_until)}};
}

Result<Digest> add_document(Session& session, ledger::DocumentKind kind, ByteView text) {
    return session.ledger().documents().add(kind, text, session.purpose());
}

Result<Declared> declare_source(Session& session, const SourceArguments& arguments) {
    Declared declared{arguments.name};
    if (!arguments.audience.empty())
        declared.audience = TRY(ledger::parse_audience(arguments.audience));
    if (!arguments.age.empty() && arguments.age != "adult")
        return Error{Code::bad_input, "unknown age statement", "", "the only one is --age adult"};
    declared.adults_only = arguments.age == "adult";
    std::optional<ByteView> document;
    if (arguments.document) document = *arguments.document;
    TRY(session.ledger().documents().declare_source(declared.source, declared.audience,
                                                    declared.adults_only, document));
    return declared;
}

Json to_json(const Declared& declared) {
    return {{"source", declared.source},
            {"audience", to_text(declared.audience)},
            {"adults_only", declared.adults_only}};
}

}  // namespace litura::service
