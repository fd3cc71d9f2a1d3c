#!/usr/bin/env python3
"""The model depends on who is in it now, not on how the project came there."""
import gzip
import itertools
import random
import shutil
import sys

from litura import SOURCE, check, equal, main, run, same_model

LATER, AFTER_EXPIRY, EXPIRY = "2024-07-15T00:00:00Z", "2024-09-02T00:00:00Z", "2024-09-01T00:00:00Z"


def shuffled_and_split(world, people, whole, digest):
    """The same lines in another order, over three files, one of them compressed, legitimate interest claimed each time."""
    records = random.sample(people.records, len(people.records))
    files = [world.lines(records[part::3]) for part in range(3)]
    packed = files[2].with_suffix(".jsonl.gz")
    packed.write_bytes(gzip.compress(files[2].read_bytes()))
    other = world.project(like=whole)
    other("ground", "add", "--evidence", world.acts(people.consents))
    for path in [files[1], packed, files[0]]:
        other("import", "jsonl", path, "--source", SOURCE, "--ground", "legitimate_interest")
        other.derive()
    equal(other.digest(), digest, "shuffled, split over three files, derived after each")
    again = world.fill(other, people)
    equal((again["imported"], again["unchanged"]), (0, len(people.records)), "importing it all again changes nothing")
    equal(other.digest(), digest, "and gives the same digest")


def requests_in_any_order(world, people, whole, orders):
    authors = random.sample(people.authors, 4)
    record = people.of(authors[3])[0]["id"]
    words = world.write("words.txt", "A corrected wording, said once and meant.")
    steps = [lambda p: p.erase(authors[0]), lambda p: p.request("objection", authors[1]),
             lambda p: p.request("restriction", authors[2]),
             lambda p: p.request("rectification", authors[3], "--record", record, "--text-file", words, "--verified", "letter")]
    digests = set()
    for order in random.sample(list(itertools.permutations(steps)), orders):
        project = whole.copy(world.fresh_name("order"))
        for step in order:
            step(project)
            if random.random() < 0.5:
                project.derive()
        digests.add(project.digest())
    equal(len(digests), 1, f"four requests in {orders} orders, derivations in between: one digest")


def nobody_is_the_base(world, people):
    base = run(world.program, "eval", "--model", world.base(), "-", stdin="Some words.")["model"]
    empty = world.project()
    equal(empty.digest(), base, "nobody at all: the base's digest")
    untold = world.project()
    world.fill(untold, people, consents=[], interest=False)
    derived = untold.derive()
    equal((derived["model"]["digest"], derived["manifest"]["records"]), (base, 0), "nobody with a ground: the base's digest")
    few = world.held(people.only(people.authors[:3]))
    check(few.digest() != base, "three people: another digest")
    for author in people.authors[:3]:
        few.erase(author)
    equal(few.digest(), base, "the three erased: the base's digest again")


def deleted_nodes(world, whole, digest, rounds):
    for _ in range(rounds):
        project = whole.copy(world.fresh_name("holes"))
        nodes = [path.parent for path in (project.folder / ".litura" / "store").glob("*/*/node")]
        for node in random.sample(nodes, random.randint(1, len(nodes))):
            shutil.rmtree(node)
        equal(project.digest(), digest, "random nodes deleted")


def time_alone(world, people, whole, digest):
    equal(whole.copy(world.fresh_name("later")).derive("--fresh", now=LATER)["model"]["digest"], digest, "another --now, from nothing")
    leaving = random.sample(sorted(people.consents), 2)
    project = world.project(like=whole)
    project("ground", "add", "--evidence", world.acts(leaving, until=EXPIRY))
    world.fill(project, people, consents=people.consents - set(leaving))
    equal(project.digest(), digest, "a consent that will expire counts until then")
    prompt = project("complete", "--max-tokens", 1, stdin="The", now=AFTER_EXPIRY)
    check(prompt["model"] != digest and prompt["suppressed"], "past the expiry complete uses another model, without a request")
    project.now = AFTER_EXPIRY
    gone = {project.person(author) for author in leaving}
    check(not gone & {row["person"] for row in project.records()}, "the expired records are neither used nor deferred")
    project.derive()
    same_model(project, world.never_held(whole, people.without(*leaving)), "past the expiry")


def empty_slices(world, whole, digest):
    """An empty slice is no node, and its number is in no key."""
    project = whole.copy(world.fresh_name("buckets"))
    project.set_recipe(buckets='["2000-01-01T00:00:00Z"]')
    derived = project.derive()
    equal((derived["model"]["digest"], derived["tokens_trained"]["now"]), (digest, 0), "a bucket date before everybody: same digest, nothing trained")


def scenario(world, people, orders, rounds):
    whole = world.held(people)
    digest = whole.digest()
    shuffled_and_split(world, people, whole, digest)
    requests_in_any_order(world, people, whole, orders)
    nobody_is_the_base(world, people)
    deleted_nodes(world, whole, digest, rounds)
    empty_slices(world, whole, digest)
    time_alone(world, people, whole, digest)


def test(world, arguments):
    slow = arguments.mode == "slow"
    scenario(world, world.demo(), orders=24 if slow else 4, rounds=20 if slow else 3)
    if slow:
        print("     300 authors")
        scenario(world, world.forum(), orders=4, rounds=3)


sys.exit(main(test))
