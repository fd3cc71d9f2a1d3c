#!/usr/bin/env python3
"""A project made by an older release opens, verifies, and derives the same digest; one of a newer release is refused."""
import contextlib
import json
import sqlite3
import tarfile

from litura import ROOT, Project, check, equal, main

FIXTURES = ROOT / "tests" / "fixtures"
NOW = "2024-07-05T00:00:00Z"


def unpacked(world, name):
    with tarfile.open(FIXTURES / f"{name}.tar.xz") as archive:
        archive.extractall(world.folder, filter="data")
    return Project(world.program, world.folder / name, NOW), json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


def opened_and_derived(project, made):
    verified = project("ledger", "verify")
    equal(verified["holds"], True, "ledger verify holds")
    equal(verified["events"], made["events"], "over the events that were there")
    equal(project("status")["model"]["digest"], made["model"], "the visible model is the one that was")
    equal(project("verify")["equal"], True, "verify: its stored nodes equal fresh ones")
    equal({name: project("person", "show", "--person", "-", stdin=name) for name in made["persons"]}, made["persons"],
          "every person is shown as before")
    equal(project.derive("--fresh")["model"]["digest"], made["model"], "derive --fresh gives the same digest")


def goes_on(project, made):
    gone = next(iter(made["persons"]))
    project.erase(gone)
    project.derive()
    equal(project("verify")["equal"], True, "an erasure in it is carried out")
    equal(project("ledger", "verify")["holds"], True, "and the ledger verifies")


def newer_is_refused(project):
    path = project.folder / ".litura" / "ledger.db"
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE schema_version SET version = version + 1")
        db.commit()
    before = path.read_bytes()
    said = project("status", status=3)
    check("newer" in json.dumps(said), "a project of a newer program is refused")
    equal(path.read_bytes() == before, True, "and left as it is")


def test(world, _):
    project, made = unpacked(world, "project-0.1")
    opened_and_derived(project, made)
    goes_on(project, made)
    newer_is_refused(project)


if __name__ == "__main__":
    raise SystemExit(main(test))
