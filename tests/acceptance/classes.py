#!/usr/bin/env python3
"""A class action is effective at once, looked up in any number of steps (kill -9 among them), and adds up to the record."""
import hashlib
import random
import shutil
import struct
import subprocess
import sys
import time

from litura import NOW, SOURCE, check, equal, main, same_model, skip

SALT = hashlib.sha256(b"the list's own salt").digest()


def member(name):
    """As an entity would compute it; docs/law/classes.md."""
    fields = [b"litura.class.member.1", SALT, SOURCE.encode(), name.lower().encode()]
    return hashlib.sha256(b"".join(struct.pack("<Q", len(field)) + field for field in fields)).digest()


def list_of(world, names):
    path = world.folder / world.fresh_name("members")
    rows = [member(name) for name in names]
    random.shuffle(rows)
    path.write_bytes(SALT + b"".join(rows))
    return path


class Entity:
    """A qualified entity with a key of its own, which signs with openssl."""

    def __init__(self, world, project):
        self.world = world
        self.key = world.folder / world.fresh_name("entity-key")
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", self.key], check=True)
        der = subprocess.run(["openssl", "pkey", "-in", self.key, "-pubout", "-outform", "DER"], check=True, capture_output=True)
        public = world.folder / f"{self.key.name}.pub"
        public.write_bytes(der.stdout[-32:])
        arguments = ["--name", "Consumers", "--country", "AT", "--listed-as", "list no. 7", "--key", public]
        self.id = project("entity", "add", *arguments)["entity"]

    def signed(self, project, *terms):
        """The options of `class accept` for these terms."""
        terms = ["--entity", self.id, *terms]
        text = self.world.write(self.world.fresh_name("terms"), project("class", "terms", *terms)["terms"])
        signature = self.world.folder / f"{text.name}.sig"
        subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", self.key, "-in", text, "-out", signature], check=True)
        return [*terms, "--signature", signature]


def objection(world):
    people = world.demo()
    project = world.held(people)
    before = project.digest()
    entity = Entity(world, project)
    members = random.sample(people.authors, 7)
    listed = ["--kind", "objection", "--list", list_of(world, [*members, "nobody-here"])]
    project("class", "accept", "--entity", entity.id, *listed, status=3)
    forged = entity.signed(project, "--kind", "withdrawal", *listed[2:])
    project("class", "accept", "--entity", entity.id, *listed, *forged[-2:], status=3)
    check(True, "a class without its entity's signature over these terms is refused")
    accepted = project("class", "accept", *entity.signed(project, *listed))
    equal((accepted["accounts"]["represented"], accepted["on_list"]), (7, 8), "members are found by their hashes")
    check(accepted["suppressed"]["model"] != before, "another model at once")
    project.derive()
    same_model(project, world.never_held(project, people.without(*members)), "derived again: the model of a project that never held the members")
    adds_up(project, people, accepted["class"], members, before)
    one_leaves(project, accepted["class"], members[0])
    return project, people


def adds_up(project, people, name, members, before):
    shown = project("class", "show", name)
    first = next(one for one in shown["manifests"] if one["model"] == before)
    posts = sum(len(people.of(author)) for author in members)
    check(0 < first["certain"]["records"] <= posts, "class show counts the members' records in the old manifest")
    whole = project("affected", f'source is "{SOURCE}"')["manifests"]
    others = [one for one in whole if one["model"] == before][0]
    names = ", ".join(f'"{person}"' for person in shown["members"])
    by_name = project("affected", f"person in ({names})")["manifests"][0]["certain"]
    rest = project("affected", f"not person in ({names})")["manifests"][0]["certain"]
    equal(by_name, first["certain"], "the same by the persons' names")
    equal({key: by_name[key] + rest[key] for key in rest}, others["certain"], "members and the others add up to the manifest, to the token")
    now = {row["person"] for row in project.records("used")}
    check(not now & set(shown["members"]), "and the present manifest names none of them")


def one_leaves(project, name, author):
    handle = project.person(author)
    project("class", "leave", name, "--person", handle)
    project.derive()
    check(any(row["person"] == handle for row in project.records("used")), "who says no to the class is used again")
    accounts = project("class", "list")[0]["accounts"]
    equal(accounts["matched"], accounts["represented"] + accounts["left"] + accounts["erased"], "matched = represented + left + erased")


def killed(world, arguments):
    """kill -9 at random moments; the end is that of a project that nobody disturbed."""
    accounts = 30_000 if arguments.mode == "slow" else 7_000
    project = world.project()
    records = [{"id": str(n), "author": f"member{n}", "created_at": "2024-05-01T00:00:00Z", "text": f"words {n}"} for n in range(accounts)]
    project("import", "jsonl", world.lines(records), "--source", SOURCE)
    entity = Entity(world, project)
    names = [f"member{n}" for n in range(0, 2 * accounts, 3)]
    terms = entity.signed(project, "--kind", "objection", "--list", list_of(world, names))
    quiet = project.copy(world.fresh_name("quiet"))
    started = time.time()
    quiet("class", "accept", *terms)
    lasts = time.time() - started
    kills = finished = 0
    while not finished:
        begun = project("class", "list")
        if begun and begun[0]["accounts"]["waiting"] == 0:
            break
        running = project.background("class", "settle") if begun else project.background("class", "accept", *terms)
        try:
            running.communicate(timeout=random.uniform(0, lasts if kills < 12 else 10 * lasts))
        except subprocess.TimeoutExpired:
            running.kill()
            running.communicate()
            kills += 1
    one, other = project("class", "list")[0], quiet("class", "list")[0]
    equal(one["accounts"], other["accounts"], f"after {kills} kills the members are those of an undisturbed look-up")
    equal(one["accounts"]["represented"], len([n for n in range(0, accounts, 3)]), "every account of the list, and no other")
    equal(project("ledger", "verify")["holds"], True, "the ledger verifies")
    later = [{"id": "late", "author": f"member{len(names) * 3 - 3}", "created_at": "2024-05-01T00:00:00Z", "text": "late words"}]
    project("import", "jsonl", world.lines(later), "--source", SOURCE)
    equal(project("class", "list")[0]["accounts"]["represented"], one["accounts"]["represented"] + 1, "who is imported later is looked up too")


def erasure(world):
    people = world.demo()
    project = world.held(people)
    entity = Entity(world, project)
    members = random.sample(people.authors, 3)
    name = project("class", "accept", *entity.signed(project, "--kind", "erasure", "--list", list_of(world, members)))["class"]
    equal(len(project("person", "list")["persons"]), len(people.authors), "an erasure class takes out at once and destroys nothing yet")
    erased = project("class", "erase", name, "--verified", "power of attorney")
    equal((erased["erased_now"], erased["accounts"]["erased"]), (3, 3), "with the authority verified its members are erased")
    equal(len(project("person", "list")["persons"]), len(people.authors) - 3, "and nobody else")
    project.derive()
    same_model(project, world.never_held(project, people.without(*members)), "erased: the model of a project that never held them")
    equal(project("ledger", "verify")["holds"], True, "the ledger verifies")


def test(world, arguments):
    if not shutil.which("openssl"):
        skip("openssl is not there")
    objection(world)
    erasure(world)
    killed(world, arguments)


sys.exit(main(test))
