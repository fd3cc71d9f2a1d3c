#!/usr/bin/env python3
"""Litura tells the story that llama2.c tells: the model stories260K, greedily, from nothing.

stories260k.py LITURA: converts stories260K.bin and tok512.bin, which lie in ../shared/data/models beside a checkout,
into a Hugging Face folder and compares what LITURA writes with the text in EXPECTED.txt. Exit status 0: the same text;
1: another one; 77: the model is not there.

The vocabulary is SentencePiece's: pieces with scores, and the 256 bytes for what no piece covers. As byte-level BPE it
becomes: a piece is a token; a byte is the piece of that one character where there is one, and else its byte token; the
byte tokens so left over, which SentencePiece never uses, are special tokens; every way of putting a piece together from
two is a merge, best score first. Texts get the same tokens but for characters of several bytes, which stay bytes here.
"""
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

SHARED = pathlib.Path(__file__).resolve().parents[2] / "shared" / "data" / "models"
SHAPE = ("dim", "hidden", "layers", "heads", "kv_heads", "vocab", "context")
UNKNOWN, BOS, EOS, BYTES = 0, 1, 2, 3  # ids; 256 byte tokens from BYTES on


class Floats:
    """Reads arrays of f32 from a file's bytes, one after another."""

    def __init__(self, data, at):
        self.data, self.at = data, at

    def take(self, rows, columns):
        """`rows` rows of the tensor, each as bytes."""
        start, width = self.at, 4 * columns
        self.at += rows * width
        return [self.data[start + row * width:start + (row + 1) * width] for row in range(rows)]


def half_split(rows, heads):
    """llama2.c turns neighbouring rows of a head against each other, Hugging Face its first half against its second."""
    width = len(rows) // heads
    return [rows[head * width + 2 * (i % (width // 2)) + i // (width // 2)] for head in range(heads) for i in range(width)]


def read_model(data):
    shape = dict(zip(SHAPE, struct.unpack_from("<7i", data)))
    floats, tensors = Floats(data, 28), {}
    layers, dim, hidden = shape["layers"], shape["dim"], shape["hidden"]
    head = dim // shape["heads"]
    key = head * shape["kv_heads"]

    def take(name, rows, columns, change=lambda rows: rows):
        shape = [rows, columns] if columns != 1 else [rows]
        tensors[name] = ("F32", shape, b"".join(change(floats.take(rows, columns))))

    def take_layers(name, rows, columns, change=lambda rows: rows):
        for layer in range(layers):
            take(f"model.layers.{layer}.{name}.weight", rows, columns, change)

    take("model.embed_tokens.weight", abs(shape["vocab"]), dim)
    take_layers("input_layernorm", dim, 1)
    take_layers("self_attn.q_proj", dim, dim, lambda rows: half_split(rows, shape["heads"]))
    take_layers("self_attn.k_proj", key, dim, lambda rows: half_split(rows, shape["kv_heads"]))
    take_layers("self_attn.v_proj", key, dim)
    take_layers("self_attn.o_proj", dim, dim)
    take_layers("post_attention_layernorm", dim, 1)
    take_layers("mlp.gate_proj", hidden, dim)
    take_layers("mlp.down_proj", dim, hidden)
    take_layers("mlp.up_proj", hidden, dim)
    take("model.norm.weight", dim, 1)
    floats.take(2 * shape["context"], head // 2)  # the rotary table
    if shape["vocab"] < 0:
        take("lm_head.weight", abs(shape["vocab"]), dim)
    assert floats.at == len(data), "the file has another length than its shape"
    return shape, tensors


def safetensors(tensors):
    """A file of {name: (dtype, shape, bytes)}."""
    header, at = {}, 0
    for name, (dtype, shape, data) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [at, at + len(data)]}
        at += len(data)
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + b"".join(data for _, _, data in tensors.values())


def config(shape):
    return {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": abs(shape["vocab"]),
        "hidden_size": shape["dim"], "intermediate_size": shape["hidden"], "num_hidden_layers": shape["layers"],
        "num_attention_heads": shape["heads"], "num_key_value_heads": shape["kv_heads"],
        "max_position_embeddings": shape["context"], "rms_norm_eps": 1e-05, "rope_theta": 10000.0,
        "tie_word_embeddings": shape["vocab"] > 0, "hidden_act": "silu", "bos_token_id": BOS, "eos_token_id": EOS,
    }


def read_pieces(data):
    at, pieces = 4, []
    while at < len(data):
        score, length = struct.unpack_from("<fi", data, at)
        pieces.append((score, data[at + 8:at + 8 + length]))
        at += 8 + length
    return pieces


def byte_characters():
    """GPT-2's character for every byte."""
    itself = [*range(0x21, 0x7f), *range(0xa1, 0xad), *range(0xae, 0x100)]
    others = (chr(0x100 + n) for n in range(256))
    return [chr(byte) if byte in itself else next(others) for byte in range(256)]


def tokenizer(pieces):
    character = byte_characters()
    ids = {piece: id for id, (_, piece) in enumerate(pieces) if id >= BYTES + 256}
    specials = {UNKNOWN: "<unk>", BOS: "<s>", EOS: "</s>"}
    for byte in range(256):
        if ids.setdefault(bytes([byte]), BYTES + byte) != BYTES + byte:
            specials[BYTES + byte] = f"<0x{byte:02X}>"
    best_first = sorted((piece for piece in ids if len(piece) > 1), key=lambda piece: -pieces[ids[piece]][0])

    def shown(piece):
        return "".join(character[byte] for byte in piece)

    merges = [
        f"{shown(piece[:cut])} {shown(piece[cut:])}"
        for piece in best_first for cut in range(1, len(piece)) if piece[:cut] in ids and piece[cut:] in ids
    ]
    vocabulary = {**{name: id for id, name in specials.items()}, **{shown(piece): id for piece, id in ids.items()}}
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {
        "version": "1.0", "normalizer": None, "post_processor": None,
        "added_tokens": [{"id": id, "content": name, **flags} for id, name in specials.items()],
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {"type": "BPE", "vocab": vocabulary, "merges": merges},
    }


def convert(folder):
    shape, tensors = read_model((SHARED / "stories260K.bin").read_bytes())
    (folder / "model.safetensors").write_bytes(safetensors(tensors))
    (folder / "config.json").write_text(json.dumps(config(shape)))
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer(read_pieces((SHARED / "tok512.bin").read_bytes()))))


def main(litura):
    if not SHARED.is_dir():
        print("skipped: there is no", "../shared/data/models")
        return 77
    expected = (SHARED / "EXPECTED.txt").read_text().split("\n\n", 1)[1].rstrip("\n")
    begun = len("Once upon a time, there was")

    def tell(folder, prompt):
        command = [litura, "--json", "complete", "--model", folder, "--temperature", "0", "--max-tokens", "256", "-"]
        done = subprocess.run(command, input=prompt.encode(), check=True, capture_output=True)
        return json.loads(done.stdout)["text"]

    with tempfile.TemporaryDirectory() as folder:
        convert(pathlib.Path(folder))
        told, continued = tell(folder, ""), tell(folder, expected[:begun])
    print(told)
    return 0 if told.startswith(expected) and continued.startswith(expected[begun:]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
