#!/usr/bin/env python3
"""litura-check's work grows with what it is given, no faster: each document once, and twice as large, in instructions."""
import base64
import json
import re
import shutil
import struct
import subprocess
import sys

from litura import check, main

RATIO = 2.3  # of instructions, for twice the bytes


def instructions(program, *arguments, stdin="", statuses=(0, 1, 2, 5)):
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, *map(str, arguments)],
                          input=stdin, capture_output=True, text=True)
    check(done.returncode in statuses, f"litura-check ends with {done.returncode} on {arguments[-1]}")
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


def gguf(tensors, overlapping=False):
    """F32 vectors of 256 numbers; overlapping: all over one region."""
    out = bytearray(b"GGUF" + struct.pack("<IQQ", 3, tensors, 0))
    for i in range(tensors):
        name = b"t%d" % i
        out += struct.pack("<Q", len(name)) + name + struct.pack("<IQIQ", 1, 256, 0, 0 if overlapping else 1024 * i)
    out += bytes(-len(out) % 32)
    values = b"".join(struct.pack("<f", i % 1000) for i in range(256))
    return bytes(out) + values * (1 if overlapping else tensors)


def safetensors(tensors):
    header = {f"t{i}": {"dtype": "F32", "shape": [8], "data_offsets": [32 * i, 32 * i + 32]} for i in range(tensors)}
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + bytes(range(32)) * tensors


def many_keys(count):
    return json.dumps({f"k{i}": i for i in range(count)}).encode()


def nested(count):
    return json.dumps({"entries": [{f"k{i}": 0 for i in range(100)} for _ in range(count)]}).encode()


def ticket(entries):
    path = base64.b64encode(bytes(32)).decode()
    entry = {"source": 0, "vrf": base64.b64encode(bytes(80)).decode(), "value": None, "path": path}
    return json.dumps({"format": "litura.ticket.2", "log": "x", "statement": "", "logged": "", "sources": [{"tag": "00" * 32}],
                       "entries": [entry] * entries, "attestations": []}).encode()


def channel(world, name, timestamp):
    folder = world.folder / name
    folder.mkdir()
    (folder / "timestamp.json").write_bytes(timestamp)
    return folder


def test(world, arguments):
    if shutil.which("valgrind") is None:
        print("skipped: valgrind is not installed")
        sys.exit(77)
    program = arguments.program.with_name("litura-check")
    cache = world.folder / "cache"

    def weights(content):
        file = world.folder / world.fresh_name("weights")
        file.write_bytes(content)
        return [file, "--cache", cache]

    def as_ticket(content):
        file = world.folder / world.fresh_name("ticket")
        file.write_bytes(content)
        return ["ticket", file]

    project = world.project(world.fresh_name("empty"))
    keys = world.folder / "keys"
    project("channel", "init", "--keys", keys, "--address", "https://models.example/")
    subprocess.run([program, "fetch", "--cache", cache, "--from", project.folder / "channel", "--root",
                    project.folder / "channel" / "1.root.json", "--now", project.now], check=True, capture_output=True)
    cases = {
        "tensors of a GGUF file": (lambda n: weights(gguf(n)), 2000),
        "tensors over one region": (lambda n: weights(gguf(n, overlapping=True)), 2000),
        "tensors of a safetensors file": (lambda n: weights(safetensors(n)), 2000),
        "a text given as weights": (lambda n: weights(b"x" * n), 1 << 20),
        "entries of a ticket": (lambda n: as_ticket(ticket(n)), 1000),
        "keys of a ticket": (lambda n: as_ticket(many_keys(n)), 4000),
        "objects of a ticket": (lambda n: as_ticket(nested(n)), 100),
    }
    for what, (make, size) in cases.items():
        once, twice = (instructions(program, *make(n), stdin="alice\n") for n in (size, 2 * size))
        check(twice <= RATIO * once, f"{what}: {once} instructions for {size}, {twice / once:.2f} times as many for twice that")
    huge = channel(world, "huge", b" " * (53 << 20))
    small = channel(world, "small", b" ")
    counts = [instructions(program, "fetch", "--cache", cache, "--from", folder, "--now", project.now) for folder in (small, huge)]
    check(counts[1] <= RATIO * counts[0], "a timestamp of 53 MB is refused unread")


if __name__ == "__main__":
    sys.exit(main(test))
