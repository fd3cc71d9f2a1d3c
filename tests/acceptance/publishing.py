#!/usr/bin/env python3
"""`publish` and `recall` end at any instant, and beside requests. What was recorded is finished by the same command or
by `channel tend`; nothing is published twice, or with somebody in it who had left before."""
import random
import signal
import sys
import time

from litura import check, equal, main, run

ROUNDS = {"ci": 16, "slow": 120}
LATER = "2024-07-02T00:00:00Z"


class House:
    """A project whose model may be published, and what its recipients run; every trial is on a copy."""

    def __init__(self, world):
        self.world, self.people = world, world.demo(24)
        self.whole = world.held(self.people)
        self.keys = world.folder / "keys"
        self.whole("channel", "init", "--keys", self.keys, "--address", "https://models.example/")
        self.whole.derive()
        began = time.monotonic()
        published = self.trial("measured")
        published("publish", self.folder(published), "--keys", self.keys)
        self.seconds = time.monotonic() - began

    def trial(self, name):
        return self.whole.copy(self.world.fresh_name(name))

    def folder(self, project):
        return project.folder / "out" / "v1"

    def killed(self, project, *arguments):
        """The command, ended at a random instant. True if it was still running."""
        running = project.background(*arguments)
        time.sleep(self.seconds * random.uniform(0.4, 1.3))
        alive = running.poll() is None
        running.send_signal(signal.SIGKILL)
        running.communicate()
        return alive

    def asked(self, project, status, now=LATER):
        channel = project.folder / "channel"
        return run(project.program.with_name("litura-check"), self.folder(project), "--cache", project.folder / "cache", "--now", now,
                   "--from", channel, "--root", channel / "1.root.json", status=status)


def publish_killed(house, rounds):
    ends = {"before the record": 0, "after it": 0, "not at all": 0}
    for _ in range(rounds):
        project = house.trial("killed")
        alive = house.killed(project, "publish", house.folder(project), "--keys", house.keys)
        recorded = len(project("release", "list")["releases"])
        ends["not at all" if not alive else "after it" if recorded else "before the record"] += 1
        if not house.folder(project).exists():
            equal_quietly(project("publish", house.folder(project), "--keys", house.keys)["release"], "v1")
        project("channel", "tend", "--keys", house.keys)
        equal_quietly(len(project("release", "list")["releases"]), 1)
        equal_quietly(house.asked(project, 0)["files"][0]["releases"], ["v1"])
        equal_quietly([path.name for path in house.folder(project).parent.iterdir()], ["v1"])
        equal_quietly(project("ledger", "verify")["holds"], True)
    check(True, f"kill -9 of {rounds} publications, {ends}: each is out once, whole, and in the channel")


def recall_killed(house, rounds):
    published = house.trial("published")
    published("publish", house.folder(published), "--keys", house.keys)
    recalled = 0
    for _ in range(rounds):
        project = published.copy(house.world.fresh_name("recalled"))
        house.killed(project, "recall", "v1", "--keys", house.keys, "--reason", "rights")
        recalls = project("release", "list")["recalls"]
        recalled += len(recalls)
        if not recalls:
            project("recall", "v1", "--keys", house.keys, "--reason", "rights")
        project("channel", "tend", "--keys", house.keys)
        equal_quietly(len(project("release", "list")["recalls"]), 1)
        house.asked(project, 4)
    check(True, f"kill -9 of {rounds} recalls, {recalled} of them recorded: one command more, and the recall is in the channel")


def beside_requests(house, rounds):
    """Somebody objects while the model is published: one comes first, and the release knows which."""
    refused = 0
    authors = [author for author in house.people.authors if author not in house.people.consents]
    for turn in range(rounds):
        project, author = house.trial("beside"), authors[turn % len(authors)]
        publishing = project.background("publish", house.folder(project), "--keys", house.keys)
        time.sleep(random.uniform(0, house.seconds))
        request = project.request("objection", author)["request"]
        publishing.communicate()
        equal_quietly(publishing.returncode in (0, 3), True)
        said = project("certificate", request)
        after = [moment for moment in said["moments"] if moment["what"] == "release v1 was published"]
        refused += publishing.returncode == 3
        if after:
            equal_quietly(said["releases"][0]["records"], 0)
        equal_quietly(len(said["releases"]), 1 if publishing.returncode == 0 else 0)
    check(True, f"{rounds} objections beside a publication: {refused} releases refused, none that came later holds who objected")


def two_at_once(house, rounds):
    for _ in range(rounds):
        project = house.trial("twice")
        both = [project.background("publish", project.folder / "out" / name, "--keys", house.keys) for name in ("a", "b")]
        for each in both:
            each.communicate()
        equal_quietly(sorted(each.returncode for each in both), [0, 3])
        equal_quietly(len(project("release", "list")["releases"]), 1)
    check(True, f"two publications at once, {rounds} times: one release")


def without_memory(house):
    """A release of a model with a memory is its weights, and knows who is in them."""
    people, world = house.people, house.world
    project = world.held(people, memory=True)
    keys = world.folder / world.fresh_name("keys")
    project("channel", "init", "--keys", keys, "--address", "https://models.example/")
    derived = project.derive()
    exported = project("export", "hf", project.folder / "exported")
    published = project("publish", house.folder(project), "--keys", keys)
    check(published["without_memory"] and exported["without_memory"], "publish and export say that the memory stays in the house")
    equal(published["model"], exported["model"], "the release is named by its weights")
    check(published["model"] != derived["model"]["digest"], "not by the model, which is weights and memory")
    equal(house.asked(project, 0)["files"][0]["releases"], ["v1"], "litura-check knows the release")
    card = (house.folder(project) / "README.md").read_text()
    check("not part of this release" in card, "its card says that there is a memory beside the weights, and not in it")
    core, other = sorted(people.consents)[0], next(author for author in people.authors if author not in people.consents)
    records = {author: project("request", "access", "--person", project.person(author), "--verified", "letter")["releases"][0]["records"]
               for author in (core, other)}
    equal(records[core], len(people.of(core)), "who agreed is in the release with all their records")
    equal(records[other], 0, "who stands in the memory is not in it")


def equal_quietly(left, right):
    if left != right:
        equal(left, right, "after a trial")


def test(world, arguments):
    house, rounds = House(world), ROUNDS[arguments.mode]
    without_memory(house)
    publish_killed(house, rounds)
    recall_killed(house, rounds)
    beside_requests(house, rounds)
    two_at_once(house, rounds // 4)


if __name__ == "__main__":
    sys.exit(main(test))
