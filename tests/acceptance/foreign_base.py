#!/usr/bin/env python3
"""A folder as other people write it is a base like any other. It has bf16 weights in two shards,
rotary positions stretched as Llama 3's, grouped queries, heads of a width of their own, several tokens that end a text,
and a tokenizer of Llama 3's kind. What Litura computes with it is held against plain loops in binary64 that follow
Hugging Face's definitions and know nothing of ours."""
import itertools
import json
import math
import random
import re
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from litura import People, check, equal, main, run
from stories260k import byte_characters, safetensors

EXPRESSION = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|"
              r"\s*[\r\n]+|\s+(?!\S)|\s+")
SPECIALS = ["<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>", "<|reserved_special_token_0|>"]
MERGES = ["t h", "th e", "Ġ the", "i n", "in g", "Ġ m", "Ġm an", "a n", "' S", "r e", "1 9", "19 8", "Ċ Ċ"]
WHOLE = "Ġquux"  # a token that no merge makes
PADDING = 6  # rows of the embedding beyond the tokenizer

# As Llama 3's expression cuts it: the pieces in which merges happen.
PIECES = ["The", " man", "'S", " quux", " in", " ", "198", "4", ",", " the", " quuxes", "...\n\n", "\tsing", "\n", " caf\u00e9", "!", " the",
          " rain"]


def tokenizer():
    vocabulary = {character: id for id, character in enumerate(byte_characters())}
    for merge in MERGES + [WHOLE]:
        vocabulary.setdefault(merge.replace(" ", ""), len(vocabulary))
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    begin = SPECIALS[0]

    def around(name, type_id):
        return [{"SpecialToken": {"id": begin, "type_id": type_id}}, {"Sequence": {"id": name, "type_id": type_id}}]

    return {
        "version": "1.0", "truncation": None, "padding": None, "normalizer": None,
        "added_tokens": [{"id": len(vocabulary) + i, "content": name, **flags} for i, name in enumerate(SPECIALS)],
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": EXPRESSION}, "behavior": "Isolated", "invert": False},
            {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}]},
        "post_processor": {"type": "Sequence", "processors": [
            {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": False, "use_regex": True},
            {"type": "TemplateProcessing", "single": around("A", 0), "pair": around("A", 0) + around("B", 1),
             "special_tokens": {begin: {"id": begin, "ids": [len(vocabulary)], "tokens": [begin]}}}]},
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
                  "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "ignore_merges": True,
                  "vocab": vocabulary, "merges": [merge.split() for merge in MERGES]},
    }


def config(first_special):
    return {
        "architectures": ["LlamaForCausalLM"], "attention_bias": False, "attention_dropout": 0.0,
        "bos_token_id": first_special, "eos_token_id": [first_special + 1, first_special + 2], "head_dim": 6,
        "hidden_act": "silu", "hidden_size": 16, "initializer_range": 0.02, "intermediate_size": 24,
        "max_position_embeddings": 512, "mlp_bias": False, "model_type": "llama", "num_attention_heads": 4,
        "num_hidden_layers": 2, "num_key_value_heads": 2, "pretraining_tp": 1, "rms_norm_eps": 1e-05,
        "rope_scaling": {"factor": 8.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0,
                         "original_max_position_embeddings": 1024, "rope_type": "llama3"},
        "rope_theta": 500000.0, "tie_word_embeddings": True, "torch_dtype": "bfloat16", "transformers_version": "4.45.0",
        "use_cache": True, "vocab_size": first_special + len(SPECIALS) + PADDING,
    }


def rounded(value):
    """To bf16, toward zero."""
    return struct.unpack("<f", b"\0\0" + struct.pack("<f", value)[2:])[0]


class Model:
    """The folder's values, and what Hugging Face computes with them."""

    def __init__(self, seed):
        self.tokenizer = tokenizer()
        self.vocabulary = self.tokenizer["model"]["vocab"]
        self.config = config(len(self.vocabulary))
        c, dice = self.config, random.Random(seed)
        dim, width, hidden = c["hidden_size"], c["head_dim"], c["intermediate_size"]
        query, key = c["num_attention_heads"] * width, c["num_key_value_heads"] * width
        shapes = {"model.embed_tokens.weight": (c["vocab_size"], dim), "model.norm.weight": (dim,)}
        for layer in range(c["num_hidden_layers"]):
            for name, shape in {
                "input_layernorm": (dim,), "post_attention_layernorm": (dim,), "self_attn.q_proj": (query, dim),
                "self_attn.k_proj": (key, dim), "self_attn.v_proj": (key, dim), "self_attn.o_proj": (dim, query),
                "mlp.gate_proj": (hidden, dim), "mlp.up_proj": (hidden, dim), "mlp.down_proj": (dim, hidden),
            }.items():
                shapes[f"model.layers.{layer}.{name}.weight"] = shape
        self.shapes = shapes
        self.values = {name: [rounded(dice.gauss(len(shape) == 1, 0.4)) for _ in range(math.prod(shape))]
                       for name, shape in shapes.items()}

    def rows(self, name):
        columns = self.shapes[name][-1]
        values = self.values[name]
        return [values[at:at + columns] for at in range(0, len(values), columns)]

    def write(self, folder):
        folder.mkdir()
        shards = [{}, {}]
        for number, (name, values) in enumerate(self.values.items()):
            packed = b"".join(struct.pack("<f", value)[2:] for value in values)
            shards[number % 2][name] = ("BF16", list(self.shapes[name]), packed)
        shards[0]["lm_head.weight"] = shards[0]["model.embed_tokens.weight"]  # tied, and there all the same
        shards[1]["model.layers.0.self_attn.rotary_emb.inv_freq"] = ("F32", [3], struct.pack("<3f", 1, 2, 3))
        weight_map = {}
        for number, shard in enumerate(shards, 1):
            name = f"model-{number:05}-of-00002.safetensors"
            (folder / name).write_bytes(safetensors(shard))
            weight_map.update(dict.fromkeys(shard, name))
        index = {"metadata": {"total_size": 1}, "weight_map": weight_map}
        (folder / "model.safetensors.index.json").write_text(json.dumps(index))
        (folder / "config.json").write_text(json.dumps(self.config))
        (folder / "tokenizer.json").write_text(json.dumps(self.tokenizer))
        (folder / "README.md").write_text("# Not part of the model\n")
        return folder

    def encode(self, pieces):
        """BPE by its definition, in each piece for itself."""
        character = byte_characters()
        tokens = []
        for piece in pieces:
            parts = [character[byte] for byte in piece.encode()]
            if "".join(parts) in self.vocabulary:
                parts = ["".join(parts)]
            for merge in MERGES * len(parts):  # in rank order, again while anything merges
                left, right = merge.split()
                at = next((at for at in range(len(parts) - 1) if parts[at:at + 2] == [left, right]), None)
                if at is not None:
                    parts[at:at + 2] = [left + right]
            tokens += [self.vocabulary[part] for part in parts]
        return tokens

    def decode(self, tokens):
        byte = {character: byte for byte, character in enumerate(byte_characters())}
        text = {id: name for name, id in self.vocabulary.items()}
        return b"".join(bytes(byte[c] for c in text.get(token, "")) for token in tokens).decode(errors="replace")

    def frequencies(self):
        """Hugging Face's inverse frequencies for "llama3"."""
        c, scaling = self.config, self.config["rope_scaling"]
        for i in range(0, c["head_dim"], 2):
            plain = c["rope_theta"] ** (-i / c["head_dim"])
            wavelength = 2 * math.pi / plain
            old = scaling["original_max_position_embeddings"]
            if wavelength < old / scaling["high_freq_factor"]:
                yield plain
            elif wavelength > old / scaling["low_freq_factor"]:
                yield plain / scaling["factor"]
            else:
                smooth = ((old / wavelength - scaling["low_freq_factor"])
                          / (scaling["high_freq_factor"] - scaling["low_freq_factor"]))
                yield (1 - smooth) * plain / scaling["factor"] + smooth * plain

    def normed(self, x, name):
        scale = 1 / math.sqrt(sum(v * v for v in x) / len(x) + self.config["rms_norm_eps"])
        return [v * scale * w for v, w in zip(x, self.values[name])]

    def times(self, name, x):
        return [sum(w * v for w, v in zip(row, x)) for row in self.rows(name)]

    def heads(self, name, x, position, turn=True):
        width = self.config["head_dim"]
        flat, half, out = self.times(name, x), width // 2, []
        for at in range(0, len(flat), width):
            a, b = flat[at:at + half], flat[at + half:at + width]
            if turn:
                angles = [position * f for f in self.frequencies()]
                out.append([u * math.cos(g) - v * math.sin(g) for u, v, g in zip(a, b, angles)]
                           + [v * math.cos(g) + u * math.sin(g) for u, v, g in zip(a, b, angles)])
            else:
                out.append(a + b)
        return out

    def attention(self, at, xs):
        group = self.config["num_attention_heads"] // self.config["num_key_value_heads"]
        keys = [self.heads(at + "self_attn.k_proj.weight", x, t) for t, x in enumerate(xs)]
        values = [self.heads(at + "self_attn.v_proj.weight", x, t, turn=False) for t, x in enumerate(xs)]
        for t, x in enumerate(xs):
            out = []
            for head, query in enumerate(self.heads(at + "self_attn.q_proj.weight", x, t)):
                scores = [sum(q * k for q, k in zip(query, keys[j][head // group])) / math.sqrt(len(query))
                          for j in range(t + 1)]
                shares = [math.exp(score - max(scores)) for score in scores]
                out += [sum(share * values[j][head // group][i] for j, share in enumerate(shares)) / sum(shares)
                        for i in range(len(query))]
            yield self.times(at + "self_attn.o_proj.weight", out)

    def logits(self, tokens):
        embedding = self.rows("model.embed_tokens.weight")
        xs = [embedding[token] for token in tokens]
        for layer in range(self.config["num_hidden_layers"]):
            at = f"model.layers.{layer}."
            normed = [self.normed(x, at + "input_layernorm.weight") for x in xs]
            xs = [[u + v for u, v in zip(x, more)] for x, more in zip(xs, self.attention(at, normed))]
            for t, x in enumerate(xs):
                y = self.normed(x, at + "post_attention_layernorm.weight")
                gates, ups = self.times(at + "mlp.gate_proj.weight", y), self.times(at + "mlp.up_proj.weight", y)
                inner = [g / (1 + math.exp(-g)) * u for g, u in zip(gates, ups)]
                xs[t] = [u + v for u, v in zip(x, self.times(at + "mlp.down_proj.weight", inner))]
        return [self.times("model.embed_tokens.weight", self.normed(x, "model.norm.weight")) for x in xs]

    def loss(self, tokens):
        total = 0.0
        for row, target in zip(self.logits(tokens[:-1]), tokens[1:]):
            most = max(row)
            total += most + math.log(sum(math.exp(z - most) for z in row)) - row[target]
        return total / (len(tokens) - 1)

    def greedy(self, count):
        tokens = [self.config["bos_token_id"]]
        for _ in range(count):
            row = self.logits(tokens)[-1]
            tokens.append(row.index(max(row)))
        return tokens[1:]


def same_text(left, right, text):
    """But for how many signs stand for bytes that are no UTF-8."""
    equal(*(re.sub("\ufffd+", "\ufffd", side) for side in (left, right)), text)


def arithmetic(world, model, folder):
    tokens = model.encode(PIECES)
    found = run(world.program, "eval", "--model", folder, "-", stdin="".join(PIECES))
    equal(found["tokens"], len(tokens) + 1, "tokens of Llama 3's kind, as the definition makes them")
    bos = model.config["bos_token_id"]
    expected = model.loss([bos, *tokens, bos])
    check(abs(found["loss"] - expected) < 1e-5, f"loss {found['loss']:.7f}, in binary64 {expected:.7f}")
    scaling, model.config["rope_scaling"] = model.config["rope_scaling"], {**model.config["rope_scaling"], "factor": 1.0}
    check(abs(found["loss"] - model.loss([bos, *tokens, bos])) > 1e-4, "another loss without the stretched positions")
    model.config["rope_scaling"] = scaling


def text(world, model, folder):
    def complete(count):
        return run(world.program, "complete", "--model", folder, "--temperature", 0, "--max-tokens", count)["text"]

    def until(*ends):
        return model.decode(itertools.takewhile(lambda token: token not in ends, written))

    written = model.greedy(6)
    bos, eos = model.config["bos_token_id"], model.config["eos_token_id"]
    same_text(complete(6), until(bos, *eos), "the likeliest text is the same")
    change(folder, "config.json", eos_token_id=[*eos, written[-1]])
    same_text(complete(6), until(bos, *eos, written[-1]), "any of several eos ends it")
    change(folder, "config.json", eos_token_id=eos)


def change(folder, name, **fields):
    path = folder / name
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


def project(world, model, folder):
    empty = world.project(base=folder)
    base = run(world.program, "eval", "--model", folder, "-", stdin="x")["model"]
    equal(empty.digest(), base, "nobody at all gives the base, bit for bit")
    people = People([{"id": f"{author}{n}", "author": author, "created_at": f"2024-05-0{n + 1}T08:00:00Z", "audience": "public",
                      "text": f"{author} sings in the rain {n}."} for author in ("ada", "ben", "cleo") for n in range(3)], {"ada"})
    held = world.held(people, base=folder)
    check(held.digest() != base, "it learns from people")
    check(held("verify")["equal"], "and verifies")
    out = world.folder / "foreign-out"
    held("export", "hf", out)
    equal(sorted(path.name for path in out.iterdir()), ["config.json", "model.safetensors", "tokenizer.json"], "three files")
    exported(model, out)
    again = world.project(base=out)
    equal(again.digest(), held.digest(), "the export is a base again, with the same digest")
    for name in ("config.json", "tokenizer.json"):
        equal((again.model_folder() / name).read_bytes(), (out / name).read_bytes(), f"{name} is canonical")


def exported(model, out):
    written = json.loads((out / "config.json").read_text())
    for field, value in written.items():
        if field != "torch_dtype":
            equal(value, model.config[field], f"exported {field}")
    written, given = json.loads((out / "tokenizer.json").read_text()), model.tokenizer
    for field in ("added_tokens", "pre_tokenizer", "decoder"):
        equal(written[field], given[field], f"exported {field}")
    equal(written["post_processor"], given["post_processor"]["processors"][1], "exported template")
    equal(written["model"]["ignore_merges"], True, "exported ignore_merges")
    specials = {token["content"]: token["id"] for token in given["added_tokens"]}
    equal(written["model"]["vocab"], {**given["model"]["vocab"], **specials}, "exported vocabulary")


def refusals(world, folder):
    def refused(name, field, where, **fields):
        kept = (folder / name).read_text()
        change(folder, name, **fields)
        error = run(world.program, "eval", "--model", folder, "-", stdin="x", status=2)["error"]
        equal(error["where"], where, f"refused by name: {field}")
        check(error["next"] != "", "with the next step")
        run(world.program, "init", world.folder / "never", "--base", folder, status=2)
        check(not (world.folder / "never").exists(), "and init creates nothing")
        (folder / name).write_text(kept)

    for field, value in (("attention_bias", True), ("hidden_act", "gelu"), ("sliding_window", 128), ("partial_rotary_factor", 0.5)):
        refused("config.json", field, f"config.json: {field}", **{field: value})
    refused("config.json", "yarn", "config.json: rope_scaling.rope_type", rope_scaling={"rope_type": "yarn", "factor": 4.0})
    refused("config.json", "bos that is no special token", "tokenizer.json: added_tokens", bos_token_id=5)
    refused("tokenizer.json", "normalizer", "tokenizer.json: normalizer", normalizer={"type": "NFC"})
    (folder / "model-00002-of-00002.safetensors").unlink()
    run(world.program, "eval", "--model", folder, "-", stdin="x", status=4)
    print("ok   a missing shard ends with 4")


def test(world, arguments):
    model = Model(arguments.seed)
    folder = model.write(world.folder / "foreign")
    arithmetic(world, model, folder)
    text(world, model, folder)
    project(world, model, folder)
    refusals(world, folder)


if __name__ == "__main__":
    sys.exit(main(test))
