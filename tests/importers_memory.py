#!/usr/bin/env python3
"""No file of a stranger makes an import take more memory than docs/importing.md says.

tests/importers_memory.py NEUTRAL_RECORDS [--print]: the hostile files of importers_linear.py, larger, and repositories of tiny blocks; what
is compared is the most memory that reading one took.
"""
import concurrent.futures
import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from importers_linear import FILES

SIZE, SMALLER = 28 << 20, 6 << 20  # of the shapes that once took more, and of all others
USUAL, TREE = 256 << 20, 512 << 20  # "Memory" in docs/importing.md


def head(major, value):
    if value < 24:
        return bytes([major << 5 | value])
    return bytes([major << 5 | 24, value]) if value < 256 else bytes([major << 5 | 25]) + value.to_bytes(2, "big")


def text(value):
    return head(3, len(value)) + value.encode()


def link(digest):
    return b"\xd8\x2a" + head(2, 37) + b"\0\x01\x71\x12\x20" + digest


def block(content):
    digest = hashlib.sha256(content).digest()
    size, length = 36 + len(content), b""
    while size > 127:
        length, size = length + bytes([size & 127 | 128]), size >> 7
    return digest, length + bytes([size]) + b"\x01\x71\x12\x20" + digest + content


def leaf(key, digest):
    return b"\xa4" + text("p") + head(0, 0) + text("k") + head(2, len(key)) + key + text("v") + link(digest) + text("t") + b"\xf6"


def tree(leaves):
    return b"\xa2" + text("e") + head(4, len(leaves)) + b"".join(leaves) + text("l") + b"\xf6"


def repository(blocks):
    """A CAR file whose root names the first of the blocks as its tree."""
    first, _ = block(blocks[0])
    root, commit = block(b"\xa3" + text("did") + text("did:plc:x") + text("version") + head(0, 3) + text("data") + link(first))
    start = b"\xa2" + text("roots") + head(4, 1) + link(root) + text("version") + head(0, 1)
    return bytes([len(start)]) + start + commit + b"".join(block(each)[1] for each in blocks)


def many_trees(size):
    return repository([tree([leaf(b"app.bsky.feed.post/%d" % number, hashlib.sha256(b"%d" % number).digest())]) for number in range(size // 130)])


def many_empty_trees(size):
    return repository([b"\xa3" + text("e") + head(4, 0) + text("l") + b"\xf6" + text("x") + head(2, 4) + number.to_bytes(4, "big")
                       for number in range(size // 54)])


def wide_trees(size):
    leaves = [leaf(b"app.bsky.feed.post/%d" % number, hashlib.sha256(b"%d" % number).digest()) for number in range(20_000)]
    return repository([tree(leaves[number:] + leaves[:number]) for number in range(size // (80 * 20_000))])


REPOSITORIES = {"bluesky, one leaf a tree": many_trees, "bluesky, empty trees": many_empty_trees, "bluesky, wide trees": wide_trees}


def memory(program, kind, path):
    """The most that one run took, whether it read the file or refused it."""
    with open(os.devnull, "wb") as nowhere:
        child = subprocess.Popen([program, kind, path, "somebody"], stdout=nowhere, stderr=nowhere)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_maxrss << 10, child.returncode


def shapes():
    for name, (kind, file, content) in FILES.items():
        size = SIZE if file.endswith(".csv") else SMALLER
        yield name, kind, file, lambda content=content, size=size: content(size).encode("utf-8", "surrogateescape"), USUAL
    for name, content in REPOSITORIES.items():
        yield name, "bluesky", "a.car", lambda content=content: content(SIZE), USUAL + TREE


def measured(program, shape):
    name, kind, file, content, bound = shape
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file
        path.write_bytes(content())
        return name, bound, *memory(program, kind, path)


def main():
    program, show = sys.argv[1], "--print" in sys.argv
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda shape: measured(program, shape), shapes()))
    bad = 0
    for name, bound, most, status in results:
        wrong = most > bound or status not in (0, 2)
        bad += wrong
        if show or wrong:
            print(f"{name:26} {most / 2**20:6.0f} MiB of {bound >> 20}, ends with {status}")
    print(f"{len(results) - bad} of {len(results)} files are read, or refused, within the memory that is said")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
