// The words of commands about courts, authorities and entities that act for many.
#include "cli/grammar.hpp"

namespace litura::cli {

void add_order_commands(Grammar& on) {
    struct Bound {
        OrderArguments order;
        LiftArguments lift;
        DecisionArguments decision;
        ReportArguments report;
    };
    Bound& in = on.keep<Bound>();
    Command order = on.family("order", "instructions of a court or authority");
    const auto paper = [&in](Command of, const char* until) {
        of.option("--authority", in.order.authority).required();
        of.option("--reference", in.order.reference, "case number").required();
        of.option("--document", in.order.document, "its text");
        of.flag("--provisional", in.order.provisional, "not yet definitive");
        return of.option(until, in.order.until, "RFC 3339; it still ends by lifting only");
    };
    auto stop = on.command(order, "stop", "nothing is derived, served or published",
                           [&in](Context& c) { return order_stop_command(c, in.order); });
    paper(stop, "--until");
    stop.option("--act", in.order.acts,
                "only this: train, checkpoint, promote, serve or publish; repeatable");
    stop.option("--model", in.order.model, "only this model: sha256:..");
    auto exclude = on.command(order, "exclude", "no record of this kind is used; the rest goes on",
                              [&in](Context& c) { return order_exclude_command(c, in.order); });
    paper(exclude, "--until");
    exclude
        .option("--where", in.order.where,
                "for example: source is \"forum\" and created before 2026-05-27")
        .required();
    auto hold = on.command(order, "hold", "evidence is sealed to a key before it is erased",
                           [&in](Context& c) { return order_hold_command(c, in.order); });
    paper(hold, "--until").required();
    hold.option("--where", in.order.where, "of which records; see order exclude").required();
    hold.option("--key", in.order.key, "file with the holder's public key (X25519)").required();
    auto warning = on.command(order, "warning", "a demand to cease, with its deadline",
                              [&in](Context& c) { return order_warning_command(c, in.order); });
    paper(warning, "--deadline").required();
    auto lift = on.command(order, "lift", "lift an order",
                           [&in](Context& c) { return order_lift_command(c, in.lift); });
    lift.option("ID", in.lift.id).required();
    lift.option("--signed-by", in.lift.signed_by).required();
    lift.option("--countersigned-by", in.lift.countersigned_by).required();
    auto decide = on.command(order, "decide", "what was decided about an order or a warning",
                             [&in](Context& c) { return order_decide_command(c, in.decision); });
    decide.option("ID", in.decision.id).required();
    decide.option("--decision", in.decision.decision, "in a short line").required();
    auto report = on.command(order, "report", "what became of it, signed, for the authority",
                             [&in](Context& c) { return order_report_command(c, in.report); });
    report.option("ID", in.report.id).required();
    report.option("--out", in.report.out, "write the signed report here");
}

void add_class_commands(Grammar& on) {
    struct Bound {
        EntityArguments entity;
        ClassArguments action;
        SayArguments say;
        EraseArguments erase;
        std::string where;
    };
    Bound& in = on.keep<Bound>();
    Command entity = on.family("entity", "qualified entities that may act for a class");
    auto add = on.command(entity, "add", "register one",
                          [&in](Context& c) { return entity_add_command(c, in.entity); });
    add.option("--name", in.entity.name).required();
    add.option("--country", in.entity.country, "that designated it, such as AT").required();
    add.option("--listed-as", in.entity.listed_as, "its place on the public list").required();
    add.option("--key", in.entity.key, "file with its public key (Ed25519)").required();
    on.command(entity, "list", "all of them", [](Context& c) { return entity_list_command(c); });

    Command action = on.family("class", "objections, withdrawals and erasures for many");
    const auto terms = [&in](Command of) {
        of.option("--entity", in.action.entity, "e-..").required();
        of.option("--kind", in.action.kind, "objection, withdrawal or erasure").required();
        of.option("--where", in.action.where, "who and what, in words; see order exclude");
        of.option("--list", in.action.list, "file with hashed members");
        of.option("--mode", in.action.mode, "opt_in or opt_out").shows_default();
        of.option("--residence", in.action.residence, "opt_out: countries where silence is a yes");
        of.option("--purpose", in.action.purpose, "default: the purpose of litura.toml");
        of.option("--until", in.action.until, "the last moment to join or leave");
    };
    terms(on.command(action, "terms", "print what the entity signs",
                     [&in](Context& c) { return class_terms_command(c, in.action); }));
    auto accept = on.command(action, "accept", "take up a class action; effective at once",
                             [&in](Context& c) { return class_accept_command(c, in.action); });
    terms(accept);
    accept.option("--signature", in.action.signature,
                  "file with the entity's signature over the terms (64 bytes)");
    on.command(action, "list", "all of them", [](Context& c) { return class_list_command(c); });
    on.command(action, "show", "members, records, tokens, manifests, models",
               [&in](Context& c) { return class_show_command(c, in.say.id); })
        .option("ID", in.say.id)
        .required();
    on.command(action, "settle", "go on looking up members",
               [](Context& c) { return class_settle_command(c); });
    auto join = on.command(action, "join", "a person says yes to a class",
                           [&in](Context& c) { return class_join_command(c, in.say); });
    auto leave = on.command(action, "leave", "a person says no to a class",
                            [&in](Context& c) { return class_leave_command(c, in.say); });
    for (Command sub : {join, leave}) {
        sub.option("ID", in.say.id).required();
        on.add_person(sub, in.say.person);
    }
    auto erase = on.command(action, "erase", "erase the members of an erasure class",
                            [&in](Context& c) { return class_erase_command(c, in.erase); });
    erase.option("ID", in.erase.id).required();
    erase.option("--verified", in.erase.verified, "how the entity's authority was verified")
        .required();
    on.command("affected", "which manifests, models and releases hold such records",
               [&in](Context& c) { return affected_command(c, in.where); })
        .option("PREDICATE", in.where, "see order exclude")
        .required();
}

}  // namespace litura::cli
