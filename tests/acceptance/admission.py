#!/usr/bin/env python3
"""Who may be trained on, by rules with a day: acts, receipts, ages, special categories, decisions made again."""
import hashlib
import json
import sys

from litura import NOW, ROOT, SOURCE, check, equal, main

LATER = "2024-08-01T00:00:00Z"


def counted(project, *arguments, **how):
    """What `import` says of the records that are not admitted, by rule."""
    return project("import", *arguments, **how)["not_admitted"]


def missing_facts(world):
    project = world.project()
    whole = {"id": "1", "author": "ann", "created_at": "2024-05-01T00:00:00Z", "text": "a text about nothing"}
    silent = world.lines([{**whole, "author": ""}, {key: value for key, value in whole.items() if key != "author"}])
    equal(project("import", "jsonl", silent, "--source", SOURCE)["imported"], 0, "a record without an author is not even stored")
    hidden = counted(project, "jsonl", world.lines([{**whole, "audience": "private"}]), "--source", SOURCE,
                     "--evidence", world.acts(["ann"]))
    equal(hidden, {"not shown to be public": 1}, "one that was not written for everybody is not admitted")
    elsewhere = world.lines([{**whole, "id": "2"}])
    other = {"source": "elsewhere", "author": "ann", "purpose": "model_training", "act": "consent", "notice": world.notice_digest,
             "channel": "page", "locale": "en", "at": NOW}
    refused = counted(project, "jsonl", elsewhere, "--source", "elsewhere", "--evidence", world.lines([other]))
    equal(refused["not shown to be public"], 2, "nor one of a source of which nobody stated an audience")
    project.set_recipe(purpose='"support"')
    refused = counted(project, "jsonl", elsewhere, "--source", SOURCE)
    equal(refused.get("no ground for this purpose"), 1, "nor one for a purpose that nobody was asked about")


def frame(data):
    return len(data).to_bytes(8, "little") + data


def acts(world, project, author):
    """The person's acts and what shows them: one purpose each, never preset, with a receipt that the person can open."""
    def act(**more):
        return world.lines([{"author": author, "source": SOURCE, "purpose": "model_training", "act": "consent",
                             "notice": world.notice_digest, "channel": "settings page", "locale": "en", "at": NOW, **more}])

    def refused(text, **more):
        error = project("ground", "add", "--evidence", act(**more), status=2)["error"]
        check("Art." in error["message"] and error["next"] and error["where"].endswith("line 1"), text)
        check(author not in json.dumps(error), "and the refusal names nobody")

    refused("two purposes in one consent are refused with the article and the line", purpose=["model_training", "advertising"])
    refused("also as one text", purpose="model_training, advertising")
    refused("a box ticked beforehand is no consent", preset=True)
    refused("nor is silence", act="silence")
    refused("nor one that points at a notice nobody has", notice="sha256:" + "0" * 64)
    notice = world.write("support.md", "We answer your questions.\nPurpose: support\n")
    digest = project("notice", "add", notice)["notice"]
    refused("nor one to a purpose that its notice does not name", notice=digest)
    equal(project("ground", "add", "--evidence", act(notice=digest, purpose="support"))["acts"], 1, "to the one it names it is recorded")

    answer = project("ground", "add", "--evidence", act())
    receipt = answer["receipts"][0]
    check(author not in json.dumps(answer), "a receipt names nobody")
    equal(receipt["purpose"], "model_training", "it names the purpose")
    equal(project("ground", "add", "--evidence", act())["receipts"], [receipt], "the same act again has the same receipt")
    project.request("withdrawal", author)
    check(True, "withdrawing takes one call, as consenting does")
    equal({record["rule"] for record in project("person", "show", "--person", "-", stdin=author)["records"]}, {"the person is barred"},
          "and holds at once")

    report = project.request("access", author, "--verified", "letter")
    opening = {each["event"]: each for each in report["receipts"]}[receipt["event"]]
    made_of = frame(b"litura.event.payload.1") + frame(bytes.fromhex(opening["nonce"])) + frame(bytes.fromhex(opening["payload"]))
    equal("sha256:" + hashlib.sha256(made_of).hexdigest(), receipt["commitment"], "the report opens the receipt's commitment")
    check(b"settings page" in bytes.fromhex(opening["payload"]), "to the words that were recorded")


def several_at_once(world, project, author):
    withdrawal = world.lines([{"author": author, "source": SOURCE, "purpose": ["model_training", "support"], "act": "withdrawal",
                               "notice": world.notice_digest, "channel": "mail", "locale": "en", "at": NOW}])
    answer = project("ground", "add", "--evidence", withdrawal)
    equal([receipt["purpose"] for receipt in answer["receipts"]], ["model_training", "support"], "a no may be said to several purposes")


def decided_again(project):
    answer = project("manifest", "check")
    equal((answer["holds"], answer["same"]), (True, answer["records"]), "every decision of the manifest is made again, the same")
    equal(project("manifest", "show")["special_categories"], "not screened", "what is not screened for is said")
    return answer["root"]


def flagged(world, project, author, post):
    used = len(project.records("used"))
    answer = project("record", "flag", post)
    check(answer["suppressed"] is not None, "a flagged record leaves the model at once")
    project.derive()
    equal(len(project.records("used")), used - 1, "and only that one")
    lines = world.acts([author], act="made_public", record=post, at=NOW)
    equal(project("ground", "add", "--evidence", lines)["receipts"][0]["act"], "made_public", "its author says that it was made public")
    project.derive()
    equal(len(project.records("used")), used, "which lets it in again")


def minor(world, project, author):
    answer = project("person", "describe", "--person", "-", "--country", "DE", "--age", 15, stdin=author)
    check(answer["suppressed"] is not None, "who is found to be too young leaves the model at once")
    rules = {record["rule"] for record in project("person", "show", "--person", "-", stdin=author)["records"]}
    check(rules <= {"too young to consent alone", "under age and without consent"}, "and is not admitted")
    project("ground", "add", "--evidence", world.acts([author], at=NOW, authority="form signed by a parent"))
    rules = {record["rule"] for record in project("person", "show", "--person", "-", stdin=author)["records"]}
    equal(rules, {"consent is in force"}, "unless a parent consents")


def new_rules(world, project):
    text = (ROOT / "rules" / "eu.toml").read_text()
    equal(len(project("rules", "list")["rules"]), 1, "a new project has the shipped rules")
    project("rules", "adopt", world.write("broken.toml", text.replace("[clock]", "[clock]\nhours = 1")), status=2)
    changed = text.replace('valid_from = "2018-05-25"', 'valid_from = "2024-08-01"').replace("personalised_advertising", "model_training")
    root = decided_again(project)
    before = project("status")["model"]
    project("rules", "adopt", world.write("rules.toml", changed))
    equal(project("status")["model"], before, "rules of a later day change nothing before")
    project.now = LATER
    digest = project.digest()
    check(all(row["stage"] == 1 for row in project.records("used")), "from their day on, who had not consented is out")
    equal(project("manifest", "check", root)["holds"], True, "the old manifest is still judged by the rules of its day")
    decided_again(project)
    equal([rules["in_force"] for rules in project("rules", "list")["rules"]], [False, True], "rules list says which are in force")
    return digest


def test(world, arguments):
    missing_facts(world)
    people = world.demo(people=24)
    project = world.held(people)
    project.derive()
    decided_again(project)
    consenting = sorted(people.consents)
    acts(world, project, consenting[0])
    several_at_once(world, project, consenting[1])
    project.derive()
    author = next(a for a in consenting[2:] if len(people.of(a)) > 1)
    flagged(world, project, author, people.of(author)[0]["id"])
    minor(world, project, next(a for a in consenting[2:] if a != author))
    project.derive()
    decided_again(project)
    project.set_recipe(grace_days=29)
    error = project("status", status=2)["error"]
    check("litura.toml, line" in error["where"] and "30 days" in error["message"], "less time to object than the rules give is refused with its line")
    project.set_recipe(grace_days=30)
    new_rules(world, project)
    equal(project("ledger", "verify")["holds"], True, "the ledger verifies")


if __name__ == "__main__":
    sys.exit(main(test))
