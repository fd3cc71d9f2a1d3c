#!/usr/bin/env python3
"""What `export gguf` writes is the model of `export hf`, tensor by tensor and token by token, for every type
of number. The reader here follows the format's description and knows nothing of ours. Whether llama.cpp computes the
same with it is tested by ../llama_cpp/run."""
import array
import json
import math
import struct
import sys

from foreign_base import Model
from litura import check, equal, main
from lora import tensors as safetensors

ALIGNMENT = 32
SCALARS = {4: "<I", 5: "<i", 6: "<f", 7: "<?"}
NAMES = {
    "token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head", "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
}


class Gguf:
    """A file's fields, and its tensors as (shape, type, floats)."""

    def __init__(self, path):
        self.data, self.at = path.read_bytes(), 4
        equal(self.data[:4], b"GGUF", "it is a GGUF file")
        equal(self.take("<I"), 3, "of version 3")
        tensors, fields = self.take("<Q"), self.take("<Q")
        self.fields = {self.text(): self.value(self.take("<I")) for _ in range(fields)}
        infos = [self.info() for _ in range(tensors)]
        begin = -(-self.at // ALIGNMENT) * ALIGNMENT
        self.tensors = {name: (shape, kind, self.floats(kind, math.prod(shape), begin + offset))
                        for name, shape, kind, offset in infos}
        check(len(self.fields) == fields and len(self.tensors) == tensors, "nothing is there twice")
        equal(-(-self.end // ALIGNMENT) * ALIGNMENT, len(self.data), "the file ends after the last tensor")

    def take(self, form):
        value, = struct.unpack_from(form, self.data, self.at)
        self.at += struct.calcsize(form)
        return value

    def text(self):
        size = self.take("<Q")
        self.at += size
        return self.data[self.at - size:self.at].decode()

    def value(self, kind):
        if kind == 8:
            return self.text()
        if kind == 9:
            kind, count = self.take("<I"), self.take("<Q")
            return [self.value(kind) for _ in range(count)]
        return self.take(SCALARS[kind])

    def info(self):
        name = self.text()
        shape = [self.take("<Q") for _ in range(self.take("<I"))][::-1]
        return name, shape, self.take("<I"), self.take("<Q")

    def floats(self, kind, count, at):
        check(at % ALIGNMENT == 0, "aligned") if at % ALIGNMENT else None
        if kind == 8:  # blocks of an f16 scale and 32 bytes
            size = count // 32 * 34
            blocks = struct.iter_unpack("<e32b", self.data[at:at + size])
            values = [scale * byte for scale, *whole in blocks for byte in whole]
        elif kind == 30:  # the upper halves of f32
            size = 2 * count
            words = struct.unpack_from(f"<{count}H", self.data, at)
            values = struct.unpack(f"<{count}f", b"".join(struct.pack("<HH", 0, word) for word in words))
        else:
            size = {0: 4, 1: 2}[kind] * count
            values = struct.unpack_from(f"<{count}{'fe'[kind]}", self.data, at)
        self.end = at + size
        return values


def original_name(name):
    *block, stem, weight = name.split(".")
    return (f"model.layers.{block[1]}." if block else "") + f"{NAMES[stem]}.{weight}"


def half_split(values, columns, width):
    """Rows of neighbours that turn against each other, as Hugging Face has them: first halves, then second halves."""
    rows = [values[at:at + columns] for at in range(0, len(values), columns)]
    heads = [rows[at:at + width] for at in range(0, len(rows), width)]
    return [value for head in heads for row in head[::2] + head[1::2] for value in row]


def worst_error(file, folder, config):
    """The largest | ours - the file's |, in units of the largest weight of the tensor; the kinds of matrices found."""
    originals = safetensors(folder / "model.safetensors")
    names = {original_name(name): name for name in file.tensors if name != "rope_freqs.weight"}
    equal(set(names), set(originals), "all tensors of the folder, and no other")
    worst, kinds = 0.0, set()
    for original, name in names.items():
        shape, kind, values = file.tensors[name]
        expected_shape, expected = originals[original]
        if shape != expected_shape:
            equal(shape, expected_shape, f"the shape of {name}")
        if "attn_q" in name or "attn_k" in name:
            values = half_split(values, shape[1], config["head_dim"])
        if len(shape) == 2:
            kinds.add(kind)
            worst = max(worst, max(abs(a - b) for a, b in zip(values, expected)) / max(map(abs, expected)))
        elif array.array("f", values) != expected or kind != 0:
            check(False, f"{name} is f32 and the same")
    equal(len(kinds), 1, "matrices are of one type")
    return worst, kinds.pop()


def same_tokenizer(file, folder, config):
    written = json.loads((folder / "tokenizer.json").read_text())
    by_id = {id: text for text, id in written["model"]["vocab"].items()}
    by_id.update((token["id"], token["content"]) for token in written["added_tokens"])
    specials = {token["id"] for token in written["added_tokens"]}
    texts, kinds = file.fields["tokenizer.ggml.tokens"], file.fields["tokenizer.ggml.token_type"]
    equal(len(texts), config["vocab_size"], "a token for every row")
    equal({id: texts[id] for id in by_id}, by_id, "the tokens of tokenizer.json")
    equal([kind for kind in kinds], [3 if id in specials else 1 if id in by_id else 5 for id in range(len(texts))],
          "special, ordinary and unused tokens are told apart")
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in written["model"]["merges"]]
    equal(file.fields["tokenizer.ggml.merges"], merges, "the merges")


def same_shape(file, config):
    for field, key in {"context_length": "max_position_embeddings", "embedding_length": "hidden_size",
                       "block_count": "num_hidden_layers", "feed_forward_length": "intermediate_size",
                       "attention.head_count": "num_attention_heads", "attention.head_count_kv": "num_key_value_heads",
                       "attention.key_length": "head_dim", "rope.dimension_count": "head_dim",
                       "rope.freq_base": "rope_theta", "vocab_size": "vocab_size"}.items():
        equal(file.fields["llama." + field], config[key], field)
    check(abs(file.fields["llama.attention.layer_norm_rms_epsilon"] - config["rms_norm_eps"]) < 1e-12, "epsilon")


def exported(world, project, name, *arguments):
    path = world.folder / f"{name}.gguf"
    project("export", "gguf", path, *arguments)
    return path


def every_type(world, project):
    folder = world.folder / "hf"
    project("export", "hf", folder)
    config = json.loads((folder / "config.json").read_text())
    for name, kind, number, bound in (("f32", 0, 0, 0), ("f16", 1, 1, 2 ** -11), ("bf16", 30, 32, 2 ** -8),
                                      ("q8_0", 8, 7, 0.5 / 127 + 2 ** -11)):
        file = Gguf(exported(world, project, name, "--type", name))
        worst, found = worst_error(file, folder, config)
        equal((found, file.fields["general.file_type"]), (kind, number), f"{name} says what it is")
        check(worst <= bound, f"{name}: the largest error is {worst:.2e} of the largest weight, at most {bound:.2e}")
        equal(file.fields["litura.model.digest"], project("status")["model"]["digest"], "the file names the model")
    same_tokenizer(file, folder, config)
    same_shape(file, config)
    equal(exported(world, project, "again").read_bytes(), (world.folder / "f32.gguf").read_bytes(), "the same bytes again")
    project("export", "gguf", world.folder / "f32.gguf", status=2)
    print("ok   a file that exists is not overwritten")


def foreign(world, seed):
    """Llama 3's tokenizer and stretched positions, several eos, rows of padding."""
    model = Model(seed)
    folder = model.write(world.folder / "foreign")
    project = world.project(base=folder)
    project.derive()
    whole = world.folder / "foreign-hf"
    project("export", "hf", whole)
    config = json.loads((whole / "config.json").read_text())
    file = Gguf(exported(world, project, "foreign"))
    equal(worst_error(file, whole, config)[0], 0, "another base: every weight")
    same_tokenizer(file, whole, config)
    first = len(model.vocabulary)
    equal([file.fields[f"tokenizer.ggml.{mark}_token_id"] for mark in ("bos", "eos", "eot", "eom")],
          [first, first + 1, first, first + 2], "what begins and ends texts")
    equal(file.fields["tokenizer.ggml.pre"], "llama-bpe", "Llama 3's way of cutting texts")
    scaled = list(model.frequencies())
    model.config["rope_scaling"] = {**model.config["rope_scaling"], "factor": 1.0}
    for divisor, slow, plain in zip(file.tensors["rope_freqs.weight"][2], scaled, model.frequencies(), strict=True):
        check(abs(divisor * slow / plain - 1) < 1e-6, f"a frequency is divided by {divisor:.3f}")
    project("export", "gguf", world.folder / "odd.gguf", "--type", "q8_0", status=2)
    check(not (world.folder / "odd.gguf").exists(), "rows that are no whole blocks: q8_0 is refused, nothing written")


def test(world, arguments):
    people = world.demo(20)
    project = world.held(people)
    project.derive()
    every_type(world, project)
    foreign(world, arguments.seed)


if __name__ == "__main__":
    sys.exit(main(test))
