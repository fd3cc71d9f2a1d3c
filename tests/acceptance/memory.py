#!/usr/bin/env python3
"""A memory beside the weights: out in the moment somebody says so, nothing trained, nothing deferred, never held. It leaves
the house where everybody in it let it, and others read it as it is read here."""
import hashlib
import json
import sys
from pathlib import Path

from litura import ROOT, SOURCE, People, check, equal, main, same_folder

sys.path.insert(0, str(ROOT / "examples" / "memory"))
from memory_reader import Memory  # noqa: E402

NEW_WORDS = "This is what I meant to say: the corrected words of this post, and nothing of the old ones."


def held(world, people, like=None, min_people=2):
    """Not derived yet; its recipe is that of a new project."""
    return world.held(people, like=like, memory=True, min_people=min_people)


class Case:
    """People, derived once; every right is tried on a copy of that project."""

    def __init__(self, world, people, name):
        self.world, self.people, self.name = world, people, name
        self.whole = held(world, people)
        self.derived = self.whole.derive()
        self.core = sorted(people.consents)
        self.others = [author for author in people.authors if author not in people.consents]
        check("memory" in self.derived["model"], f"{name}: the model is weights and a memory")

    def copy(self):
        return self.whole.copy(self.world.fresh_name("after"))

    def final(self, project, text, answers):
        """What requests left is the derivation: the same digest, nothing trained, nothing deferred. Not where a person's words were
        found in records of others: one of the core is trained again without them."""
        if any(answer.get("found", {}).get("barred") for answer in answers):  # a restriction searches for none
            return None
        at_once = project("status")
        derived = project.derive()
        equal(derived["model"]["digest"], at_once["model"]["digest"], f"{self.name}: {text}: 'derive' changes no digest")
        equal((at_once["deferred"]["records"], derived["tokens_trained"]["now"], derived["nodes"]["computed"]), (0, 0, 0),
              f"{self.name}: {text}: nothing deferred, trained or counted afterwards")
        return derived

    def never_held(self, project, people, text, fill=None):
        other = held(self.world, people, like=project)
        if fill:
            fill(other)
        other.bar(project.barred_for_others())
        never, derived = other.derive(), project.derive()
        check(same_folder(project.model_folder(), other.model_folder()), f"{self.name}: {text}: weights never held, by cmp")
        equal(derived["model"], {**never["model"], "path": derived["model"]["path"]}, f"{self.name}: {text}: memory never held")

    def erased(self, authors, text):
        project = self.copy()
        answers = [project.erase(author) for author in authors]
        if not set(authors) & self.people.consents:
            self.final(project, text, answers)
        self.never_held(project, self.people.without(*authors), text)

    def objected(self):
        author, project = self.others[0], self.copy()
        answer = project.request("objection", author)
        check(answer["suppressed"]["deferred_records"] == 0, f"{self.name}: an objection defers nothing")
        self.final(project, "an objection", [answer])
        check(project.derive()["model"]["digest"] != self.derived["model"]["digest"], f"{self.name}: the model has another digest")
        silent = self.people.only([author])
        self.never_held(project, self.people.without(author), "an objection",
                        lambda other: self.world.fill(other, silent, consents=[], interest=False))

    def rectified(self):
        record, project = self.people.of(self.others[1])[-1], self.copy()
        words = self.world.write("words.txt", NEW_WORDS)
        project.request("rectification", self.others[1], "--record", record["id"], "--text-file", words, "--verified", "letter")
        self.never_held(project, self.people.corrected(record["id"], NEW_WORDS), "a rectification")

    def restricted(self):
        author, project = self.others[2], self.copy()
        self.final(project, "a restriction", [project.request("restriction", author)])
        project.request("lift-restriction", author, "--verified", "letter")
        derived = project.derive()
        equal(derived["model"]["digest"], self.derived["model"]["digest"], f"{self.name}: lifted: the digest of before")
        equal(derived["nodes"]["computed"], 0, f"{self.name}: lifted: nothing is counted again")

    def linked(self):
        """Two accounts of one person count as one, whenever that became known."""
        one, two = self.others[3:5]

        def link(project):
            first, second = project.person(one), project.person(two)
            evidence = self.world.write("evidence.txt", "Both accounts answered the letter.")
            project("person", "link", "--person", first, "--with", second, "--evidence", evidence)

        project = self.copy()
        link(project)
        self.never_held(project, self.people, "two accounts linked", link)
        self.final(project, "a linked person erased", [project.erase(one)])
        self.never_held(project, self.people.without(one, two), "a linked person erased")

    def history(self):
        other = self.world.project(like=self.whole)
        half = len(self.people.authors) // 2
        for authors in (self.people.authors[half:], self.people.authors[:half]):
            self.world.fill(other, self.people.only(authors))
            other.derive()
        equal(other.digest(), self.derived["model"]["digest"], f"{self.name}: another history, one digest")
        for threads in (1, 3):
            equal(other.digest("--fresh", "--threads", threads), self.derived["model"]["digest"],
                  f"{self.name}: from nothing with {threads} threads, one digest")

    def all_rights(self):
        verified = self.whole("verify")
        check(verified["equal"], f"{self.name}: 'verify' counts it again and finds the same")
        self.erased([self.others[5]], "one person erased")
        self.erased(self.others[:10], "ten people erased at once")
        self.erased(self.core[:1], "a person of the core erased")
        self.objected()
        self.rectified()
        self.restricted()
        self.linked()
        self.history()


def reasons(world):
    """`complete --why` says of each token what carried it and who stands behind that, until they leave."""
    texts = ("Yesterday a small green boat.", "Nobody knows whose it is, that small green boat.", "We never saw it again: small green boat.")
    records = [{"id": f"r{at}", "author": f"person-{at}", "created_at": "2024-05-01T00:00:00Z", "text": text} for at, text in enumerate(texts)]
    project = held(world, People(records, []))
    project.derive()
    ask = lambda: project("complete", "--why", "--max-tokens", 5, stdin="It was a small gre")["why"]
    said = ask()
    carried = [reason for reason in said if reason["context"] > 0]
    check(len(carried) > 2, f"{len(carried)} of {len(said)} tokens after their first words are carried by the memory")
    equal({reason["persons"] for reason in carried if reason["context"] == 5}, {3}, "three people stand behind its longest contexts")
    people = sorted(project.person(record["author"]) for record in records)
    check(all(sorted(reason["people"]) == people for reason in carried if reason["persons"] == 3), "and they are named by their handles")
    check(all(abs(reason["share"]) <= 1 and 0 < reason["probability"] <= 1 for reason in said), "shares are shares")
    project.request("objection", "person-0")
    equal({reason["persons"] for reason in ask() if reason["context"] == 5}, {2}, "after an objection two")
    project.request("objection", "person-1")
    check(all(reason["context"] == 0 for reason in ask()), "after another one nothing is said from what a single person wrote")


def loss_of(project, texts):
    return project("eval", "-", stdin="".join(texts))["loss"]


def worth(world):
    """The memory speaks: it foretells what was said in it, by as many people as the recipe asks, until they object."""
    text = "Yesterday the small green boat came back to the harbour with nobody on board."
    records = [{"id": f"r{at}", "author": f"person-{at}", "created_at": "2024-05-01T00:00:00Z", "text": text} for at in range(2)]
    two, one = People(records, []), People(records[:1], [])
    for min_people in (1, 2):
        project = held(world, two, min_people=min_people)
        alone = held(world, one, like=project)
        for each in (project, alone):
            each.derive()
        both, single = loss_of(project, [text]), loss_of(alone, [text])
        alone.request("objection", "person-0")
        nobody = loss_of(alone, [text])
        check(both < nobody - 1, f"min_people {min_people}: what two people wrote is foretold: {both:.2f} against {nobody:.2f} nats")
        if min_people == 1:
            check(single < nobody - 1, f"min_people 1: what one person wrote is foretold, until they object: {single:.2f} nats")
        else:
            equal(single, nobody, "min_people 2: what only one person wrote gains nothing")
            evidence = world.write("evidence.txt", "Both accounts answered the letter.")
            project("person", "link", "--person", project.person("person-0"), "--with", project.person("person-1"), "--evidence", evidence)
            project.derive()
            equal(loss_of(project, [text]), nobody, "min_people 2: nor what two accounts of one person wrote")


def read_by_others(world):
    """The example's reader agrees with ours on a made-up memory; one leaves the house only where everybody in it agreed to that."""
    fixture = json.loads((ROOT / "tests" / "fixtures" / "memory_mixed.json").read_text())
    memory = Memory(bytes.fromhex(fixture["memory"]))
    apart = max(abs(share - expected) for case in fixture["cases"]
                for share, expected in zip(memory.mix(case["history"], case["probabilities"]), case["mixed"], strict=True))
    check(apart < 1e-8, f"memory_reader.py mixes as litura does: at most {apart:.1e} apart")
    people = world.demo(people=12)
    project = held(world, people)
    derived = project.derive()
    others = [author for author in people.authors if author not in people.consents]
    agree = lambda authors: project("import", "jsonl", world.lines(people.records), "--source", SOURCE,
                                    "--evidence", world.acts(authors, purpose="memory_publication"))
    agree(others[1:])
    error = project("export", "memory", project.folder / "m", status=3)["error"]
    check(error["message"].startswith("1 people") and not (project.folder / "m").exists(), "a memory with one who did not agree to its publication stays")
    agree(others[:1])
    exported = project("export", "memory", project.folder / "m")
    data = (project.folder / "m").read_bytes()
    equal(exported["model"], derived["model"]["memory"], "with everybody's agreement it leaves, under its own digest")
    equal("sha256:" + hashlib.sha256(data).hexdigest(), exported["model"], "which is that of the file")
    check(len(Memory(data).first) > 10, "and memory_reader.py reads it")


def test(world, arguments):
    worth(world)
    read_by_others(world)
    reasons(world)
    Case(world, world.demo(), "demo data").all_rights()
    Case(world, world.forum(300 if arguments.mode == "ci" else 1300), "authors").all_rights()


sys.exit(main(test))
