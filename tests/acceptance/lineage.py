#!/usr/bin/env python3
"""`litura lineage` knows descendants, however they were changed, and calls strangers strangers. bench/lineage
runs the same on more models."""
import array
import itertools
import random
import re
import sys
from pathlib import Path

from litura import check, equal, main, read_safetensors, run, write_safetensors

RECIPE = Path(__file__).with_name("tiny_base.toml").read_text()


def strangers(world, count, steps=60):
    """Models of one recipe and one text that differ in their seed only: the likest that independent ones can be."""
    folders = []
    for seed in range(1, count + 1):
        recipe = re.sub(r"(?m)^seed = .*", f"seed = {seed}", re.sub(r"(?m)^steps = .*", f"steps = {steps}", RECIPE))
        folders.append(world.pretrain(world.folder / f"stranger{seed}", world.write("stranger.toml", recipe)))
    return folders


def changed(source, target, change):
    """A copy of a model's weights, tensor by tensor through change(name, shape, floats)."""
    out = {}
    for name, (shape, data) in read_safetensors(source / "model.safetensors").items():
        out[name] = (shape, array.array("f", change(name, shape, array.array("f", data))).tobytes())
    target.mkdir()
    write_safetensors(target / "model.safetensors", out)
    return target


def floats(data, count):
    """Values of a tensor in f32, or in bf16 as a base is stored."""
    wide = data if len(data) == 4 * count else b"".join(b"\0\0" + data[at:at + 2] for at in range(0, len(data), 2))
    return array.array("f", wide)


def mean_with(other):
    tensors = read_safetensors(other / "model.safetensors")
    return lambda name, shape, own: ((a + b) / 2 for a, b in zip(own, floats(tensors[name][1], len(own))))


def noise(name, shape, own):
    dice = random.Random(name)
    size = (sum(x * x for x in own) / len(own)) ** 0.5
    return (x + dice.gauss(0, size / 2) for x in own)


def prune(name, shape, own):
    """The smaller half of every matrix is zero."""
    limit = sorted(map(abs, own))[len(own) // 2] if len(shape) == 2 else 0
    return (x if abs(x) >= limit else 0.0 for x in own)


def reorder(name, shape, own):
    """Hidden units in another order; the model computes the same."""
    layer = re.search(r"layers\.(\d+)\.mlp\.(\w+)", name)
    if not layer:
        return own
    down = layer[2] == "down_proj"
    order = list(range(shape[1] if down else shape[0]))
    random.Random(layer[1]).shuffle(order)
    if down:
        return (own[row * shape[1] + column] for row in range(shape[0]) for column in order)
    return (own[row * shape[1] + column] for row in order for column in range(shape[1]))


def tuned(world, base, people, **recipe):
    """Trained on by `litura derive`, all weights."""
    project = world.project(base=base, **recipe)
    world.fill(project, people)
    project.derive()
    return project


def descendants(world, base, stranger, people, others):
    """Kind of change: where the changed model is."""
    project = tuned(world, base, people)
    own, name = project.model_folder(), base.name
    gguf = world.folder / f"{name}.gguf"
    project("export", "gguf", gguf, "--type", "q8_0")
    made = {"trained on": own, "stored as q8_0": gguf}
    second = tuned(world, base, others).model_folder()
    for kind, change in (("merged with a sibling", mean_with(second)), ("merged with a stranger", mean_with(stranger)),
                         ("noise of half its size", noise), ("half of it set to zero", prune), ("units reordered", reorder)):
        made[kind] = changed(own, world.folder / f"{name} {kind}", change)
    return made


def trained_hard(world, base, people, rate):
    """Four epochs in one shard, and how far the up-projections moved, in lengths of what they were."""
    project = tuned(world, base, people, learning_rate=rate, stage1_epochs=4, stage2_epochs=4, stage2_shards=1)
    before, after = (read_safetensors(folder / "model.safetensors") for folder in (base, project.model_folder()))
    moved = length = 0.0
    for name, (_, data) in after.items():
        if name.endswith("up_proj.weight"):
            now = floats(data, len(data) // 4)
            then = floats(before[name][1], len(now))
            moved += sum((a - b) ** 2 for a, b in zip(now, then))
            length += sum(b * b for b in then)
    return project.model_folder(), (moved / length) ** 0.5


def lineage(world, a, b):
    return run(world.program, "lineage", a, b)


def test(world, arguments):
    folders = strangers(world, 4)
    demo = world.demo(24)
    people, others = (demo.only(set(demo.authors[a:b])) for a, b in ((0, 12), (12, 24)))
    for a, b in itertools.combinations(folders, 2):
        out = lineage(world, a, b)
        equal((out["finding"], out["shared_tensors"]), ("not shown", 0), f"{a.name} and {b.name} are strangers: log10 p = {out['log10_p']:.1f}")
    base, stranger = folders[:2]
    for kind, path in descendants(world, base, stranger, people, others).items():
        out = lineage(world, base, path)
        equal(out["finding"], "related", f"{kind}: log10 p = {out['log10_p']:.1f}")
        check(lineage(world, folders[2], path)["finding"] == "not shown", "and no other's")
    equal(lineage(world, base, base)["finding"], "same tensors", "a copy has the same tensors")
    run(world.program, "lineage", base, world.write("empty.safetensors", ""), status=2)


if __name__ == "__main__":
    sys.exit(main(test))
