#!/usr/bin/env python3
"""Exit statuses and JSON shapes of every command, errors included."""
import json
import subprocess
import sys

from litura import NOW, SOURCE, START, check, equal, main, run

TEXT, COUNT, NUMBER, LIST, NOTHING = str, int, (int, float), list, type(None)
REQUEST = {"request": TEXT, "kind": TEXT, "person": TEXT, "state": TEXT, "accepted_at": TEXT, "due": TEXT,
           "suppressed_at": (TEXT, NOTHING), "destroyed_at": (TEXT, NOTHING), "derived_at": (TEXT, NOTHING)}
DERIVE = {"model": {"digest": TEXT, "path": TEXT},
          "manifest": {"root": TEXT, "persons": COUNT, "records": COUNT, "tokens": COUNT, "deferred": COUNT},
          "nodes": {"total": COUNT, "reused": COUNT, "computed": COUNT}, "tokens_trained": {"now": COUNT, "fresh": COUNT},
          "seconds": NUMBER}
VERIFY = {"equal": bool, "model": TEXT, "nodes_compared": COUNT, "unreadable": COUNT, "first_difference": (TEXT, NOTHING)}
ERROR = {"error": {"code": TEXT, "message": TEXT, "where": TEXT, "next": TEXT}}
CODES = {1: "check_failed", 2: "bad_input", 3: "forbidden", 4: "environment", 70: "broken"}


def fits(value, shape):
    """Has the value at least these fields, of these types?"""
    if isinstance(shape, dict):
        return isinstance(value, dict) and all(name in value and fits(value[name], inner) for name, inner in shape.items())
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(item, shape[0]) for item in value)
    return isinstance(value, shape)


def shaped(value, shape, text):
    check(fits(value, shape), text if fits(value, shape) else f"{text}: {json.dumps(value)[:400]}")
    return value


def refused(project, status, text, *arguments, **how):
    answer = shaped(project(*arguments, status=status, **how), ERROR, f"exit {status}: {text}")
    equal(answer["error"]["code"], CODES[status], "with its code")


def one_object_on_standard_output(world, project):
    """Errors of the grammar too; messages and progress go to standard error; without --json it is text."""
    for arguments, status in ([["derive"], 0], [["nonsense"], 2], [["derive", "--threads", "0"], 2], [[], 2]):
        command = [world.program, "--project", project.folder, "--now", NOW, "--json", *arguments]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
        equal((done.returncode, len(done.stdout.splitlines())), (status, 1), f"{arguments}: exit {status}, one line of JSON")
        shaped(json.loads(done.stdout), DERIVE if status == 0 else ERROR, "of the right shape")
    done = subprocess.run([world.program, "--help"], capture_output=True, text=True, check=False)
    check(done.returncode == 0 and "Exit status" in done.stdout, "--help explains the exit statuses")


def intake(world, people):
    project = world.project()
    posts, acts = world.lines(people.records), world.acts(people.consents)
    with open(posts, "a", encoding="utf-8") as file:
        file.write("not json\n" + json.dumps({"id": "1", "author": "a", "created_at": "yesterday", "text": "t"}) + "\n")
    done = shaped(project("import", "jsonl", posts, "--source", SOURCE, "--evidence", acts, "--ground", "legitimate_interest"),
                  {"in": COUNT, "imported": COUNT, "unchanged": COUNT, "rejected": dict}, "import")
    equal(done["in"], done["imported"] + done["unchanged"] + sum(done["rejected"].values()), "in = imported + unchanged + rejected by reason")
    equal(sum(done["rejected"].values()), 2, "two broken lines are rejected")
    shaped(project("ground", "add", "--evidence", acts), {"acts": COUNT}, "ground add")
    shaped(project("notice", "add", world.notice), {"notice": TEXT}, "notice add")
    refused(project, 2, "consent is never a flag of an import", "import", "jsonl", posts, "--ground", "consent")
    refused(project, 2, "an unknown format", "import", "mbox", posts)
    refused(project, 4, "a file that is not there", "import", "jsonl", world.folder / "nowhere.jsonl")
    refused(project, 2, "an act without evidence", "ground", "add", "--evidence", world.lines([{"author": "a", "act": "consent"}]))
    refused(project, 2, "an assessment without 'could we have asked?'", "document", "add", "assessment", world.notice)
    refused(project, 2, "a notice nobody added", "notice", "serve", "sha256:" + "0" * 64, "--source", SOURCE, "--at", NOW)
    return project


def clock_and_place(world, project):
    refused(project, 3, "a moment before the last event", "status", now=START)
    real = world.folder / "real-clock"
    run(world.program, "init", real, "--base", world.base())
    run(world.program, "--project", real, "--now", NOW, "status", status=3)
    run(world.program, "--project", real, "status")
    print("ok   a project on the real clock refuses --now, exit 3")
    run(world.program, "--project", world.folder / "nowhere", "status", status=4)
    run(world.program, "init", real, "--base", world.base(), status=3)
    print("ok   no project there: 4; a project there already: 3")
    refused(project, 2, "a moment that is none", "status", now="yesterday")
    settings = project.folder / "litura.toml"
    text = settings.read_text()
    settings.write_text(text + "\n[trian]\nstep_tokens = 1\n")
    refused(project, 2, "an unknown key in litura.toml", "derive")
    settings.write_text(text)


def models(world, project):
    for command in (["complete"], ["manifest", "show"], ["verify"], ["export", "hf", world.folder / "x"]):
        refused(project, 3, f"{command[0]} before there is a model", *command)
    shaped(project("derive", "--plan"), {"tokens_trained": {"now": COUNT, "fresh": COUNT}, "nodes": dict,
                                         "chain_bytes": COUNT, "costs": LIST}, "derive --plan")
    shaped(project.derive(), DERIVE, "derive")
    shaped(project("verify"), VERIFY, "verify")
    shaped(project("graph"), [{"key": TEXT, "kind": TEXT, "label": TEXT, "digest": (TEXT, NOTHING), "tokens": COUNT, "state": TEXT}], "graph")
    shaped(project("manifest", "show"), {"root": TEXT, "purpose": TEXT, "as_of": TEXT, "sequence": COUNT, "records": [
        {"id": TEXT, "person": TEXT, "stage": COUNT, "shard": TEXT, "slice": TEXT, "state": TEXT}]}, "manifest show")
    for paper in ("record-of-processing", "public-summary", "notice", "model-card"):
        shaped(project("document", "make", paper, status=1), {"document": TEXT, "path": NOTHING, "text": TEXT, "facts": {"model": dict}, "not_stated": [
            {"field": TEXT, "asked_by": TEXT}]}, f"document make {paper}, with nothing stated")
    shaped(project("ledger", "verify"), {"holds": bool, "events": COUNT}, "ledger verify")
    shaped(project("statement"), {"statement": TEXT, "model": TEXT, "items": COUNT, "items_root": TEXT, "sources": COUNT,
                                  "sources_root": TEXT, "map_root": TEXT, "expires": TEXT, "log": TEXT, "index": COUNT, "note": TEXT}, "statement")
    shaped(project("ticket", world.folder / "a.ticket", "--person", "-", stdin="nobody"),
           {"ticket": TEXT, "entries": COUNT, "model": TEXT, "expires": TEXT, "log": TEXT}, "ticket")
    refused(project, 2, "a ticket for nobody", "ticket", world.folder / "b.ticket")
    shaped(project("witness", "request", world.folder / "head"), {"request": TEXT, "old": COUNT, "log": TEXT}, "witness request")
    refused(project, 2, "what is no cosignature", "witness", "add", "-", "--witness", "w", stdin="x")
    refused(project, 4, "attest without a key", "attest", "--key", world.folder / "none", "--name", "auditor.example")
    shaped(project("complete", "--max-tokens", 2, stdin="The"), {"model": TEXT, "text": TEXT}, "complete")
    shaped(project("audit", "claim", "--said", "-", stdin="Home again."), {"verdict": TEXT, "model": TEXT, "tokens": COUNT, "begun": COUNT,
                                                                         "longest": COUNT, "loss": float, "base_loss": float}, "audit claim")
    shaped(project("eval", "-", stdin="The sea."), {"loss": NUMBER, "perplexity": NUMBER, "tokens": COUNT, "records": COUNT}, "eval")
    shaped(project("export", "hf", world.folder / "out"), {"model": TEXT, "path": TEXT}, "export hf")
    equal(sorted(path.name for path in (world.folder / "out").iterdir()), ["config.json", "model.safetensors", "tokenizer.json"], "three files")
    refused(project, 2, "a folder that exists", "export", "hf", world.folder / "out")


def people_and_requests(world, project, people):
    listed = shaped(project("person", "list"), {"persons": [{"person": TEXT, "tokens": COUNT, "records": COUNT}]}, "person list")["persons"]
    handle = project.person(people.authors[3])
    check(handle.startswith("p-") and len(handle) == 12, "a handle is p- and 10 digits")
    shaped(project("person", "show", "--person", handle), {"person": TEXT, "grounds": LIST, "records": LIST, "models": LIST}, "person show")
    refused(project, 2, "an unknown handle", "person", "show", "--person", "p-aaaaaaaaaa")
    name = world.write("name.txt", people.authors[1] + "\n")
    waiting = shaped(project("request", "erasure", "--person-file", name), {**REQUEST, "old_model_stopped_ms": NUMBER, "suppressed": {
        "model": TEXT, "milliseconds": NUMBER, "deferred_records": COUNT}}, "request erasure, not verified yet")
    check(waiting["state"] == "accepted" and waiting["suppressed_at"] and not waiting["destroyed_at"], "suppressed, waiting; nothing destroyed")
    equal(waiting["due"][:10], "2024-08-01", "due in one month")
    done = project("request", "verify", waiting["request"], "--method", "letter")
    check(done["destroyed_at"] is not None and done["derived_at"] is None, "verified: destroyed, not yet derived")
    project.derive()
    status = shaped(project("status"), {"now": TEXT, "sequence": COUNT, "model": {"digest": TEXT, "suppressed": bool},
                                        "deferred": {"persons": COUNT, "records": COUNT, "share": NUMBER}, "requests": [REQUEST]}, "status")
    check(status["requests"][0]["derived_at"], "derived_at comes with the derivation")
    refused(project, 2, "verifying an unknown request", "request", "verify", "rq-none", "--method", "letter")
    theirs = next(record["id"] for record in people.records if record["author"] == people.authors[2])
    someone_else = next(row["person"] for row in listed if row["person"] != project.person(people.authors[2]) and row["person"] != waiting["person"])
    refused(project, 2, "a rectification of somebody else's record", "request", "rectification", "--person", someone_else,
            "--record", theirs, "--text-file", name)
    report(world, project, people)


def report(world, project, people):
    """Art. 15: what `request access` answers goes back in as it came, and holds the author's name."""
    author = sorted(people.consents)[-1]
    ask = lambda where: where.request("access", author, "--verified", "letter")
    no = {"author": author, "source": SOURCE, "purpose": "advertising", "act": "objection", "at": NOW}  # says neither channel nor locale
    project("ground", "add", "--evidence", world.lines([no]))
    answer = shaped(ask(project), {**REQUEST, "records": [{"id": TEXT, "author": TEXT, "source": TEXT, "text": TEXT}],
                                   "acts": [dict], "links": LIST, "requests": [REQUEST]}, "request access")
    check({line["author"] for line in answer["records"] + answer["acts"]} == {author}, "access gives the author's name")
    theirs = sorted(people.of(author), key=lambda record: record["id"])
    held = sorted(answer["records"], key=lambda record: record["id"])
    check([{name: record[name] for name in own} for own, record in zip(theirs, held)] == theirs and len(held) == len(theirs),
          "access gives each record as it came in")
    other = world.project(like=project)
    other("import", "jsonl", world.lines(answer["records"]), "--source", SOURCE, "--evidence", world.lines(answer["acts"]))
    again = ask(other)
    check(all(again[name] == answer[name] for name in ("records", "acts")), "and may be imported again without loss")
    second = next(name for name in people.authors if name not in people.consents)
    evidence = world.write("link.txt", "Both accounts are mine.\n")
    shaped(project("person", "link", "--person", "-", "--with", project.person(second), "--evidence", evidence, stdin=author),
           {"person": TEXT, "linked": TEXT}, "person link")
    answer = ask(project)
    equal({line["author"] for line in answer["records"]}, {author, second}, "linked: access reaches both accounts")
    equal(answer["links"], ["Both accounts are mine.\n"], "and gives the evidence back")
    refused(project, 2, "linking somebody to themselves", "person", "link", "--person", project.person(author), "--with",
            project.person(second), "--evidence", evidence)


def orders(world, project):
    order = shaped(project("order", "stop", "--authority", "court", "--reference", "1/24"), {"order": TEXT, "from": TEXT}, "order stop")
    for command in (["derive"], ["complete"], ["export", "hf", world.folder / "y"]):
        refused(project, 3, f"{command[0]} under a stop order", *command)
    shaped(project("order", "report", order["order"]),
           {"order": TEXT, "acts": [TEXT], "accepted_at": TEXT, "accepted_event": COUNT, "events": [dict], "last_nodes": [dict],
            "later_nodes": LIST, "unknown_files": LIST, "forbidden_acts": LIST, "refused": [dict], "stopped": LIST, "obeyed": bool,
            "signed": TEXT, "key": TEXT}, "order report")
    refused(project, 2, "a report on no order", "order", "report", "o-99")
    project("order", "lift", order["order"], "--signed-by", "a", "--countersigned-by", "b")
    project.derive()
    print("ok   lifted: derive goes on")


def classes(world, project):
    key = world.folder / "entity.pub"
    key.write_bytes(bytes(range(32)))
    entity = shaped(project("entity", "add", "--name", "A", "--country", "AT", "--listed-as", "no. 7", "--key", key),
                    {"entity": TEXT, "name": TEXT, "country": TEXT, "listed_as": TEXT, "key": TEXT}, "entity add")["entity"]
    equal(project("entity", "list")[0]["entity"], entity, "entity list")
    terms = ["--entity", entity, "--kind", "objection", "--where", f'source is "{SOURCE}"']
    shaped(project("class", "terms", *terms), {"terms": TEXT}, "class terms")
    refused(project, 3, "a class without a signature", "class", "accept", *terms)
    refused(project, 2, "a class that is neither described nor listed", "class", "accept", *terms[:4])
    equal(project("class", "list"), [], "class list")
    refused(project, 2, "no such class", "class", "show", "c-1")
    counts = {"persons": COUNT, "records": COUNT, "tokens": COUNT}
    shaped(project("affected", f'source is "{SOURCE}"'),
           {"where": TEXT, "manifests": [{"manifest": TEXT, "model": TEXT, "as_of": TEXT, "visible": bool, "certain": counts,
                                          "possible": counts, "exports": LIST, "releases": LIST}]}, "affected")
    refused(project, 2, "a predicate that is none", "affected", "everything")


def heads(world, project):
    head = project("ledger", "head")
    kept = world.write("head.json", json.dumps(shaped(head, {"generation": COUNT, "sequence": COUNT, "hash": TEXT}, "ledger head")))
    other = project.copy(world.fresh_name("fork"))
    for one in (project, other):
        one("order", "warning", "--authority", "a", "--reference", "1", "--deadline", "2025-01-01T00:00:00Z")
    equal(project("ledger", "verify", "--head", kept)["holds"], True, "ledger verify --head: an earlier head is part of the history")
    forked = world.write("fork.json", json.dumps(other("ledger", "head")))
    equal(project("ledger", "verify", "--head", forked, status=1)["holds"], False, "and the head of another continuation is not")


def test(world, arguments):
    people = world.demo()
    project = intake(world, people)
    clock_and_place(world, project)
    models(world, project)
    people_and_requests(world, project, people)
    orders(world, project)
    classes(world, project)
    heads(world, project)
    one_object_on_standard_output(world, project)


sys.exit(main(test))
