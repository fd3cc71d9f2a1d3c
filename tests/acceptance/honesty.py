#!/usr/bin/env python3
"""What is claimed is what was done. Work follows tokens, damage is found and named, never used."""
import os
import random
import resource
import sys
from pathlib import Path

from litura import check, equal, main


def cpu_seconds(action):
    """User CPU seconds of the processes that `action` ran."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    result = action()
    return result, resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def somewhat_larger(world):
    recipe = Path(__file__).with_name("tiny_base.toml").read_text()
    for small, large in (("dim = 32", "dim = 96"), ("heads = 2", "heads = 6"), ("hidden = 64", "hidden = 256"), ("steps = 100", "steps = 20"),
                         ("decay_steps = 20", "decay_steps = 5"), ("warmup_steps = 10", "warmup_steps = 5"), ("kv_heads = 1", "kv_heads = 2")):
        recipe = recipe.replace("\n" + small + "\n", "\n" + large + "\n")
    return world.pretrain(world.folder / "larger", world.write("larger.toml", recipe))


def work_follows_tokens(world, people):
    """A derivation of everything, of a shard or two, and a replay: seconds per token agree within a factor 2."""
    project = world.held(people, base=somewhat_larger(world), epochs=4)
    _, idle = cpu_seconds(lambda: project("derive", "--plan"))
    derived, seconds = cpu_seconds(project.derive)
    rate = (seconds - idle) / derived["tokens_trained"]["now"]
    for author in random.sample(people.authors, 2):
        project.request("objection", author)
        planned = project("derive", "--plan")["tokens_trained"]["now"]
        derived, seconds = cpu_seconds(project.derive)
        claimed = derived["tokens_trained"]["now"]
        equal(claimed, planned, "what the plan said is what was trained")
        ratio = (seconds - idle) / (rate * claimed)
        check(0.5 < ratio < 2, f"{claimed} of {derived['tokens_trained']['fresh']} tokens: CPU a token is {ratio:.2f} of the fresh one")
    again, seconds = cpu_seconds(project.derive)
    equal(again["tokens_trained"]["now"], 0, "deriving again trains nothing")
    check(seconds < 2 * idle + 0.25, f"and costs {seconds:.2f} s, a plan {idle:.2f} s")
    verified, seconds = cpu_seconds(lambda: project("verify"))
    ratio = (seconds - idle) / (rate * derived["tokens_trained"]["fresh"])
    check(verified["equal"] and 0.5 < ratio < 2, f"verify recomputes everything: CPU {ratio:.2f} of a fresh derivation")


def flip(path):
    data = bytearray(path.read_bytes())
    at = random.randrange(len(data))
    data[at] ^= 1 << random.randrange(8)
    path.write_bytes(data)


def node_of(project, last):
    """A stored node whose damage matters: the last slice of a shard, or any other."""
    nodes = [row for row in project("graph") if row["kind"] == "train" and row["state"] == "present"]
    ends = {}
    for row in nodes:
        shard = row["label"].rsplit("/", 1)[0]
        ends[shard] = max(ends.get(shard, row), row, key=lambda node: node["label"])
    is_end = {row["key"] for row in ends.values()}
    row = random.choice([row for row in nodes if (row["key"] in is_end) == last])
    return row["label"], project.folder / ".litura" / "store" / row["key"][:2] / row["key"]


def flipped_bits(world, whole, digest, rounds):
    for number in range(rounds):
        file = ("weights", "moments", "node")[number % 3]
        project = whole.copy(world.fresh_name("flipped"))
        label, node = node_of(project, last=number % 2 == 0)
        flip(node / file)
        verified = project("verify", status=1)
        check(not verified["equal"] and label in verified["first_difference"], f"a flipped bit in {file}: verify ends with 1 and names {label}")
        author = random.choice([row for row in project("person", "list")["persons"] if row["stage"] == 2])["person"]
        project("request", "objection", "--person", author)
        model = project.derive()["model"]["digest"]
        other = whole.copy(world.fresh_name("sound"))
        other("request", "objection", "--person", author)
        equal(model, other.digest(), "and it is never merged nor trained from: the digest of a sound store")
    project = whole.copy(world.fresh_name("flipped"))
    flip(project.model_folder() / "model.safetensors")
    equal(project("verify", status=1)["first_difference"], "the visible model's folder", "a flipped bit in the model: verify names its folder")
    project("complete", stdin="The", status=1)
    equal(project.digest(), digest, "complete refuses it, exit 1; derive again")
    equal(project("complete", "--max-tokens", 1, stdin="The")["model"], digest, "puts it right")


def unreadable_store(world, whole, digest):
    project = whole.copy(world.fresh_name("unreadable"))
    store = project.folder / ".litura" / "store"
    count = len([row for row in project("graph") if row["kind"] == "train"])
    for node in store.glob("*/*/node"):
        for path in (node, node.with_name("weights"), node.with_name("moments")):
            path.unlink()
            path.mkdir()  # cannot be read as a file by anyone, not even by root
    verified = project("verify")
    equal((verified["equal"], verified["model"], verified["unreadable"]), (True, digest, count), "verify replays it with the store unreadable")
    if os.geteuid() != 0:
        locked = whole.copy(world.fresh_name("locked"))
        (locked.folder / ".litura" / "store").chmod(0)
        check(locked("verify")["equal"], "and with no permission to enter it")
        (locked.folder / ".litura" / "store").chmod(0o700)


def test(world, arguments):
    slow = arguments.mode == "slow"
    people = world.demo()
    whole = world.held(people)
    digest = whole.digest()
    flipped_bits(world, whole, digest, 12 if slow else 3)
    unreadable_store(world, whole, digest)
    work_follows_tokens(world, world.forum(60) if slow else people)


sys.exit(main(test))
