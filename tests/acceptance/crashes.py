#!/usr/bin/env python3
"""`kill -9` at random instants and a full disk lose nothing that was accepted and change no bit."""
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

from litura import Project, check, equal, leftovers, main

KILLS = {"ci": 34, "slow": 200}


def killed(project, longest, *arguments):
    """Starts a command and kills it somewhere within `longest` seconds. What it had printed, or None."""
    process = project.background(*arguments)
    time.sleep(random.uniform(0, longest))
    process.send_signal(signal.SIGKILL)
    out, _ = process.communicate()
    try:
        return json.loads(out)
    except json.JSONDecodeError:
        return None


def timed(action):
    started = time.monotonic()
    result = action()
    return result, time.monotonic() - started


def check_quietly(holds, text):
    if not holds:
        check(False, text)


def equal_quietly(left, right, text):
    if left != right:
        equal(left, right, text)


def clean(project, text):
    """`status` is the next command: it finishes what was left half done."""
    status = project("status")
    equal_quietly(leftovers(project), [], f"{text}: temporary files")
    return status


class Scene:
    """A few made-up people, the expected digests, and how long each command takes."""

    def __init__(self, world):
        self.world, self.people = world, world.demo(people=24)
        self.empty = world.project(epochs=2)
        self.posts, self.acts = world.lines(self.people.records), world.acts(self.people.consents)
        self.held = self.empty.copy("held")
        _, self.import_seconds = timed(lambda: self.take_in(self.held))
        self.whole = self.held.copy("whole")
        derived, self.derive_seconds = timed(self.whole.derive)
        self.digest = derived["model"]["digest"]
        self.without = {}
        for author in random.sample(self.people.authors, 3):
            project = self.whole.copy(world.fresh_name("gone"))
            _, self.request_seconds = timed(lambda: project.erase(author))
            self.without[author] = project.digest()

    def import_arguments(self):
        return ["import", "jsonl", self.posts, "--source", "here", "--evidence", self.acts, "--ground", "legitimate_interest"]

    def take_in(self, project):
        return project(*self.import_arguments())

    def copy(self, project):
        shutil.rmtree(self.world.folder / "victim", ignore_errors=True)
        return project.copy("victim")


def import_killed(scene):
    project = scene.copy(scene.empty)
    killed(project, scene.import_seconds, *scene.import_arguments())
    clean(project, "import")
    check_quietly(project("ledger", "verify")["holds"], "the ledger holds after a killed import")
    scene.take_in(project)
    return project.digest() == scene.digest


def derive_killed(scene):
    project = scene.copy(scene.held)
    killed(project, scene.derive_seconds, "derive")
    clean(project, "derive")
    return project.digest() == scene.digest


def request_killed(scene):
    project = scene.copy(scene.whole)
    author = random.choice(list(scene.without))
    person = scene.whole.person(author)
    printed = killed(project, scene.request_seconds, "request", "erasure", "--person", person, "--verified", "letter")
    status = clean(project, "request")
    requests = {request["request"]: request for request in status["requests"]}
    check_quietly(printed is None or printed["request"] in requests, "a printed request id is in status")
    accepted = bool(requests)
    check_quietly(not accepted or all(request["destroyed_at"] for request in requests.values()), "the next command finishes an erasure")
    check_quietly(not accepted or person not in {row["person"] for row in project.records()}, "an erased person is in no visible manifest")
    check_quietly(project("ledger", "verify")["holds"], "the ledger holds after a killed request")
    return project.digest() == (scene.without[author] if accepted else scene.digest)


class SmallDisk:
    """A tmpfs with little room; needs root."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()

    def __enter__(self):
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", self.folder], capture_output=True, check=False)
        return self if done.returncode == 0 else None

    def __exit__(self, *_):
        subprocess.run(["umount", self.folder], capture_output=True, check=False)

    def leave(self, free):
        """Fills the disk up to so many bytes."""
        with open(self.folder / "filler", "wb") as filler:
            room = os.statvfs(self.folder)
            os.posix_fallocate(filler.fileno(), 0, max(1, room.f_bavail * room.f_bsize - free))

    def relieve(self):
        (self.folder / "filler").unlink()


def command_on_full_disk(scene, disk, start, arguments, most):
    """Ends with 0 or 4; then, with room again, the next command tidies up."""
    shutil.rmtree(disk.folder / "project", ignore_errors=True)
    shutil.copytree(start.folder, disk.folder / "project")
    project = Project(start.program, disk.folder / "project")
    disk.leave(random.randint(0, most))
    process = project.background(*arguments)
    out, err = process.communicate()
    check_quietly(process.returncode in (0, 4), f"{arguments[0]} on a full disk ends with 0 or 4, not {process.returncode} {out} {err}")
    answer = json.loads(out)
    disk.relieve()
    return project, answer, process.returncode


def disk_full(scene, disk, rounds):
    person = {author: scene.whole.person(author) for author in scene.without}
    refused = 0
    for _ in range(rounds):
        project, _, status = command_on_full_disk(scene, disk, scene.empty, scene.import_arguments(), 400_000)
        refused += status == 4
        clean(project, "import on a full disk")
        scene.take_in(project)
        equal_quietly(project.digest(), scene.digest, "import on a full disk: the next derive")
        project, _, status = command_on_full_disk(scene, disk, scene.held, ["derive"], 4_000_000)
        refused += status == 4
        clean(project, "derive on a full disk")
        equal_quietly(project.digest(), scene.digest, "derive on a full disk: the next derive")
        author = random.choice(list(scene.without))
        request = ["request", "erasure", "--person", person[author], "--verified", "letter"]
        project, answer, status = command_on_full_disk(scene, disk, scene.whole, request, 1_000_000)
        refused += status == 4
        requests = {row["request"] for row in clean(project, "request on a full disk")["requests"]}
        check_quietly(status != 0 or answer["request"] in requests, "a printed request id is in status")
        equal_quietly(project.digest(), scene.without[author] if requests else scene.digest, "request on a full disk: the next derive")
    check(refused > 0, f"a full disk met {3 * rounds} commands, {refused} ended with 4: nothing lost, same digests, nothing left behind")


def test(world, arguments):
    scene = Scene(world)
    for kill in (import_killed, request_killed, derive_killed):
        rounds = KILLS[arguments.mode]
        right = sum(kill(scene) for _ in range(rounds))
        equal(right, rounds, f"{kill.__name__} at {rounds} random instants: the next derive gives the expected digest")
    with SmallDisk(world.folder / "disk") as disk:
        if disk is None:
            print("     full disk: not tried, mounting a tmpfs needs root")
        else:
            disk_full(scene, disk, 30 if arguments.mode == "slow" else 6)


sys.exit(main(test))
