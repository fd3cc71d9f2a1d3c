#!/usr/bin/env python3
"""How fast an import is and what memory it needs, and how quick the commands are when many records are held.

bench/import.py PROGRAM [--form jsonl|reddit|mbox|x-zip] [--records N] [--authors M] [--consents K] [--folder DIR]: makes a
project in a temporary folder, writes a made-up file, imports it, and prints megabytes a minute, processor seconds and the
peak of memory. With --consents the last K authors agree, a small model is derived of their records, and the commands that a
person or an operator waits for are timed: the best of five runs, with the processor seconds of that run beside it.
"""
import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "acceptance"))
import bulk  # noqa: E402
import litura  # noqa: E402

SOURCE = "here"


class Run:
    """One run of the program: seconds by the clock, of processors, the most memory in MiB, and its answer."""

    def __init__(self, program, project, *arguments, stdin=""):
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as given:
            given.write(stdin.encode())
            given.seek(0)
            started = time.perf_counter()
            child = subprocess.Popen([program, "--json", "--project", project, "--now", litura.NOW, *map(str, arguments)], stdin=given, stdout=out,
                                     stderr=subprocess.DEVNULL)
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            self.seconds = time.perf_counter() - started
            self.processor = used.ru_utime + used.ru_stime
            self.memory = used.ru_maxrss / 1024
            out.seek(0)
            self.answer = json.load(out)
        if child.returncode != 0:
            sys.exit(f"{arguments[0]} ended with {child.returncode}: {self.answer}")


def write(form, folder, records, authors):
    if form == "jsonl":
        return bulk.write(folder / "posts.jsonl", bulk.jsonl(records, authors))
    if form == "mbox":
        return bulk.write(folder / "all.mbox", bulk.mbox(records, authors))
    if form == "reddit":
        return bulk.write_zstd(folder / "RC_2020.zst", bulk.reddit(records, authors))
    return bulk.write_zip(folder / "x.zip", "data/tweets.js", bulk.tweets(records))


def evidence(folder, authors, consents):
    digest = "sha256:" + hashlib.sha256(litura.NOTICE.encode()).hexdigest()
    return bulk.write(folder / "acts.jsonl", bulk.acts(range(authors - consents, authors), SOURCE, digest, litura.CONSENTED))


def imported(program, project, form, path, *more):
    run = Run(program, project, "import", "twitter" if form == "x-zip" else form, path, "--source", SOURCE, *more)
    size = path.stat().st_size / 1e6
    print(f"import {form}: {run.answer['in']} records, {size:.0f} MB in {run.seconds:.1f} s: {60 * size / run.seconds:.0f} MB/min; "
          f"{run.processor:.1f} s of processors; at most {run.memory:.0f} MiB", flush=True)


def commands(program, project, person):
    asked = {
        "person show": (("person", "show", "--person", "-"), person),
        "status": (("status",), ""),
        "complete, one token": (("complete", "-", "--max-tokens", "1"), "the"),
        "derive --plan": (("derive", "--plan"), ""),
    }
    Run(program, project, "derive")
    for name, (arguments, stdin) in asked.items():
        best = min((Run(program, project, *arguments, stdin=stdin) for _ in range(5)), key=lambda run: run.seconds)
        print(f"{name}: {1000 * best.seconds:.0f} ms, {1000 * best.processor:.0f} ms of processors, {best.memory:.0f} MiB", flush=True)
    run = Run(program, project, "request", "erasure", "--person", "-", "--verified", "letter", stdin=person)
    print(f"erasure: the old model stopped after {run.answer['old_model_stopped_ms']:.0f} ms, the suppressed one was there after "
          f"{run.answer['suppressed']['milliseconds']:.0f} ms, all in {run.seconds:.1f} s ({run.processor:.1f} s of processors)")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--form", choices=["jsonl", "reddit", "mbox", "x-zip"], default="jsonl")
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--authors", type=int, default=20_000)
    parser.add_argument("--consents", type=int, default=0)
    parser.add_argument("--folder", help="where the project and the file are made")
    ask = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="litura-bench-", dir=ask.folder))
    try:
        world = litura.World(Path(ask.program).resolve(), folder)
        project = world.project()
        path = write(ask.form, folder, ask.records, ask.authors)
        agreed = ("--evidence", evidence(folder, ask.authors, ask.consents)) if ask.consents else ()
        imported(world.program, project.folder, ask.form, path, *agreed)
        if ask.consents:
            commands(world.program, project.folder, f"user{ask.authors - 1}")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
