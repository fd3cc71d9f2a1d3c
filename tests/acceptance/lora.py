#!/usr/bin/env python3
"""Adapters. Erasure as with full updates, small nodes, files that PEFT's users know, and the merge they promise."""
import array
import json
import struct
import sys

from litura import check, equal, main, read_safetensors, run, same_model, write_safetensors

LORA = '"lora"\nlora_rank = 4\nlora_alpha = 8.0\nlora_seed = 3'
RANK, SCALE = 4, 8.0 / 4


def tensors(path):
    """{name: (shape, floats)} of a safetensors file."""
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    found = {}
    for name, entry in json.loads(data[8:8 + size]).items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            check(entry["dtype"] == "F32", f"{name} is F32") if entry["dtype"] != "F32" else None
            found[name] = entry["shape"], array.array("f", data[8 + size + begin:8 + size + end])
    return found


def worst_error(base, model, adapter):
    """The largest | model - (base + scale B A) | over all elements, and the largest update."""
    worst = largest = 0.0
    for name, ((*_, inputs), weights) in model.items():
        stem = "base_model.model." + name.removesuffix(".weight")
        if stem + ".lora_A.weight" not in adapter:
            equal(weights, base[name][1], f"{name} has no adapter and is the base's")
            continue
        a, b = adapter[stem + ".lora_A.weight"][1], adapter[stem + ".lora_B.weight"][1]
        for place, weight in enumerate(weights):
            row, column = divmod(place, inputs)
            update = SCALE * sum(b[row * RANK + r] * a[r * inputs + column] for r in range(RANK))
            largest = max(largest, abs(update))
            worst = max(worst, abs(weight - (base[name][1][place] + update)))
    return worst, largest


def node_bytes(project):
    store = project.folder / ".litura" / "store"
    return sum(file.stat().st_size for file in store.rglob("*") if file.is_file())


def exports(world, project):
    peft, whole, base = (world.folder / name for name in ("peft", "hf", "base-again"))
    project("export", "peft", peft)
    project("export", "hf", whole)
    equal(sorted(file.name for file in peft.iterdir()), ["adapter_config.json", "adapter_model.safetensors"],
          "peft: two files")
    equal(sorted(file.name for file in whole.iterdir()), ["config.json", "model.safetensors", "tokenizer.json"],
          "hf: three files, the adapter merged in")
    config = json.loads((peft / "adapter_config.json").read_text())
    equal((config["peft_type"], config["r"], config["lora_alpha"]), ("LORA", RANK, 8.0), "adapter_config.json says how")
    nobody = world.project(like=project)
    digest = nobody.derive()["model"]["digest"]
    equal(config["base_model_name_or_path"], digest, "the adapter names its base; with nobody admitted that is the model")
    nobody("export", "hf", base)
    worst, largest = worst_error(*(tensors(folder / "model.safetensors") for folder in (base, whole)),
                                 tensors(peft / "adapter_model.safetensors"))
    check(worst < 1e-6 < largest, f"model = base + scale * B * A: largest update {largest:.1e}, largest error {worst:.1e}")


def published(world, project):
    """An adapter that left the house is known again, also in another file."""
    keys, out, channel = world.folder / "keys", world.folder / "v1", project.folder / "channel"
    project("channel", "init", "--keys", keys, "--address", "https://models.example/")
    project("publish", out, "--keys", keys)
    adapter = out / "adapter" / "adapter_model.safetensors"
    other = world.folder / "adapter.safetensors"
    write_safetensors(other, dict(reversed(read_safetensors(adapter).items())))
    for path, how in ((adapter, "file digest"), (other, "tensor digests")):
        found = run(project.program.with_name("litura-check"), path, "--cache", world.folder / "cache", "--now", project.now,
                    "--from", channel, "--root", channel / "1.root.json")["files"][0]
        equal((found["releases"], found["how"]), (["v1"], how), f"litura-check knows the adapter by its {how}")


def test(world, _):
    people = world.demo(40)
    project = world.held(people, update=LORA)
    project.derive()
    full = world.held(people)
    full.derive()
    small, large = node_bytes(project), node_bytes(full)
    check(small * 2 < large, f"nodes with adapters take {small} bytes, with full updates {large}")
    equal(project("verify")["model"], project("status")["model"]["digest"], "verify recomputes the adapters")
    exports(world, project)
    published(world, project)
    full("export", "peft", world.folder / "none", status=2)
    author = [a for a in people.authors if a not in people.consents][0]
    project.erase(author)
    project.derive()
    same_model(project, world.never_held(project, people.without(author)), "one person erased")
    low_memory = world.held(people.without(author), like=project)
    low_memory.set_recipe(recompute="true")
    low_memory.derive()
    same_model(project, low_memory, "recompute = true")


if __name__ == "__main__":
    sys.exit(main(test))
