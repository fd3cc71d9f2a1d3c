#!/usr/bin/env python3
"""The documents of the law come from one source. Each fact that changes, changes the pages that tell it and no other;
what nobody stated is named with its article; nobody stands in them."""
import json
import sys

from litura import NOTICE, SOURCE, check, equal, main

RECORD, SUMMARY, CARD, DRAFT = PAPERS = ["record-of-processing", "public-summary", "model-card", "notice"]
LATER = "2024-07-02T00:00:00Z"
LABORATORY = {"name": "A laboratory", "contact": "models@laboratory.example",
              "key": "laboratory.example+dfdb8c96+AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"}


def state(project, sources=(SOURCE,), **values):
    """Fills in every field of organisation.toml, some of them with these values (TABLE_KEY)."""
    path, table, lines = project.folder / "organisation.toml", "", []
    for line in path.read_text().split("\n# Each source")[0].splitlines():
        table = line[1:-1] if line.startswith("[") else table
        key, assigned, _ = line.partition(" = ")
        if assigned and not line.startswith("#"):
            line = f"{key} = " + json.dumps(values.get(f"{table}_{key}", f"what {table}.{key} says"))
        lines.append(line)
    for source in sources:
        lines.append(f'\n# Each source\n[[source]]\nname = "{source}"\nkind = "own_service"')
    path.write_text("\n".join(lines) + "\n")


class Pages:
    """The four pages of a project, as they were last."""

    def __init__(self, project):
        self.project = project
        self.now = self.made()

    def made(self):
        return {paper: self.project("document", "make", paper)["text"] for paper in PAPERS}

    def change(self, text, *papers):
        before, self.now = self.now, self.made()
        equal([paper for paper in PAPERS if self.now[paper] != before[paper]], list(papers), f"{text} changes {', '.join(papers) or 'none'}")


def nothing_stated(project):
    refused = project("document", "make", SUMMARY, status=3)["error"]
    check("derive" in refused["next"], "a page about a model needs one")
    project("document", "make", "novel", status=2)
    answer = project("document", "make", RECORD, status=1)
    missing = {one["field"]: one["asked_by"] for one in answer["not_stated"]}
    check("30(1)(a)" in missing["controller.name"] and "30(1)(f)" in missing["retention.posts"], "what is missing is named with its article, exit 1")
    check("| controller | **not stated** |" in answer["text"], "and reads 'not stated'")
    path = project.folder / "organisation.toml"
    text = path.read_text()
    path.write_text(text.replace("[controller]", "[controller]\nnmae = \"x\""))
    refused = project("document", "make", DRAFT, status=2)["error"]
    check("nmae" in refused["message"] and "line" in refused["where"], "a misspelt field is refused with its line")
    path.unlink()
    equal(project("document", "make", RECORD, status=1)["text"], answer["text"], "no file states nothing, like an empty one")
    path.write_text(text)


def ledger_and_corpus(world, project, people, pages):
    post = {"author": people.authors[0], "created_at": "2024-03-01T00:00:00Z", "text": "An empty harbour.", "license": "CC0-1.0", "audience": "public"}
    project("import", "jsonl", world.lines([{**post, "id": "one-more"}]), "--source", SOURCE)
    pages.change("one record more", RECORD)
    project.derive()
    pages.change("the model with it", RECORD, SUMMARY, CARD)
    state(project, (SOURCE, "wiki"))
    pages.change("a source that is only declared", RECORD, DRAFT)
    twelve = people.authors[:12]
    project("import", "jsonl", world.lines([{**post, "id": author, "author": author} for author in twelve]), "--source", "wiki",
            "--evidence", world.acts(twelve, source="wiki"))
    pages.change("an import of it", RECORD)
    project.derive()
    pages.change("the model with it", RECORD, SUMMARY, CARD)
    check(all("`CC0-1.0`" in pages.now[paper] for paper in (RECORD, SUMMARY)), "a licence that twelve people share is named")
    project("source", "declare", "wiki", "--audience", "followers")
    pages.change("another audience, as stated", RECORD)
    project.now = LATER
    again = project("notice", "add", world.write("again.md", NOTICE + "\nAgain.\n"))["notice"]
    project("notice", "serve", again, "--source", SOURCE, "--at", LATER)
    pages.change("another notice", RECORD)
    project("document", "add", "assessment", world.write("second.md", world.assessment.read_text() + "Again.\n"))
    pages.change("another assessment", RECORD)
    project("recipient", "add", stdin=json.dumps(LABORATORY))
    pages.change("a recipient", RECORD)
    check("aboratory" not in "".join(pages.now.values()), "whose name stays in the register")
    project("export", "hf", world.folder / "out")
    pages.change("an export", RECORD, DRAFT)
    pages.change("nothing")


def operator(project, pages):
    both = (SOURCE, "wiki")
    state(project, both, retention_posts="three years")
    pages.change("another time limit", RECORD, DRAFT)
    state(project, both, retention_posts="three years", processing_recipients="a hosting company")
    pages.change("other recipients", RECORD, DRAFT)
    state(project, both, retention_posts="three years", processing_recipients="a hosting company", model_languages="en")
    pages.change("languages", SUMMARY, CARD)
    project.set_recipe(grace_days=31)
    pages.change("another grace period", RECORD, DRAFT)
    before = pages.now
    project.set_recipe(purpose='"search"')
    pages.now = pages.made()
    check(all("`search`" in pages.now[paper] != before[paper] for paper in (RECORD, DRAFT)), "another purpose changes record and notice")
    project.set_recipe(purpose='"model_training"', grace_days=30)


def nobody(project, people):
    everything = json.dumps([project("document", "make", paper) for paper in PAPERS], ensure_ascii=False)
    check(not any(author in everything for author in people.authors), "no author's name")
    check(not any(row["person"] in everything for row in project("person", "list")["persons"]), "no handle")
    check(not any(record["text"] in everything for record in people.records), "no text of a post")


def few(world, people):
    project = world.held(people.only(people.authors[:6]))
    state(project)
    project.derive()
    answer = project("document", "make", RECORD)
    equal(answer["facts"]["sources"][0]["held"], {"detail": "few", "persons": 0, "records": 0}, "of six people no figure is given")
    check("| held | fewer than 10 people |" in answer["text"], "and the page says so")


def stopped(world, project):
    project("order", "stop", "--authority", "court", "--reference", "1/24")
    out = world.folder / "record.md"
    answer = project("document", "make", RECORD, "--out", out)
    equal(out.read_text(), answer["text"], "under a stop order the record is still made, here as a file")


def test(world, arguments):
    people = world.demo()
    project = world.held(people)
    nothing_stated(project)
    project.derive()
    state(project)
    pages = Pages(project)
    pages.change("making them twice")
    ledger_and_corpus(world, project, people, pages)
    operator(project, pages)
    nobody(project, people)
    few(world, people)
    stopped(world, project)
    equal(project("ledger", "verify")["holds"], True, "the ledger verifies")


sys.exit(main(test))
