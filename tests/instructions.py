#!/usr/bin/env python3
"""Counts the instructions of one training step and one derivation, and holds them to tests/instructions.txt.

instructions.py PROGRAM TRAIN_STEP [--write]

Callgrind counts; it knows no AVX-512, so the AVX2 kernels run. A figure more than 5 % above the file's fails: make
the code cheaper, or write the new figures (--write) and say in the commit why. Ends with 77 without valgrind.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).with_name("acceptance")))
from litura import World  # noqa: E402

FIGURES = Path(__file__).with_name("instructions.txt")
LIMIT = 1.05


def count(*command):
    """Instructions of a whole run, kernel excluded."""
    environment = {**os.environ, "LITURA_SIMD": "avx2"}
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *map(str, command)],
                          env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr[-2000:])
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


def step(train_step, *more):
    """One step: the run with two less the run with one."""
    small = [train_step, *"--dim 96 --layers 2 --heads 4 --kv-heads 2 --vocab 512 --batch 2 --seq 128 --threads 1".split(), *more]
    return count(*small, "--steps", 2) - count(*small, "--steps", 1)


def derivation(program, folder):
    """The same people, recipe and deal secret every time."""
    world = World(program, folder)
    project = world.project(stage2_shards=2)
    (project.folder / ".litura" / "secrets" / "deal.key").write_bytes(bytes(range(32)))
    world.fill(project, world.demo(12))
    return count(program, "--project", project.folder, "--now", project.now, "derive", "--threads", 1)


def main():
    program, train_step = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    if shutil.which("valgrind") is None:
        print("skipped: valgrind is not installed")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        figures = {"step": step(train_step), "step_lora": step(train_step, "--update", "lora:4"),
                   "derivation": derivation(program, Path(folder))}
    if "--write" in sys.argv:
        FIGURES.write_text("".join(f"{name} {figure}\n" for name, figure in figures.items()))
    allowed = dict(line.split() for line in FIGURES.read_text().splitlines())
    for name, figure in figures.items():
        print(f"{name}: {figure} instructions, {figure / int(allowed[name]):.3f} of the file's")
    return 1 if any(figure > LIMIT * int(allowed[name]) for name, figure in figures.items()) else 0


if __name__ == "__main__":
    sys.exit(main())
