#!/usr/bin/env python3
"""A suppressed model is a derivation of its own, at once, and is never overtaken by a stale one."""
import random
import sys
import time

from litura import check, equal, leftovers, main, same_model


def someone_early(project, people):
    """An author whose slice has successors in its shard, so that others are deferred with them."""
    rows = [row for row in project.records() if row["stage"] == 2]
    last = {}
    for row in rows:
        last[row["shard"]] = max(last.get(row["shard"], ""), row["slice"])
    early = {row["person"] for row in rows if row["slice"] < last[row["shard"]]}
    return random.choice([author for author in people.authors if project.person(author) in early])


def used_at_once(world, people, whole, kind):
    project = whole.copy(world.fresh_name("suppressed"))
    author = someone_early(project, people)
    answer = project.request(kind, author, *(["--verified", "letter"] if kind == "erasure" else []))
    model = answer["suppressed"]["model"]
    completed = project("complete", "--max-tokens", 2, stdin="The")
    equal((completed["model"], completed["suppressed"]), (model, True), f"{kind}: complete uses the suppressed model next")
    check(model != whole("status")["model"]["digest"], "which is another one")
    status = project("status")
    equal(status["model"]["digest"], model, "status names it")
    equal(status["deferred"]["records"], answer["suppressed"]["deferred_records"], "and the deferred records")
    check(status["deferred"]["records"] > 0, f"{status['deferred']['records']} records are deferred")
    verified = project("verify")
    equal((verified["equal"], verified["model"]), (True, model), "verify replays it")
    for form in ("hf", "gguf"):
        project("export", form, world.folder / "export", status=3)
    check(not (world.folder / "export").exists(), "export refuses it, exit 3")
    waiting = {row["person"] for row in project.records("deferred")}
    withheld = [name for name in people.authors if whole.person(name) in waiting]
    other = world.never_held(project, people.without(author, *withheld))
    same_model(project, other, "a fresh project with the deferred records withheld")
    equal({row["id"] for row in project.records("used")}, {row["id"] for row in other.records()}, "with the same used records")


def newcomers_do_not_pull_it_down(world, people):
    old, new = people.without(*people.authors[::4]), people.only(people.authors[::4])
    before = world.held(old)
    before.derive()
    author = someone_early(before, old)
    quiet = before.copy(world.fresh_name("quiet"))
    alone = quiet.request("objection", author)["suppressed"]
    busy = before.copy(world.fresh_name("busy"))
    world.fill(busy, new)
    crowd = busy.request("objection", author)["suppressed"]
    equal(crowd["model"], alone["model"], "freshly imported people do not change the suppressed model")
    barred = len(busy.barred_for_others()) - len(quiet.barred_for_others())
    equal(crowd["deferred_records"], alone["deferred_records"] + len(new.records) - barred, "they are deferred")


def request_while_deriving(world, people):
    """A first part is derived and visible; while the rest is added, two people of it leave."""
    first = people.only(random.sample(people.authors, len(people.authors) * 2 // 3))
    project = world.held(first, epochs=60)
    project.derive()
    world.fill(project, people)
    objecting, erased = random.sample(first.authors, 2)
    leaving = {project.person(objecting), project.person(erased)}
    running = project.background("derive")
    time.sleep(random.uniform(0.5, 1.5))
    check(running.poll() is None, "a derivation is running")
    project.request("objection", objecting)
    project.erase(erased)
    polls, seen = 0, set()
    while running.poll() is None or polls == 0:
        seen |= {row["person"] for row in project.records()} & leaving
        equal(project("status")["model"]["stale"], False, "visible while it runs: a model that may be used") if polls == 0 else None
        polls += 1
    out, err = running.communicate()
    equal(running.returncode, 0, f"the derivation ends well {err[-300:] if running.returncode else ''}".strip())
    seen |= {row["person"] for row in project.records()} & leaving
    equal(seen, set(), f"{polls} looks at the manifest, and none showed anyone who left")
    other = world.held(people.without(objecting, erased), like=project)
    equal(project.digest(), other.digest(), "requests while deriving: the digest of a project that never held them")
    equal(leftovers(project), [], "no temporary files")


def restriction_and_lift(world, people, whole):
    project = whole.copy(world.fresh_name("restricted"))
    digest = project("status")["model"]["digest"]
    author = someone_early(project, people)
    project.request("restriction", author)
    check(project("status")["model"]["digest"] != digest, "restriction: another model at once")
    project.derive()
    project.request("lift-restriction", author, "--verified", "letter")
    derived = project.derive()
    equal(derived["model"]["digest"], digest, "restriction and lifting: the digest of before")
    equal(derived["tokens_trained"]["now"], 0, "and no token trained")


def scenario(world, people):
    whole = world.held(people)
    whole.derive()
    for kind in ("objection", "erasure"):
        used_at_once(world, people, whole, kind)
    newcomers_do_not_pull_it_down(world, people)
    restriction_and_lift(world, people, whole)


def test(world, arguments):
    demo = world.demo()
    scenario(world, demo)
    for _ in range(10 if arguments.mode == "slow" else 2):
        request_while_deriving(world, demo)
    if arguments.mode == "slow":
        print("     300 authors")
        scenario(world, world.forum())


sys.exit(main(test))
