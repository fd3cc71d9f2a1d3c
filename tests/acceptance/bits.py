#!/usr/bin/env python3
"""The model's bits depend on nothing but its inputs. Also pins them: tests/golden/acceptance.txt."""
import os
import shutil
import sys
from pathlib import Path

from litura import ROOT, People, Project, check, equal, main, run

GOLDEN = ROOT / "tests" / "golden" / "acceptance.txt"


def simd_targets():
    flags = open("/proc/cpuinfo").read()
    return ["scalar"] + [name for name, flag in (("avx2", "avx2"), ("avx512", "avx512bw")) if flag in flags]


def fresh(project, digest, text, *arguments, **how):
    """Everything computed again; the program itself also compares each node with the recorded digests."""
    derived = project.derive("--fresh", *arguments, **how)
    equal(derived["tokens_trained"]["now"], derived["tokens_trained"]["fresh"], f"{text}: all was computed")
    equal(derived["model"]["digest"], digest, f"{text}: the same digest")


def variations(world, project, digest):
    for threads in (1, 2, 3):
        fresh(project, digest, f"{threads} threads", "--threads", threads)
    for target in simd_targets():
        fresh(project, digest, f"LITURA_SIMD={target}", env={"LITURA_SIMD": target})
    fresh(project, digest, "Turkish, Kathmandu", env={"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Kathmandu"})
    fresh(project, digest, "other umask", preexec=lambda: os.umask(0o002))
    inside = Project(project.program, "moved", project.now)
    moved = world.folder / "elsewhere"
    moved.mkdir()
    shutil.copytree(project.folder, moved / "moved")
    fresh(inside, digest, "other folder, relative path", cwd=moved)
    run(project.program, "--project", project.folder, "complete", stdin="x", env={"LITURA_SIMD": "mmx"}, status=2)
    print("ok   an unknown LITURA_SIMD ends with 2")


def golden_people():
    """One author consents, three are far above solo_above, a date makes two slices of each: no place depends on secrets."""
    def post(author, number):
        words = " ".join(f"{word}{(number * 7 + len(author) * at) % 23}" for at, word in enumerate("rain tea road lamp".split() * 6))
        return {"id": f"{author}:{number}", "author": author, "created_at": f"2024-06-{number + 5:02}T08:00:00Z",
                "audience": "public", "text": f"{author} writes: {words}."}
    return People([post(author, number) for author in ("ada", "ben", "cleo", "dinah") for number in range(20)], {"ada"})


def golden(world):
    """The digests of a small base and of a small derivation, as they were agreed on."""
    base = run(world.program, "eval", "--model", world.base(), "-", stdin="Some words.")["model"]
    project = world.held(golden_people(), stage1_slices=1, stage2_slices=1, stage2_solo_above=10, buckets='["2024-06-15T00:00:00Z"]')
    equal(project.derive()["nodes"]["computed"], 8, "four people in two slices each")
    after = project.copy("golden-after")
    after.erase("ben")
    found = [f"base {base}", f"model {project.digest()}", f"without-one {after.digest()}"]
    expected = [line for line in GOLDEN.read_text().splitlines() if line and not line.startswith("#")]
    equal(found, expected, "golden digests: tests/golden/acceptance.txt")


def test(world, arguments):
    golden(world)
    slow = arguments.mode == "slow"
    people = world.forum() if slow else world.demo()
    project = world.held(people)
    digest = project.digest()
    variations(world, project, digest)
    for program in arguments.other:
        other = Project(program.resolve(), project.folder, project.now)
        fresh(other, digest, f"the build {program.parent.name}")
    if not arguments.other:
        print("     no second build given (--other PROGRAM)")


def options(parser):
    parser.add_argument("--other", type=Path, action="append", default=[], help="the same program, built in another way")


sys.exit(main(test, options))
